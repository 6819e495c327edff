"""What one pass over one listing has learned, and what follows from it. Values only; the loop does the talking."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector.domain.drift import Resolution
from connector.domain.listing import Desired, Facts, Lane, Listing, Observed, Phase, State
from connector.domain.plan import Kind, Op, Plan
from connector.domain.problem import Problem, blocking
from connector.domain.stock import Quota
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Channel, Outcome, Receipt
from connector.store.convert import from_facts
from connector.store.work import Ending, Held

_BACKOFF = timedelta(seconds=2)
_LONGEST = timedelta(minutes=30)
_SHORTEST = timedelta(seconds=1)  # between two looks at what a platform reviews, whatever a setting says
_OURS = timedelta(hours=1)  # until we look whether what lacked on our side is there again
_STEPS = (60.0, 30.0, 10.0, 5.0, 2.0, 1.0, 0.5)  # seconds; fixed, or waits that differ a little would never meet
UNDER_REVIEW = "under_review"  # beside the refused fingerprints: the one whose review is still out


@dataclass(slots=True)
class Pass:
    """One listing on its way through the loop."""

    held: Held
    listing: Listing
    want: Desired
    facts: Facts
    problems: Sequence[Problem]
    channel: Channel
    quotas: dict[str, Quota] = field(default_factory=dict)  # of scarce variants, by SKU
    recounted: Facts = field(default_factory=dict)  # what is wanted after the shop's orders were pulled
    look_at: datetime | None = None  # a quota waits to be seen at zero, or the count has moved
    seen: Observed | None = None
    plan: Plan = field(default_factory=lambda: Plan(0))
    wait_until: datetime | None = None  # an unanswered create may still surface
    outcomes: list[tuple[Op, Outcome]] = field(default_factory=list)

    @property
    def may_go_on(self) -> bool:
        """Later ops of a listing only follow what was accepted and needs no pause."""
        return all(isinstance(o, Receipt) and not (o.ticket and o.ticket.settling) for _, o in self.outcomes)

    def took(self, op: Op, outcome: Outcome) -> None:
        """Fold an outcome into the listing: ids and applied values are kept the moment they are known."""
        self.outcomes.append((op, outcome))
        if isinstance(outcome, Receipt):
            wrote = {f: v for f, v in op.values.items() if outcome.wrote is None or f in outcome.wrote}
            before = {c.field: c.before for c in op.changes}
            refused = {kind: fp for kind, fp in self.listing.refused.items() if kind != op.kind}
            if op.kind is Kind.CREATE and outcome.ticket:
                refused[UNDER_REVIEW] = op.fingerprint
            phase = Phase.CREATING if op.kind is Kind.CREATE else self.listing.phase
            self.listing = replace(
                self.listing,
                ref=outcome.ref or self.listing.ref,
                applied=self.listing.applied.wrote(wrote, before),
                refused=refused,
                phase=phase,
                ticket=outcome.ticket,
            )
        elif isinstance(outcome, Refused) and not outcome.ours:
            self.listing = replace(self.listing, refused={**self.listing.refused, op.kind.value: op.fingerprint})


def learn(one: Pass, now: datetime) -> str:
    """Fold a look into the listing. The answer says what became of attempts whose outcome was unknown: arrived,
    never_arrived, overtaken; or nothing while an unanswered create may still surface."""
    seen = one.seen
    assert seen is not None
    unsettled_creates = [a for a in one.held.unsettled if a.kind == Kind.CREATE]
    if not seen.state.exists and unsettled_creates:
        sent = max(a.started_at for a in unsettled_creates if a.started_at is not None)
        surfaces_by = sent + timedelta(seconds=one.channel.settle_seconds)
        if now < surfaces_by:
            one.wait_until = surfaces_by
            return ""
        return "never_arrived"
    listing = one.listing
    if seen.reason.startswith("duplicate") and not listing.ref:
        listing = replace(listing, phase=Phase.PARKED)  # several carry our SKU: a person says which is ours
    elif seen.state.exists and seen.ref:
        adopted = not listing.ref and bool(unsettled_creates)
        phase = Phase.CREATING if adopted else listing.phase
        listing = replace(listing, ref=seen.ref, phase=phase)
    if seen.state is State.REJECTED:
        listing = _rejected(one, listing)
    applied = listing.applied.agree(one.facts, seen.facts).confirm(seen.facts)
    one.listing = replace(listing, applied=applied, ticket=seen.ticket)
    return "arrived" if unsettled_creates else "overtaken"


def _rejected(one: Pass, listing: Listing) -> Listing:
    """A review said no to what we had sent; the same thing is not sent again."""
    sent = listing.refused.get(UNDER_REVIEW)
    return replace(listing, refused={**listing.refused, Kind.CREATE.value: sent}) if sent else listing


def conclude(one: Pass, lane: Lane, now: datetime) -> Ending:
    """The end of the pass: phase, result for the run, problems to show, and when each lane is due again."""
    troubles = [o for _, o in one.outcomes if not isinstance(o, Receipt)]
    listing = replace(one.listing, phase=_phase(one, troubles))
    problems = [*one.problems, *(p for o in troubles if isinstance(o, Refused) for p in o.problems)]
    if one.seen is not None and one.seen.state in (State.REJECTED, State.BANNED):
        problems.append(_said_no(one))
    lanes = tuple(Lane) if lane is Lane.CONTENT else (lane,)
    again, tries = _again(one, troubles, now)
    due: dict[Lane, datetime | None] = dict.fromkeys(lanes)
    due[lane] = again
    if lane is not Lane.CONTENT and any(isinstance(t, Missing) for t in troubles):
        due[Lane.CONTENT] = now  # what a blind write addressed is not there: look at the whole
    return Ending(
        held=one.held,
        listing=listing,
        desired=from_facts(one.facts),
        seen=one.seen,
        due=due,
        result=_result(one, troubles),
        reason="; ".join(str(t) for t in troubles)[:500],
        tries=tries,
        problems=problems if one.seen is not None or troubles else None,
        drifts=one.plan.drifts if one.seen is not None and one.wait_until is None else None,
    )


def _phase(one: Pass, troubles: Sequence[Outcome]) -> Phase:
    listing, seen = one.listing, one.seen
    if listing.phase is Phase.PARKED:
        return Phase.PARKED
    if listing.ticket is not None:
        return Phase.CREATING if listing.ticket.settling else Phase.WAITING
    if any(isinstance(t, Refused) for t in troubles) and not listing.ref:
        return Phase.REFUSED
    if seen is None or one.wait_until is not None:
        return listing.phase
    if seen.state is State.BANNED:
        return Phase.GONE
    created = any(op.kind is Kind.CREATE and isinstance(o, Receipt) for op, o in one.outcomes)
    if not seen.state.exists and not created:
        return _absent_phase(one)
    if seen.state is State.REJECTED and not created:
        return Phase.REFUSED
    return listing.phase if troubles or _incomplete(one) else Phase.LIVE


def _absent_phase(one: Pass) -> Phase:
    if blocking(one.problems):
        return Phase.BLOCKED
    return Phase.REFUSED if one.plan.refused else one.listing.phase


def _incomplete(one: Pass) -> bool:
    """A step of a create wrote only part of what is wanted; when nothing is left to do it is whole."""
    if one.listing.phase is not Phase.CREATING or not (one.plan.ops or one.outcomes):
        return False
    return any(field not in one.listing.applied.facts for field in one.facts)


def _cut_short(one: Pass) -> bool:
    """Prices or stocks of some variants were accepted and of others not: those are due still, not tomorrow's work."""
    return any(
        isinstance(outcome, Receipt) and outcome.wrote is not None and not outcome.wrote.issuperset(op.values)
        for op, outcome in one.outcomes
        if op.kind in (Kind.SET_PRICE, Kind.SET_STOCK)
    )


