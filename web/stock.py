"""Stock: what may still be sold and why, shop by shop; a count is corrected by one more entry, never overwritten."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from connector import counting
from connector.errors import Complaint
from connector.store.accounts import Account
from connector.store.console import PAGE
from connector.wiring import Wired
from web.desk.frame import board
from web.language import Speech
from web.pages import say
from web.products import key_of
from web.security import Parts, Posted, Viewer
from web.words import _

router = APIRouter(prefix="/stock")
_LEDGER = 50


@router.get("")
def stock(
    request: Request,
    wired: Parts,
    account: Viewer,
    q: Annotated[str, Query(max_length=100)] = "",
    which: Annotated[str, Query(pattern="^(|out|few|over)$")] = "",
    after: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    found = wired.store.shelves(account.scope).goods(words=q, which=which, after=key_of(after))
    shown, more = found[:PAGE], len(found) > PAGE
    return board(
        request,
        "stock/list.html",
        goods=shown,
        more=f"{shown[-1]['id']}:{shown[-1]['folded']}" if more else "",
        q=q,
        which=which,
    )


@router.get("/{sku}")
def good(request: Request, wired: Parts, account: Viewer, sku: str) -> Response:
    found, story = _mine(wired, account, sku)
    tongue = say(request)
    left, moves = story["on_hand"], []
    for move in story["movements"]:
        moves.append(move | {"left": left})
        left -= move["delta"]
    shops = [shop | {"why": _why(tongue, shop)} for shop in story["shops"]]
    given = sum(max(shop["ceiling"] or 0, 0) for shop in shops)
    return board(request, "stock/good.html", good=found, story=story, moves=moves, shops=shops, given=given)


@router.post("/{sku}")
def adjust(wired: Parts, account: Viewer, sku: str, form: Posted) -> Response:
    _mine(wired, account, sku)
    sign = "-" if form.get("way") == "less" else "+"
    pieces, because = str(form.get("pieces", "")).strip(), str(form.get("because", ""))
    counting.adjust(wired.store, wired.hints, sku, f"{sign}{pieces}", account.login, because)
    return RedirectResponse(f"/stock/{sku}?done=counted", 303)


@router.post("/{sku}/scarce")
def scarce(wired: Parts, account: Viewer, sku: str, form: Posted) -> Response:
    """When this good is divided among the shops."""
    _mine(wired, account, sku)
    typed = str(form.get("below", "")).strip()
    if typed and not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= counting.MOST):
        raise Complaint(f"«{typed[:40]}» không phải số cái.", f"“{typed[:40]}” is no number of pieces.")
    counting.split(wired.store, wired.hints, sku, int(typed) if typed else None)
    return RedirectResponse(f"/stock/{sku}?done=counted", 303)


def _mine(wired: Wired, account: Account, sku: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = wired.store.shelves(account.scope).good(sku)
    if found is None:
        raise HTTPException(404)
    return found, wired.store.stockroom.story(sku, limit=_LEDGER)


def _why(tongue: Speech, shop: dict[str, Any]) -> list[str]:
    """Why the shop shows what it shows; `step` is said by the template."""
    told = []
    if shop["beyond"]:
        told.append(tongue(_("bán quá phần %(n)s cái"), n=shop["beyond"]))
    if shop["trouble"]:
        told.append(tongue(_("chưa đọc được đơn: %(why)s"), why=shop["trouble"]))
    if shop["reason"]:
        told.append(shop["reason"])
    if shop["step"] is None and not told:
        told.append(tongue(_("theo quy tắc của gian hàng")))
    return told
