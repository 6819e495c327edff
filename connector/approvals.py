"""What the mass-change guard stopped, shown before a person lets it go on: from memory, so looking costs no call."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.converge import prepare
from connector.domain.listing import Lane, Observed, State
from connector.domain.plan import Plan, plan
from connector.outcomes import Pass
from connector.plans import Planned
from connector.site import Site
from connector.store.scope import Scope

MOST = 200


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The plans of listings that wait, at most `MOST`; `waiting` counts all of them."""

    listings: Sequence[Planned]
    waiting: int


def held_back(site: Site) -> HeldBack:
    """What would be done if the shop still looks as when last seen. Only to be shown: the loop looks again."""
    ids = _waiting(site)
    passes = prepare(site, site.store.work.peek(ids[:MOST]))
    names = site.store.reads.product_of([one.listing.id for one in passes])
    planned = [Planned(*names[one.listing.id], _plan(site, one)) for one in passes]
    return HeldBack([one for one in planned if one.plan.ops], len(ids))


def refuse(site: Site, run_id: int, who: str) -> None:
    """End a held run without healing. Lanes that the guard holds stay held until somebody approves."""
    run = site.store.runs.get(run_id)
    if run.shop_id == site.shop.id and run.state == "held":
        site.store.runs.fail(run_id, f"refused by {who}", site.clock.now())


def _waiting(site: Site) -> list[int]:
    found: set[int] = set()
    for lane in site.shop.holds:
        found |= set(site.store.work.due_live(site.shop.id, Lane(lane), site.clock.now(), limit=5000)[1])
    for run in site.store.runs.open_runs():
        if run.shop_id == site.shop.id and run.state == "held" and run.id is not None:
            rows = site.store.inbox(Scope(None)).listings_of(run.id, "", limit=5000)
            found |= {row["id"] for row in rows}
    return sorted(found)


def _plan(site: Site, one: Pass) -> Plan:
    applied = Observed(State.LIVE, site.clock.now(), one.listing.ref, one.listing.applied.facts)
    return plan(one.listing, one.facts, one.held.last or applied, site.shop.policy, one.problems)