def _result(one: Pass, troubles: Sequence[Outcome]) -> str | None:
    """One of the run's results; None while the listing is not finished with (waits, retries, further steps)."""
    if one.wait_until is not None or any(isinstance(t, Retry | Missing) for t in troubles):
        return None
    if any(isinstance(t, OutcomeUnknown) for t in troubles):
        return None
    if any(isinstance(t, Refused) for t in troubles) or one.plan.refused:
        return "refused"
    if one.seen is not None and one.seen.state in (State.REJECTED, State.BANNED) and not one.outcomes:
        return "refused"
    if (one.listing.ticket is not None and one.listing.ticket.settling) or _cut_short(one):
        return None
    if one.outcomes:
        return "applied" if not _incomplete(one) else None
    held_back = any(d.resolution in (Resolution.ASK, Resolution.REPORT) for d in one.plan.drifts)
    return "blocked" if blocking(one.problems) or held_back or one.listing.phase is Phase.PARKED else "unchanged"


def _again(one: Pass, troubles: Sequence[Outcome], now: datetime) -> tuple[datetime | None, int]:
    """When to look again, and how many passes in a row have not gone through."""
    if one.wait_until is not None:
        return one.wait_until, one.held.tries
    if troubles and not all(isinstance(t, Refused) for t in troubles):
        asked = max((t.after for t in troubles if isinstance(t, Retry)), default=0.0)
        if all(isinstance(t, Retry) and t.throttled for t in troubles):
            return now + timedelta(seconds=max(asked, 1.0)), one.held.tries
        tries = one.held.tries + 1
        return now + max(min(_BACKOFF * 2 ** min(tries, 12), _LONGEST), timedelta(seconds=asked)), tries
    if any(isinstance(t, Refused) and t.ours for t in troubles):
        return now + _OURS, one.held.tries
    if one.listing.ticket is not None:
        pause = timedelta(0) if one.listing.ticket.settling else _SHORTEST
        return _together(max(one.listing.ticket.look_at, now + pause), now), 0
    if _incomplete(one) and one.outcomes:
        return now, 0
    if _cut_short(one):
        tries = one.held.tries + 1
        return now + min(_BACKOFF * 2 ** min(tries, 12), _LONGEST), tries
    if one.look_at is not None:
        return one.look_at, 0
    structural = any(op.kind in (Kind.CREATE, Kind.REVISE) and isinstance(o, Receipt) for op, o in one.outcomes)
    return (now + timedelta(seconds=one.channel.confirm_seconds) if structural else None), 0


