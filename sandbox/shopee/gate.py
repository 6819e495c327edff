"""The gateway before every endpoint: partner, clock, signature, token, shop and pace, in that order."""

import time

from sandbox.shopee import sign
from sandbox.shopee.call import Call
from sandbox.shopee.errors import GatewayRefusal
from sandbox.shopee.state import Shop

WINDOW = 300
"""Seconds for which a timestamp is good."""


def check_public(call: Call) -> None:
    timestamp = _timestamp(call)
    _check_sign(call, sign.public_base(_partner(call), call.request.path, timestamp))


def check_shop(call: Call) -> None:
    """Passes and sets the call's shop, or refuses."""
    partner, timestamp = _partner(call), _timestamp(call)
    token = call.request.q("access_token")
    if not token:
        raise GatewayRefusal("error_param", "There is no access_token in query.")
    shop_id = call.request.q("shop_id") or ""
    if not shop_id or call.request.q("merchant_id"):
        raise GatewayRefusal("error_sign", "Wrong sign.")
    _check_sign(call, sign.owner_base(partner, call.request.path, timestamp, token, shop_id))
    shop = call.market.shops.get(int(shop_id)) if shop_id.isdigit() else None
    if shop is None:
        raise GatewayRefusal("error_auth", "Invalid partner_id or shopid.")
    _check_access(call, shop, token)
    call.shop_id = shop.shop_id
    _check_pace(call, shop)


def check_either(call: Call) -> None:
    """upload_image: documented as public, yet a shop-signed call passes as well."""
    if call.request.q("access_token"):
        check_shop(call)
    else:
        check_public(call)


def _partner(call: Call) -> str:
    partner = call.request.q("partner_id")
    if not partner:
        raise GatewayRefusal("error_param", "There is no partner_id in query.")
    if partner != str(call.market.partner_id):
        raise GatewayRefusal("invalid_partner_id", "partner_id is invalid")
    return partner


def _timestamp(call: Call) -> str:
    _partner(call)
    timestamp = call.request.q("timestamp")
    if not timestamp:
        raise GatewayRefusal("error_param", "There is no timestamp in query.")
    if not timestamp.isdigit():
        raise GatewayRefusal("error_param", "Invalid timestamp.")
    # Real time, not the sandbox's: a client cannot know that the sandbox's clock was moved.
    if abs(time.time() - int(timestamp)) > WINDOW:
        raise GatewayRefusal("error_param", "Timestamp is expired.")
    return timestamp


def _check_sign(call: Call, base: str) -> None:
    given = call.request.q("sign")
    if not given:
        raise GatewayRefusal("error_param", "There is no sign in query.")
    if not sign.matches(call.market.partner_key, base, given):
        raise GatewayRefusal("error_sign", "Wrong sign.")


def _check_access(call: Call, shop: Shop, token: str) -> None:
    now = call.now
    if not shop.linked:
        raise GatewayRefusal("shop_no_linked", "Partner and shop has no linked.")
    if now >= shop.expire_time:
        raise GatewayRefusal("shop_access_expired", "Your access to shop has expired.")
    if call.market.world.faults.take("shopee", call.endpoint, "dead_token") is None and any(
        pair.access == token and now < pair.access_dies for pair in shop.pairs
    ):
        return
    code = call.switches["dead_token_code"]
    texts = {"invalid_acceess_token": "Invalid access_token, please have a check."}
    raise GatewayRefusal(code, texts.get(code, "Invalid access_token."))


def _check_pace(call: Call, shop: Shop) -> None:
    pace = call.switches["calls_per_second"]
    if not pace:
        return
    now = call.now
    shop.calls = [at for at in shop.calls if now - 1 < at <= now]
    if len(shop.calls) >= pace:
        raise GatewayRefusal("error_rate_limit", "Too many requests, please try again later.")
    shop.calls.append(now)
