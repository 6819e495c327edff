"""Authorisation: the link a seller opens, the code it brings back, and the rotation of token pairs."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.shopee import notices
from sandbox.shopee.call import Call
from sandbox.shopee.errors import GatewayRefusal, wrong
from sandbox.shopee.gate import check_public
from sandbox.shopee.state import Pair, Shop
from sandbox.wire import Reply

ACCESS_LIFE = 4 * 3600
REFRESH_LIFE = 30 * 86400
OVERLAP = 300
"""Seconds for which the old access token lives on after a refresh."""
CODE_LIFE = 600
GRACE = 4 * 3600
AUTHORISED_FOR = 365 * 86400


def new_pair(call: Call) -> Pair:
    return make_pair(call.market.hex(32), call.market.hex(32), call.now)


def make_pair(access: str, refresh: str, now: float) -> Pair:
    return Pair(access, refresh, now + ACCESS_LIFE, now + REFRESH_LIFE)


def auth_page(call: Call) -> Reply:
    """The current link: no signature, `redirect_uri` and `state`."""
    if call.request.q("partner_id") != str(call.market.partner_id):
        raise GatewayRefusal("error_auth", "partner_id is invalid")
    return _consent(call, call.request.q("redirect_uri") or "")


def auth_partner(call: Call) -> Reply:
    """The older link: signed as public, `redirect`."""
    check_public(call)
    return _consent(call, call.request.q("redirect") or "")


def _consent(call: Call, target: str) -> Reply:
    parts = urlsplit(target)
    allowed = call.switches["redirect_hosts"]
    if parts.scheme not in ("http", "https") or (allowed and parts.hostname not in allowed):
        text = "The domain of redirect_uri is not consistent with the Redirect URL Domain declared in console."
        return Reply.json({"code": 1, "error": "error_param", "msg": text, "debug_message": ""}, ok=False)
    if not call.switches["auto_consent"] and call.request.q("confirmed") != "1":
        query = urlencode([*call.request.query, ("confirmed", "1")])
        return Reply.html(_CONSENT.format(link=f"{call.request.path}?{query}".replace("&", "&amp;")))
    shop = next(iter(call.market.shops.values()))
    shop.linked, shop.auth_time, shop.expire_time = True, call.now, call.now + AUTHORISED_FOR
    notices.authorised(call.market, shop)
    code = call.market.hex(16)
    shop.codes[code] = call.now + CODE_LIFE
    answer = [("code", code), ("shop_id", str(shop.shop_id))]
    answer += [("state", state)] if (state := call.request.q("state")) else []
    return Reply.redirect(f"{target}{'&' if parts.query else '?'}{urlencode(answer)}")


def cancel_auth(call: Call) -> Reply:
    """The seller takes the authorisation back; its calls then meet shop_no_linked."""
    if call.request.q("partner_id") != str(call.market.partner_id):
        raise GatewayRefusal("error_auth", "partner_id is invalid")
    for shop in call.market.shops.values():
        shop.linked = False
        shop.pairs.clear()
        notices.cancelled(call.market, shop)
    return Reply.html("<!doctype html><meta charset=utf-8><p>Đã hủy liên kết.</p>")


def token_get(call: Call) -> dict[str, Any]:
    _check_partner(call)
    code, shop_id = call.need("code"), call.body.get("shop_id")
    owner = next((s for s in call.market.shops.values() if call.now < s.codes.get(code, 0)), None)
    if owner is None:
        raise GatewayRefusal("invalid_code", "The code is expired or used or invalid, please check the code.")
    if shop_id is None and call.body.get("main_account_id") is not None:
        raise GatewayRefusal(
            "invalid_main_acount_id",
            "The code or main_accoount_id is wrong, please check the code or the main_account_id.",
        )
    if shop_id != owner.shop_id:
        raise GatewayRefusal("invalid_shop_id", "The code or shop_id is wrong, please check the code or the shop_id.")
    del owner.codes[code]
    pair = new_pair(call)
    owner.pairs.append(pair)
    return _shown(pair) | {"shop_id_list": [owner.shop_id], "merchant_id_list": []}


def access_token_get(call: Call) -> dict[str, Any]:
    _check_partner(call)
    token = call.need("refresh_token")
    shop = call.market.shops.get(call.need("shop_id"))
    if shop is None:
        raise GatewayRefusal(
            "error_shop_refresh_token", "Your refresh token is error ,please check refresh token or shopid."
        )
    if not shop.linked:
        raise GatewayRefusal("shop_no_linked", "Partner and shop has no linked.")
    pair = _refresh(call, shop, token)
    return {"partner_id": call.market.partner_id, "shop_id": shop.shop_id} | _shown(pair)


def _refresh(call: Call, shop: Shop, token: str) -> Pair:
    now = call.now
    old = next((pair for pair in shop.pairs if pair.refresh == token), None)
    if old is None:
        raise GatewayRefusal("error_auth", "Invalid refresh_token.")
    if old.spent_at is not None:
        if call.switches["refresh_grace"] and now - old.spent_at < GRACE and old.followed_by:
            return old.followed_by
        raise GatewayRefusal("error_auth", "Invalid refresh_token.")
    if now >= old.refresh_dies:
        raise GatewayRefusal("refresh_token_expired", "Your refresh_token expired.")
    old.spent_at, old.access_dies = now, min(old.access_dies, now + OVERLAP)
    old.followed_by = new_pair(call)
    shop.pairs.append(old.followed_by)
    return old.followed_by


def _check_partner(call: Call) -> None:
    if call.need("partner_id") != call.market.partner_id:
        raise wrong("partner_id in body and query differ")


def _shown(pair: Pair) -> dict[str, Any]:
    return {"access_token": pair.access, "refresh_token": pair.refresh, "expire_in": ACCESS_LIFE}


_CONSENT = (
    "<!doctype html><html lang=vi><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Sàn thử: cho phép ứng dụng</title>"
    "<body style='font:17px sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem'>"
    "<h1>SÀN THỬ</h1><p>Cho phép ứng dụng quản lý gian hàng của bạn trong 365 ngày?</p>"
    "<p><a style='background:#ee4d2d;color:#fff;padding:.7rem 1.2rem;border-radius:.4rem' "
    "href='{link}'>Cho phép</a>"
)
