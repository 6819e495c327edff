"""Real workers on real servers: somebody buys on one platform, and the others show less by themselves."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from config.settings import Settings
from connector.cli.demo.market import Market
from connector.cli.demo.stage import SHOPS, Stage, open_shops, raised, wait_for
from connector.domain.listing import Lane
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import _DRAWN, a_picture, a_product, a_variant

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-orders"
PLATFORMS = ("shopee", "lazada", "tiki")
HONEY, STOCK = "MONG-500", 60


class SomeShops(Market):
    def get(self, path: str) -> object:
        found = super().get(path)
        return {name: found[name] for name in PLATFORMS} if path == "/credentials" else found


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCOP_ORDERS_SECONDS", "2")
        with raised(DATA, 9760) as made:
            yield made


@pytest.fixture(scope="module")
def wired(stage: Stage) -> Iterator[Wired]:
    """A good on sale on three platforms, whose pushes come in."""
    servers = {"database_url": stage.environment["DATABASE_URL"], "redis_url": stage.environment["REDIS_URL"]}
    made = wire(Settings().model_copy(update={**servers, "data": stage.folder, "public_url": stage.web_url}))
    open_shops(made.store, SomeShops(stage.market.port_base), stage.folder / "packs")
    made.pictures.save(_DRAWN[a_picture("mật ong")])
    made.store.products.put([Draft(1, a_product(variants=(a_variant(HONEY),)), {HONEY: STOCK})], "import")
    stage.processes.start_workers()
    for shop in made.store.shops.all():
        made.hints.converge(shop.id, Lane.CONTENT)
    wait_for(lambda: shown(stage) == dict.fromkeys(PLATFORMS, STOCK), 180, "chưa đăng xong", "not published")
    stage.market.post("/push", {"lazada": {"url": f"{stage.web_url}/hooks/lazada/{SHOPS['lazada']}"}})
    yield made
    made.close()


def shown(stage: Stage) -> dict[str, int]:
    """What each platform has on sale."""
    return {
        platform: variant["stock"]
        for platform in PLATFORMS
        for listing in stage.market.live(platform)
        for variant in listing["variants"]
    }


def free(wired: Wired) -> int:
    with wired.store.engine.connect() as connection:
        return int(connection.execute(text("SELECT free FROM stock WHERE sku = :sku"), {"sku": HONEY}).scalar_one())


def everywhere(stage: Stage, wired: Wired, pieces: int) -> float:
    """Seconds until the ledger and all three platforms say so."""
    began = time.monotonic()
    there: Callable[[], bool] = lambda: shown(stage) == dict.fromkeys(PLATFORMS, pieces)  # noqa: E731
    wait_for(there, 120, f"các sàn còn {shown(stage)}", f"platforms still show {shown(stage)}, not {pieces}")
    assert free(wired) == pieces
    return time.monotonic() - began


def act(stage: Stage, platform: str, order: str, *actions: str) -> None:
    for action in actions:
        stage.market.post("/order", {"platform": platform, "order": order, "action": action})


def test_a_push_of_lazada_lowers_the_others(stage: Stage, wired: Wired) -> None:
    left = free(wired)
    order = stage.market.post("/buy", {"platform": "lazada", "sku": HONEY, "quantity": 3})["order"]
    assert everywhere(stage, wired, left - 3) < 15
    act(stage, "lazada", order, "cancel")
    everywhere(stage, wired, left)


def test_a_push_of_lazada_that_is_lost_or_comes_twice_costs_a_moment_or_nothing(stage: Stage, wired: Wired) -> None:
    left = free(wired)
    for kind in ("lost", "double"):
        fault = {"platform": "lazada", "endpoint": "push.*", "kind": kind, "count": 2}
        stage.market.post("/faults", fault)
        stage.market.post("/buy", {"platform": "lazada", "sku": HONEY, "quantity": 2})
        left -= 2
        everywhere(stage, wired, left)


def test_a_sale_at_tiki_lowers_the_others_without_any_push(stage: Stage, wired: Wired) -> None:
    left = free(wired)
    order = stage.market.post("/buy", {"platform": "tiki", "sku": HONEY, "quantity": 4})["order"]
    everywhere(stage, wired, left - 4)
    assert wired.store.orders.known(_shop(wired, "tiki"), [order]) == {order}
    act(stage, "tiki", order, "ship", "deliver", "return", "take_back")
    # The goods are back in the house; Tiki does not put them on sale by itself, we do.
    everywhere(stage, wired, left)


def test_events_of_tiki_are_fetched_acknowledged_and_worked(stage: Stage, wired: Wired) -> None:
    left = free(wired)
    stage.market.post("/buy", {"platform": "tiki", "sku": HONEY, "quantity": 1})
    everywhere(stage, wired, left - 1)
    shop = _shop(wired, "tiki")
    wait_for(lambda: wired.store.events.waiting(shop) == [], 120, "sự kiện còn đó", "events are not worked")
    assert wired.store.shops.notebook(shop).get("queue", "code")


def test_an_order_on_the_road_keeps_its_pieces_when_it_fails(stage: Stage, wired: Wired) -> None:
    left = free(wired)
    for platform in ("lazada", "tiki"):
        order = stage.market.post("/buy", {"platform": platform, "sku": HONEY, "quantity": 1})["order"]
        act(stage, platform, order, "ship", "fail")
        left -= 1
        everywhere(stage, wired, left)
    time.sleep(5)  # nothing puts them back afterwards
    assert shown(stage) == dict.fromkeys(PLATFORMS, left)


def _shop(wired: Wired, platform: str) -> int:
    return wired.store.shops.get(SHOPS[platform]).id
