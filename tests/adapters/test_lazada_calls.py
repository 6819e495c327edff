"""What the contract suite does not ask of every platform: Lazada's own ways, against the sandbox."""

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.listing import State
from connector.domain.plan import Change, Kind, Op
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Receipt, Target, Task, Tokens
from tests.builders import MemoryVault, a_product, a_product_in_two_sizes, a_variant
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop, desired_on
from tests.running import _started, sandbox  # noqa: F401  (fixtures)

LAZADA = next(platform for platform in PLATFORMS if platform.name == "lazada")
HONEY = "MONG-500"


@pytest.fixture
def shop(sandbox: Any) -> Shop:  # noqa: F811
    return Shop.open(LAZADA, sandbox)


def a_shop_of(shop: Shop, count: int) -> list[int]:
    """`count` products published."""
    for number in range(count):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.want(desired_on(shop, product), number)
    shop.converge()
    return list(range(count))


def stock_tasks(shop: Shop, listings: list[int], pieces: int) -> list[Task]:
    tasks = []
    for listing in listings:
        ref, desired = shop.listings[listing].ref, shop.wanted[listing]
        changes = tuple(Change(f"stock:{sku}", 10, pieces, "changed") for sku in desired.skus)
        tasks.append(Task(Op(listing, Kind.SET_STOCK, ref, changes), desired))
    return tasks


def calls(shop: Shop, endpoint: str) -> int:
    return sum(1 for call in shop.sandbox.get("/calls", platform="lazada") if call["endpoint"] == endpoint)


def test_sixty_stocks_go_out_in_two_calls_and_are_looked_at_in_two(shop: Shop) -> None:
    listings = a_shop_of(shop, 60)
    before = calls(shop, "stock.update"), calls(shop, "products.get")
    for group in shop.adapter.batches(stock_tasks(shop, listings, 4)):
        outcomes = shop.adapter.apply(group)
        assert all(isinstance(outcome, Receipt) for outcome in outcomes.values())
    seen = shop.adapter.observe([shop.target(listing) for listing in listings])
    assert {seen[n].facts[f"stock:MONG-{n:03}"] for n in listings} == {4}
    assert (calls(shop, "stock.update") - before[0], calls(shop, "products.get") - before[1]) == (2, 2)


def test_what_a_busy_platform_calls_too_large_is_sent_smaller_from_then_on(shop: Shop) -> None:
    listings = a_shop_of(shop, 3)
    tasks = stock_tasks(shop, listings, 4)
    body = {"code": "513", "type": "ISP", "message": "too busy", "request_id": "r"}
    shop.fault("http", "stock.update", params={"status": 200, "body": body}, count=1)
    with pytest.raises(Retry):
        shop.adapter.apply(tasks)
    assert shop.connection.notebook.get("limit", "skus_per_call") == 20
    assert len(list(shop.adapter.batches(tasks * 10))) == 2


@pytest.mark.parametrize("partial_code", ["501", "0"])
@pytest.mark.parametrize("rest", ["others_applied", "nothing_applied"])
def test_of_a_batch_that_fails_in_part_each_listing_gets_its_own_outcome(
    shop: Shop, rest: str, partial_code: str
) -> None:
    listings = a_shop_of(shop, 3)
    shop.sandbox.switch("lazada", partial_failure=rest, partial_code=partial_code)
    shop.fault("partial", "stock.update", params={"skus": ["MONG-001"]}, count=1)
    outcomes = shop.adapter.apply(stock_tasks(shop, listings, 4))
    expected = Receipt if rest == "others_applied" else Retry
    assert isinstance(outcomes[0], expected)
    assert isinstance(outcomes[2], expected)
    assert not isinstance(outcomes[1], Receipt)


@pytest.mark.parametrize("rest", ["others_applied", "nothing_applied"])
def test_a_raise_that_is_not_seen_after_a_partial_failure_is_in_doubt_and_not_sent_again(shop: Shop, rest: str) -> None:
    listings = a_shop_of(shop, 3)
    shop.sandbox.switch("lazada", partial_failure=rest)
    shop.fault("partial", "stock.update", params={"skus": ["MONG-001"]}, count=1)
    tasks = stock_tasks(shop, listings, 14)
    outcomes = shop.adapter.apply(tasks)
    expected = Receipt if rest == "others_applied" else OutcomeUnknown
    assert isinstance(outcomes[0], expected)
    assert isinstance(outcomes[2], expected)


@pytest.mark.parametrize(("pieces", "calls_made", "expected"), [(4, 4, Receipt), (14, 1, OutcomeUnknown)])
def test_where_a_failed_batch_names_nobody_only_what_may_be_sent_twice_is(
    shop: Shop, pieces: int, calls_made: int, expected: type
) -> None:
    listings = a_shop_of(shop, 3)
    before = calls(shop, "stock.update")
    body = {"code": "501", "type": "ISP", "message": "E501: Update product failed", "request_id": "r"}
    shop.fault("http_after", "stock.update", params={"status": 200, "body": body}, count=1)
    outcomes = shop.adapter.apply(stock_tasks(shop, listings, pieces))
    assert {type(outcome) for outcome in outcomes.values()} == {expected}
    assert calls(shop, "stock.update") - before == calls_made


