"""What is Shopee's own, against the sandbox: settling, tokens, uncertain readings, and the number of calls."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from adapters.shopee import Shopee
from connector.domain.drift import Verdict
from connector.domain.listing import State
from connector.domain.plan import Kind, plan
from connector.errors import Missing, Refused, Retry
from connector.ports import Receipt, Target
from tests.builders import (
    MemoryNotebook,
    MemoryVault,
    RealClock,
    a_picture,
    a_product,
    a_product_in_two_sizes,
    a_variant,
)
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop, desired_on

SHOPEE = next(platform for platform in PLATFORMS if platform.name == "shopee")


@pytest.fixture
def shop(sandbox: Any) -> Shop:
    return Shop.open(SHOPEE, sandbox)


@pytest.fixture
def real(sandbox: Any) -> Shop:
    """With the machine's own clock, as the sandbox measures the five minutes of a signature by that."""
    return Shop.open(SHOPEE, sandbox, clock=RealClock(), settle_add_seconds=0)


def calls_since(shop: Shop, mark: Counter[str]) -> Counter[str]:
    assert isinstance(shop.adapter, Shopee)
    return shop.adapter.calls - mark


def mark(shop: Shop) -> Counter[str]:
    assert isinstance(shop.adapter, Shopee)
    return Counter(shop.adapter.calls)


def many(shop: Shop, count: int) -> None:
    for number in range(1, count + 1):
        product = a_product(
            code=f"SP-{number}",
            name=f"Mật ong rừng số {number}",
            variants=(a_variant(f"RUNG-{number:03}"),),
            pictures=(a_picture(f"ảnh {number % 5}"),),
        )
        shop.want(desired_on(shop, product), number)


def one_pass(shop: Shop) -> None:
    """All listings of the shop as one batch, as a worker claims them."""
    seen = shop.adapter.observe([shop.target(listing) for listing in shop.wanted])
    ops = []
    for listing, observed in seen.items():
        shop.look = lambda listing=listing, observed=observed: observed  # type: ignore[method-assign]
        ops += shop.plan(listing).ops
    shop.carry_out(ops)
    shop.wait()


def test_sixty_creates_cost_sixty_creates_and_little_else(shop: Shop) -> None:
    many(shop, 60)
    one_pass(shop)
    calls = calls_since(shop, Counter())
    assert calls.pop("product/add_item") == 60
    assert calls.pop("media_space/upload_image") == 5
    assert calls == {
        "product/get_category": 1,
        "product/get_attribute_tree": 1,
        "product/get_item_limit": 2,
        "logistics/get_channel_list": 1,
        "product/get_item_list": 1,
    }
    before = mark(shop)
    one_pass(shop)
    assert calls_since(shop, before) == {"product/get_item_base_info": 2}


def test_a_batch_after_creates_does_not_read_our_own_items(shop: Shop) -> None:
    many(shop, 10)
    one_pass(shop)
    before = mark(shop)
    shop.adapter.observe([Target(99, ("SKU-MOI",))])
    assert calls_since(shop, before) == {"product/get_item_list": 1}


def test_a_plan_made_before_anything_was_known_is_made_again_not_carried_out(shop: Shop) -> None:
    desired = shop.want(desired_on(shop))
    facts = shop.adapter.canonical(desired)  # the loop asks for these before its first look at a new shop
    assert facts["category"] == desired.category
    early = plan(shop.listings[1], facts, shop.look(), shop.policy)
    assert isinstance(shop.carry_out(early.ops)[1], Retry)
    assert shop.writes() == 0
    assert shop.publish(desired).facts["category"] == "100868"


def test_variants_cost_one_call_more_and_showing_is_shared(shop: Shop) -> None:
    for number in (1, 2, 3):
        variants = tuple(a_variant(f"S{number}-{size}", 90_000, size, pack=size) for size in ("250g", "500g"))
        name = f"Mật ong hai cỡ số {number}"
        shop.want(desired_on(shop, a_product(code=name, name=name, axes=("Cỡ",), variants=variants)), number)
    one_pass(shop)
    before = mark(shop)
    one_pass(shop)
    one_pass(shop)
    spent = calls_since(shop, before)
    assert (spent["product/init_tier_variation"], spent["product/unlist_item"]) == (3, 1)
    assert all(row["state"] == "live" for row in shop.shown())
    before = mark(shop)
    one_pass(shop)
    assert calls_since(shop, before) == {"product/get_item_base_info": 1, "product/get_model_list": 3}


def test_a_new_item_is_not_given_variants_too_soon(shop: Shop) -> None:
    shop.want(desired_on(shop, a_product_in_two_sizes()))
    created = shop.carry_out(shop.plan().ops)[1]
    assert isinstance(created, Receipt)
    assert created.ticket is not None
    assert created.ticket.settling
    written = shop.writes()
    too_soon = shop.carry_out(shop.plan().ops)[1]
    assert shop.writes() == written
    assert isinstance(too_soon, Retry)
    assert 0 < too_soon.after <= 5


