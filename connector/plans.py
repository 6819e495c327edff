"""Plan before touch: what would be done, shown, saved, and then done exactly so.

A saved plan is a JSON file with every op and the live value it was made against. Applying it looks again first: a field
whose live value has moved meanwhile, or of which we have changed our own mind, stops that listing and is reported.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connector.converge import Report, look, prepare, work_through
from connector.domain.drift import Drift
from connector.domain.listing import Desired, Lane, Ref
from connector.domain.plan import Change, Kind, Op, Plan, plan
from connector.domain.problem import Problem
from connector.errors import Complaint
from connector.outcomes import Pass
from connector.ports import Costed, Task
from connector.site import Site
from connector.store.convert import from_facts, to_value

VERSION = 1
_PAGE = 200
_GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Planned:
    """One listing's plan with what a person recognises it by."""

    product: str
    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """All that would be done in a shop now. `calls` are the writing calls it takes, pictures to upload not counted."""

    shop: str
    made_at: datetime
    listings: Sequence[Planned]
    calls: int

    @property
    def with_ops(self) -> list[Planned]:
        return [one for one in self.listings if one.plan.ops]


def make(site: Site, only: Sequence[int] | None = None) -> ShopPlan:
    """Look at the shop's listings (or only some) and plan each. Leases nothing and writes nothing, here or there."""
    made_at = site.clock.now()
    passes: list[Pass] = []
    for page in _pages(list(only) if only is not None else site.store.reads.listing_ids(site.shop.id)):
        some = prepare(site, site.store.work.peek(page))
        look(site, Lane.CONTENT, some, settle=False)
        passes += some
    names = site.store.reads.product_of([p.listing.id for p in passes])
    planned = [Planned(*names[one.listing.id], _plan_of(site, one)) for one in passes]
    return ShopPlan(site.shop.code, made_at, planned, _calls(site, passes, planned))


def _plan_of(site: Site, one: Pass) -> Plan:
    if one.wait_until is not None:
        return Plan(one.listing.id, wait=one.wait_until)
    return with_costs(site, plan(one.listing, one.facts, one.seen, site.shop.policy, one.problems), one.want)


def with_costs(site: Site, made: Plan, want: Desired) -> Plan:
    """The plan with what its ops would cost over there among the warnings."""
    if not isinstance(site.adapter, Costed):
        return made
    told = [problem for op in made.ops for problem in site.adapter.costs(op, want)]
    return replace(made, problems=(*made.problems, *told))


def _calls(site: Site, passes: Sequence[Pass], planned: Sequence[Planned]) -> int:
    wants = {one.listing.id: one.want for one in passes}
    by_kind: dict[Kind, list[Task]] = {}
    for one in planned:
        for op in one.plan.ops:
            by_kind.setdefault(op.kind, []).append(Task(op, wants[op.listing]))
    return sum(len(list(site.adapter.batches(tasks))) for tasks in by_kind.values())


def to_json(made: ShopPlan) -> dict[str, Any]:
    """The plan as plain data, sealed with a hash over all that it would do."""
    body = {
        "version": VERSION,
        "shop": made.shop,
        "made_at": made.made_at.isoformat(),
        "good_until": (made.made_at + _GOOD_FOR).isoformat(),
        "calls": made.calls,
        "listings": [_listing_json(one) for one in made.listings if one.plan != Plan(one.plan.listing)],
    }
    return {**body, "seal": _seal(body)}


