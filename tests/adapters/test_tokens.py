import threading
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.tokens import fresh
from connector.errors import NeedsConsent
from connector.ports import Channel, Connection, Tokens
from tests.builders import FixedClock, FreeThrottle, MemoryNotebook, MemoryPictures, MemoryVault

LEEWAY = timedelta(minutes=5)
CLOCK = FixedClock()


def a_shop(held: Tokens | None) -> Connection:
    channel = Channel("shopee", "Shopee", "", "https://platform.test")
    vault = MemoryVault({}, held)
    return Connection("shop-1", channel, MemoryNotebook(), vault, MemoryPictures(), FreeThrottle(), CLOCK)


def a_pair(number: int, hours: float = 4) -> Tokens:
    return Tokens(SecretStr(f"a{number}"), SecretStr(f"r{number}"), CLOCK.now() + timedelta(hours=hours))


def test_a_good_token_is_used_as_it_is() -> None:
    token = fresh(a_shop(a_pair(1)), lambda _: pytest.fail("refreshed"), LEEWAY)
    assert token.get_secret_value() == "a1"


def test_a_token_about_to_end_is_renewed_and_saved_before_use() -> None:
    shop = a_shop(a_pair(1, hours=0.05))
    assert fresh(shop, lambda _: a_pair(2), LEEWAY) == SecretStr("a2")
    assert shop.vault.tokens() == a_pair(2)


def test_a_token_the_platform_rejects_is_renewed_whatever_its_time_says() -> None:
    assert fresh(a_shop(a_pair(1)), lambda _: a_pair(2), LEEWAY, rejected=SecretStr("a1")) == SecretStr("a2")


def test_many_workers_make_one_refresh() -> None:
    shop, refreshed = a_shop(a_pair(1, hours=0)), []

    def refresh(tokens: Tokens) -> Tokens:
        refreshed.append(tokens)
        return a_pair(2)

    workers = [threading.Thread(target=fresh, args=(shop, refresh, LEEWAY)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(refreshed) == 1


@pytest.mark.parametrize(
    "held",
    [
        None,
        Tokens(SecretStr("a"), None, CLOCK.now()),
        Tokens(SecretStr("a"), SecretStr("r"), CLOCK.now(), CLOCK.now() - timedelta(days=1)),
    ],
)
def test_without_anything_to_refresh_with_a_person_is_needed(held: Tokens | None) -> None:
    with pytest.raises(NeedsConsent):
        fresh(a_shop(held), lambda _: pytest.fail("refreshed"), LEEWAY)
