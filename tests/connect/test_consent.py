"""From a link to a working shop on each platform, and every way it may go wrong."""

import threading
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses

from adapters.shopee.client import Client
from adapters.shopee.consent import Consent as ShopeeConsent
from connector import connecting
from connector.cli.callback import Callback
from connector.errors import Complaint, NeedsConsent
from connector.store import Shop, Store
from tests.adapters.shopee import HOST, a_shopee_connection, url
from tests.builders import FixedClock, MemoryVault, RealClock
from tests.connect.browser import a_shop, a_stored_connection, agree, consent_of

REDIRECT = "http://127.0.0.1:8080/connect/x/callback"
CLOCK = RealClock()


def connect(store: Store, shop: Shop, **settings: Any) -> Shop:
    consent = consent_of(a_stored_connection(store, shop, **settings))
    asked = connecting.begin(store, consent, shop, REDIRECT, CLOCK)
    answer = agree(asked.link)
    return connecting.finish(store, lambda _: consent, shop.platform, answer, CLOCK)


@pytest.mark.parametrize(
    ("platform", "account", "settings"),
    [("shopee", "shop_id", {}), ("lazada", "seller_id", {}), ("tiki", "seller_id", {"app": "public"})],
)
def test_a_seller_who_agrees_connects_the_shop(
    store: Store,
    sandbox: Any,
    platform: str,
    account: str,
    settings: dict[str, Any],
) -> None:
    shop = a_shop(store, sandbox, platform)
    connect(store, shop, **settings)
    vault = store.shops.vault(shop.id)
    tokens = vault.tokens()
    assert tokens is not None
    assert tokens.refresh is not None
    assert vault.credentials()[account].get_secret_value() == str(sandbox.credentials(platform)[account])
    connection = a_stored_connection(store, store.shops.by_id(shop.id), **settings)
    module = __import__(f"adapters.{platform}", fromlist=["x"])
    adapter = getattr(module, platform.capitalize())(connection)
    assert list(adapter.scan()) == []


def test_an_in_house_app_of_tiki_asks_nobody(store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "tiki")
    consent = consent_of(a_stored_connection(store, shop))
    assert not consent.asks
    connecting.grant(store, consent, shop, {}, "")
    tokens = store.shops.vault(shop.id).tokens()
    assert tokens is not None
    assert tokens.refresh is None


def test_the_ends_of_token_and_consent_are_known_weeks_ahead(store: Store, sandbox: Any) -> None:
    days = {}
    for platform in ("shopee", "lazada"):
        shop = connect(store, a_shop(store, sandbox, platform))
        tokens = store.shops.vault(shop.id).tokens()
        days[platform] = connecting.ends(tokens, CLOCK.now())
        assert connecting.ends(tokens, CLOCK.now() + timedelta(days=30)).soon
    assert days["shopee"] == connecting.Ends(29, 364, soon=False)
    assert days["lazada"] == connecting.Ends(49, 49, soon=False)


def test_a_refresh_does_not_forget_when_the_consent_ends(store: Store, sandbox: Any) -> None:
    shop = connect(store, a_shop(store, sandbox, "shopee"))
    before = store.shops.vault(shop.id).tokens()
    sandbox.fault("shopee", "dead_token", count=1)
    Client(a_stored_connection(store, shop)).read("product/get_category")
    after = store.shops.vault(shop.id).tokens()
    assert before is not None
    assert after is not None
    assert after.access != before.access
    assert after.consent_until == before.consent_until


def test_a_state_is_good_once(store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "shopee")
    consent = consent_of(a_stored_connection(store, shop))
    answer = agree(connecting.begin(store, consent, shop, REDIRECT, CLOCK).link)
    connecting.finish(store, lambda _: consent, "shopee", answer, CLOCK)
    with pytest.raises(Complaint, match="đã dùng"):
        connecting.finish(store, lambda _: consent, "shopee", answer, CLOCK)
    codes = [c for c in sandbox.get("/calls", platform="shopee") if c["endpoint"] == "auth.token_get"]
    assert len(codes) == 1


def test_of_many_that_bring_one_answer_only_one_spends_it(store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "lazada")
    consent = consent_of(a_stored_connection(store, shop))
    answer = agree(connecting.begin(store, consent, shop, REDIRECT, CLOCK).link)
    ended: list[str] = []

    def bring() -> None:
        try:
            connecting.finish(store, lambda _: consent, "lazada", answer, CLOCK)
            ended.append("connected")
        except Complaint:
            ended.append("turned away")

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["connected"] + ["turned away"] * 5


@pytest.mark.parametrize("state", ["", "made-up"])
def test_a_made_up_state_is_turned_away_before_anybody_is_called(
    store: Store,
    sandbox: Any,
    state: str,
) -> None:
    a_shop(store, sandbox, "shopee")
    with pytest.raises(Complaint):
        connecting.finish(store, lambda _: pytest.fail("called"), "shopee", {"state": state, "code": "x"}, CLOCK)


def test_a_state_dies_of_age_and_belongs_to_its_platform(store: Store, sandbox: Any) -> None:
    shop, clock = a_shop(store, sandbox, "shopee"), FixedClock()
    consent = consent_of(a_stored_connection(store, shop))
    for platform, minutes in (("shopee", 31), ("lazada", 0)):
        asked = connecting.begin(store, consent, shop, REDIRECT, clock)
        clock.forward(minutes=minutes)
        with pytest.raises(Complaint):
            connecting.finish(store, lambda _: consent, platform, {"state": asked.state, "code": "x"}, clock)


