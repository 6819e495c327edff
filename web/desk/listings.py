"""One listing: its three legs, all that was ever sent for it, and why any value is what it is."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from connector import decisions
from connector.store.inbox import NEWEST
from connector.why import why
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Posted, Viewer, only

router = APIRouter(prefix="/desk/listings")
_PAGE = 20


@router.get("/{listing_id}")
@only(*STAFF)
def listing(request: Request, wired: Parts, account: Viewer, listing_id: int, before: int = NEWEST) -> Response:
    inbox = wired.store.inbox(account.scope)
    found = _found(inbox.listing(listing_id))
    attempts = inbox.attempts(listing_id, before=before, limit=_PAGE + 1)
    fields = sorted({*found["desired"], *found["observed"], *found["applied"]})
    return desk_page(
        request,
        "listing.html",
        listing=found,
        fields=fields,
        attempts=attempts[:_PAGE],
        more=len(attempts) > _PAGE,
        problems=wired.store.reads.problems(listing_id),
    )


@router.get("/{listing_id}/why")
@only(*STAFF)
def story(request: Request, wired: Parts, account: Viewer, listing_id: int, field: str) -> Response:
    """The chain of causes of one field, oldest first."""
    found = _found(wired.store.inbox(account.scope).listing(listing_id))
    told_story = why(wired.store, found["shop"], found["product"], field)
    return desk_page(request, "why.html", listing=found, field=field, story=told_story)


@router.post("/{listing_id}")
@only(*STAFF)
def act(wired: Parts, account: Viewer, listing_id: int, form: Posted) -> Response:
    """Try again, park, or take a field back that was left to the platform."""
    _found(wired.store.inbox(account.scope).listing(listing_id))
    choice, back = str(form.get("choice", "")), f"/desk/listings/{listing_id}"
    if choice == "own":
        decisions.own_again(wired.store, account.scope, listing_id, str(form.get("field", "")), account.login)
        return told(back, "own")
    return told(back, choice, decisions.on_stuck(wired.store, [listing_id], choice, account.login))


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise HTTPException(404)
    return row
