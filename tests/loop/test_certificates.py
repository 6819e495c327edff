"""A certificate that turns, through the whole loop: warned the day before, taken down the day itself, nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.ocop import book
from connector import plans
from connector.domain.listing import Lane
from connector.domain.plan import Kind
from connector.domain.product import Certificate
from connector.errors import Complaint
from connector.housekeeping import tidy
from connector.store import Store
from tests.builders import a_certificate, a_product, a_variant
from tests.loop.bench import Bench, FixedClock

# The store's own clock marks new work as due: the test's clock starts well ahead of it.
TODAY = date(2030, 6, 3)
PLATFORMS = ("shopee", "lazada", "tiki", "postmart", "voso")


@pytest.fixture
def benches(store: Store) -> list[Bench]:
    """Five shops, each on a platform of its own, and one clock."""
    clock = FixedClock()
    clock.at = clock.at.replace(year=2030, month=6, day=3)
    product = a_product(
        name="Mật ong hoa nhãn OCOP 4 sao",
        description="Mật ong OCOP 4 sao lấy từ vườn nhãn lâu năm, lọc lạnh. Đạt chứng nhận OCOP 4 sao cấp tỉnh.",
        certificate=a_certificate(issued_on=TODAY - timedelta(days=1094), expires_on=TODAY + timedelta(days=1)),
    )
    made = [Bench(store, clock=clock, book=book(), code=name).shop(name) for name in PLATFORMS]
    made[0].goods([product, a_product(code="KHAC", name="Trà sen", variants=(a_variant("TRA-1"),), certificate=None)])
    for bench in made:
        bench.sync()
    return made


def item(bench: Bench) -> dict[str, object]:
    return next(f for f in bench.platform.live().values() if "MONG-500" in f["variants"])


def test_a_certificate_that_ends_tomorrow_warns_today_and_loses_its_claim_tomorrow(benches: list[Bench]) -> None:
    store, clock = benches[0].store, benches[0].clock
    before = [dict(item(bench)) for bench in benches]
    for bench, facts in zip(benches, before, strict=True):
        listing = store.reads.listing(bench.code, "MAT-ONG-HOA-NHAN")
        assert listing is not None
        assert "certificate_expiring" in {p["code"] for p in store.reads.problems(listing.id or 0)}
        assert facts["title"] == "Mật ong hoa nhãn OCOP 4 sao 500 g"
        assert all(not made.ops for made in (one.plan for one in plans.make(bench.site(bench.code)).listings))

    clock.forward(days=1)
    assert tidy(store, clock.now(), book()) == 1
    assert tidy(store, clock.now(), book()) == 0  # once a day
    for bench, facts in zip(benches, before, strict=True):
        planned = plans.make(bench.site(bench.code))
        ops = [op for one in planned.with_ops for op in one.plan.ops]
        assert [(op.kind, {c.field for c in op.changes}) for op in ops] == [(Kind.REVISE, {"title", "description"})]
        bench.platform.calls.clear()
        assert bench.sync() == {"applied": 1, "unchanged": 1}
        assert [call for call in bench.platform.calls if call != "observe"] == ["revise"]
        after = item(bench)
        assert after["title"] == "Mật ong hoa nhãn 500 g"
        assert "sao" not in str(after["description"])
        assert "vườn nhãn lâu năm" in str(after["description"])
        assert {k: v for k, v in after.items() if k not in ("title", "description")} == {
            k: v for k, v in facts.items() if k not in ("title", "description")
        }


def test_a_certificate_that_turned_while_everything_was_off_is_caught_up_once(benches: list[Bench]) -> None:
    store, clock = benches[0].store, benches[0].clock
    clock.forward(days=9)  # it ended on the second of them
    assert tidy(store, clock.now(), book()) == 1
    for bench in benches:
        listing = store.reads.listing(bench.code, "MAT-ONG-HOA-NHAN")
        assert listing is not None
        assert listing.cause == f"certificate turned on {TODAY + timedelta(days=1)}"
        bench.sync()
        assert item(bench)["title"] == "Mật ong hoa nhãn 500 g"
    assert tidy(store, clock.now(), book()) == 0
    clock.forward(days=1)
    assert tidy(store, clock.now(), book()) == 0
    assert store.work.due_shops(clock.now()) == []


def test_what_came_in_after_its_certificate_had_turned_is_not_looked_at_again_for_it(store: Store) -> None:
    ended = date.today() - timedelta(days=3)  # noqa: DTZ011 - the store writes down when a product came in
    Bench(store).shop().goods([a_product(certificate=a_certificate(expires_on=ended))])
    assert tidy(store, datetime.now(UTC), book()) == 0


def test_a_withdrawal_takes_the_claim_down_and_says_by_whose_word(benches: list[Bench]) -> None:
    bench, store = benches[0], benches[0].store
    store.certificates.withdraw("MAT-ONG-HOA-NHAN", "", TODAY, "certificate withdrawn: 12/QĐ-UBND")
    bench.sync()
    assert item(bench)["title"] == "Mật ong hoa nhãn 500 g"
    listing = store.reads.listing("shopee", "MAT-ONG-HOA-NHAN")
    assert listing is not None
    assert listing.cause == "certificate withdrawn: 12/QĐ-UBND"
    assert "certificate_withdrawn" in {p["code"] for p in store.reads.problems(listing.id or 0)}
    store.certificates.withdraw("MAT-ONG-HOA-NHAN", "", None, "written down by mistake")
    bench.sync()
    assert item(bench)["title"] == "Mật ong hoa nhãn OCOP 4 sao 500 g"


def test_importing_the_same_file_again_does_not_undo_a_withdrawal(benches: list[Bench]) -> None:
    bench, store = benches[0], benches[0].store
    store.certificates.withdraw("MAT-ONG-HOA-NHAN", "", TODAY, "withdrawn")
    held = store.products.by_code(["MAT-ONG-HOA-NHAN"])["MAT-ONG-HOA-NHAN"].product
    assert held.certificate is not None
    bench.goods([replace(held, certificate=replace(held.certificate, withdrawn_on=None))])
    bench.sync()
    assert item(bench)["title"] == "Mật ong hoa nhãn 500 g"


def test_a_renewal_keeps_the_old_decision_and_the_claim(benches: list[Bench]) -> None:
    bench, store, clock = benches[0], benches[0].store, benches[0].clock
    new = Certificate(5, "77/QĐ-BNNMT", "Bộ Nông nghiệp và Môi trường", TODAY, date(2033, 6, 3))
    assert store.certificates.renew("MAT-ONG-HOA-NHAN", new, "round one of 2030")
    assert not store.certificates.renew("MAT-ONG-HOA-NHAN", new, "again")
    assert [c.stars for c in store.certificates.of("MAT-ONG-HOA-NHAN")] == [4, 5]
    clock.forward(days=1)
    tidy(store, clock.now(), book())
    bench.sync()
    assert "4 sao" in str(item(bench)["title"])  # the record's own words: five stars support them
    assert "5 sao, 77/QĐ-BNNMT" in str(item(bench)["description"])


def test_a_renewal_for_later_does_not_hide_the_certificate_that_holds_now(store: Store) -> None:
    today = date.today()  # noqa: DTZ011 - the database's own day decides which certificate counts
    now = a_certificate(issued_on=today - timedelta(days=900), expires_on=today + timedelta(days=60))
    later = Certificate(5, "9/QĐ", "UBND", today + timedelta(days=30), today + timedelta(days=1100))
    Bench(store).goods([a_product(certificate=now)])
    store.certificates.renew("MAT-ONG-HOA-NHAN", later, "next round")
    assert store.products.by_code(["MAT-ONG-HOA-NHAN"])["MAT-ONG-HOA-NHAN"].product.certificate == now


def test_the_days_of_warning_bring_the_listings_up(store: Store) -> None:
    clock = FixedClock()
    bench = Bench(store, clock=clock, book=book()).shop()
    ends = clock.now().date() + timedelta(days=91)
    bench.goods([a_product(certificate=a_certificate(expires_on=ends))])
    assert tidy(store, clock.now(), book()) == 0
    clock.forward(days=1)
    assert tidy(store, clock.now(), book()) == 1


def test_a_channel_and_then_a_shop_decide_what_blocks(store: Store) -> None:
    bench = Bench(store, book=book()).shop()
    bench.goods([a_product(set_no=14)]).sync()
    assert (bench.platform.live(), bench.platform.writes) == ({}, 0)
    shop = store.shops.get("shop")
    store.shops.set_rules(shop.id, cause="the licence was shown", rules={"gate": {"restricted_goods": "warn"}})
    bench.sync()
    assert len(bench.platform.live()) == 1


def test_what_is_not_there_is_complained_about(store: Store) -> None:
    Bench(store).goods([a_product()])
    with pytest.raises(Complaint, match="Không có sản phẩm"):
        store.certificates.withdraw("XXX", "", TODAY, "")
    with pytest.raises(Complaint, match="1234/QĐ-UBND"):
        store.certificates.withdraw("MAT-ONG-HOA-NHAN", "5/QĐ", TODAY, "")


def test_the_content_lane_is_where_claims_come_down(benches: list[Bench]) -> None:
    benches[0].store.certificates.withdraw("MAT-ONG-HOA-NHAN", "", TODAY, "withdrawn")
    due = benches[0].store.work.due_shops(benches[0].clock.now())
    assert {lane for _, lane in due} == {Lane.CONTENT}
    assert len(due) == 5
