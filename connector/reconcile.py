"""The night: scan everything live in a shop, compare it with the store, heal what policy allows, report the rest.

A run has two stages. Scanning gives each listing either its result at once (nothing to do, blocked, refused) or makes
it due; the scan is only a picture that finds work and never authorises a write (guard C), so what is due goes through
the loop, which looks again. Healing ends when every listing has its one result. A run that was interrupted scans again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from connector import catalogue, escrow
from connector.converge import Leg, converge, desire
from connector.domain.drift import Resolution
from connector.domain.guard import blast
from connector.domain.listing import Lane, Observed, Phase, State, fingerprint
from connector.domain.plan import Plan, plan
from connector.domain.problem import Problem, blocking
from connector.domain.stock import Quota
from connector.errors import NeedsConsent
from connector.models import RunRow
from connector.site import Site
from connector.store import Held
from connector.store.convert import from_facts
from connector.store.runs import Finding

log = structlog.get_logger()
_PAGE = 500
_GIVE_UP = timedelta(hours=6)


def reconcile(site: Site, cause: str = "by hand", *, heal: bool = True, once: bool = False) -> RunRow:
    """Scan and compare the shop, then heal through the loop. Raises Retry if the shop cannot be read now."""
    run = site.store.runs.open(site.shop.id, cause, once=once)
    assert run.id is not None
    if run.state == "scanning":
        with site.store.shops.alone(site.shop.id) as alone:
            if not alone:
                return run
            scan(site, run.id, heal=heal)
    if site.store.runs.get(run.id).state == "healing":
        converge(site, Lane.CONTENT)
    return settle(site, run.id)


def scan(site: Site, run_id: int, *, heal: bool = True) -> None:
    """The first stage: the whole shop against the whole store. Nothing is concluded from a scan that broke off."""
    try:
        live = _Live(site.adapter.scan())
    except NeedsConsent as error:
        site.store.shops.pause(site.shop.id, str(error), needs_consent=True)
        site.store.runs.fail(run_id, str(error), site.clock.now())
        raise
    plans: list[Plan] = []
    for page in _pages(site):
        goods = site.store.products.load({held.product_id for held in page})
        legs = desire(site, page, goods)
        quotas = [escrow.mine(goods[held.product_id], site.shop.id) for held in page]
        findings = [_compare(site, *one, live, heal=heal) for one in zip(page, legs, quotas, strict=True)]
        site.store.runs.record(run_id, [finding for finding, _ in findings], site.clock.now())
        plans += [made for _, made in findings]
    catalogue.watch(site)  # `desire` has just renewed what was too old; this compares and calls nobody
    total = len(site.store.reads.listing_ids(site.shop.id))
    found = blast(plans, total)
    if found.too_wide and not _approved(site):
        site.store.runs.hold(run_id, f"{found.touched}/{found.live}")
        log.warning("run_held", shop=site.shop.code, run=run_id, touched=found.touched, live=found.live)
        return
    due = site.store.runs.heal(run_id, live.strangers(), f"run {run_id}")
    log.info("scanned", shop=site.shop.code, run=run_id, listings=total, due=due)


def settle(site: Site, run_id: int) -> RunRow:
    """Close the run if every listing has its result; what has had none for hours is booked as failed."""
    run = site.store.runs.get(run_id)
    assert run.started_at is not None
    return site.store.runs.close(run_id, site.clock.now(), give_up=site.clock.now() - run.started_at > _GIVE_UP)


def approve(site: Site, hours: float = 1.0) -> None:
    """A person has looked at what the guard stopped: the shop's lanes and its held run go on."""
    site.store.shops.approve(site.shop.id, site.clock.now() + timedelta(hours=hours))
    for run in site.store.runs.open_runs():
        if run.shop_id == site.shop.id and run.state == "held" and run.id is not None:
            site.store.runs.heal(run.id, run.strangers, f"run {run.id}, approved")


class _Live:
    """One complete scan, looked up by item id and by seller SKU; what nobody claims are strangers."""

    def __init__(self, observed: Iterable[Observed]) -> None:
        self._items = {one.ref.item: one for one in observed if one.state.exists}
        self._by_sku: dict[str, list[Observed]] = {}
        for one in self._items.values():
            for sku in one.skus:
                self._by_sku.setdefault(sku, []).append(one)
        self._claimed: set[str] = set()

    def find(self, held: Held, skus: Sequence[str], now: datetime) -> Observed:
        one = self._items.get(held.listing.ref.item) if held.listing.ref.item else None
        if one is None:
            candidates = [found for sku in skus for found in self._by_sku.get(sku, ())]
            one = candidates[0] if candidates else None
        if one is None:
            return Observed(State.ABSENT, now)
        self._claimed.add(one.ref.item)
        return one

    def strangers(self) -> list[Mapping[str, Any]]:
        return [
            {"item": item, "skus": list(one.skus), "title": one.facts.get("title"), "url": one.url}
            for item, one in self._items.items()
            if item not in self._claimed
        ]


def _pages(site: Site) -> Iterable[list[Held]]:
    after = 0
    while page := site.store.runs.listings(site.shop.id, after, _PAGE):
        yield page
        after = page[-1].listing.id


def _compare(
    site: Site, held: Held, leg: Leg, quotas: Mapping[str, Quota], live: _Live, *, heal: bool
) -> tuple[Finding, Plan]:
    want, facts, problems = leg
    seen = live.find(held, want.skus, site.clock.now())
    if held.listing.phase is Phase.WAITING and not seen.state.exists:
        seen = replace(seen, state=State.PENDING, ticket=held.listing.ticket)
    policy = site.shop.policy
    made = plan(held.listing, facts, seen, policy, problems)
    above = escrow.drifts(quotas, seen)
    made = replace(made, drifts=made.drifts + above)
    needs_work = heal and (bool(made.ops or above) or _in_between(held, seen))
    finding = Finding(
        held=held,
        seen=seen,
        desired=fingerprint(facts),
        drifts=made.drifts,
        unconfirmed=from_facts(held.listing.applied.confirm(seen.facts).unconfirmed),
        result=None if needs_work else _result(held, made, problems, seen),
    )
    return finding, made


def _in_between(held: Held, seen: Observed) -> bool:
    """Not settled: an unknown outcome, a half-made create, ids not yet known, or a review that is over."""
    decided = seen.state.exists and seen.state is not State.PENDING
    over = decided and (not held.listing.ref or held.listing.phase is Phase.WAITING)
    return bool(held.unsettled) or held.listing.phase is Phase.CREATING or over


def _result(held: Held, made: Plan, problems: Sequence[Problem], seen: Observed) -> str:
    if made.refused or held.listing.phase is Phase.REFUSED or seen.state in (State.REJECTED, State.BANNED):
        return "refused"
    undecided = any(d.resolution in (Resolution.ASK, Resolution.REPORT) for d in made.drifts)
    if blocking(problems) or undecided or held.listing.phase is Phase.PARKED:
        return "blocked"
    return "unchanged"


def _approved(site: Site) -> bool:
    until = site.shop.approved_until
    return until is not None and until > site.clock.now()
