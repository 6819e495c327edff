"""Pushes: genuine or not, and what they say to look at; what never arrived is fetched from Shopee's lost list."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from adapters.shopee.client import Client
from connector.domain.problem import Problem
from connector.errors import Refused, Retry
from connector.ports import Connection, Hint

log = structlog.get_logger()
_KEYS = ("partner_key", "push_key")  # which of them signs is uncertain (contract 5.1): either is accepted
_NAMED_SHOP = re.compile(r"shop id (\d+)")  # the one push that names its shop in a sentence only


class Pushes:
    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection, self._client = connection, client
        credentials = connection.vault.credentials()
        own, url = credentials.get("shop_id"), credentials.get("push_url")
        self._own = own.get_secret_value() if own else ""
        self._url = url.get_secret_value() if url else connection.door
        self._keys = [credentials[name] for name in _KEYS if name in credentials]

    def event(self, headers: Mapping[str, str], body: bytes) -> Hint:
        self._prove(headers.get("authorization", ""), body)
        try:
            return self._hint(json.loads(body.decode()))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _senseless() from error

    def outbox(self) -> Iterator[Sequence[Hint]]:
        """The oldest hundred at a time; they are confirmed when the caller comes back for more."""
        last = None
        while True:
            answer = self._lost()
            rows, until = answer.get("push_message_list") or (), answer.get("last_message_id")
            if not rows:
                return
            if until == last:
                raise Retry(f"lost pushes up to {until} come again though they were confirmed", after=600.0)
            yield [hint for row in rows if (hint := self._kept(row))]
            self._client.write("push/confirm_consumed_lost_push_message", {"last_message_id": until}, public=True)
            if not answer.get("has_next_page"):
                return
            last = until

    def _lost(self) -> Mapping[str, Any]:
        try:
            return self._client.read("push/get_lost_push_message", public=True)
        except Refused as error:
            if "not exist" in str(error):  # "data not exist": nothing was lost
                return {}
            raise

    def _kept(self, row: Mapping[str, Any]) -> Hint | None:
        """A row's `data` is the whole push as text, or (a sample) as an object."""
        try:
            held = row["data"]
            whole = json.loads(held) if isinstance(held, str) else held
            return self._hint(whole if "code" in whole else row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("lost_push_makes_no_sense", shop=self._connection.shop, error=type(error).__name__)
            return None

    def _prove(self, signature: str, body: bytes) -> None:
        given = signature.encode(errors="replace")
        signed = self._url.encode() + b"|" + body
        digests = [hmac.new(k.get_secret_value().encode(), signed, hashlib.sha256).hexdigest() for k in self._keys]
        if not sum(hmac.compare_digest(digest.encode(), given) for digest in digests):  # a sum: all are compared
            vi = "Chữ ký của thông báo không khớp: kiểm tra địa chỉ nhận (push_url) và khóa ứng dụng."
            en = "The push's signature does not fit: check the address it was sent to (push_url) and the app's key."
            raise Refused((Problem("push_forged", "signature", vi, en),), code="push_forged")

    def _hint(self, push: Mapping[str, Any]) -> Hint:
        code, data = int(push["code"]), push.get("data") or {}
        told = {name: push.get(name) for name in ("code", "shop_id", "partner_id", "timestamp", "data")}
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        order = str(data.get("ordersn") or data.get("order_sn") or "")
        item = str(data.get("item_id") or "")
        shop = _shop(push.get("shop_id"), data)
        return Hint(f"{code}:{digest}", order, item, "" if shop == self._own else shop, str(code))


def _shop(shop: Any, data: Mapping[str, Any]) -> str:
    """Shop pushes name it outside; those about an authorisation inside, in one of three ways."""
    named = _NAMED_SHOP.search(str(data.get("extra") or ""))
    return str(shop or data.get("shop_id") or data.get("shopid") or (named.group(1) if named else ""))


def _senseless() -> Refused:
    vi = "Thông báo có chữ ký đúng nhưng nội dung không đọc được."
    en = "The push is signed but its body makes no sense."
    return Refused((Problem("push_senseless", "body", vi, en),), code="push_senseless")
