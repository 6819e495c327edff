"""What publishing a draft would do in each shop, before anything is saved: looked at now, planned, not done."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from connector import escrow
from connector.converge import look, wish
from connector.domain.listing import Lane, Listing, Observed, State
from connector.domain.plan import Plan, plan
from connector.domain.rules import Verbs
from connector.errors import Complaint, NeedsConsent, Trouble
from connector.outcomes import Pass
from connector.plans import with_costs
from connector.site import Site
from connector.store import Goods, Shop


@dataclass(frozen=True, slots=True)
class Preview:
    """One shop's plan. `why` is set where there is none: paused, observe (the shop may only be looked at), away."""

    shop: Shop
    channel: str
    plan: Plan | None
    why: str = ""


def preview(sites: Sequence[Site], goods: Goods, listings: dict[int, int]) -> list[Preview]:
    """For each shop, looked at side by side; `listings` are the product's listings by shop id."""
    if not sites:
        return []
    with ThreadPoolExecutor(len(sites)) as pool:
        return list(pool.map(lambda site: _one(site, goods, listings.get(site.shop.id)), sites))


def _one(site: Site, goods: Goods, listing_id: int | None) -> Preview:
    shop, name = site.shop, site.channel.name
    if not shop.active:
        return Preview(shop, name, None, "paused")
    if shop.policy.verbs is Verbs.OBSERVE:
        return Preview(shop, name, None, "observe")
    try:
        return Preview(shop, name, _plan(site, goods, listing_id))
    except (NeedsConsent, Complaint):  # no consent, or no keys yet: both are given where a shop is connected
        return Preview(shop, name, None, "consent")
    except Trouble:
        return Preview(shop, name, None, "away")


def _plan(site: Site, goods: Goods, listing_id: int | None) -> Plan:
    want, facts, problems = wish(site, [goods])[0]
    held = site.store.work.peek([listing_id]) if listing_id is not None else []
    if not held:
        nothing = Observed(State.ABSENT, site.clock.now())
        return plan(Listing(listing_id or 0), facts, nothing, site.shop.policy, problems)
    facts = escrow.hands_off(facts, goods, held[0].listing.ref)
    one = Pass(held[0], held[0].listing, want, facts, problems, site.channel)
    look(site, Lane.CONTENT, [one], settle=False)
    if one.wait_until is not None:
        return Plan(one.listing.id, wait=one.wait_until)
    return with_costs(site, plan(one.listing, facts, one.seen, site.shop.policy, problems), want)
