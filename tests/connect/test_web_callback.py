"""The address platforms send the seller's browser back to."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response

from connector.store import Shop, Store
from tests.builders import RealClock
from tests.connect.browser import a_shop, a_stored_connection, agree, consent_of
from web import consent as page


class Web:
    """One browser before the web entrance; only what the page asks of its parts is there."""

    def __init__(self, store: Store) -> None:
        self.hinted: list[int] = []
        self.wired: Any = SimpleNamespace(
            store=store,
            clock=RealClock(),
            settings=SimpleNamespace(public_url="https://ocop.example"),
            hints=SimpleNamespace(converge=lambda shop, lane: self.hinted.append(shop)),
            consent=lambda shop: consent_of(a_stored_connection(store, shop)),
        )

    def begin(self, shop: Shop) -> tuple[str, str]:
        response = Response()
        link = page.begin(self.wired, shop, response)
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "Secure" in cookie
        assert "SameSite=lax" in cookie
        return link, cookie.partition(";")[0]

    def back(self, platform: str, answer: dict[str, str], cookie: str) -> Response:
        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/connect/{platform}/callback",
            "query_string": urlencode(answer).encode(),
            "headers": [(b"cookie", cookie.encode())] if cookie else [],
            "app": SimpleNamespace(state=SimpleNamespace(wired=self.wired)),
        }
        return page.callback(Request(scope), platform)


@pytest.fixture
def web(store: Store) -> Web:
    return Web(store)


def test_the_browser_that_began_a_consent_finishes_it_once(web: Web, store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "shopee")
    link, cookie = web.begin(shop)
    answer = agree(link)
    done = web.back("shopee", answer, cookie)
    assert done.status_code == 200
    assert "shopee-1" in bytes(done.body).decode()
    assert done.headers["referrer-policy"] == "no-referrer"
    assert store.shops.vault(shop.id).tokens() is not None
    assert web.hinted == [shop.id] * 3
    assert web.back("shopee", answer, cookie).status_code == 400


@pytest.mark.parametrize("cookie", ["", "ocop_consent=another"])
def test_another_browser_cannot_finish_it(web: Web, store: Store, sandbox: Any, cookie: str) -> None:
    shop = a_shop(store, sandbox, "shopee")
    link, ours = web.begin(shop)
    answer = agree(link)
    assert web.back("shopee", answer, cookie).status_code == 400
    assert store.shops.vault(shop.id).tokens() is None
    assert web.back("shopee", answer, ours).status_code == 200


def test_what_came_back_is_shown_without_its_markup(web: Web, store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "tiki")
    _, cookie = web.begin(shop)
    answer = {"state": cookie.partition("=")[2], "error": "<script>x</script>"}
    refused = web.back("tiki", answer, cookie)
    assert refused.status_code == 400
    assert b"<script>" not in refused.body
