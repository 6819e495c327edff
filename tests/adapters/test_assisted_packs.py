"""Packs carried to both sandboxed seller centres over HTTP: what is sent once, what is refused, what nobody knows."""

import hashlib
import json
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.assisted import Assisted
from adapters.assisted.centre import SellerCentre
from connector.domain.listing import State
from connector.domain.plan import Kind
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Receipt, Task
from tests.builders import a_certificate, a_picture, a_product, a_product_in_two_sizes, a_variant
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)

HONEY = "MONG-500"
ASSISTED = [platform for platform in PLATFORMS if platform.name in ("postmart", "voso")]


@pytest.fixture(params=ASSISTED, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox, folder=str(tmp_path))


def another(code: str, sku: str, **changes: Any) -> Any:
    return a_product(code=code, name=f"Mật ong {code}", variants=(a_variant(sku),), **changes)


def calls(shop: Shop) -> Counter[str]:
    assert isinstance(shop.adapter, Assisted)
    carrier = shop.adapter._desk.carrier
    assert isinstance(carrier, SellerCentre)
    return carrier.http.calls


def packs(shop: Shop) -> list[Path]:
    return sorted(Path(shop.connection.channel.settings["folder"]).rglob("packs/*.zip"))


def advance(shop: Shop, seconds: float) -> None:
    shop.sandbox.post("/clock", {"advance": seconds})


def sent_at_once(shop: Shop, *listings: int) -> dict[int, Any]:
    """Everything planned for the listings, planned first and applied as one batch."""
    return shop.carry_out([op for listing in listings for op in shop.plan(listing).ops])


# ---- a pack


def test_a_pack_is_numbered_hashed_and_kept(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.publish(replace(shop.wanted[1], offers=(replace(shop.wanted[1].offers[0], price=99_000),)))
    first, second = packs(shop)
    assert first.name.startswith(f"goi_{shop.platform}_{shop.platform}-demo_")
    assert (first.stem[-4:], second.stem[-4:]) == ("_001", "_002")
    with zipfile.ZipFile(first) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in manifest["files"]} == manifest["files"]
        assert [name for name in archive.namelist() if name.startswith("anh/")] == [
            f"anh/{HONEY}_{a_picture('mật ong')[:12]}.jpg"
        ]
        assert "toàn bộ gian hàng" in archive.read("HUONG_DAN.md").decode()
    assert manifest["pack"] == first.stem
    assert (manifest["upload"], manifest["rows"], manifest["version"]) == ("content", "1", "1")
    with zipfile.ZipFile(second) as archive:
        assert json.loads(archive.read("manifest.json"))["upload"] == "offers"


