"""One refresh for many workers, a crash in the worst moment, and a change of keys, on the real vault."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from adapters.shopee import Shopee
from adapters.shopee.client import Client
from connector.converge import converge
from connector.domain.listing import Lane
from connector.errors import Complaint, NeedsConsent
from connector.ports import Tokens
from connector.site import Site
from connector.store import Draft, Shop, Store
from tests.builders import RealClock, a_product
from tests.conftest import KEY
from tests.connect.browser import a_shop, a_stored_connection


@pytest.fixture
def shop(store: Store, sandbox: Any) -> Shop:
    """A Shopee shop whose access token is over; its refresh token is good once."""
    made = a_shop(store, sandbox, "shopee", known=("shop_id",), verbs="sync")
    held = sandbox.credentials("shopee")
    over = RealClock().now() - timedelta(hours=1)
    tokens = Tokens(SecretStr("over"), SecretStr(held["refresh_token"]), access_until=over)
    store.shops.vault(made.id).save(tokens)
    return made


def refreshes(sandbox: Any) -> int:
    calls = sandbox.get("/calls", platform="shopee")
    return sum("access_token" in call["endpoint"] for call in calls)


def test_fifty_workers_that_meet_one_spent_token_make_one_refresh(
    store: Store, sandbox: Any, shop: Shop, database_url: str
) -> None:
    stores = [Store(database_url, keys=[KEY], pool=4) for _ in range(4)]
    ready = threading.Barrier(50)

    def work(number: int) -> int:
        client = Client(a_stored_connection(stores[number % 4], shop))
        ready.wait()
        return len(client.read("product/get_category", [("language", "vi")])["category_list"])

    with ThreadPoolExecutor(50) as workers:
        found = list(workers.map(work, range(50)))
    for each in stores:
        each.close()
    assert len(set(found)) == 1
    assert refreshes(sandbox) == 1


class CrashesOnce:
    """A vault whose process dies between the platform's answer and the commit."""

    def __init__(self, vault: Any) -> None:
        self._vault, self.crashed = vault, False

    def save(self, tokens: Tokens) -> None:
        if not self.crashed:
            self.crashed = True
            raise SystemExit("killed")
        self._vault.save(tokens)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)


def crash(store: Store, shop: Shop) -> None:
    connection = a_stored_connection(store, shop)
    object.__setattr__(connection, "vault", CrashesOnce(connection.vault))
    with pytest.raises(SystemExit):
        Client(connection).read("product/get_category")


def test_after_a_crash_before_the_commit_a_graceful_platform_answers_the_same_pair(
    store: Store, sandbox: Any, shop: Shop
) -> None:
    sandbox.switch("shopee", refresh_grace=True)
    crash(store, shop)
    Client(a_stored_connection(store, shop)).read("product/get_category")
    tokens = store.shops.vault(shop.id).tokens()
    assert tokens is not None
    assert tokens.access.get_secret_value() == sandbox.credentials("shopee")["access_token"]


def test_after_a_crash_before_the_commit_a_strict_platform_needs_a_person_and_nothing_loops(
    store: Store, sandbox: Any, shop: Shop
) -> None:
    store.products.put([Draft(1, a_product(), {"MONG-500": 5})], "import goods.xlsx")
    crash(store, shop)
    for _ in range(5):
        now = store.shops.by_id(shop.id)
        connection = a_stored_connection(store, now)
        converge(Site(now, connection.channel, Shopee(connection), store, RealClock()), Lane.CONTENT)
    paused = store.shops.by_id(shop.id)
    assert paused.needs_consent
    assert "ocop shop connect shopee-1" in paused.paused_because
    assert refreshes(sandbox) == 2
    with pytest.raises(NeedsConsent):
        Client(a_stored_connection(store, paused)).read("product/get_category")
    store.shops.resume(shop.id)
    assert store.work.peek(store.reads.listing_ids(shop.id))[0].due[Lane.CONTENT] is not None


def sealed(store: Store, shop: Shop) -> bytes:
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT secrets FROM shop WHERE id = :id"), {"id": shop.id})
        return bytes(row.scalar_one())


def test_keys_are_changed_while_old_ones_still_open(store: Store, shop: Shop, database_url: str) -> None:
    first, before = store.shops.vault(shop.id).tokens(), sealed(store, shop)
    new = Fernet.generate_key().decode()
    both = Store(database_url, keys=[new, KEY], pool=1)
    assert both.shops.vault(shop.id).tokens() == first
    assert sealed(store, shop) == before
    assert both.shops.vaults.rotate() == 1
    assert sealed(store, shop) != before
    only_new = Store(database_url, keys=[new], pool=1)
    assert only_new.shops.vault(shop.id).tokens() == first
    with pytest.raises(Complaint, match="OCOP_SECRET_KEYS"):
        store.shops.vault(shop.id).tokens()
    with pytest.raises(Complaint, match="OCOP_SECRET_KEYS"):
        store.shops.vaults.rotate()
    for each in (both, only_new):
        each.close()
