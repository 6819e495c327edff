"""Authorisation: consent page, single-use codes, flat token answers; a refresh never prolongs the consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sandbox.lazada.errors import gateway
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

CODE_SECONDS = 1800


@dataclass
class Grant:
    """One consent: an access token, a refresh token and their ends (epoch seconds)."""

    access: str
    access_until: float
    refresh: str
    refresh_until: float


class Tokens:
    """All living codes and grants of the one demo seller."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.codes: dict[str, float] = {}
        self.by_access: dict[str, Grant] = {}
        self.by_refresh: dict[str, Grant] = {}
        self.latest = self.grant()
        self.first_code = self.code()

    def code(self) -> str:
        """A new authorisation code, valid 30 minutes and once."""
        code = f"0_{self.market.app_key}_{self._random(24)}"
        self.codes[code] = self.market.world.clock.now() + CODE_SECONDS
        return code

    def grant(self, refresh_until: float | None = None, refresh: str = "") -> Grant:
        """A new access token; a refresh keeps the end of the consent it came from."""
        now = self.market.world.clock.now()
        until = refresh_until or now + float(self.market.switches["refresh_expires_in"])
        grant = Grant(
            f"50000{self._random(55)}", now + float(self.market.switches["access_expires_in"]),
            refresh or f"50001{self._random(55)}", until,
        )  # fmt: skip
        self.by_access[grant.access] = self.by_refresh[grant.refresh] = self.latest = grant
        return grant

    def living(self, access: str) -> bool:
        """Whether an access token may be used now."""
        grant = self.by_access.get(access)
        return grant is not None and grant.access_until > self.market.world.clock.now()

    def newest(self) -> Grant:
        return next(reversed(self.by_access.values()))

    def authorised(self) -> bool:
        """Whether any access token lives, since pushes stop with the authorisation."""
        return any(grant.access_until > self.market.world.clock.now() for grant in reversed(self.by_access.values()))

    def _random(self, length: int) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self.market.chance.choices(letters, k=length))


def create(market: Market, call: Call) -> dict[str, Any]:
    """/auth/token/create."""
    until = market.tokens.codes.pop(call.need("code"), 0)
    if until <= market.world.clock.now():
        raise gateway("InvalidCode", "Invalid authorization code")
    return _answer(market, market.tokens.grant(), "country_user_info")


def refresh(market: Market, call: Call) -> dict[str, Any]:
    """/auth/token/refresh. The refresh token may change, its own end does not move."""
    if market.switches["service_market_app"]:
        raise gateway("AUTH_TYPE_UNSUPPORTED", "appkey can only be authorized by market, not support refresh")
    old = market.tokens.by_refresh.get(call.need("refresh_token"))
    if old is None or old.refresh_until <= market.world.clock.now():
        raise gateway("IllegalRefreshToken", "The specified refresh token is invalid or expired")
    same = "" if market.switches["refresh_rotates"] else old.refresh
    return _answer(market, market.tokens.grant(old.refresh_until, same), "country_user_info_list")


def _answer(market: Market, grant: Grant, users: str) -> dict[str, Any]:
    now = market.world.clock.now()
    user = {"country": "vn", "user_id": market.seller_id, "seller_id": market.seller_id,
            "short_code": market.short_code}  # fmt: skip
    return {
        "access_token": grant.access, "refresh_token": grant.refresh,
        "expires_in": round(grant.access_until - now), "refresh_expires_in": round(grant.refresh_until - now),
        "country": "vn", "account": "gianhang@ocop.example", "account_id": None,
        "account_platform": "seller_center", users: [user],
    }  # fmt: skip


def consent(market: Market, request: Request) -> Reply:
    """The consent page: the demo seller agrees at once and the browser goes back with a code."""
    if request.q("client_id", "") != market.app_key or request.q("response_type", "") != "code":
        return Reply.html("<h1>Illegal request</h1>")
    back = request.q("redirect_uri", "")
    if not back:
        return Reply.html("<h1>Redirect uri does not match the callback url of the APP</h1>")
    fields = {"code": market.tokens.code()} | ({"state": s} if (s := request.q("state", "")) else {})
    target = f"{back}{'&' if '?' in back else '?'}{urlencode(fields)}"
    return Reply.redirect(target)