def test_a_seller_who_refuses_is_told_so(store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "tiki")
    consent = consent_of(a_stored_connection(store, shop, app="public"))
    asked = connecting.begin(store, consent, shop, REDIRECT, CLOCK)
    sandbox.fault("tiki", "deny", "oauth.auth", count=1)
    answer = {"state": asked.state} | agree(asked.link)
    with pytest.raises(Complaint, match="refused"):
        connecting.finish(store, lambda _: consent, "tiki", answer, CLOCK)


def test_a_code_the_platform_does_not_take_says_what_to_do(store: Store, sandbox: Any) -> None:
    for platform in ("shopee", "lazada", "tiki"):
        shop = a_shop(store, sandbox, platform)
        consent = consent_of(a_stored_connection(store, shop, app="public"))
        answer = agree(connecting.begin(store, consent, shop, REDIRECT, CLOCK).link) | {"code": "0_wrong"}
        with pytest.raises(Complaint, match="tạo liên kết mới"):
            connecting.finish(store, lambda _, c=consent: c, platform, answer, CLOCK)
        assert store.shops.vault(shop.id).tokens() is None


def test_another_account_than_the_shops_own_is_not_let_in(store: Store, sandbox: Any) -> None:
    shop = a_shop(store, sandbox, "shopee")
    store.shops.vault(shop.id).set_credentials(
        {n: v.get_secret_value() for n, v in store.shops.vault(shop.id).credentials().items()} | {"shop_id": "7"}
    )
    with pytest.raises(Complaint, match="shop_id"):
        connect(store, shop)
    assert store.shops.vault(shop.id).tokens() is None


def test_a_new_consent_lets_a_shop_go_on_but_not_one_a_person_paused(
    store: Store,
    sandbox: Any,
) -> None:
    shop = a_shop(store, sandbox, "shopee")
    store.shops.pause(shop.id, "refresh token over", needs_consent=True)
    assert connect(store, shop).code == shop.code
    assert store.shops.by_id(shop.id).active
    store.shops.pause(shop.id, "Tết")
    connect(store, shop)
    assert store.shops.by_id(shop.id).paused_because == "Tết"


@responses.activate
def test_a_main_account_is_refreshed_for_the_one_shop_it_is_meant_for() -> None:
    asked = []

    def token(request: Any) -> tuple[int, dict[str, str], str]:
        asked.append(request.body.decode() if isinstance(request.body, bytes) else request.body)
        first = "auth/token/get" in request.url
        shops = ', "shop_id_list": [5, 14701711]' if first else ""
        number = 1 if first else 2
        body = f'{{"access_token": "a{number}", "refresh_token": "r{number}", "expire_in": 14400, "error": ""{shops}}}'
        return 200, {}, body

    for name in ("auth/token/get", "auth/access_token/get"):
        responses.add_callback("POST", url(name), token)
    responses.get(url("shop/get_shop_info"), json={"error": "", "expire_time": 1_800_000_000})
    granted = ShopeeConsent(a_shopee_connection()).exchange({"code": "c", "main_account_id": "99"}, "")
    assert granted.tokens.access.get_secret_value() == "a2"
    assert granted.credentials == {"shop_id": "14701711"}
    assert '"main_account_id": 99' in asked[0]
    assert '"refresh_token": "r1"' in asked[1]
    assert '"shop_id": 14701711' in asked[1]


@responses.activate
def test_a_main_account_with_several_shops_asks_which_one() -> None:
    body = {"access_token": "a", "refresh_token": "r", "expire_in": 14400, "error": "", "shop_id_list": [5, 6]}
    responses.post(url("auth/token/get"), json=body)
    vault = MemoryVault.of({"base_url": HOST, "partner_id": 1, "partner_key": "k"})
    with pytest.raises(Exception, match="5, 6"):
        ShopeeConsent(a_shopee_connection(vault=vault)).exchange({"code": "c", "main_account_id": "99"}, "")


def test_a_shop_without_tokens_pauses_with_a_sentence_that_says_what_to_do(
    store: Store,
    sandbox: Any,
) -> None:
    shop = a_shop(store, sandbox, "shopee")
    with pytest.raises(NeedsConsent, match="ocop shop connect shopee-1"):
        Client(a_stored_connection(store, shop)).read("product/get_category")


def test_the_loopback_port_takes_the_answer_it_waits_for_and_no_other() -> None:
    with closing(Callback(0, "/connect/shopee/callback")) as callback:
        base, statuses = callback.address, []

        def browse() -> None:
            for query in ("?state=wrong&code=1", "", "?state=right&code=2"):
                statuses.append(requests.get(base + query, timeout=5).status_code)

        thread = threading.Thread(target=browse)
        thread.start()
        answer = callback.wait("right", 5)
        thread.join()
    assert answer == {"state": "right", "code": "2"}
    assert statuses == [404, 404, 200]


def test_waiting_ends() -> None:
    with closing(Callback(0, "/x")) as callback, pytest.raises(Complaint, match="Chờ quá lâu"):
        callback.wait("right", 0.05)
