"""Shop-signed calls to Shopee: signature, token renewal and the translation of errors, for every endpoint alike."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from adapters.http import Http, Reply, lost, retry_after, unwell
from adapters.shopee.errors import plain, stale_token, trouble
from adapters.shopee.sign import sign
from adapters.tokens import fresh
from connector.errors import Retry
from connector.ports import Connection, Tokens

_PREFIX = "/api/v2/"
_CREATE, _REFRESH = "auth/token/get", "auth/access_token/get"
_TOKENS = (_CREATE, _REFRESH)
_LEEWAY = timedelta(minutes=10)  # renew before the four hours are over, not when a call has failed
_REFRESH_LIFE = timedelta(days=30)
# Writes that set a value outright or that only add an unused picture: repeating them does no harm (contract 3.4).
_ABSOLUTE = {
    "product/update_price",
    "product/update_stock",
    "product/unlist_item",
    "product/update_item",
    "media_space/upload_image",
    "push/confirm_consumed_lost_push_message",
}

Query = Sequence[tuple[str, str]]


class Client:
    """Calls of one shop. Raises the recovery of whatever goes wrong."""

    def __init__(self, connection: Connection, shop_id: str = "") -> None:
        """`shop_id`: another shop than the credentials name, while it is being connected."""
        self._connection = connection
        self.http = Http(connection)
        credentials = connection.vault.credentials()
        base = credentials.get("base_url")
        self._base = (base.get_secret_value() if base else connection.channel.base_url).rstrip("/")
        self._partner_id = credentials["partner_id"].get_secret_value()
        self._partner_key = credentials["partner_key"]
        held = credentials.get("shop_id")
        self._shop_id = shop_id or (held.get_secret_value() if held else "")

    def read(self, name: str, query: Query = (), *, public: bool = False) -> Mapping[str, Any]:
        """GET `name` (product/get_item_list): what its `response` holds. `public`: the app's call, not the shop's."""
        return self._answer("GET", name, query, None, None, public=public)

    def write(self, name: str, body: Mapping[str, Any], *, public: bool = False) -> Mapping[str, Any]:
        """POST a JSON body: what its `response` holds."""
        return self._answer("POST", name, (), body, None, public=public)

    def upload(self, name: str, files: Any) -> Mapping[str, Any]:
        """POST files: what its `response` holds."""
        return self._answer("POST", name, (), None, files)

    def listed(self, name: str, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Exception | None]:
        """POST whose answer lists failures: its `response`, and the trouble of the error that may stand beside it."""
        answer = self._whole("POST", name, (), body, None)
        response = answer.get("response") or {}
        found = self._trouble(answer, name) if answer.get("error") else None
        if found and not response.get("failure_list"):
            raise found
        return response, found

    def _answer(
        self, method: str, name: str, query: Query, body: Any, files: Any, *, public: bool = False
    ) -> Mapping[str, Any]:
        send = self._send if public else self._whole
        answer = send(method, name, query, body, files)
        if answer.get("error"):
            raise self._trouble(answer, name)
        response = answer.get("response")
        return response if isinstance(response, Mapping) else {}

    def _whole(self, method: str, name: str, query: Query, body: Any, files: Any) -> Mapping[str, Any]:
        """The envelope, with one renewal of the token if the platform rejects it."""
        token = fresh(self._connection, self.renew, _LEEWAY)
        answer = self._send(method, name, query, body, files, token)
        if stale_token(str(answer.get("error") or ""), str(answer.get("message") or "")):
            token = fresh(self._connection, self.renew, _LEEWAY, rejected=token)
            answer = self._send(method, name, query, body, files, token)
        return answer

    def _send(
        self, method: str, name: str, query: Query, body: Any, files: Any, token: SecretStr | None = None
    ) -> Mapping[str, Any]:
        writes, bucket = method == "POST" and name not in _TOKENS, _bucket(method, name)
        reply = self.http.send(
            method,
            f"{self._base}{_PREFIX}{name}",
            endpoint=name,
            bucket=bucket,
            writes=writes,
            params=[*self._common(name, token), *query],
            json=body,
            files=files,
        )
        return self._envelope(reply, bucket)

    def _common(self, name: str, token: SecretStr | None) -> Query:
        """Common parameters; they alone are signed, never the body or the query of the call itself."""
        now = int(self._connection.clock.now().timestamp())
        access = token.get_secret_value() if token else ""
        shop = self._shop_id if token else ""
        key = self._partner_key.get_secret_value()
        signature = sign(key, self._partner_id, _PREFIX + name, now, access, shop)
        common = [("partner_id", self._partner_id), ("timestamp", str(now)), ("sign", signature)]
        return [*common, ("access_token", access), ("shop_id", shop)] if token else common

    def _envelope(self, reply: Reply, bucket: str) -> Mapping[str, Any]:
        """The body whatever the status (errors come with 200 and 403 alike), unless the status says it is none."""
        try:
            answer = json.loads(reply.body)
        except ValueError:
            answer = None
        answer = answer if isinstance(answer, dict) else None
        too_fast = reply.status == 429 or (answer and plain(str(answer.get("error") or "")) == "error_rate_limit")
        if too_fast:
            self._connection.throttle.hit(bucket, retry_after(reply))
            after = retry_after(reply)
            raise Retry(f"{reply.endpoint}: too fast", after=after, code="error_rate_limit", throttled=True)
        if answer is not None and (reply.status < 500 or answer.get("error")):
            return answer
        raise unwell(reply) or lost(f"{reply.endpoint}: no JSON, HTTP {reply.status}", writes=reply.writes)

    def _trouble(self, answer: Mapping[str, Any], name: str) -> Exception:
        absolute = name in _ABSOLUTE or "/get_" in name or name in _TOKENS
        code, message = str(answer.get("error") or ""), str(answer.get("message") or "")
        found = trouble(code, message, endpoint=name, absolute=absolute, now=self._connection.clock.now())
        if isinstance(found, Retry) and found.throttled:
            self._connection.throttle.rest(found.after)  # not this call alone: the day's quota is used up
        return found

    def renew(self, tokens: Tokens) -> Tokens:
        """A new pair for the refresh token. The one of a main account is good once for each of its shops."""
        refresh = tokens.refresh.get_secret_value() if tokens.refresh else ""
        return self._pair(self._grant(_REFRESH, {"refresh_token": refresh, "shop_id": int(self._shop_id)}))

    def exchange(self, code: str, **owner: int) -> tuple[Tokens, Sequence[str]]:
        """The first pair for a code of `shop_id` or `main_account_id`, and the shops it covers."""
        answer = self._grant(_CREATE, {"code": code, **owner})
        return self._pair(answer), [str(shop) for shop in answer.get("shop_id_list") or ()]

    def consent_end(self, access: SecretStr) -> datetime | None:
        """When the seller's authorisation ends, at most a year after it was given."""
        answer = self._send("GET", "shop/get_shop_info", (), None, None, access)
        if answer.get("error"):
            raise self._trouble(answer, "shop/get_shop_info")
        ends = int(answer.get("expire_time") or 0)
        return datetime.fromtimestamp(ends, UTC) if ends else None

    def _grant(self, name: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._send("POST", name, (), {**body, "partner_id": int(self._partner_id)}, None, None)
        if answer.get("error"):
            raise self._trouble(answer, name)
        return answer

    def _pair(self, answer: Mapping[str, Any]) -> Tokens:
        now = self._connection.clock.now()
        access, refresh = SecretStr(answer["access_token"]), SecretStr(answer["refresh_token"])
        return Tokens(access, refresh, _until(int(answer["expire_in"]), now), now + _REFRESH_LIFE)


def _until(expire_in: int, now: datetime) -> datetime:
    """Seconds from now, or a moment where the platform gives one (a sample of its documentation does)."""
    return datetime.fromtimestamp(expire_in, UTC) if expire_in > 1e9 else now + timedelta(seconds=expire_in)


def _bucket(method: str, name: str) -> str:
    if name.startswith("media_space/"):
        return "image"
    return "read" if method == "GET" else "write"