def test_an_item_that_settles_more_slowly_than_we_wait_is_tried_again(sandbox: Any) -> None:
    shop = Shop.open(SHOPEE, sandbox, settle_add_seconds=1)
    shop.want(desired_on(shop, a_product_in_two_sizes()))
    shop.carry_out(shop.plan().ops)
    sandbox.post("/clock", {"advance": 2})
    assert isinstance(shop.carry_out(shop.plan().ops)[1], Retry)
    shop.converge()
    assert shop.look().state is State.LIVE


def test_tokens_are_renewed_and_work_goes_on(real: Shop) -> None:
    real.publish(desired_on(real))
    for _ in range(2):
        real.sandbox.post("/clock", {"advance": 5 * 3600})
        assert real.look().state is State.LIVE
    assert real.converge() == 0


def test_a_plain_item_grows_variants_and_loses_them_again(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    seen = shop.publish(desired_on(shop, a_product_in_two_sizes()))
    assert seen.ref.variants.keys() == {"MONG-250", "MONG-500"}
    seen = shop.publish(desired_on(shop))
    assert seen.ref.variants == {"MONG-500": "0"}
    assert seen.facts["price:MONG-500"] == 120_000
    assert len(shop.shown()) == 1


def test_a_second_axis_rebuilds_the_variants(shop: Shop) -> None:
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    variants = (
        a_variant("MONG-250", 70_000, "250 g", "Gừng"),
        a_variant("MONG-500", 120_000, "500 g", "Gừng"),
        a_variant("MONG-NGHE", 125_000, "500 g", "Nghệ"),
    )
    seen = shop.publish(desired_on(shop, a_product(axes=("Cỡ", "Vị"), variants=variants)))
    assert seen.facts["variants"] == ("MONG-250|250 g|Gừng", "MONG-500|500 g|Gừng", "MONG-NGHE|500 g|Nghệ")
    assert shop.plan().ops == ()


def test_pictures_that_shopee_has_forgotten_are_uploaded_again(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.connection.notebook.put("picture", desired.pictures[0], "vn-11134207-forgotten")
    assert shop.publish(desired).state is State.LIVE


def test_mandatory_attributes_come_from_the_label(shop: Shop) -> None:
    seen = shop.publish(desired_on(shop))
    want = shop.adapter.canonical(shop.wanted[1])
    attributes = {field: value for field, value in want.items() if field.startswith("attr:")}
    assert attributes["attr:Xuất xứ"] == "Việt Nam"
    assert attributes.items() <= dict(seen.facts).items()


def test_a_mandatory_attribute_that_nothing_fills_is_an_obstacle_with_examples(sandbox: Any) -> None:
    shop = Shop.open(SHOPEE, sandbox, attributes={"xuat xu": ["=Việt Nam"]})
    shop.want(desired_on(shop))
    shop.look()
    missing = [p for p in shop.adapter.check(shop.wanted[1]) if p.code == "attribute_missing"]
    assert "attr:Hạn sử dụng" in {p.field for p in missing}
    assert "ví dụ" in next(p for p in missing if p.field == "attr:Hạn sử dụng").vi


def test_a_price_that_a_promotion_holds_is_reported_and_not_fought(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.edit("MONG-500", promotion={"price": 60_000, "reserved": 2, "seconds": 600})
    offer = desired.offers[0]
    shop.want(replace(desired, offers=(replace(offer, price=150_000),)))
    assert shop.look().held == {"price:MONG-500"}
    assert [drift.verdict for drift in shop.plan().drifts] == [Verdict.PROMOTION]
    assert shop.plan().ops == ()
    shop.edit("MONG-500", promotion=None)
    shop.converge()
    assert shop.look().facts["price:MONG-500"] == 150_000


def test_half_a_stock_write_is_told_and_finished_by_the_next_pass(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    shop.publish(desired)
    shop.want(replace(desired, offers=tuple(replace(offer, quantity=4) for offer in desired.offers)))
    ops = shop.plan().ops
    shop.fault("partial", "*update_stock", count=1)
    half = shop.carry_out(ops)[1]
    assert isinstance(half, Receipt)
    assert half.wrote is not None
    assert len(half.wrote) == 1
    shop.converge()
    assert {shop.look().facts[f"stock:{sku}"] for sku in desired.skus} == {4}


def test_a_list_that_refuses_deep_offsets_is_walked_by_its_cursor(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.shopee.reads._PAGE", 2)
    shop.sandbox.switch("shopee", offset_limit=2)
    many(shop, 7)
    one_pass(shop)
    assert len({seen.ref.item for seen in shop.adapter.scan()}) == 7


def test_a_busy_database_is_tried_again(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.want(replace(desired, offers=(replace(desired.offers[0], quantity=4),)))
    shop.fault("busy_database", count=1)
    assert isinstance(shop.carry_out(shop.plan().ops)[1], Retry)


def test_a_token_that_dies_in_the_middle_is_renewed(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.fault("dead_token", count=1)
    assert shop.look().state is State.LIVE
    assert isinstance(shop.connection.vault, MemoryVault)
    assert shop.connection.vault.saved == 1


def test_alcohol_is_held_back(shop: Shop) -> None:
    shop.want(desired_on(shop, a_product(name="Rượu nếp cái hoa vàng", set_no=14)))
    shop.look()
    assert "restricted_goods" in {p.code for p in shop.adapter.check(shop.wanted[1])}


def test_every_category_of_the_channel_is_found_in_the_tree(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.look()
    for number in range(1, 26):
        desired = desired_on(shop, a_product(set_no=number))
        assert "unknown_category" not in {p.code for p in shop.adapter.check(desired)}
        assert str(shop.adapter.canonical(desired)["category"]).isdigit()


def test_a_lost_create_appears_when_the_list_catches_up(shop: Shop) -> None:
    shop.sandbox.switch("shopee", list_lag_seconds=60)
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("drop_after", "*add_item", count=1)
    shop.carry_out(ops)
    assert shop.look().state is State.ABSENT  # why the loop gives an unanswered create settle_seconds
    shop.sandbox.post("/clock", {"advance": 90})
    assert shop.look().state is State.LIVE


def test_an_item_under_review_waits_with_a_ticket(real: Shop) -> None:
    shop = real
    shop.sandbox.switch("shopee", review_seconds=600)
    shop.want(desired_on(shop))
    shop.carry_out(shop.plan().ops)
    seen = shop.look()
    assert seen.state is State.PENDING
    assert seen.ticket is not None
    assert not seen.ticket.settling
    shop.sandbox.post("/clock", {"advance": 700})
    assert shop.look().state is State.LIVE


def test_prices_too_far_apart_are_refused_there_and_named_here(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    shop.publish(desired)
    cheap, dear = desired.offers
    wide = replace(desired, offers=(cheap, replace(dear, price=cheap.price * 6)))
    assert "price_ratio" in {p.code for p in shop.adapter.check(wide)}
    shop.want(wide)
    shop.adapter.check = lambda desired: ()  # type: ignore[method-assign]
    ops = [op for op in shop.plan().ops if op.kind is Kind.SET_PRICE]
    refused = shop.carry_out(ops)[1]
    assert isinstance(refused, Refused)


def test_an_item_deleted_since_the_plan_is_missing(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.want(replace(desired, title="Một tên khác cho mật ong"))
    ops = shop.plan().ops
    shop.edit("MONG-500", delete=True)
    assert isinstance(shop.carry_out(ops)[1], Missing)


@pytest.mark.parametrize(
    "switches",
    [
        {"gateway_status": 200, "dead_token_code": "error_auth"},
        {"code_prefix": False, "business_status": 200},
        {"refresh_grace": True},
        {"empty_list_absent": True},
        {"unknown_ids_missing": False},
        {"stale_echo": False},
        {"gtin_limit_inside": True},
        {"update_takes_logistics": False},
        {"settle_error": "error_param"},
    ],
    ids=lambda switches: "-".join(switches),
)
def test_uncertain_readings_make_no_difference(real: Shop, switches: dict[str, Any]) -> None:
    shop = real
    shop.sandbox.switch("shopee", **switches)
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    shop.sandbox.post("/clock", {"advance": 5 * 3600})
    assert shop.plan().ops == ()
    shop.edit("MONG-500", delete=True)
    assert not shop.look().state.exists


class _DyingNotebook(MemoryNotebook):
    """The process dies at the second note of a picture."""

    def put(self, kind: str, key: str, value: Any) -> None:
        if kind in ("picture", "sha") and {"picture", "sha"} & self.notes.keys() - {kind}:
            raise KeyboardInterrupt
        super().put(kind, key, value)


def test_a_process_that_dies_between_the_two_notes_of_a_picture_leaves_no_id_that_nobody_can_read(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.look()
    dying = _DyingNotebook(dict(shop.connection.notebook.notes))  # type: ignore[attr-defined]
    doomed = Shop.open(shop.platform, shop.sandbox)
    doomed.connection = replace(doomed.connection, notebook=dying)
    doomed.adapter = type(doomed.adapter)(doomed.connection)  # type: ignore[call-arg]
    doomed.want(desired_on(shop))
    with pytest.raises(KeyboardInterrupt):
        doomed.converge()
    heir = replace(doomed.connection, notebook=MemoryNotebook(dying.notes))
    doomed.connection, doomed.adapter = heir, type(doomed.adapter)(heir)  # type: ignore[call-arg]
    doomed.converge()
    assert doomed.plan().ops == ()
