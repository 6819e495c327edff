"""Shopee played by canned answers, for cases about bytes that the sandbox cannot show."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import responses
from requests import PreparedRequest

from adapters.shopee import Shopee
from connector.ports import Connection
from tests.builders import (
    FixedClock,
    FreeThrottle,
    MemoryNotebook,
    MemoryPictures,
    MemoryVault,
    a_channel,
)

HOST = "https://shopee.test"
SECRETS = {
    "base_url": HOST,
    "partner_id": 2001887,
    "partner_key": "test_partner_key",
    "shop_id": 14701711,
    "access_token": "access-1",
    "refresh_token": "refresh-1",
}


def a_shopee_connection(**parts: Any) -> Connection:
    given: dict[str, Any] = {
        "shop": "shopee-test",
        "channel": a_channel("shopee"),
        "notebook": MemoryNotebook(),
        "vault": MemoryVault.of(SECRETS),
        "pictures": MemoryPictures(),
        "throttle": FreeThrottle(),
        "clock": FixedClock(),
        "timeout_seconds": 2.0,
        **parts,
    }
    return Connection(**given)


def a_shopee(connection: Connection | None = None) -> Shopee:
    """An adapter that need not read categories, limits and channels first."""
    connection = connection or a_shopee_connection()
    now = connection.clock.now().timestamp()
    for kind in ("tree", "channels", "limits"):
        value: Any = [] if kind == "channels" else {}
        connection.notebook.put(kind, "0" if kind == "limits" else "", {"at": now, "value": value})
    return Shopee(connection)


def url(name: str) -> str:
    return f"{HOST}/api/v2/{name}"


def envelope(response: Any = None, error: str = "", message: str = "") -> dict[str, Any]:
    return {"error": error, "message": message, "warning": None, "request_id": "r", "response": response or {}}


def serve(method: str, name: str, answer: Callable[[PreparedRequest], Mapping[str, Any]]) -> None:
    """Answer calls of `name` with what the function makes of the request."""

    def callback(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps(answer(request))

    responses.add_callback(method, url(name), callback)
