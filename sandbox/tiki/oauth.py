"""OAuth 2.0: in-house apps by client credentials, public apps by code and rotating refresh tokens."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode

from sandbox.tiki.errors import Failure
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.tiki.market import Market

SCOPES = ("all", "inventory", "multichannel", "offline", "openid", "order", "product")
STATE_LEAST = 8


@dataclass(frozen=True)
class Token:
    """What a bearer may do, and until when (epoch seconds). `own`: given on the app's credentials alone."""

    scopes: frozenset[str]
    until: float
    own: bool = False

    def allows(self, scope: str) -> bool:
        """`all` is old and means product and order."""
        return not scope or scope in self.scopes or ("all" in self.scopes and scope in {"product", "order"})


class Trouble(Exception):
    """A token error in the shape of RFC 6749."""

    def __init__(self, status: int, error: str, text: str) -> None:
        super().__init__(error)
        self.status, self.error, self.text = status, error, text

    def reply(self) -> Reply:
        body = {"error": self.error, "error_description": self.text, "error_hint": "",
                "status_code": self.status}  # fmt: skip
        return Reply.json(body, self.status)


class Desk:
    """Codes, access tokens and refresh tokens of the one demo app and seller."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.codes: dict[str, tuple[str, str, float]] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, tuple[str, float]] = {}
        self.latest = self.issue("product order inventory offline", with_refresh=True)

    def issue(self, scope: str, with_refresh: bool) -> dict[str, Any]:
        """A token answer; an empty scope means everything the seller let the app do."""
        granted = scope.strip() or "product order inventory"
        now, life = self._now(), int(self.market.switches["expires_in"])
        access = f"{self._random(43)}.{self._random(43)}"
        self.access[access] = Token(frozenset(granted.split()), now + life, own=not with_refresh)
        answer: dict[str, Any] = {"access_token": access, "expires_in": life, "scope": granted,
                                  "token_type": "bearer"}  # fmt: skip
        if with_refresh and "offline" in granted.split():
            answer["refresh_token"] = f"{self._random(43)}.{self._random(43)}"
            until = now + float(self.market.switches["refresh_seconds"])
            self.refresh[answer["refresh_token"]] = (granted, until)
            self.latest = answer
        if "openid" in granted.split():
            answer["id_token"] = f"{self._random(20)}.{self._random(60)}.{self._random(43)}"
        return answer

    def bearer(self, request: Request, name: str, scope: str) -> None:
        """Let the call pass or fail with 401 or 403."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        legacy = request.headers.get("tiki-api")
        if self.market.switches["legacy_header"] and legacy == self.market.legacy_key:
            return
        token = self.access.get(value.strip()) if kind.lower() == "bearer" else None
        dead = self.market.world.faults.take("tiki", name, "dead_token")
        if dead or token is None or token.until <= self._now():
            raise Failure(401, "The access token is missing, invalid or expired")
        if not token.allows(scope):
            raise Failure(403, f"The access token lacks the scope {scope}")
        if self.market.switches["public_app"]:
            _of_whom(token, name)

    def consent(self, request: Request) -> Reply:
        """The consent page: the seller agrees at once (or refuses, if a fault says so)."""
        back, state = request.q("redirect_uri") or "", request.q("state") or ""
        if request.q("client_id") != self.market.client_id or not back:
            return Failure(400, "invalid client_id or redirect_uri").reply()
        if len(state) < STATE_LEAST:
            hint = f"state must be at least {STATE_LEAST} characters long"
            return _back(back, {"error": "invalid_state", "error_code": "400", "error_hint": hint})
        if self.market.world.faults.take("tiki", "oauth.auth", "deny"):
            denied = {"error": "access_denied", "error_code": "403", "error_hint": "The seller refused"}
            return _back(back, denied)
        code, scope = self._random(43), request.q("scope") or ""
        until = self._now() + float(self.market.switches["code_seconds"])
        self.codes[code] = (back, scope, until)
        return _back(back, {"code": code, "scope": scope, "state": state})

    def token(self, request: Request) -> Reply:
        """POST /sc/oauth2/token."""
        try:
            fields = dict(request.form()[0])
            self._client(request, fields)
            return Reply.json(self._grant(fields))
        except Trouble as trouble:
            return trouble.reply()

    def _grant(self, fields: dict[str, str]) -> dict[str, Any]:
        kind = fields.get("grant_type")
        if kind == "client_credentials":
            return self.issue(_known(fields.get("scope", "")), with_refresh=False)
        if kind == "authorization_code":
            back, scope, until = self.codes.pop(fields.get("code", ""), ("", "", 0.0))
            if until <= self._now() or fields.get("redirect_uri") != back:
                raise Trouble(400, "invalid_grant", "The authorization code is invalid, used or expired")
            return self.issue(_known(scope), with_refresh=True)
        if kind == "refresh_token":
            scope, until = self.refresh.pop(fields.get("refresh_token", ""), ("", 0.0))
            if until <= self._now():
                raise Trouble(400, "invalid_grant", "The refresh token is invalid, used or expired")
            return self.issue(scope, with_refresh=True)
        raise Trouble(400, "unsupported_grant_type", "The authorization grant type is not supported")

    def _client(self, request: Request, fields: dict[str, str]) -> None:
        allowed = self.market.switches["client_auth"]
        given = _basic(request.headers.get("authorization", "")) if allowed != "post" else None
        if given is None and allowed != "basic" and "client_secret" in fields:
            given = (fields.get("client_id", ""), fields["client_secret"])
        if given != (self.market.client_id, self.market.client_secret):
            raise Trouble(401, "invalid_client", "Client authentication failed")

    def _random(self, length: int) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return "".join(self.market.chance.choices(letters, k=length))

    def _now(self) -> float:
        return self.market.world.clock.now()


def _of_whom(token: Token, name: str) -> None:
    """A public app makes queues as itself; whatever concerns one seller needs that seller's consent."""
    if name == "queues.create" and not token.own:
        raise Failure(403, "Queues are created with the app's own token")
    if token.own and (name == "queues.subscribe" or not name.startswith("queues.")):
        raise Failure(403, "The access token belongs to no seller")


def _known(scope: str) -> str:
    strangers = [word for word in scope.split() if word not in SCOPES]
    if strangers:
        raise Trouble(400, "invalid_scope", f"The requested scope is invalid: {strangers[0]}")
    return scope


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(name), unquote_plus(secret)


def _back(target: str, fields: dict[str, str]) -> Reply:
    return Reply.redirect(f"{target}{'&' if '?' in target else '?'}{urlencode(fields)}")