def from_json(text: str, now: datetime) -> tuple[str, dict[int, Plan]]:
    """The shop and the plans of a saved file. A Complaint if it is no plan of ours, was altered, or is too old."""
    try:
        raw = json.loads(text)
        seal, version = raw.pop("seal"), raw["version"]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise Complaint("Tệp này không phải kế hoạch do ocop plan --out ghi ra.", "This is no plan of ours.") from error
    if version != VERSION or seal != _seal(raw):
        raise Complaint(
            "Kế hoạch đã bị sửa hoặc thuộc phiên bản khác. Lập lại: ocop plan --out.",
            "The plan was altered or is of another version. Make it again: ocop plan --out.",
        )
    if datetime.fromisoformat(raw["good_until"]) < now:
        raise Complaint(
            f"Kế hoạch lập lúc {raw['made_at']} đã quá hạn. Lập lại: ocop plan --out.",
            f"The plan of {raw['made_at']} is too old. Make it again: ocop plan --out.",
        )
    return raw["shop"], {one["listing"]: _plan_from(one) for one in raw["listings"] if one["ops"]}


@dataclass(slots=True)
class Applied:
    """What came of a saved plan: results by listing, and per listing why it was left alone."""

    report: Report
    moved: dict[int, str]


def apply(site: Site, saved: Mapping[int, Plan]) -> Applied:
    """Carry out exactly the saved ops; a listing where anything moved meanwhile is left alone and told."""
    done = Applied(Report(), {})

    def decide(site: Site, lane: Lane, one: Pass) -> Plan:
        chosen = saved[one.listing.id]
        reason = _moved(one, chosen)
        if reason:
            done.moved[one.listing.id] = reason
            return Plan(one.listing.id)
        return replace(chosen, ops=tuple(replace(op, ref=_ref(one)) for op in chosen.ops))

    for page in _pages(list(saved)):
        held = site.store.work.claim_these(page, site.clock.now())
        for busy in set(page) - {h.listing.id for h in held}:
            done.moved[busy] = "busy"
        if held and not work_through(site, Lane.CONTENT, held, done.report, decide):
            break
    return done


def _moved(one: Pass, chosen: Plan) -> str:
    """The first field whose live value has moved since the plan was made, or whose wish has changed; else nothing."""
    assert one.seen is not None
    creates = any(op.kind is Kind.CREATE for op in chosen.ops)
    if creates is one.seen.state.exists:
        return "listing"
    for change in (c for op in chosen.ops for c in op.changes):
        live = one.seen.facts.get(change.field, one.listing.applied.facts.get(change.field))
        if (not creates and live != change.before) or one.facts.get(change.field) != change.after:
            return change.field
    return ""


def _ref(one: Pass) -> Ref:
    return one.seen.ref if one.seen is not None and one.seen.ref else one.listing.ref


def _pages(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))


def _seal(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _listing_json(one: Planned) -> dict[str, Any]:
    return {
        "listing": one.plan.listing,
        "product": one.product,
        "name": one.name,
        "ops": [
            {"kind": op.kind.value, "changes": [_change_json(change) for change in op.changes]} for op in one.plan.ops
        ],
        "kept_back": [op.kind.value for op in one.plan.refused],
        "drifts": [_drift_json(drift) for drift in one.plan.drifts],
        "problems": [_problem_json(problem) for problem in one.plan.problems],
        "wait": one.plan.wait.isoformat() if one.plan.wait else None,
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {"field": change.field, "reason": change.reason} | from_facts(
        {"before": change.before, "after": change.after}
    )


def _drift_json(drift: Drift) -> dict[str, Any]:
    values = from_facts({"desired": drift.desired, "observed": drift.observed, "applied": drift.applied})
    return {"field": drift.field, "verdict": drift.verdict.value, "resolution": drift.resolution.value, **values}


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "field": problem.field, "vi": problem.vi, "en": problem.en}


def _plan_from(raw: Mapping[str, Any]) -> Plan:
    ops = tuple(
        Op(raw["listing"], Kind(op["kind"]), Ref(), tuple(_change_from(change) for change in op["changes"]))
        for op in raw["ops"]
    )
    return Plan(raw["listing"], ops)


def _change_from(raw: Mapping[str, Any]) -> Change:
    return Change(raw["field"], to_value(raw["before"]), to_value(raw["after"]), raw["reason"])
