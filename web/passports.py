"""A product's passport: the public page behind the stamp on its pack, and the stamp to print."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import HTMLResponse

from config.communes import communes
from connector.passport import Passport, passport, stamp
from connector.passport.page import page as whole_page
from connector.site import VIETNAM
from connector.store.accounts import Account
from connector.wiring import Wired
from web.products import mine
from web.security import Parts, Viewer, public

router = APIRouter()
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@router.get("/p/{token}")
@public
def read(token: str, wired: Parts) -> Response:
    """The page needs nothing but itself, so its policy allows its own style, by its hash, and pictures within it."""
    product_id = stamp.opened(token, wired.store.passports.key()) if len(token) == 16 else None
    code = wired.store.passports.product_code(product_id) if product_id is not None else None
    if code is None:
        raise HTTPException(404)
    made = whole_page(_passport(wired, code), wired.pictures)
    return HTMLResponse(
        made, headers={"Content-Security-Policy": _policy(made), "Cache-Control": "public, max-age=300"}
    )


@router.get("/products/{product_id:int}/stamp.{kind}")
def print_stamp(
    product_id: int, kind: str, wired: Parts, account: Viewer, mm: Annotated[float, Query(ge=8, le=200)] = 25
) -> Response:
    """The QR code to print: svg, or png at 300 dpi."""
    address = stamp_address(wired, account, product_id)
    if kind == "svg":
        return _file(stamp.svg(address, mm).encode(), "image/svg+xml", f"tem-{product_id}.svg")
    if kind == "png":
        return _file(stamp.png(address, mm, 300), "image/png", f"tem-{product_id}.png")
    raise HTTPException(404)


def stamp_address(wired: Wired, account: Account, product_id: int) -> str:
    mine(wired, account, product_id)
    return stamp.address(wired.settings.public_url, product_id, wired.store.passports.key())


def _passport(wired: Wired, code: str) -> Passport:
    return passport(
        wired.store,
        code,
        public_url=wired.settings.public_url,
        book=wired.book,
        day=wired.clock.now().astimezone(VIETNAM).date(),
        communes=communes(),
        platforms={name: channel.name for name, channel in wired.channels.items()},
    )


def _policy(made: str) -> str:
    hashes = " ".join(f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" for css in _STYLE.findall(made))
    allowed = f"default-src 'none'; style-src {hashes}; img-src data:"
    return f"{allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
