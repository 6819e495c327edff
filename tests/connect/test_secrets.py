"""No token, key or signature in any log at debug level, in any error or in any repr."""

import io
import logging
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import structlog

from connector import connecting
from connector.errors import Trouble
from connector.ports import Target
from connector.store import Store
from connector.wiring import log_to_stderr
from tests.builders import RealClock, a_desired, a_product_in_two_sizes
from tests.connect.browser import a_shop, a_stored_connection, agree, consent_of
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop

_SHORT = 12  # ids and country codes are no secrets; every key, token and signature is longer
_PUBLIC = {"base_url", "auth_url", "token_url", "authorize_url", "partner_id", "app_key", "client_id", "shop_id"}
_PUBLIC |= {"seller_id", "short_code", "username", "exchange_folder", "login_path"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[requests.PreparedRequest]:
    """Every request as it left."""
    kept: list[requests.PreparedRequest] = []
    send = requests.Session.send

    def remembering(self: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        kept.append(request)
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", remembering)
    return kept


@pytest.fixture
def debug(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Logging as an entrance sets it up when somebody asks for everything; what was written."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(sys, "stdout", written)
    root, level, kept = logging.getLogger(), logging.getLogger().level, logging.getLogger().handlers[:]
    log_to_stderr("DEBUG")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))  # pytest swaps stderr between phases
    yield written
    root.handlers[:], root.level = kept, level
    structlog.reset_defaults()


def signatures(requests_sent: list[requests.PreparedRequest]) -> set[str]:
    found = set()
    for request in requests_sent:
        body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else str(request.body or "")
        for part in f"{(request.url or '').partition('?')[2]}&{body}".split("&"):
            name, _, value = part.partition("=")
            if name in ("sign", "access_token", "refresh_token", "code", "client_secret"):
                found.add(value)
        found.add(request.headers.get("Authorization", "").rpartition(" ")[2])
        found.add(request.headers.get("Cookie", "").rpartition("=")[2])
    return {value for value in found if len(value) >= _SHORT}


def secrets_of(connection: Any) -> set[str]:
    values = {n: v.get_secret_value() for n, v in connection.vault.credentials().items() if n not in _PUBLIC}
    tokens = connection.vault.tokens()
    held = [t.get_secret_value() for t in (tokens.access, tokens.refresh) if t] if tokens else []
    return {value for value in (*values.values(), *held) if len(value) >= _SHORT}


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_the_listing_path_at_debug_tells_no_secret(
    platform: Any, sandbox: Any, sent: list[requests.PreparedRequest], debug: io.StringIO
) -> None:
    shop = Shop.open(platform, sandbox)
    secrets = secrets_of(shop.connection)
    desired = a_desired(platform.name, a_product_in_two_sizes())
    shop.publish(desired)
    cheaper = replace(desired, offers=tuple(replace(o, price=o.price - 1000, quantity=3) for o in desired.offers))
    shop.publish(cheaper)
    list(shop.adapter.scan())
    told = [repr(shop.connection), repr(shop.connection.vault.tokens()), repr(shop.outcomes)]
    for kind in ("drop_before", "garbage", "dead_token", "http", "rate_limit", "drop_after"):
        shop.fault(kind, count=2)
        try:
            shop.adapter.observe([Target(9, ("NOBODY-HAS-IT",))])
        except Trouble as error:
            told += [repr(error), "".join(traceback.format_exception(error))]
        shop.mend()
    told.append(debug.getvalue())
    secrets |= secrets_of(shop.connection) | signatures(sent)
    assert "platform_call" in told[-1]
    assert len(secrets) >= (2 if shop.adapter.can.assisted else 5)  # a seller centre has a password and a session
    assert [secret for secret in secrets if any(secret in text for text in told)] == []


@pytest.mark.parametrize("platform", ["shopee", "lazada", "tiki"])
def test_a_consent_at_debug_tells_neither_code_nor_state_nor_token(
    platform: str, store: Store, sandbox: Any, sent: list[requests.PreparedRequest], debug: io.StringIO
) -> None:
    shop = a_shop(store, sandbox, platform)
    connection = a_stored_connection(store, shop, app="public")
    consent = consent_of(connection)
    asked = connecting.begin(store, consent, shop, "http://127.0.0.1/x", RealClock())
    answer = agree(asked.link)
    connecting.finish(store, lambda _: consent, platform, answer, RealClock())
    secrets = secrets_of(connection) | signatures(sent[1:]) | {asked.state, answer["code"]}
    assert "connected" in debug.getvalue()
    assert [secret for secret in secrets if secret in debug.getvalue()] == []


def test_the_librarys_own_debug_lines_would_tell(debug: io.StringIO) -> None:
    """Why the HTTP seam silences it: the address it prints holds the signature."""
    assert not logging.getLogger("urllib3.connectionpool").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("anything.else").isEnabledFor(logging.DEBUG)
