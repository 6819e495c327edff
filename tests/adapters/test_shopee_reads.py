from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from requests import PreparedRequest

from adapters.shopee.sightings import Sightings
from connector.domain.listing import Ref, State
from connector.errors import Retry
from connector.ports import Connection, Target
from tests.adapters.shopee import a_shopee, a_shopee_connection, envelope, serve
from tests.builders import FixedClock


class Warehouse:
    """A shop of `count` plain items with SKUs SKU-1000001 and on, all updated at second 1000."""

    def __init__(self, count: int) -> None:
        self.updated = dict.fromkeys(range(1_000_001, 1_000_001 + count), 1000)
        self.skus = {item: f"SKU-{item}" for item in self.updated}
        self.next_offset = True
        self.stuck = False
        self.totals: Iterator[int] | None = None

    def serve(self) -> None:
        serve("GET", "product/get_item_list", self.listed)
        serve("GET", "product/get_item_base_info", self.bases)

    def listed(self, request: PreparedRequest) -> dict[str, Any]:
        query = parse_qs(urlsplit(str(request.url)).query)
        offset, size = int(query["offset"][0]), int(query["page_size"][0])
        since = int(query.get("update_time_from", ["0"])[0])
        ids = [item for item, updated in self.updated.items() if updated >= since]
        page = ids[offset : offset + size]
        more = self.stuck or offset + size < len(ids)
        body: dict[str, Any] = {
            "item": [{"item_id": i, "item_status": "NORMAL", "update_time": self.updated[i]} for i in page],
            "total_count": next(self.totals) if self.totals else len(ids),
            "has_next_page": more,
            "next": "0" if self.stuck else (str(offset + size) if more else ""),
        }
        if more and self.next_offset and not self.stuck:
            body["next_offset"] = offset + size
        return envelope(body)

    def bases(self, request: PreparedRequest) -> dict[str, Any]:
        ids = [int(i) for i in parse_qs(urlsplit(str(request.url)).query)["item_id_list"][0].split(",")]
        assert len(ids) <= 50
        return envelope({"item_list": [self.base(i) for i in ids if i in self.updated]})

    def base(self, item: int) -> dict[str, Any]:
        return {
            "item_id": item, "category_id": 1, "item_name": "Tên", "description": "Mô tả", "item_sku": self.skus[item],
            "create_time": 900, "update_time": self.updated[item], "attribute_list": [], "weight": "0.5",
            "price_info": [{"currency": "VND", "original_price": 99000, "current_price": 99000}],
            "stock_info_v2": {"seller_stock": [{"location_id": "VNZ", "stock": 7}, {"location_id": "VN1", "stock": 3}]},
            "image": {"image_id_list": ["vn-1"]}, "item_status": "NORMAL", "has_model": False,
            "dimension": {"package_length": 20, "package_width": 15, "package_height": 10},
        }  # fmt: skip


def calls(name: str) -> int:
    return sum(1 for call in responses.calls if name in str(call.request.url))


def wanting(*skus: str) -> list[Target]:
    return [Target(number, (sku,)) for number, sku in enumerate(skus)]


@pytest.fixture
def connection() -> Connection:
    return a_shopee_connection(clock=FixedClock())


@responses.activate
def test_one_walk_serves_a_whole_batch_and_reads_strangers_by_fifty(connection: Connection) -> None:
    Warehouse(120).serve()
    seen = a_shopee(connection).observe(wanting("SKU-1000001", "SKU-1000120", "NOBODY"))
    assert [seen[n].state for n in range(3)] == [State.LIVE, State.LIVE, State.ABSENT]
    assert (calls("get_item_list"), calls("get_item_base_info")) == (2, 3)


@responses.activate
def test_the_next_batch_does_not_read_strangers_again(connection: Connection) -> None:
    Warehouse(120).serve()
    a_shopee(connection).observe(wanting("NOBODY-1"))
    responses.calls.reset()
    a_shopee(connection).observe(wanting("NOBODY-2"))
    assert (calls("get_item_list"), calls("get_item_base_info")) == (1, 0)


@responses.activate
def test_a_stranger_that_was_changed_is_read_again(connection: Connection) -> None:
    warehouse = Warehouse(5)
    warehouse.serve()
    a_shopee(connection).observe(wanting("NOBODY"))
    now = int(connection.clock.now().timestamp())
    warehouse.updated[1_000_003], warehouse.skus[1_000_003] = now, "MOVED-3"
    seen = a_shopee(connection).observe(wanting("MOVED-3", "SKU-1000003"))
    assert (seen[0].ref.item, seen[1].state) == ("1000003", State.ABSENT)


