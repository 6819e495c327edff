"""The shops where a producer's goods are sold, and letting us into one: its owner agrees on the platform's own page."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from connector import connecting
from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.ports import Consent
from connector.store import Shop
from connector.store.accounts import Account
from connector.wiring import Wired
from web.consent import begin
from web.desk.frame import board
from web.security import Parts, Viewer

router = APIRouter(prefix="/shops")


@router.get("")
def shops(request: Request, wired: Parts, account: Viewer) -> Response:
    if account.staff:
        return RedirectResponse("/desk/shops", 303)
    mine = [_standing(wired, row) for row in wired.store.console(account.scope).shops()]
    return board(request, "shops/list.html", shops=mine)


@router.get("/{code}/connect")
def ask(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    """What agreeing means, before anybody is sent away."""
    shop = _mine(wired, account, code)
    return board(request, "shops/connect.html", link="", **_about(wired, shop))


@router.post("/{code}/connect")
def connect(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    """The link to the platform's page, for this browser alone. A form may not lead to another site, so a link does."""
    shop = _mine(wired, account, code)
    consent = wired.consent(shop)
    if not consent.asks:
        connecting.grant(wired.store, consent, shop, {}, "")
        for lane in Lane:
            wired.hints.converge(shop.id, lane)
        return RedirectResponse(f"/shops/{code}/connect?done=connected", 303)
    cookies = Response()
    link = begin(wired, shop, cookies)
    shown = board(request, "shops/connect.html", link=link, **_about(wired, shop))
    shown.headers.append("Set-Cookie", cookies.headers["Set-Cookie"])
    return shown


def _mine(wired: Wired, account: Account, code: str) -> Shop:
    """Staff let us into any shop, a producer into their own; a shared one is not theirs to give."""
    rows = wired.store.console(account.scope).shops()
    if not any(row["code"] == code and (account.staff or row["own"]) for row in rows):
        raise HTTPException(404)
    return wired.store.shops.get(code)


def _about(wired: Wired, shop: Shop) -> dict[str, Any]:
    held = wired.store.shops.vault(shop.id).tokens()
    return {
        "shop": shop,
        "asks": asks(wired, shop),
        "held": held is not None,
        "ends": connecting.ends(held, wired.clock.now()),
    }


def _standing(wired: Wired, row: dict[str, Any]) -> dict[str, Any]:
    shop = wired.store.shops.get(row["code"])
    return {**row, **_about(wired, shop)} if row["own"] else {**row, "asks": None}


def asks(wired: Wired, shop: Shop) -> bool | None:
    """None: this platform is reached without anybody's consent."""
    try:
        consent: Consent = wired.consent(shop)
    except Complaint:
        return None
    return consent.asks
