"""Orders in: each line moves stock once, whatever the number, order and lateness of what we are told."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import orders
from connector.domain.orders import OrderLine, OrderSeen, OrderState
from connector.errors import Refused
from connector.housekeeping import audit
from connector.store import Draft, Store
from tests.builders import a_producer, a_product, a_variant
from tests.stock.market import Market

SKU = "SKU-0000"


@pytest.fixture
def market(store: Store) -> Market:
    return Market(store, ("a", "b")).open(stock=10)


def story_of(market: Market) -> list[OrderSeen]:
    """An order of three: one cancelled, two shipped, one of them back."""
    platform, now = market.platforms["a"], market.clock.now()
    number = platform.buy(SKU, 3, now)
    platform.cancel(number, now + timedelta(minutes=1), pieces=1)
    platform.ship(number, now + timedelta(minutes=2))
    platform.come_back(number, now + timedelta(minutes=3))
    return [seen for _, seen in platform.sales[number].versions]


def test_any_order_and_number_of_deliveries_books_the_same(market: Market) -> None:
    for turn, readings in enumerate(permutations(story_of(market))):
        renamed = [OrderSeen(f"{turn}", r.state, r.lines, r.placed_at, r.updated_at, r.raw_state) for r in readings]
        for seen in [*renamed, *renamed]:
            market.store.orders.absorb(market.ids["a"], [seen])
        assert market.count(SKU) == (10, 0)
    assert audit(market.store) == []


@pytest.mark.parametrize(
    ("upto", "on_hand", "reserved"), [(1, 10, 3), (2, 10, 2), (3, 8, 0), (4, 10, 0)], ids=["new", "less", "out", "back"]
)
def test_what_may_be_sold_is_right_at_every_step(market: Market, upto: int, on_hand: int, reserved: int) -> None:
    for seen in story_of(market)[:upto]:
        market.store.orders.absorb(market.ids["a"], [seen])
    assert market.count(SKU) == (on_hand, reserved)
    assert audit(market.store) == []


def test_a_line_that_comes_back_piece_by_piece_is_booked_piece_by_piece(market: Market) -> None:
    now = market.clock.now()
    for minute, returned in enumerate((0, 1, 1, 3)):
        line = OrderLine("7", 3, SKU, returned=returned)
        at = now + timedelta(minutes=minute)
        market.store.orders.absorb(market.ids["a"], [OrderSeen("X", OrderState.DONE, (line,), now, at)])
    moves = market.store.stockroom.story(SKU)["movements"]
    assert [(m["kind"], m["delta"], m["line"]) for m in moves[:3]] == [
        ("return", 2, "7#1"),
        ("return", 1, "7"),
        ("sale", -3, "7"),
    ]
    assert market.count(SKU) == (10, 0)
    assert audit(market.store) == []


def test_a_window_that_was_missed_is_read_again(market: Market) -> None:
    platform = market.platforms["a"]
    platform.down = True
    for _ in range(5):
        platform.buy(SKU, 1, market.clock.now())
        market.clock.forward(hours=9)
        assert not market.pull("a")
    platform.down = False
    assert market.pull("a")
    assert market.count(SKU) == (10, 5)


def test_a_read_that_breaks_off_keeps_what_it_read_and_not_the_cursor(market: Market) -> None:
    platform = market.platforms["a"]
    for _ in range(4):
        platform.buy(SKU, 1, market.clock.now())
        market.clock.forward(minutes=1)
    before = market.store.orders.cursor(market.ids["a"])
    platform.break_reads = 2
    assert not market.pull("a")
    assert market.count(SKU) == (10, 2)
    assert market.store.orders.cursor(market.ids["a"]) == before
    assert market.pull("a")
    assert market.count(SKU) == (10, 4)


def test_an_order_that_surfaces_late_is_caught_by_the_overlap(market: Market) -> None:
    market.platforms["a"].buy(SKU, 1, market.clock.now(), lag=timedelta(minutes=30))
    for _ in range(7):
        market.clock.forward(minutes=5)
        market.pull("a")
    assert market.count(SKU) == (10, 1)


def test_an_unknown_sku_keeps_the_order_whole_and_is_booked_once_somebody_knows_it(market: Market) -> None:
    now = market.clock.now()
    lines = (OrderLine("1", 2, "NEW-SKU"), OrderLine("2", 1, SKU))
    done = market.store.orders.absorb(market.ids["a"], [OrderSeen("N", OrderState.OPEN, lines, now, now, "READY")])
    assert (done.unknown, market.count(SKU)) == (1, (10, 1))
    assert [row["sku"] for row in market.store.orders.recent(unknown=True)] == ["NEW-SKU"]
    late = a_product(code="LATE", name="Trà shan tuyết", variants=(a_variant("NEW-SKU", 90_000),))
    market.store.products.put([Draft(1, late, {"NEW-SKU": 5})], "import")
    market.store.orders.bind_unknown(market.ids["a"])
    assert market.store.orders.recent(unknown=True) == []
    story = market.store.stockroom.story("NEW-SKU")
    assert (story["on_hand"], story["reserved"]) == (5, 2)
    assert audit(market.store) == []


def test_a_line_without_sku_is_known_by_the_platforms_own_id(market: Market) -> None:
    market.platforms["a"].buy(SKU, 2, market.clock.now(), echo_sku=False)
    market.pull("a")
    assert market.count(SKU) == (10, 2)


def test_a_shop_of_one_producer_cannot_move_anothers_stock(market: Market) -> None:
    other = a_product(code="OTHER", variants=(a_variant("OTHER-1"),))
    market.store.products.put([Draft(1, other, {"OTHER-1": 5})], "import")
    theirs = a_product(
        code="THEIRS",
        variants=(a_variant("THEIRS-1"),),
        producer=a_producer(code="HTX-2"),
    )
    market.store.products.put([Draft(2, theirs, {"THEIRS-1": 5})], "import")
    shop = market.store.shops.add("theirs", "memory", producer="HTX-2")
    now = market.clock.now()
    lines = (OrderLine("1", 1, "OTHER-1"), OrderLine("2", 1, "THEIRS-1"))
    assert market.store.orders.absorb(shop.id, [OrderSeen("Q", OrderState.OPEN, lines, now, now)]).unknown == 1
    assert market.store.stockroom.story("OTHER-1")["reserved"] == 0
    assert market.store.stockroom.story("THEIRS-1")["reserved"] == 1


def test_a_sale_lowers_the_others_and_writes_nothing_where_it_happened(market: Market) -> None:
    market.platforms["a"].buy(SKU, 2, market.clock.now())
    for platform in market.platforms.values():
        platform.calls.clear()
    market.work()
    assert [market.platforms[c].on_sale(SKU) for c in ("a", "b")] == [8, 8]
    assert [market.platforms[c].writes for c in ("a", "b")] == [0, 1]


def test_a_raise_first_pulls_and_then_counts_again(market: Market) -> None:
    market.store.ledger.adjust(SKU, 5, "somebody: another box")
    market.platforms["a"].buy(SKU, 4, market.clock.now())
    market.sync("a")
    market.work(2)
    assert market.platforms["a"].on_sale(SKU) == 11


def test_no_raise_goes_out_where_orders_cannot_be_read_and_lowering_does_not_wait(market: Market) -> None:
    market.store.ledger.adjust(SKU, 5, "somebody: another box")
    market.platforms["a"].break_reads = 0
    market.platforms["a"].buy(SKU, 1, market.clock.now())
    market.sync("a")
    assert market.platforms["a"].on_sale(SKU) == 9
    market.store.ledger.adjust(SKU, -9, "somebody: mice")
    market.platforms["a"].break_reads = 0
    market.sync("a")
    assert market.platforms["a"].on_sale(SKU) <= 6


def test_packs_and_pieces_share_one_shelf(market: Market) -> None:
    six = a_product(code="PACK", name="Hộp sáu lọ mật ong", variants=(a_variant("SIX", 290_000),))
    market.store.products.put([Draft(1, six, {"SIX": 1})], "import")
    market.store.ledger.pack("SIX", SKU, 6, "somebody: boxes")
    market.shelf["SIX"] = 0
    assert market.store.stockroom.story("SIX")["free"] == 2
    now = market.clock.now()
    market.store.orders.absorb(
        market.ids["a"], [OrderSeen("P", OrderState.OPEN, (OrderLine("1", 1, "SIX"),), now, now)]
    )
    assert market.store.stockroom.story("SIX")["free"] == 1
    assert market.count(SKU) == (16, 6)
    later = now + timedelta(minutes=1)
    shipped = OrderSeen("P", OrderState.SHIPPED, (OrderLine("1", 1, "SIX"),), now, later)
    market.store.orders.absorb(market.ids["a"], [shipped])
    assert market.count(SKU) == (10, 0)
    assert audit(market.store) == []


def test_the_audit_tells_what_does_not_add_up(market: Market) -> None:
    market.platforms["a"].buy(SKU, 1, market.clock.now())
    market.pull("a")
    with market.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE order_line SET reserved = 4")
    assert [one.law for one in audit(market.store)] == ["reserved_and_state"]


# ---- pushes


def test_a_push_lowers_the_others_before_any_poll(market: Market) -> None:
    market.platforms["a"].buy(SKU, 3, market.clock.now())
    headers, body = market.platforms["a"].pushes[-1]
    site = market.site("a")
    assert orders.take_push(site.store, site.shop, site.adapter, headers, body) == market.ids["a"]
    assert orders.work_events(site.store, site.shop, site.channel, site.adapter, site.clock) == 1
    market.sync("b")
    assert market.platforms["b"].on_sale(SKU) == 7


def test_a_push_that_comes_again_is_nothing_new(market: Market) -> None:
    market.platforms["a"].buy(SKU, 3, market.clock.now())
    site, push = market.site("a"), market.platforms["a"].pushes[-1]
    assert orders.take_push(site.store, site.shop, site.adapter, *push) is not None
    assert orders.take_push(site.store, site.shop, site.adapter, *push) is None
    assert len(site.store.events.waiting(site.shop.id)) == 1


def test_a_push_ahead_of_its_order_waits_for_it(market: Market) -> None:
    market.platforms["a"].buy(SKU, 1, market.clock.now(), lag=timedelta(minutes=10))
    site = market.site("a")
    orders.take_push(site.store, site.shop, site.adapter, *market.platforms["a"].pushes[-1])
    assert orders.work_events(site.store, site.shop, site.channel, site.adapter, site.clock) == 0
    market.clock.forward(minutes=11)
    assert orders.work_events(site.store, site.shop, site.channel, site.adapter, site.clock) == 1
    assert market.count(SKU) == (10, 1)


@pytest.mark.parametrize("how", ["forged", "cut", "recoded", "unsigned", "not json"])
def test_a_push_that_is_not_genuine_is_refused_and_nothing_kept(market: Market, how: str) -> None:
    market.platforms["a"].buy(SKU, 1, market.clock.now())
    headers, body = market.platforms["a"].pushes[-1]
    match how:
        case "forged":
            headers = {"x-signature": "0" * 64}
        case "cut":
            body = body[:-2]
        case "recoded":
            body = body.decode().encode("utf-16")
        case "unsigned":
            headers = {}
        case "not json":
            body = b"\xff\xfe"
    site = market.site("a")
    with pytest.raises(Refused):
        orders.take_push(site.store, site.shop, site.adapter, headers, body)
    assert site.store.events.waiting_shops() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_pushes_lost_doubled_and_out_of_order_end_at_the_same_count(market: Market, chance: object) -> None:
    platform, site = market.platforms["a"], market.site("a")
    platform.sales.clear()
    with market.store.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE shop_order, event RESTART IDENTITY CASCADE")
        connection.exec_driver_sql("DELETE FROM movement WHERE order_no <> ''")
    for item in platform.items.values():
        item[f"stock:{SKU}"] = 10
    first = len(platform.pushes)
    number = platform.buy(SKU, 2, market.clock.now())
    platform.buy(SKU, 1, market.clock.now())
    platform.ship(number, market.clock.now())
    pushes = [p for p in platform.pushes[first:] for _ in range(chance.randrange(3))]  # type: ignore[attr-defined]
    chance.shuffle(pushes)  # type: ignore[attr-defined]
    for push in pushes:
        orders.take_push(site.store, site.shop, site.adapter, *push)
        orders.work_events(site.store, site.shop, site.channel, site.adapter, site.clock)
    market.pull("a")
    assert market.count(SKU) == (8, 1)
    assert audit(market.store) == []


def test_a_sale_that_our_write_went_over_is_taken_off_again(market: Market) -> None:
    """An absolute number written before an order surfaced has brought its pieces back on sale."""
    platform = market.platforms["a"]
    platform.buy(SKU, 2, market.clock.now(), timedelta(minutes=10))
    market.clock.forward(minutes=1)
    market.store.ledger.adjust(SKU, 5, "somebody: received")
    market.work()
    assert platform.on_sale(SKU) == 15
    market.clock.forward(minutes=10)
    market.work(2)
    assert platform.on_sale(SKU) == 13
