"""Where platforms send a seller's browser back to after the consent: GET /connect/{platform}/callback.

`begin` starts it from a page of the console: it answers the link and leaves a cookie, so that a consent can only be
finished in the browser that began it.
"""

import hmac

from fastapi import APIRouter, Request, Response

from connector import connecting
from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.store import Shop
from connector.wiring import Wired
from web.pages import language, page
from web.security import public

router = APIRouter()
COOKIE = "ocop_consent"
_HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}  # the address holds a code


def begin(wired: Wired, shop: Shop, response: Response) -> str:
    """The link for the seller; the response takes the cookie along. The redirect is what the app is registered with."""
    redirect = f"{wired.settings.public_url.rstrip('/')}/connect/{shop.platform}/callback"
    asked = connecting.begin(wired.store, wired.consent(shop), shop, redirect, wired.clock)
    response.set_cookie(
        COOKIE,
        asked.state,
        max_age=int(connecting.GOOD_FOR.total_seconds()),
        path="/connect",
        httponly=True,
        samesite="lax",
        secure=redirect.startswith("https:"),
    )
    return asked.link


@router.get("/connect/{platform}/callback")
@public
def callback(request: Request, platform: str) -> Response:
    """Finish the consent that this browser began."""
    wired: Wired = request.app.state.wired
    answer, held = dict(request.query_params), request.cookies.get(COOKIE, "")
    try:
        if not held or not hmac.compare_digest(held.encode(), answer.get("state", "").encode()):
            raise Complaint(
                "Trình duyệt này không mở liên kết cấp quyền. Bấm lại nút kết nối trong trang gian hàng.",
                "This browser did not begin the consent. Press the button on the shop's page again.",
            )
        shop = connecting.finish(wired.store, wired.consent, platform, answer, wired.clock)
    except Complaint as complaint:
        return _page(request, 400, wrong=complaint.say(language(request)))
    for lane in Lane:
        wired.hints.converge(shop.id, lane)
    return _page(request, 200, shop=wired.store.shops.by_id(shop.id))


def _page(request: Request, status: int, *, shop: Shop | None = None, wrong: str = "") -> Response:
    answer = page(request, "shops/back.html", status, shop=shop, wrong=wrong)
    answer.headers.update(_HEADERS)
    answer.delete_cookie(COOKIE, path="/connect")
    return answer
