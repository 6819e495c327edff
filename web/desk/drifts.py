"""The drift inbox, and the questions that a producer is asked from it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import FormData

from connector import decisions
from connector.store.accounts import Account
from connector.store.inbox import NEWEST, PAGE
from connector.wiring import Wired
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Posted, Viewer, only

router = APIRouter()
TABS = ("ask", "heal", "report", "keep", "accept")


@router.get("/desk/drifts")
@only(*STAFF)
def drifts(
    request: Request,
    wired: Parts,
    account: Viewer,
    which: Annotated[str, Query(pattern="^(ask|heal|report|keep|accept)?$")] = "ask",
    shop: str = "",
    before: int = NEWEST,
) -> Response:
    inbox = wired.store.inbox(account.scope)
    found = inbox.drifts(which=which, shop=shop, before=before, limit=PAGE + 1)
    return desk_page(
        request,
        "drifts.html",
        drifts=found[:PAGE],
        more=len(found) > PAGE,
        counts=inbox.drift_counts(),
        tabs=TABS,
        which=which,
        shop=shop,
        shops=wired.store.shops.all(),
    )


@router.post("/desk/drifts")
@only(*STAFF)
def decide(wired: Parts, account: Viewer, form: Posted) -> Response:
    """One choice for all that were ticked."""
    kept = {name: str(form.get(name, ""))[:100] for name in ("which", "shop")}
    return _decide(wired, account, form, f"/desk/drifts?{urlencode(kept)}")


@router.get("/questions")
def questions(request: Request, wired: Parts, account: Viewer, before: int = NEWEST) -> Response:
    """What an operator has asked this producer: whose value shall stand."""
    found = wired.store.inbox(account.scope).drifts(asked=True, before=before, limit=PAGE + 1)
    return desk_page(request, "questions.html", drifts=found[:PAGE], more=len(found) > PAGE)


@router.post("/questions")
def answer(wired: Parts, account: Viewer, form: Posted) -> Response:
    return _decide(wired, account, form, "/questions")


def _decide(wired: Wired, account: Account, form: FormData, back: str) -> Response:
    """Within the viewer's scope: ids of somebody else's drift are not found."""
    ticked = [str(one) for one in form.getlist("id")]
    ids = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 19]
    choice = str(form.get("choice", ""))
    decided = decisions.on_drifts(wired.store, account.scope, ids, choice, account.login)
    return told(back, choice, decided)
