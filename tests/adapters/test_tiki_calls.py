"""What the contract suite does not ask of every platform: Tiki's own ways, against the sandbox."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from connector.domain.listing import Observed, State
from connector.domain.plan import Change, Kind, Op
from connector.errors import NeedsConsent, OutcomeUnknown, Refused
from connector.ports import Outbox, Receipt, Target, Task, Tokens
from tests.builders import MemoryVault, a_product, a_product_in_two_sizes, a_variant
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop, desired_on
from tests.running import _started, sandbox  # noqa: F401  (fixtures)

TIKI = next(platform for platform in PLATFORMS if platform.name == "tiki")
HONEY = "MONG-500"


@pytest.fixture
def shop(sandbox: Any) -> Shop:  # noqa: F811
    return Shop.open(TIKI, sandbox)


def calls(shop: Shop, endpoint: str) -> int:
    return sum(1 for call in shop.sandbox.get("/calls", platform="tiki") if call["endpoint"] == endpoint)


def reviewed(shop: Shop) -> Observed:
    """The listing once its review is over; the sandbox downloads pictures in real time."""
    for _ in range(100):
        shop.wait()
        seen = shop.look()
        if seen.state is not State.PENDING:
            return seen
    raise AssertionError("the review does not end")


def set_stock(shop: Shop, pieces: int, listing: int = 1) -> Task:
    ref, desired = shop.listings[listing].ref, shop.wanted[listing]
    changes = tuple(Change(f"stock:{sku}", 10, pieces, "changed") for sku in desired.skus)
    return Task(Op(listing, Kind.SET_STOCK, ref, changes), desired)


def stock_of(shop: Shop, sku: str) -> int:
    return next(v["stock"] for row in shop.shown() for v in row["variants"] if v["sku"] == sku)


def test_one_request_becomes_a_product_per_variant_under_one_master(shop: Shop) -> None:
    seen = shop.publish(desired_on(shop, a_product_in_two_sizes()))
    assert calls(shop, "requests.create") == 1
    assert len(set(seen.ref.variants.values())) == 2
    assert seen.ref.item not in seen.ref.variants.values()
    assert seen.state is State.LIVE


def test_a_request_in_review_is_waited_for_longer_and_longer(shop: Shop) -> None:
    shop.sandbox.switch("tiki", review_seconds=7200.0)
    shop.want(desired_on(shop))
    shop.carry_out(shop.plan().ops)
    waits = []
    for _ in range(8):
        seen = shop.look()
        assert seen.state is State.PENDING
        assert seen.ticket is not None
        wait = (seen.ticket.look_at - seen.read_at).total_seconds()
        waits.append(round(wait))
        shop.sandbox.post("/clock", {"advance": wait})
    assert waits[-1] > 3 * waits[0]


def test_a_rejected_request_is_told_with_its_words_and_no_item(shop: Shop) -> None:
    shop.sandbox.switch("tiki", reject_reason="product media is empty")
    shop.want(desired_on(shop))
    shop.carry_out(shop.plan().ops)
    seen = reviewed(shop)
    assert (seen.state, seen.ref.item) == (State.REJECTED, "")
    assert "product media is empty" in seen.reason


def test_after_a_rejection_a_changed_product_is_a_new_request(shop: Shop) -> None:
    shop.sandbox.switch("tiki", reject_reason="Tên chưa rõ")
    shop.want(desired_on(shop))
    shop.carry_out(shop.plan().ops)
    assert reviewed(shop).state is State.REJECTED
    shop.sandbox.switch("tiki", reject_reason="")
    assert shop.publish(replace(shop.wanted[1], title="Mật ong hoa nhãn nguyên chất")).state is State.LIVE


def test_a_lost_create_in_review_is_waited_for_and_never_sent_twice(shop: Shop) -> None:
    shop.sandbox.switch("tiki", review_seconds=60.0)
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("drop_after", "requests.create", count=1)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)
    assert shop.look().state is State.PENDING
    shop.sandbox.post("/clock", {"advance": 61})
    shop.converge()
    assert calls(shop, "requests.create") == 1
    assert len(shop.shown()) == 1


def test_stock_is_written_with_what_open_orders_hold(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.edit(HONEY, reserve={HONEY: 3})
    assert shop.look().facts[f"stock:{HONEY}"] == 7
    assert isinstance(shop.adapter.apply([set_stock(shop, 9)])[1], Receipt)
    assert shop.look().facts[f"stock:{HONEY}"] == 9


def test_stock_without_a_look_reads_what_is_reserved_first(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.edit(HONEY, reserve={HONEY: 3})
    blind = Shop.open(TIKI, shop.sandbox)
    blind.listings, blind.wanted = shop.listings, shop.wanted
    before = calls(shop, "products.detail")
    assert isinstance(blind.adapter.apply([set_stock(blind, 2)])[1], Receipt)
    assert calls(shop, "products.detail") == before + 1
    assert shop.look().facts[f"stock:{HONEY}"] == 2


def test_a_price_is_one_call_per_changed_variant(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    shop.publish(desired)
    first, second = desired.offers
    shop.want(replace(desired, offers=(replace(first, price=66_000), second)))
    before = calls(shop, "products.update_sku")
    shop.converge()
    assert calls(shop, "products.update_sku") == before + 1


def test_of_two_variants_the_one_that_went_through_counts(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    shop.publish(desired)
    shop.want(replace(desired, offers=tuple(replace(offer, price=offer.price + 1000) for offer in desired.offers)))
    ops = shop.plan().ops
    body = {"errors": ["Price is not valid because less than ten percent listing price"]}
    shop.fault("http", "products.update_sku", params={"status": 422, "body": body}, count=1)
    outcome = shop.carry_out(ops)[1]
    assert isinstance(outcome, Receipt)
    assert outcome.wrote is not None
    assert len(outcome.wrote) == 1
    shop.converge()
    assert shop.plan().ops == ()


def test_a_refused_update_of_content_is_remembered_until_the_next(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.sandbox.switch("tiki", reject_reason="Mô tả chưa đúng")
    shop.want(replace(shop.wanted[1], description="Một câu chuyện khác về mật ong nhãn Hưng Yên."))
    shop.carry_out(shop.plan().ops)
    reviewed(shop)
    for _ in range(2):
        seen = shop.look()
        assert (seen.state, "Mô tả chưa đúng" in seen.reason) == (State.REJECTED, True)
        assert seen.ref.item
        shop.listings[1] = replace(shop.listings[1], ticket=None)
    shop.sandbox.switch("tiki", reject_reason="")
    assert shop.publish(replace(shop.wanted[1], description="Mật ong nhãn, viết lại cho rõ.")).state is State.LIVE


def test_what_cannot_be_changed_is_refused_in_words(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    shop.publish(desired)
    first, second = desired.offers
    shop.want(replace(desired, offers=(replace(first, options=("0,25 kg",)), second)))
    outcome = shop.carry_out(shop.plan().ops)[1]
    assert isinstance(outcome, Refused)
    assert [p.code for p in outcome.problems] == ["fixed_at_tiki"]


@pytest.mark.parametrize("style", [{"active_as": "string"}, {"id_field": "id"}, {"request_lists_master": True}])
def test_every_style_of_answer_is_read_the_same(shop: Shop, style: dict[str, Any]) -> None:
    looked = shop.publish(desired_on(shop))
    shop.sandbox.switch("tiki", **style)
    again = shop.look()
    assert (again.ref, dict(again.facts), again.state) == (looked.ref, dict(looked.facts), looked.state)


def test_short_pages_are_walked_to_the_last(sandbox: Any) -> None:  # noqa: F811
    shop = Shop.open(TIKI, sandbox, page=4)
    for number in range(9):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.want(desired_on(shop, product), number)
    shop.converge()
    sandbox.switch("tiki", short_pages=True)
    assert len({seen.ref.item for seen in shop.adapter.scan()}) == 9


def test_sixty_listings_are_looked_at_in_two_calls(shop: Shop) -> None:
    for number in range(60):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.want(desired_on(shop, product), number)
    for listing, seen in shop.adapter.observe([shop.target(n) for n in range(60)]).items():
        assert seen.state is State.ABSENT
        shop.carry_out(shop._plan(listing, seen).ops)
    while shop.sandbox.get("/state", platform="tiki")["tiki"]["by_state"] != {"live": 60}:
        shop.wait()
    before = len(shop.sandbox.get("/calls", platform="tiki"))
    seen_all = shop.adapter.observe([shop.target(n) for n in range(60)])
    assert {seen.state for seen in seen_all.values()} == {State.LIVE}
    assert len(shop.sandbox.get("/calls", platform="tiki")) - before == 2


def test_an_in_house_app_without_tokens_asks_for_one(shop: Shop) -> None:
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    vault.held = None
    shop.want(desired_on(shop))
    assert shop.look().state is State.ABSENT
    held = vault.tokens()
    assert held is not None
    assert held.refresh is None
    assert held.access_until is not None


def test_a_public_app_rotates_both_of_its_tokens(sandbox: Any) -> None:  # noqa: F811
    shop = Shop.open(TIKI, sandbox, app="public")
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    first = vault.tokens()
    assert first is not None
    vault.held = Tokens(SecretStr("dead"), first.refresh)
    shop.want(desired_on(shop))
    shop.look()
    second = vault.tokens()
    assert second is not None
    assert second.refresh not in (None, first.refresh)


def test_a_public_app_with_a_spent_refresh_token_needs_consent(sandbox: Any) -> None:  # noqa: F811
    shop = Shop.open(TIKI, sandbox, app="public")
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    vault.held = Tokens(SecretStr("dead"), SecretStr("spent"))
    shop.want(desired_on(shop))
    with pytest.raises(NeedsConsent):
        shop.look()


@pytest.mark.parametrize("reader", ["app", "seller"])
def test_a_public_app_makes_its_queue_as_itself_and_subscribes_as_the_seller(sandbox: Any, reader: str) -> None:  # noqa: F811
    sandbox.switch("tiki", public_app=True)
    shop = Shop.open(TIKI, sandbox, app="public", queue_token=reader)
    assert isinstance(shop.adapter, Outbox)
    with capture_logs() as logs:
        assert list(shop.adapter.outbox()) == []
        shop.publish(desired_on(shop))
        number = shop.buy("MONG-500")
        orders = {hint.order for hints in shop.adapter.outbox() for hint in hints}
    assert orders == {number}
    assert not [log for log in logs if log["event"] == "event_queue_refused"]


@pytest.mark.parametrize("way", ["basic", "post"])
def test_the_app_proves_itself_the_way_it_was_registered(sandbox: Any, way: str) -> None:  # noqa: F811
    sandbox.switch("tiki", client_auth=way)
    shop = Shop.open(TIKI, sandbox, client_auth=way)
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    vault.held = None
    shop.want(desired_on(shop))
    assert shop.look().state is State.ABSENT


def test_a_seller_who_closed_updates_to_apps_is_asked(shop: Shop) -> None:
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.sandbox.switch("tiki", can_update_product=False)
    with pytest.raises(NeedsConsent):
        shop.carry_out(ops)


def test_unknown_brands_are_oem_and_said_so(shop: Shop) -> None:
    desired = replace(desired_on(shop), brand="Chưa Đăng Ký")
    shop.publish(desired)
    assert shop.adapter.canonical(desired)["brand"] == "OEM"
    assert [(p.code, p.blocking) for p in shop.adapter.check(desired)] == [("brand_unknown", False)]


def test_the_list_is_left_once_it_has_shown_what_creates_have_become(shop: Shop) -> None:
    for number in range(8):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.want(desired_on(shop, product), number)
    shop.carry_out([op for number in range(4) for op in shop.plan(number).ops])
    shop.wait()
    shop.sandbox.post("/clock", {"advance": 20})
    shop.carry_out([op for number in range(4, 8) for op in shop.plan(number).ops])
    shop.wait()
    small = Shop.open(TIKI, shop.sandbox, page=2)
    small.connection.notebook.notes.update(shop.connection.notebook.notes)  # type: ignore[attr-defined]
    before = calls(shop, "products.list")
    seen = small.adapter.observe([shop.target(number) for number in range(4, 8)])
    assert {one.state for one in seen.values()} == {State.LIVE}
    assert calls(shop, "products.list") - before == 2


def test_a_parcel_that_has_left_since_the_last_read_is_not_put_back_on_sale(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    order = shop.buy(HONEY, 3)
    shop.look()
    shop.act(order, "ship")
    shop.sandbox.post("/clock", {"advance": 5})
    assert isinstance(shop.adapter.apply([set_stock(shop, 0)])[1], Receipt)
    assert stock_of(shop, HONEY) == 0


def test_what_the_list_showed_is_not_read_again_by_the_next_worker(shop: Shop) -> None:
    for number in range(6):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.want(desired_on(shop, product), number)
    shop.carry_out([op for number in range(6) for op in shop.plan(number).ops])
    shop.wait()

    def looked(minutes: int) -> tuple[int, set[State]]:
        shop.sandbox.post("/clock", {"advance": 60 * minutes})
        worker = Shop.open(TIKI, shop.sandbox, page=2, listed_minutes=5)
        worker.connection.notebook.notes.update(shop.connection.notebook.notes)  # type: ignore[attr-defined]
        before = calls(shop, "products.list")
        seen = worker.adapter.observe([Target(90 + n, (f"NEW-{n}",)) for n in range(5)])
        shop.connection.notebook.notes.update(worker.connection.notebook.notes)  # type: ignore[attr-defined]
        return calls(shop, "products.list") - before, {one.state for one in seen.values()}

    assert looked(1) == (3, {State.ABSENT})
    assert looked(2) == (1, {State.ABSENT})
    assert looked(5) == (3, {State.ABSENT})


def test_known_products_are_read_down_to_the_oldest_of_them_only(shop: Shop) -> None:
    for number in range(8):
        product = a_product(code=f"P{number}", name=f"Mật ong số {number}", variants=(a_variant(f"MONG-{number:03}"),))
        shop.publish(desired_on(shop, product), number)
    worker = Shop.open(TIKI, shop.sandbox, page=2)
    assert len(list(worker.adapter.scan())) == 8
    before = calls(shop, "products.list")
    seen = worker.adapter.observe([shop.target(number) for number in range(2, 8)])
    assert {one.state for one in seen.values()} == {State.LIVE}
    assert calls(shop, "products.list") - before == 3
