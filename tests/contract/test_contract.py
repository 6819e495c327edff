"""The contract of every adapter, as sentences, in the order in which a new one is written (docs/writing-an-adapter.md).

Each test runs against the platform in the sandbox over HTTP, for each entry of conftest.PLATFORMS.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from connector.domain.listing import Facts, Ref, State, kind_of
from connector.domain.plan import Change, Kind, Op, plan
from connector.domain.problem import blocking
from connector.errors import OutcomeUnknown, Retry
from connector.ports import Receipt, Target, Task
from tests.builders import FreeThrottle, a_picture, a_product, a_product_in_two_sizes, a_variant
from tests.contract.shop import Shop, desired_on

HONEY = "MONG-500"
NAMES = ("title", "description", "category", "brand", "pictures", "weight_g", "size_cm", "visible", "variants")


def needs(shop: Shop, *flags: str) -> None:
    """A group of tests for what the platform can; what it cannot is tested by its raising."""
    missing = [flag for flag in flags if not getattr(shop.adapter.can, flag)]
    if missing:
        pytest.skip(f"{shop.platform} cannot {', '.join(missing)}")


def fields(ops: Sequence[object]) -> set[str]:
    return {change.field for op in ops for change in op.changes}  # type: ignore[attr-defined]


# ---- step 1: the canonical form


def test_canonical_facts_have_the_names_that_all_platforms_share(shop: Shop) -> None:
    facts = shop.adapter.canonical(desired_on(shop))
    assert {f for f in facts if kind_of(f) not in ("price", "stock", "attributes")} <= set(NAMES)
    assert facts[f"price:{HONEY}"] == 120_000
    assert facts[f"stock:{HONEY}"] == 10
    assert facts["title"]
    assert facts["variants"]


def test_canonical_is_pure(shop: Shop) -> None:
    before = shop.sandbox.get("/calls", platform=shop.platform.name)
    assert shop.adapter.canonical(desired_on(shop)) == shop.adapter.canonical(desired_on(shop))
    shop.adapter.check(desired_on(shop))
    assert shop.sandbox.get("/calls", platform=shop.platform.name) == before


# ---- step 2: the check


def test_a_good_product_has_no_obstacle(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.look()
    assert blocking(shop.adapter.check(shop.wanted[1])) == ()


def test_all_obstacles_are_named_at_once_in_both_languages(shop: Shop) -> None:
    product = a_product(name="", short_name="", pictures=(), variants=(a_variant(price=1, pack=""),))
    problems = blocking(shop.adapter.check(desired_on(shop, product, category="", description="", details={})))
    assert {"title", "pictures", "category", f"price:{HONEY}"} <= {p.field for p in problems}
    for problem in problems:
        assert problem.code == problem.code.lower().replace(" ", "_")
        assert len(problem.vi) > 12
        assert len(problem.en) > 12
        assert problem.vi != problem.en


# ---- step 3: the look


def test_a_complete_look_that_finds_nothing_is_absence(shop: Shop) -> None:
    shop.want(desired_on(shop))
    assert shop.look().state is State.ABSENT


def test_every_target_gets_an_answer(shop: Shop) -> None:
    targets = [
        Target(1, ("NOBODY-1",)),
        Target(2, ("NOBODY-2", "NOBODY-3")),
        Target(3, ("NOBODY-4",), Ref("999999999")),
    ]
    assert set(shop.adapter.observe(targets)) == {1, 2, 3}


def test_a_failed_look_is_never_absence(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.fault("http", shop.platform.reads[0], params={"status": 500, "body": ""}, count=50)
    with pytest.raises(Retry):
        shop.look()
    shop.mend()
    fresh = shop.reopened()
    fresh.want(desired_on(shop))
    for endpoint in shop.platform.reads:
        shop.fault("http", endpoint, params={"status": 500, "body": ""}, count=50)
        with pytest.raises(Retry):
            fresh.look()
        shop.mend()
    assert fresh.look().state is State.LIVE


# ---- step 4: the first law


def test_a_plan_after_apply_is_empty(shop: Shop) -> None:
    seen = shop.publish(desired_on(shop))
    assert seen.state is State.LIVE
    assert shop.plan().ops == ()
    assert shop.plan().drifts == ()
    assert len(shop.shown()) == 1


def test_what_was_published_is_what_is_shown(shop: Shop) -> None:
    seen = shop.publish(desired_on(shop))
    want = shop.adapter.canonical(shop.wanted[1])
    assert {field: seen.facts[field] for field in want if field in seen.facts} == {
        field: value for field, value in want.items() if field in seen.facts
    }
    assert {"title", f"price:{HONEY}", f"stock:{HONEY}"} <= set(seen.facts)
    assert seen.ref.variants.keys() == {HONEY}


def test_a_quiet_pass_writes_nothing(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    written = shop.writes()
    assert shop.converge() == 0
    assert shop.writes() == written


def test_a_product_in_two_sizes_is_one_listing_with_two_variants(shop: Shop) -> None:
    needs(shop, "variants")
    seen = shop.publish(desired_on(shop, a_product_in_two_sizes()))
    assert seen.ref.variants.keys() == {"MONG-250", "MONG-500"}
    assert (seen.facts["price:MONG-250"], seen.facts["price:MONG-500"]) == (70_000, 120_000)
    assert len(shop.shown()) == 1
    assert shop.plan().ops == ()


def test_a_listing_that_takes_several_steps_is_hidden_until_it_is_complete(shop: Shop) -> None:
    needs(shop, "variants", "publish_hidden")
    shop.want(desired_on(shop, a_product_in_two_sizes()))
    while ops := shop.plan().ops:
        complete = all(len(row["variants"]) == 2 for row in shop.shown())
        assert complete or all(row["state"] != "live" for row in shop.shown())
        shop.carry_out(ops)
        shop.wait()
    assert [row["state"] for row in shop.shown()] == ["live"]


def test_pictures_are_uploaded_once_per_content(shop: Shop) -> None:
    throttle = shop.connection.throttle
    assert isinstance(throttle, FreeThrottle)
    shop.publish(desired_on(shop))
    uploads = throttle.taken.count("image")
    other = a_product(code="MAT-ONG-2", name="Mật ong hoa cà phê Đắk Lắk", variants=(a_variant("MONG-CP"),))
    shop.publish(desired_on(shop, other), listing=2)
    assert throttle.taken.count("image") == uploads


# ---- step 5: changes


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"price": 99_000}, {Kind.SET_PRICE}),
        ({"stock": 3}, {Kind.SET_STOCK}),
        ({"stock": 0}, {Kind.SET_STOCK}),
        ({"title": "Mật ong hoa nhãn Hưng Yên thượng hạng"}, {Kind.REVISE}),
        ({"description": "Một câu chuyện khác hẳn về mật ong nhãn và người nuôi ong. " * 4}, {Kind.REVISE}),
        ({"pictures": (a_picture("một ảnh khác"),)}, {Kind.REVISE}),
        ({"visible": False}, {Kind.HIDE}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_change_of_mind_is_one_op_and_is_seen(shop: Shop, change: dict[str, object], kinds: set[Kind]) -> None:
    needs(shop, "hide")
    desired = desired_on(shop)
    shop.publish(desired)
    offer = desired.offers[0]
    match change:
        case {"price": int(price)}:
            shop.want(replace(desired, offers=(replace(offer, price=price),)))
        case {"stock": int(stock)}:
            shop.want(replace(desired, offers=(replace(offer, quantity=stock),)))
        case _:
            shop.want(replace(desired, **change))  # type: ignore[arg-type]
    assert {op.kind for op in shop.plan().ops} == kinds
    shop.converge()
    assert shop.plan().ops == ()
    assert len(shop.shown()) == 1


def test_what_was_hidden_is_shown_again(shop: Shop) -> None:
    needs(shop, "hide")
    desired = desired_on(shop)
    shop.publish(desired)
    assert shop.publish(replace(desired, visible=False)).state is State.HIDDEN
    assert shop.publish(desired).state is State.LIVE


def test_a_variant_comes_and_another_goes(shop: Shop) -> None:
    needs(shop, "variants")
    two = a_product_in_two_sizes()
    shop.publish(desired_on(shop, two))
    third = a_variant("MONG-1000", 220_000, "1 kg", pack="1 kg", weight_g=1_100)
    seen = shop.publish(desired_on(shop, replace(two, variants=(*two.variants, third))))
    assert seen.ref.variants.keys() == {"MONG-250", "MONG-500", "MONG-1000"}
    assert seen.facts["price:MONG-1000"] == 220_000
    seen = shop.publish(desired_on(shop, replace(two, variants=(two.variants[1], third))))
    assert seen.ref.variants.keys() == {"MONG-500", "MONG-1000"}
    assert shop.plan().ops == ()
    assert len(shop.shown()) == 1


def test_one_bad_item_never_sinks_its_batch(shop: Shop) -> None:
    needs(shop, "hide")
    other = a_product(code="KHAC", name="Mật ong hoa vải Bắc Giang", variants=(a_variant("MONG-VAI"),))
    shop.publish(desired_on(shop))
    shop.publish(desired_on(shop, other), listing=2)
    shop.want(replace(shop.wanted[1], visible=False), 1)
    shop.want(replace(shop.wanted[2], visible=False), 2)
    ops = [*shop.plan(1).ops, *shop.plan(2).ops]
    shop.edit(HONEY, delete=True)
    outcomes = shop.carry_out(ops)
    assert not isinstance(outcomes[1], Receipt)
    assert isinstance(outcomes[2], Receipt)


# ---- step 6: no doubles


def test_a_create_whose_answer_is_lost_is_unknown_and_is_found_again(shop: Shop) -> None:
    desired = shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("drop_after", shop.platform.create, count=1)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)
    shop.wait()
    assert shop.look().state.exists
    assert shop.publish(desired).state is State.LIVE
    assert len(shop.shown()) == 1


def test_a_create_with_variants_whose_answer_is_lost_is_completed(shop: Shop) -> None:
    needs(shop, "variants")
    desired = shop.want(desired_on(shop, a_product_in_two_sizes()))
    shop.fault("drop_after", shop.platform.create, count=1)
    shop.converge()
    assert len(shop.shown()) == 1
    assert shop.look().ref.variants.keys() == set(desired.skus)


def test_a_process_that_remembers_nothing_adopts_by_sku(shop: Shop) -> None:
    ref = shop.publish(desired_on(shop)).ref
    fresh = shop.reopened()
    fresh.want(desired_on(shop))
    assert fresh.look().ref == ref


def test_two_strangers_with_one_sku_give_the_older_and_a_warning(shop: Shop) -> None:
    if shop.platform.doubles is None:
        pytest.skip(f"{shop.platform} takes a SKU once")
    shop.sandbox.switch(shop.platform.name, **shop.platform.doubles)
    first = shop.publish(desired_on(shop)).ref
    shop.wait()
    other = shop.reopened()
    desired = other.want(desired_on(shop))
    blind = replace(other.look(), state=State.ABSENT, ref=Ref(), facts={})
    other.carry_out(plan(other.listings[1], other.adapter.canonical(desired), blind, other.policy).ops)
    shop.wait()
    assert len(shop.shown()) == 2
    third = shop.reopened()
    third.want(desired)
    seen = third.look()
    assert seen.ref.item == first.item
    assert seen.reason.startswith("duplicate:")
    assert first.item in seen.reason


# ---- step 7: drift


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price": {HONEY: 77_000}}, f"price:{HONEY}"),
        ({"stock": {HONEY: 2}}, f"stock:{HONEY}"),
        ({"title": "Tên do người khác sửa tay"}, "title"),
        ({"visible": False}, "visible"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_hand_edit_is_seen_and_healed(shop: Shop, change: Facts, field: str) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.plan()
    shop.edit(HONEY, **change)
    assert {drift.field for drift in shop.plan().drifts} == {field}
    shop.converge()
    assert shop.plan().drifts == ()


def test_what_was_deleted_over_there_is_seen_gone_and_is_made_again(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.edit(HONEY, delete=True)
    assert not shop.look().state.exists
    assert shop.publish(desired).state is State.LIVE
    assert len(shop.shown()) == 1


def test_a_ban_is_told_with_its_reason(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.edit(HONEY, ban="Hàng giả")
    seen = shop.look()
    assert seen.state is State.BANNED
    assert seen.reason
    assert "Hàng giả" in seen.reason or not shop.platform.tells_bans
    assert shop.plan().ops == ()


# ---- step 8: the scan


def test_a_scan_yields_everything_once_strangers_included(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    other = a_product(code="KHAC", name="Mật ong hoa vải Bắc Giang", variants=(a_variant("MONG-VAI"),))
    shop.publish(desired_on(shop, other), listing=2)
    seen = list(shop.reopened().adapter.scan())
    assert sorted(sku for each in seen for sku in each.skus) == sorted([HONEY, "MONG-VAI"])
    assert len({each.ref.item for each in seen}) == 2


def test_a_scan_sees_what_a_look_sees(shop: Shop) -> None:
    looked = shop.publish(desired_on(shop))
    scanned = next(iter(shop.adapter.scan()))
    assert (scanned.ref, scanned.state, dict(scanned.facts)) == (looked.ref, looked.state, dict(looked.facts))


def test_a_scan_that_breaks_off_raises(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    for endpoint in shop.platform.reads:
        shop.fault("http", endpoint, params={"status": 500, "body": ""}, count=50)
        with pytest.raises(Retry):
            list(shop.adapter.scan())
        shop.mend()


# ---- step 9: manners


def test_too_fast_is_a_retry_that_slows_everybody_down(shop: Shop) -> None:
    throttle = shop.connection.throttle
    assert isinstance(throttle, FreeThrottle)
    shop.want(desired_on(shop))
    shop.fault("rate_limit", count=1)
    with pytest.raises(Retry):
        shop.look()
    assert throttle.hits


def test_an_unreadable_answer_to_a_create_is_unknown(shop: Shop) -> None:
    if shop.adapter.can.assisted:
        pytest.skip("the answer is a file that comes later: tests/adapters/test_assisted_packs.py")
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("garbage", shop.platform.create, count=1)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)


def test_no_secret_is_in_a_log_or_an_error(shop: Shop) -> None:
    secrets = shop.connection.vault.credentials()
    held = [
        s.get_secret_value() for name, s in secrets.items() if name.endswith(("key", "secret", "token", "password"))
    ]
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("drop_after", "*", count=1)
    with capture_logs() as events:
        outcome = shop.carry_out(ops)
    told = repr(events) + repr(outcome) + repr(shop.connection)
    assert not [secret for secret in held if len(secret) > 6 and secret in told]


def test_what_a_platform_cannot_do_raises_or_is_named_an_obstacle(shop: Shop) -> None:
    can, desired = shop.adapter.can, desired_on(shop, a_product_in_two_sizes())
    shop.want(desired)
    shop.look()
    assert can.variants or "variants" in {p.field for p in blocking(shop.adapter.check(desired))}
    if can.hide:
        return
    hide = Op(1, Kind.HIDE, Ref("1"), (Change("visible", True, False, "changed"),))
    with pytest.raises(NotImplementedError):
        shop.adapter.apply([Task(hide, desired)])