@responses.activate
def test_what_we_remember_of_a_stranger_is_checked_before_it_is_believed(connection: Connection) -> None:
    warehouse = Warehouse(5)
    warehouse.serve()
    a_shopee(connection).observe(wanting("NOBODY"))
    warehouse.skus[1_000_003] = "MOVED-3"  # without a new update_time
    assert a_shopee(connection).observe(wanting("SKU-1000003"))[0].state is State.ABSENT
    del warehouse.updated[1_000_004]
    assert a_shopee(connection).observe(wanting("SKU-1000004"))[0].state is State.ABSENT


def test_our_own_write_is_believed_once_and_somebody_elses_after_it_is_read(connection: Connection) -> None:
    sightings = Sightings(connection)
    sightings.note("7", ["A-1"], made=900.0)
    assert not sightings.changed("7", 1000)
    assert not sightings.changed("7", 1000)
    assert sightings.changed("7", 1001)
    sightings.ours("7", ["A-2"])
    assert not sightings.items("A-1")
    assert sightings.items("A-2") == ["7"]
    assert not sightings.changed("7", 1002)
    assert sightings.changed("7", 1003)


@responses.activate
def test_a_walk_after_a_day_lists_everything_again(connection: Connection) -> None:
    assert isinstance(connection.clock, FixedClock)
    Warehouse(150).serve()
    a_shopee(connection).observe(wanting("NOBODY"))
    connection.clock.forward(hours=25)
    responses.calls.reset()
    a_shopee(connection).observe(wanting("NOBODY"))
    assert (calls("get_item_list"), calls("get_item_base_info")) == (2, 0)


@responses.activate
def test_known_items_are_read_without_a_walk(connection: Connection) -> None:
    Warehouse(60).serve()
    targets = [Target(i, (f"SKU-{i}",), Ref(str(i))) for i in range(1_000_001, 1_000_061)]
    seen = a_shopee(connection).observe(targets)
    assert {each.state for each in seen.values()} == {State.LIVE}
    assert (calls("get_item_list"), calls("get_item_base_info")) == (0, 2)


@responses.activate
def test_reads_become_whole_numbers_and_grams(connection: Connection) -> None:
    Warehouse(1).serve()
    seen = a_shopee(connection).observe([Target(1, ("SKU-1000001",), Ref("1000001"))])[1]
    assert seen.facts["price:SKU-1000001"] == 99_000
    assert seen.facts["stock:SKU-1000001"] == 10
    assert seen.facts["weight_g"] == 500
    assert seen.facts["size_cm"] == "20x15x10"
    assert seen.facts["pictures"] == ("ref:vn-1",)
    assert seen.ref.variants == {"SKU-1000001": "0"}
    assert seen.url == "https://shopee.vn/product/14701711/1000001"


@pytest.mark.parametrize("next_offset", [True, False])
@responses.activate
def test_the_last_page_is_known_by_has_next_page_alone(connection: Connection, next_offset: bool) -> None:
    warehouse = Warehouse(250)
    warehouse.next_offset = next_offset
    warehouse.serve()
    assert len(list(a_shopee(connection).scan())) == 250
    assert (calls("get_item_list"), calls("get_item_base_info")) == (3, 5)


@responses.activate
def test_a_list_that_goes_in_circles_raises(connection: Connection) -> None:
    warehouse = Warehouse(10)
    warehouse.stuck = True
    warehouse.serve()
    with pytest.raises(Retry, match="circle"):
        list(a_shopee(connection).scan())


@responses.activate
def test_a_list_that_shrinks_while_it_is_read_may_have_a_hole_and_raises(connection: Connection) -> None:
    warehouse = Warehouse(250)
    warehouse.totals = iter([250, 249, 249])
    warehouse.serve()
    with pytest.raises(Retry, match="removed"):
        list(a_shopee(connection).scan())


@responses.activate
def test_a_walk_that_broke_off_does_not_count(connection: Connection) -> None:
    warehouse = Warehouse(150)
    warehouse.totals = iter([150, 140, 150, 150])
    warehouse.serve()
    with pytest.raises(Retry):
        a_shopee(connection).observe(wanting("SKU-1000150"))
    assert a_shopee(connection).observe(wanting("SKU-1000150"))[0].state is State.LIVE


@responses.activate
def test_a_plain_item_that_ought_to_have_variants_is_half_made(connection: Connection) -> None:
    Warehouse(1).serve()
    seen = a_shopee(connection).observe([Target(1, ("SKU-1000001", "SKU-OTHER"))])[1]
    assert seen.ref == Ref("1000001")
    assert seen.facts["variants"] == ()
    assert not [field for field in seen.facts if field.startswith(("price", "stock"))]
