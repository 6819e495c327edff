"""Real processes and real pushes: what is sold on one platform is taken off the others, and what happened while nobody
listened is read afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from connector.cli.demo.stage import Stage, open_shops, raised, wait_for
from connector.domain.listing import Lane
from connector.housekeeping import audit
from connector.store import Draft
from connector.up import web
from connector.wiring import Wired, wire
from tests.builders import _DRAWN, a_picture, a_product, a_variant

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-selling"  # its own: files of tests run side by side
PLENTY, SCARCE = "MONG-500", "GOM-1"
API = ("shopee", "lazada", "tiki")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name, value in {"OCOP_ORDERS_SECONDS": "2", "OCOP_SCARCE_BELOW": "5", "OCOP_SWEEP_SECONDS": "1"}.items():
        monkeypatch.setenv(name, value)
    with raised(DATA, 9740) as made:
        yield made


@pytest.fixture
def wired(stage: Stage) -> Iterator[Wired]:
    """Honey in plenty and one pot of which there are three, live in every shop that has an interface."""
    servers = {"database_url": stage.environment["DATABASE_URL"], "redis_url": stage.environment["REDIS_URL"]}
    made = wire(Settings().model_copy(update={**servers, "data": stage.folder, "public_url": stage.web_url}))
    open_shops(made.store, stage.market, stage.folder / "packs")
    picture = made.pictures.save(_DRAWN[a_picture("mật ong")])
    pot = a_product(code="GOM", name="Bình gốm men lam vẽ tay", variants=(a_variant(SCARCE),), pictures=(picture,))
    made.store.products.put(
        [Draft(1, a_product(pictures=(picture,)), {PLENTY: 40}), Draft(2, pot, {SCARCE: 3})], "import"
    )
    stage.processes.start_workers()
    for shop in made.store.shops.all():
        made.hints.converge(shop.id, Lane.CONTENT)
    until(lambda: all(shown(stage, platform, PLENTY) == 40 for platform in API), 180)
    until(lambda: sum(shown(stage, platform, SCARCE) for platform in API) > 0, 180)
    stage.market.post("/push", {"shopee": {"url": f"{stage.web_url}/hooks/shopee/shopee-ocop"}})
    yield made
    made.close()


def until(what: Callable[[], bool], seconds: float = 120) -> None:
    wait_for(what, seconds, "chờ mãi không thấy", "it never came about")


def shown(stage: Stage, platform: str, sku: str) -> int:
    """Pieces on sale over there."""
    return sum(stocks(one).get(sku, 0) for one in stage.market.live(platform))


def stocks(listing: dict[str, Any]) -> dict[str, int]:
    return listing["stock"] if isinstance(listing["stock"], dict) else {listing["skus"][0]: listing["stock"]}


def count(wired: Wired, sku: str) -> int:
    return int(wired.store.stockroom.story(sku)["free"])


def buy(stage: Stage, sku: str, quantity: int = 1) -> str:
    return str(stage.market.post("/buy", {"platform": "shopee", "sku": sku, "quantity": quantity})["order"])


def test_what_is_sold_on_one_platform_is_taken_off_the_others(stage: Stage, wired: Wired) -> None:
    order = buy(stage, PLENTY, 3)
    until(lambda: all(shown(stage, platform, PLENTY) == 37 for platform in API))
    assert count(wired, PLENTY) == 37
    (line,) = wired.store.orders.recent(sku=PLENTY)
    assert (line["number"], line["quantity"], line["reserved"]) == (order, 3, 3)
    pushes = stage.market.get("/push")["shopee"]
    assert (pushes["failed"], pushes["lost"]) == (0, 0)
    stage.market.post("/order", {"platform": "shopee", "order": order, "action": "cancel", "lines": {PLENTY: 1}})
    until(lambda: all(shown(stage, platform, PLENTY) == 38 for platform in API))
    stage.market.post("/order", {"platform": "shopee", "order": order, "action": "ship"})
    until(lambda: wired.store.stockroom.story(PLENTY)["on_hand"] == 38)
    assert count(wired, PLENTY) == 38
    assert audit(wired.store) == []


def test_what_happened_while_nobody_listened_is_read_afterwards(stage: Stage, wired: Wired) -> None:
    for name in ("web", "urgent", "worker", "beat"):
        stage.processes.end(name, kill=True)
    stage.market.post("/buyers", {"rate": 7200, "seed": 3, "platforms": ["shopee"], "skus": [PLENTY], "orders": 12})
    until(lambda: stage.market.get("/buyers")["arrived"] == 12)
    sold = stage.market.get(f"/sold?sku={PLENTY}")[PLENTY]["ordered"]
    assert sold > 0
    assert count(wired, PLENTY) == 40
    stage.processes.start("web", web(int(stage.web_url.rpartition(":")[2])))
    stage.processes.start_workers()
    until(lambda: all(shown(stage, platform, PLENTY) == 40 - sold for platform in API), 180)
    assert count(wired, PLENTY) == 40 - sold
    assert audit(wired.store) == []


def test_what_is_scarce_is_never_on_sale_twice(stage: Stage, wired: Wired) -> None:
    def on_sale() -> int:
        return sum(shown(stage, platform, SCARCE) for platform in API)

    assert on_sale() <= 3
    holder = max(API, key=lambda platform: shown(stage, platform, SCARCE))
    bought = stage.market.post("/buy", {"platform": holder, "sku": SCARCE, "quantity": 1})
    until(lambda: count(wired, SCARCE) == 2)
    assert bought["order"]
    assert on_sale() <= 2
    assert audit(wired.store) == []
