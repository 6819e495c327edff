"""Pushes: genuine or not, and what they say to look at."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from connector.domain.problem import Problem
from connector.errors import Refused
from connector.ports import Connection, Hint

_ITEMS = ("item_id", "itemId")


def event(connection: Connection, headers: Mapping[str, str], body: bytes) -> Hint:
    credentials = connection.vault.credentials()
    _prove(credentials["app_key"].get_secret_value(), credentials["app_secret"].get_secret_value(), headers, body)
    own = credentials.get("seller_id")
    try:
        return _hint(json.loads(body.decode()), own.get_secret_value() if own else "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        vi = "Thông báo của Lazada có chữ ký đúng nhưng nội dung không đọc được."
        en = "Lazada's push is signed but its body makes no sense."
        raise Refused((Problem("push_senseless", "body", vi, en),), code="push_senseless") from error


def _prove(app_key: str, secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Hex of HMAC-SHA256(app secret, app key + raw body), in either case of letters."""
    given = headers.get("authorization", "").lower().encode(errors="replace")
    wanted = hmac.new(secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), given):
        vi = "Chữ ký của thông báo không khớp: kiểm tra app_key và app_secret của gian hàng Lazada."
        en = "The push's signature does not fit: check the app_key and app_secret of the Lazada shop."
        raise Refused((Problem("push_forged", "signature", vi, en),), code="push_forged")


def _hint(push: Mapping[str, Any], own: str) -> Hint:
    """Types 4 and 5 put their ids inside `data`, a sample of 3 beside it; ids are text or numbers. What is told of an
    order carries the time of its status; the envelope's own time is that of each try, and no part of what is told."""
    kind, data = int(push["message_type"]), push.get("data") or {}
    told = data if data.get("status_update_time") else push
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    item = next((str(data[name]) for name in _ITEMS if data.get(name)), "")
    seller = str(push.get("seller_id") or "")
    account = "" if seller in (own, "null") else seller
    return Hint(f"{kind}:{digest}", str(data.get("trade_order_id") or ""), item, account, str(kind))
