"""Runs: each reconciliation of a shop with counters that add up, live while it works."""

from fastapi import APIRouter, HTTPException, Request, Response

from connector.models import RESULTS
from connector.store.inbox import NEWEST
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Viewer, only

router = APIRouter(prefix="/desk")
_OPEN = ("scanning", "healing", "held")


@router.get("/runs")
@only(*STAFF)
def runs(request: Request, wired: Parts, account: Viewer, shop: str = "", before: int = NEWEST) -> Response:
    found = wired.store.inbox(account.scope).runs(shop=shop, before=before, limit=21)
    shops = wired.store.shops.all()
    return desk_page(request, "runs.html", runs=found[:20], more=len(found) > 20, shop=shop, shops=shops, open=_OPEN)


@router.get("/runs/{run_id}")
@only(*STAFF)
def run(request: Request, wired: Parts, account: Viewer, run_id: int, result: str = "", after: int = 0) -> Response:
    return _run(request, wired, account, run_id, "run.html", result, after)


@router.get("/runs/{run_id}/now")
@only(*STAFF)
def run_now(request: Request, wired: Parts, account: Viewer, run_id: int) -> Response:
    """Its progress and counters, for a page that is open."""
    return _run(request, wired, account, run_id, "run_now.html", "", 0)


def _run(
    request: Request, wired: Parts, account: Viewer, run_id: int, template: str, result: str, after: int
) -> Response:
    inbox = wired.store.inbox(account.scope)
    found = inbox.run(run_id)
    if found is None:
        raise HTTPException(404)
    listings = inbox.listings_of(run_id, "" if result == "open" else result, after=after) if result else []
    drifts = inbox.drifts(run=run_id, limit=20)
    return desk_page(
        request,
        template,
        run=found,
        results=RESULTS,
        open=_OPEN,
        result=result,
        listings=listings,
        drifts=drifts,
    )


@router.post("/shops/{code}/reconcile")
@only(*STAFF)
def reconcile(wired: Parts, account: Viewer, code: str) -> Response:
    """Open a run now: its row is what counts, the hint only makes it quick."""
    shop = wired.store.shops.get(code)
    cause = f"by hand of {account.login}"
    opened = wired.store.runs.open(shop.id, cause)
    wired.hints.reconcile(shop.id, cause)
    return told(f"/desk/runs/{opened.id}", "reconcile")