def test_a_pack_is_never_overwritten_by_another_process(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    [first] = packs(shop)
    before = first.read_bytes()
    other = Shop.open(shop.platform, shop.sandbox, folder=shop.connection.channel.settings["folder"])
    other.publish(desired_on(shop, another("KHAC", "MONG-2")))
    assert first.read_bytes() == before
    assert [path.stem[-3:] for path in packs(shop)] == ["001", "002"]


def test_two_processes_that_choose_a_number_at_once_get_two(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.publish(desired_on(shop))
    [first] = packs(shop)
    before = first.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "glob", lambda *_: iter(()))  # the other's pack was not there yet when we looked
        shop.publish(desired_on(shop, another("KHAC", "MONG-2")), 2)
    assert first.read_bytes() == before
    assert [path.stem[-3:] for path in packs(shop)] == ["001", "002"]


def test_many_products_cost_one_login_one_upload_and_one_result_per_full_file(shop: Shop) -> None:
    for number in range(1, 261):
        product = another(f"SP-{number}", f"RUNG-{number:03}", pictures=(a_picture("chung"),))
        shop.want(desired_on(shop, product), number)
    seen = shop.adapter.observe([shop.target(listing) for listing in shop.wanted])
    ops = [op for listing in shop.wanted for op in shop._plan(listing, seen[listing]).ops]
    outcomes = shop.carry_out(ops)
    assert {type(outcome) for outcome in outcomes.values()} == {Receipt}
    assert (calls(shop)["upload"], calls(shop)["result"], calls(shop)["export"]) == (2, 2, 1)
    assert calls(shop)["login"] == (1 if shop.platform.name == "postmart" else 3)
    assert len(shop.shown()) == 260


def test_a_picture_travels_once(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.publish(desired_on(shop, another("KHAC", "MONG-2", pictures=(a_picture("mật ong"), a_picture("khác")))), 2)
    with zipfile.ZipFile(packs(shop)[-1]) as archive:
        assert [name for name in archive.namelist() if name.startswith("anh/")] == [
            f"anh/MONG-2_{a_picture('khác')[:12]}.jpg"
        ]
    assert [len(row["picture_ids"]) for row in shop.shown()] == [1, 2]


def test_a_picture_that_the_album_has_lost_travels_again(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.connection.notebook.put("picture", a_picture("khác"), "da_mat.jpg")
    shop.want(replace(shop.wanted[1], pictures=(a_picture("khác"),)))
    assert isinstance(sent_at_once(shop, 1)[1], Retry)
    assert isinstance(sent_at_once(shop, 1)[1], Receipt)


def test_one_category_per_file_where_the_centre_wants_it(shop: Shop) -> None:
    layout = dict(shop.connection.channel.settings["layout"])
    layout["file"] = {**layout["file"], "one_category_per_file": True}
    shop.sandbox.switch(shop.platform.name, one_category_per_file=True)
    strict = Shop.open(shop.platform, shop.sandbox, layout=layout, folder=shop.connection.channel.settings["folder"])
    for number, set_no in enumerate((4, 11, 4), start=1):
        strict.want(desired_on(strict, another(f"SP-{number}", f"SKU-{number}", set_no=set_no)), number)
    assert {type(outcome) for outcome in sent_at_once(strict, 1, 2, 3).values()} == {Receipt}
    assert len(packs(strict)) == 2


# ---- refusals


REFUSALS = {
    "category": ({"category": "Đồ cổ"}, "NGANH_HANG_SAI"),
    "price": ({"price": 1_100_000_000}, "GIA_KHONG_HOP_LE"),
    "title": ({"title": "Mật ong " * 20, "short_title": ""}, "TEN_QUA_DAI"),
    "certificate": ({"details": {"ocop_until": "2020-01-01"}}, "GIAY_TO_HET_HAN"),
}


@pytest.mark.parametrize(("change", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_row_error_comes_back_to_its_row_in_the_platforms_words(
    shop: Shop, change: dict[str, Any], code: str
) -> None:
    good, bad = desired_on(shop), desired_on(shop, another("XAU", "XAU-1"))
    details, price = change.get("details", {}), change.get("price", bad.offers[0].price)
    plain = {name: value for name, value in change.items() if name not in ("details", "price")}
    shop.want(good, 1)
    shop.want(
        replace(bad, details={**bad.details, **details}, offers=(replace(bad.offers[0], price=price),), **plain), 2
    )
    ops = shop.plan(1).ops
    shop.adapter.check = lambda desired: ()  # type: ignore[method-assign]  # as if we did not know the limit
    outcomes = shop.carry_out([*ops, *shop.plan(2).ops])
    assert isinstance(outcomes[1], Receipt)
    refused = outcomes[2]
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert all(f"[{code}]" in problem.vi and problem.vi.startswith("XAU-1: ") for problem in refused.problems)
    assert [row["skus"] for row in shop.shown()] == [[HONEY]]


def test_a_product_of_which_one_variant_is_refused_is_made_and_the_rest_is_told(shop: Shop) -> None:
    desired = desired_on(shop, a_product_in_two_sizes())
    dear = replace(desired.offers[1], price=1_100_000_000)
    shop.adapter.check = lambda desired: ()  # type: ignore[method-assign]
    shop.want(replace(desired, offers=(desired.offers[0], dear)))
    receipt = sent_at_once(shop, 1)[1]
    assert isinstance(receipt, Receipt)
    assert receipt.ref is not None
    assert receipt.ref.variants.keys() == {"MONG-250"}
    assert receipt.wrote is not None
    assert "title" in receipt.wrote
    assert receipt.wrote.isdisjoint({"variants", "price:MONG-500", "stock:MONG-500"})
    assert receipt.ticket is not None
    assert receipt.ticket.settling
    refused = sent_at_once(shop, 1)[1]
    assert isinstance(refused, Refused)
    assert refused.code == "GIA_KHONG_HOP_LE"
    assert len(shop.shown()) == 1


def test_a_price_held_by_a_promotion_is_refused_and_the_stock_is_not(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.edit(HONEY, promotion=True)
    shop.want(replace(desired, offers=(replace(desired.offers[0], price=99_000, quantity=4),)))
    shop.carry_out(shop.plan().ops)
    told = dict(shop.outcomes)
    assert isinstance(told[Kind.SET_STOCK], Receipt)
    refused = told[Kind.SET_PRICE]
    assert isinstance(refused, Refused)
    assert refused.code == "GIA_BI_KHOA"


def test_what_is_no_longer_there_is_missing(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.want(replace(desired, offers=(replace(desired.offers[0], quantity=4),)))
    ops = shop.plan().ops
    shop.edit(HONEY, delete=True)
    assert isinstance(shop.carry_out(ops)[1], Missing)


def test_a_good_row_of_a_file_refused_as_a_whole_goes_again(shop: Shop) -> None:
    shop.sandbox.switch(shop.platform.name, whole_file=True)
    shop.want(desired_on(shop), 1)
    shop.want(desired_on(shop, another("XAU", "XAU-1"), category="Đồ cổ"), 2)
    outcomes = sent_at_once(shop, 1, 2)
    assert isinstance(outcomes[1], Retry)
    assert isinstance(outcomes[2], Refused)
    assert shop.shown() == []


def test_an_expired_certificate_is_taken_off_the_listing(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    plain = desired_on(shop, a_product(certificate=a_certificate(withdrawn_on=a_certificate().issued_on)))
    assert "OCOP" not in plain.description
    shop.publish(plain)
    assert shop.plan().ops == ()
    [row] = shop.shown()
    assert "OCOP" not in row["description"]


# ---- approval


def test_a_price_pack_does_not_disturb_approval(shop: Shop) -> None:
    shop.sandbox.switch(shop.platform.name, approval_delay=600)
    desired = desired_on(shop)
    shop.want(desired)
    sent_at_once(shop, 1)
    seen = shop.look()
    assert seen.state is State.PENDING
    assert seen.ticket is not None
    assert seen.ticket.kind == "review"
    shop.want(replace(desired, offers=(replace(desired.offers[0], price=99_000),)))
    shop.carry_out(shop.plan().ops)
    advance(shop, 601)
    seen = shop.look()
    assert (seen.state, seen.facts[f"price:{HONEY}"]) == (State.LIVE, 99_000)


def test_a_refusal_at_approval_keeps_its_reason_and_a_change_goes_back_for_approval(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.edit(HONEY, refuse="Ảnh mờ, chụp lại")
    seen = shop.look()
    assert (seen.state, seen.reason) == (State.REJECTED, "Ảnh mờ, chụp lại")
    assert shop.plan().ops == ()
    assert shop.publish(replace(shop.wanted[1], pictures=(a_picture("rõ hơn"),))).state is State.LIVE


def test_goods_approved_into_the_warehouse_are_put_on_sale(shop: Shop) -> None:
    shop.sandbox.switch(shop.platform.name, after_approval="warehouse")
    assert shop.publish(desired_on(shop)).state is State.LIVE


# ---- what nobody knows


def test_a_result_that_is_out_is_a_ticket_and_nothing_is_sent_twice(shop: Shop) -> None:
    desired = shop.want(desired_on(shop))
    shop.fault("slow_accept", "upload", params={"seconds": 300}, count=1)
    ops = shop.plan().ops
    receipt = shop.carry_out(ops)[1]
    assert isinstance(receipt, Receipt)
    assert receipt.ticket is not None
    assert (receipt.ticket.kind, receipt.ticket.id) == ("pack", packs(shop)[0].stem)
    waiting = shop.look()
    assert waiting.state is State.PENDING
    assert waiting.ticket is not None
    assert packs(shop)[0].stem in waiting.reason
    again = shop.adapter.apply([Task(ops[0], desired)])[1]
    assert isinstance(again, OutcomeUnknown)
    assert len(packs(shop)) == 1
    advance(shop, 301)
    assert shop.publish(desired).state is State.LIVE
    assert len(shop.shown()) == 1


def test_a_row_error_that_comes_late_is_a_rejection_and_the_same_is_refused_at_once(shop: Shop) -> None:
    shop.want(desired_on(shop, category="Đồ cổ"))
    shop.fault("slow_accept", "upload", params={"seconds": 300}, count=1)
    ops = shop.plan().ops
    assert isinstance(shop.carry_out(ops)[1], Receipt)
    advance(shop, 301)
    seen = shop.look()
    assert (seen.state, seen.ref.item) == (State.REJECTED, "")
    assert "[NGANH_HANG_SAI]" in seen.reason
    uploads = calls(shop)["upload"]
    assert isinstance(shop.adapter.apply([Task(ops[0], shop.wanted[1])])[1], Refused)
    assert calls(shop)["upload"] == uploads


def test_a_change_refused_late_is_not_believed_to_be_live(shop: Shop) -> None:
    desired = desired_on(shop)
    shop.publish(desired)
    shop.fault("slow_accept", "upload", params={"seconds": 300}, count=1)
    shop.want(replace(desired, category="Đồ cổ"))
    shop.carry_out(shop.plan().ops)
    assert shop.plan().ops == ()
    advance(shop, 301)
    seen = shop.look()
    assert seen.state is State.LIVE
    assert seen.facts["category"] is None
    assert "[NGANH_HANG_SAI]" in seen.reason
    assert isinstance(sent_at_once(shop, 1)[1], Refused)
    shop.publish(replace(desired, title="Mật ong hoa nhãn đổi tên"))
    assert "category" not in shop.look().facts


def test_an_upload_that_never_arrived_is_sent_again_only_when_that_is_sure(shop: Shop) -> None:
    desired = shop.want(desired_on(shop))
    ops = shop.plan().ops
    shop.fault("drop_before", "upload", count=1)
    assert isinstance(shop.carry_out(ops)[1], OutcomeUnknown)
    assert shop.look().state is State.ABSENT
    assert isinstance(shop.adapter.apply([Task(ops[0], desired)])[1], OutcomeUnknown)
    advance(shop, shop.connection.channel.settle_seconds + 1)
    assert shop.publish(desired).state is State.LIVE
    assert len(shop.shown()) == 1


def test_a_result_that_cannot_be_read_is_waited_for(shop: Shop) -> None:
    desired = shop.want(desired_on(shop))
    shop.fault("garbage", "result_file", count=1)
    receipt = sent_at_once(shop, 1)[1]
    assert isinstance(receipt, Receipt)
    assert receipt.ticket is not None
    assert receipt.ticket.kind == "pack"
    assert shop.publish(desired).state is State.LIVE
    assert len(shop.shown()) == 1
