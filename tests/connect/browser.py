"""A seller's browser, and shops in a real store that talk to the sandbox."""

import importlib
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from connector.ports import Clock, Connection, Consent
from connector.store import Shop, Store
from tests.builders import FreeThrottle, MemoryPictures, RealClock, a_channel

APP = {
    "shopee": ("base_url", "auth_url", "partner_id", "partner_key"),
    "lazada": ("base_url", "auth_url", "authorize_url", "app_key", "app_secret"),
    "tiki": ("base_url", "auth_url", "token_url", "client_id", "client_secret"),
}
"""What a person knows of an app before any seller has agreed."""


def agree(link: str) -> dict[str, str]:
    """Open the link, agree, and read the address one is sent back to."""
    answer = requests.get(link, allow_redirects=False, timeout=5)
    assert answer.is_redirect, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def a_shop(store: Store, sandbox: Any, platform: str, *, known: tuple[str, ...] = (), **more: Any) -> Shop:
    """A shop of which only the app is known, and what `known` names."""
    held = sandbox.credentials(platform)
    credentials = {name: str(held[name]) for name in (*APP[platform], *known)}
    return store.shops.add(f"{platform}-1", platform, credentials=credentials, **more)


def a_stored_connection(store: Store, shop: Shop, *, clock: Clock | None = None, **settings: Any) -> Connection:
    """As wiring makes it: notebook and vault in the database."""
    channel = a_channel(shop.platform)
    return Connection(
        shop=shop.code,
        channel=replace(channel, settings={**channel.settings, **settings}),
        notebook=store.shops.notebook(shop.id),
        vault=store.shops.vault(shop.id),
        pictures=MemoryPictures(),
        throttle=FreeThrottle(),
        clock=clock or RealClock(),
        timeout_seconds=20.0,
    )


def consent_of(connection: Connection) -> Consent:
    made: Consent = importlib.import_module(f"adapters.{connection.channel.platform}.consent").Consent(connection)
    return made