def test_in_open_orders_stock_is_still_what_may_be_sold(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.edit(HONEY, occupy={HONEY: 4})
    seen = shop.look()
    assert seen.facts[f"stock:{HONEY}"] == 6
    offer = replace(shop.wanted[1].offers[0], quantity=6)
    shop.want(replace(shop.wanted[1], offers=(offer,)))
    assert shop.plan().ops == ()


def test_several_variants_are_made_in_one_call(shop: Shop) -> None:
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    assert calls(shop, "product.create") == 1


def test_a_new_product_in_review_is_waited_for(shop: Shop) -> None:
    shop.sandbox.switch("lazada", qc="delay", qc_seconds=60.0)
    shop.want(desired_on(shop))
    outcome = shop.carry_out(shop.plan().ops)[1]
    assert isinstance(outcome, Receipt)
    assert outcome.ticket is not None
    seen = shop.look()
    assert (seen.state, seen.ticket is not None) == (State.PENDING, True)


def test_a_review_that_says_no_is_told_with_its_reason(shop: Shop) -> None:
    shop.sandbox.switch("lazada", qc="reject", qc_seconds=0.0)
    shop.want(desired_on(shop))
    shop.carry_out(shop.plan().ops)
    shop.wait()
    seen = shop.look()
    assert seen.state is State.REJECTED
    assert seen.reason


@pytest.mark.parametrize("style", [{"item_get_style": "camel"}, {"ids": "string"}, {"quantity_reads": "total"}])
def test_every_style_of_answer_is_read_the_same(shop: Shop, style: dict[str, str]) -> None:
    looked = shop.publish(desired_on(shop))
    shop.sandbox.switch("lazada", index_lag_seconds=0.0, **style)
    again = shop.look()
    assert (again.ref, dict(again.facts)) == (looked.ref, dict(looked.facts))


def test_a_known_item_that_the_list_does_not_show_is_asked_for_by_its_id(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    target = shop.target()
    seen = shop.adapter.observe([Target(1, ("OTHER-SKU",), target.ref)])[1]
    assert seen.state is State.LIVE


def test_a_title_of_many_marked_letters_is_too_long_in_bytes(shop: Shop) -> None:
    title = "Mật ong " + "ễ" * 90
    desired = replace(desired_on(shop), title=title, short_title="")
    assert "title_too_long" in {p.code for p in shop.adapter.check(desired)}
    lenient = Shop.open(LAZADA, shop.sandbox, title_in_bytes=False)
    assert "title_too_long" not in {p.code for p in lenient.adapter.check(desired)}


def test_a_mandatory_attribute_that_nobody_stated_is_named(shop: Shop) -> None:
    desired = desired_on(shop)
    bare = replace(desired, details={k: v for k, v in desired.details.items() if k != "shelf_life"})
    shop.want(bare)
    outcome = shop.carry_out(shop.plan().ops)[1]
    assert isinstance(outcome, Refused)
    assert [p.field for p in outcome.problems] == ["attr:shelf_life"]
    assert [p.field for p in shop.adapter.check(bare)] == ["attr:shelf_life"]


def test_an_empty_brand_page_is_how_the_platform_says_too_fast(shop: Shop) -> None:
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("empty_page", "category.brands", count=1)
    assert isinstance(shop.carry_out(ops)[1], Retry)
    assert shop.publish(shop.wanted[1]).state is State.LIVE


def test_a_timeout_after_the_effect_is_unknown_and_found_again(shop: Shop) -> None:
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    body = {"code": "ServiceTimeout", "type": "SYSTEM", "message": "Service timeout", "request_id": "r"}
    shop.fault("http_after", "product.create", params={"status": 200, "body": body}, count=1)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)
    assert shop.look().state is State.LIVE


def test_a_create_of_a_sku_that_is_there_already_is_found_and_not_refused(shop: Shop) -> None:
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.carry_out(ops)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)
    assert len(shop.shown()) == 1


def test_a_dead_token_is_refreshed_once_and_the_call_goes_through(shop: Shop) -> None:
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    shop.fault("dead_token", "*", count=1)
    shop.want(desired_on(shop))
    assert shop.look().state is State.ABSENT
    assert vault.saved == 1
    tokens = vault.tokens()
    assert tokens is not None
    assert tokens.access_until is not None
    assert tokens.refresh_until is not None


def test_a_dead_consent_stops_the_shop(shop: Shop) -> None:
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    held = vault.tokens()
    assert held is not None
    assert held.refresh is not None
    shop.sandbox.switch("lazada", service_market_app=True)
    vault.held = Tokens(type(held.access)("nonsense"), held.refresh)
    shop.want(desired_on(shop))
    with pytest.raises(NeedsConsent):
        shop.look()


def test_hiding_what_is_hidden_already_is_a_success(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.want(replace(shop.wanted[1], visible=False))
    ops = shop.plan().ops
    shop.carry_out(ops)
    assert isinstance(shop.carry_out(ops)[1], Receipt)


def test_writing_to_what_is_gone_is_missing(shop: Shop) -> None:
    listings = a_shop_of(shop, 1)
    shop.edit("MONG-000", delete=True)
    outcome = shop.adapter.apply(stock_tasks(shop, listings, 4))[0]
    assert isinstance(outcome, Missing | Refused)


def test_a_scan_pages_through_more_than_one_page(shop: Shop) -> None:
    a_shop_of(shop, 55)
    assert len({seen.ref.item for seen in shop.adapter.scan()}) == 55


def test_a_shop_with_more_than_the_deepest_offset_is_scanned_in_spans_of_time(sandbox: Any) -> None:  # noqa: F811
    shop = Shop.open(LAZADA, sandbox, page=2, offset_max=2)
    for number in range(3):
        a_shop_of(shop, 3 * number + 1)
        sandbox.post("/clock", {"advance": 60})
    assert len([seen.ref.item for seen in shop.adapter.scan()]) == 7
