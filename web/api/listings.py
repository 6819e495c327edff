"""Listings and their state: the three legs, what is missing, all that was sent, and why a value is what it is."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query

from connector.domain.listing import Phase
from connector.store.accounts import Account
from connector.store.feed import NEWEST
from connector.why import why
from connector.wiring import Wired
from web.api import shapes, states
from web.api.limits import After, Before, Code, Limit, paged
from web.security import Parts, Viewer

router = APIRouter(prefix="/listings", tags=["Tin đăng / listings"])
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", response_model=shapes.Page[states.ListingLine], summary="Tin đăng trên các sàn / listings")
def listings(
    wired: Parts,
    account: Viewer,
    product: shapes.Id | None = None,
    shop: Code = "",
    phase: Phase | None = None,
    after: After = 0,
    limit: Limit = 50,
) -> Any:
    feed = wired.store.feed(account.scope)
    found = feed.listings(product=product, shop=shop, phase=phase or "", after=after, limit=limit + 1)
    return paged(found, limit)


@router.get("/{listing_id}", response_model=states.ListingOut, summary="Một tin, ba chân / one listing, its three legs")
def listing(wired: Parts, account: Viewer, listing_id: Number) -> Any:
    return _mine(wired, account, listing_id) | {"problems": wired.store.reads.problems(listing_id)}


@router.get(
    "/{listing_id}/attempts",
    response_model=shapes.Page[states.AttemptOut],
    summary="Mọi điều đã gửi, mới nhất trước / all that was sent, newest first",
)
def attempts(wired: Parts, account: Viewer, listing_id: Number, after: Before = NEWEST, limit: Limit = 50) -> Any:
    _mine(wired, account, listing_id)
    return paged(wired.store.inbox(account.scope).attempts(listing_id, before=after, limit=limit + 1), limit)


@router.get(
    "/{listing_id}/why", response_model=states.StoryOut, summary="Vì sao có giá trị này / why a value is what it is"
)
def story(
    wired: Parts,
    account: Viewer,
    listing_id: Number,
    field: Annotated[str, Query(max_length=200, description="price:SKU, title, ...")],
) -> Any:
    found = _mine(wired, account, listing_id)
    return why(wired.store, found["shop"], found["product"], field)


def _mine(wired: Wired, account: Account, listing_id: int) -> dict[str, Any]:
    found = wired.store.inbox(account.scope).listing(listing_id)
    if found is None:
        raise HTTPException(404)
    return found
