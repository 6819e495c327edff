"""What the mass-change guard stopped: seen first, then let go on or refused."""

from fastapi import APIRouter, Request, Response

from connector import approvals
from connector.domain.listing import Lane
from connector.errors import NeedsConsent, Retry
from connector.reconcile import approve
from connector.store.inbox import Inbox
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Posted, Viewer, only

router = APIRouter(prefix="/desk/approvals")


@router.get("")
@only(*STAFF)
def waiting(request: Request, wired: Parts, account: Viewer) -> Response:
    return desk_page(request, "approvals.html", shops=_stopped(wired, wired.store.inbox(account.scope)))


@router.get("/{code}")
@only(*STAFF)
def what(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    """What would change in this shop. A platform that must be asked first and cannot be is said, not hidden."""
    shop = wired.store.shops.get(code)
    runs = {run["shop"]: run for run in _held_runs(wired.store.inbox(account.scope))}
    try:
        held, away = approvals.held_back(wired.site(shop)), ""
    except (Retry, NeedsConsent) as error:
        held, away = None, str(error)
    return desk_page(request, "approval.html", shop=shop, held=held, away=away, run=runs.get(code))


@router.post("/{code}")
@only(*STAFF)
def decide(wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    site = wired.site(wired.store.shops.get(code))
    if form.get("choice") == "approve":
        approve(site)
        for lane in Lane:
            wired.hints.converge(site.shop.id, lane)
        return told("/desk/approvals", "approve")
    for run in wired.store.runs.open_runs():
        if run.shop_id == site.shop.id and run.state == "held" and run.id is not None:
            approvals.refuse(site, run.id, account.login)
    return told("/desk/approvals", "refuse")


def _held_runs(inbox: Inbox) -> list[dict[str, object]]:
    return [run for run in inbox.runs(limit=200) if run["state"] == "held"]


def _stopped(wired: Parts, inbox: Inbox) -> list[dict[str, object]]:
    runs = {run["shop"]: run for run in _held_runs(inbox)}
    shops = [shop for shop in wired.store.shops.all() if shop.holds or shop.code in runs]
    return [{"shop": shop, "run": runs.get(shop.code)} for shop in shops]