def _together(moment: datetime, now: datetime) -> datetime:
    """Waits that end about the same time end together, so that one look serves them all: late by a third at most."""
    wait = (moment - now).total_seconds()
    if wait <= 0:
        return moment
    grid = next((step for step in _STEPS if step <= wait / 3), _STEPS[-1])
    return moment + timedelta(seconds=-moment.timestamp() % grid)


def _said_no(one: Pass) -> Problem:
    assert one.seen is not None
    reason = one.seen.reason.rstrip(". ") or "không nêu lý do"
    name, code = one.channel.name, f"platform_{one.seen.state.value}"
    if one.seen.state is State.BANNED:
        return Problem(
            code,
            "listing",
            f"{name} đã gỡ tin: {reason}. Sửa hoặc khiếu nại trên trang người bán của sàn; "
            "khi sàn mở lại, tin tự được giữ khớp tiếp.",
            f"{name} took it down: {reason}. Mend it or appeal in the platform's seller centre; "
            "once it is up again it is kept equal by itself.",
        )
    return Problem(
        code,
        "listing",
        f"{name} không duyệt: {reason}. Sửa theo lý do này rồi lưu lại; tin sẽ tự gửi lại.",
        f"{name} turned it down: {reason}. Mend what it names and save; it is then sent again by itself.",
    )
