"""The gate: what it finds, what it blocks, and that each finding says what to do."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from config.ocop import book
from connector.domain.desired import desired
from connector.domain.gate import gate
from connector.domain.listing import Facts, Listing, Observed, Phase, Ref, State
from connector.domain.ocop import Action
from connector.domain.plan import Kind, plan
from connector.domain.problem import Problem
from connector.domain.product import Label, PaperHeld, Product
from tests.builders import TODAY, a_certificate, a_policy, a_producer, a_product
from tests.builders import a_product as honey

PAPERS = ("ocop_certificate", "business_registration", "food_safety", "self_declaration", "trademark")


def found(product: Product, today: date = TODAY, **policy: Action) -> dict[str, Problem]:
    return {p.code: p for p in gate(product, policy, book().on(today), today)}


def clear(**changes: Any) -> Product:
    label = replace(a_product().label, trace_url="https://truyxuat.example/1")
    papers = tuple(PaperHeld(kind, "0" * 64, "image/jpeg") for kind in PAPERS)
    producer = a_producer(address="Thôn 1, xã Bát Tràng")
    return honey(**{"producer": producer, "label": label, "papers": papers, **changes})


def test_nothing_stands_in_the_way_of_a_complete_product() -> None:
    assert found(clear()) == {}


def test_a_missing_certificate_warns_and_may_be_made_to_block() -> None:
    product = clear(certificate=None)
    assert not found(product)["certificate_missing"].blocking
    assert found(product, certificate_missing=Action.BLOCK)["certificate_missing"].blocking
    assert found(product, certificate_missing=Action.OFF) == {}


@pytest.mark.parametrize(("left", "mark"), [(181, None), (180, 180), (91, 180), (90, 90), (30, 30), (1, 30)])
def test_an_ending_is_told_at_180_90_and_30_days(left: int, mark: int | None) -> None:
    product = clear(certificate=a_certificate(expires_on=TODAY + timedelta(days=left)))
    problem = found(product).get("certificate_expiring")
    assert (mark is None) is (problem is None)
    assert problem is None or f"{mark} ngày" in problem.vi


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (a_certificate(expires_on=TODAY), "certificate_expired"),
        (a_certificate(withdrawn_on=TODAY), "certificate_withdrawn"),
        (a_certificate(issued_on=TODAY + timedelta(days=1)), "certificate_not_yet"),
    ],
)
def test_a_certificate_that_does_not_hold_says_why(certificate: Any, code: str) -> None:
    assert list(found(clear(certificate=certificate))) == [code]


@pytest.mark.parametrize("field", ["name", "short_name", "description"])
def test_more_stars_than_awarded_are_blocked_wherever_they_stand(field: str) -> None:
    problem = found(clear(**{field: "Mật ong hoa nhãn OCOP 5 sao, lấy từ vườn nhãn Hưng Yên"}))["stars_above"]
    assert problem.blocking
    assert "chỉ có 4 sao" in problem.vi


def test_potential_five_stars_is_its_own_finding_and_never_a_rank() -> None:
    assert list(found(clear(name="Mật ong tiềm năng 5 sao"))) == ["stars_potential"]


def test_stars_without_a_certificate_have_no_ground() -> None:
    assert {"certificate_missing", "claim_without_ground"} == set(found(clear(name="Mật ong OCOP", certificate=None)))


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("Giúp chữa bệnh dạ dày", True),
        ("CHỮA BỆNH dạ dày", True),
        ("Chưa bệnh nào bằng bệnh lười", False),
        ("Chứa vitamin, vị ngọt thanh", False),
    ],
)
def test_only_words_that_promise_a_cure_are_health_claims(text: str, finds: bool) -> None:
    assert ("health_claim" in found(clear(description=text))) is finds


def test_goods_with_papers_of_their_own_may_speak_of_effects() -> None:
    assert "health_claim" not in found(clear(description="Hỗ trợ điều trị mất ngủ", set_no=19))


def test_the_label_facts_asked_for_are_those_of_the_product_set() -> None:
    bare = honey(label=Label(), set_no=4, certificate=None)
    fields = {p.field for p in gate(bare, {}, book().on(TODAY), TODAY) if p.code == "label_missing"}
    assert fields == {"label:ingredients", "label:shelf_life", "label:usage", "label:storage"}
    craft = replace(bare, set_no=21)
    assert [p.field for p in gate(craft, {}, book().on(TODAY), TODAY) if p.code == "label_missing"] == [
        "label:ingredients"
    ]


def test_before_the_label_decree_nothing_is_asked_in_its_name() -> None:
    assert "label_missing" not in found(honey(label=Label()), date(2026, 1, 22))


@pytest.mark.parametrize(
    ("set_no", "code"), [(14, "restricted_goods"), (15, "restricted_goods"), (18, "held_goods"), (26, "no_parcel")]
)
def test_goods_that_may_not_simply_be_listed_are_blocked(set_no: int, code: str) -> None:
    assert found(clear(set_no=set_no))[code].blocking
    assert not found(clear(set_no=set_no), **{code: Action.WARN})[code].blocking


def test_a_retired_product_is_left_in_peace() -> None:
    assert found(honey(retired=True, certificate=None, set_no=14)) == {}


def test_each_finding_says_in_vietnamese_what_to_do_with_an_example() -> None:
    worst = honey(
        name="Mật ong OCOP 5 sao",
        description="Chữa bệnh",
        label=Label(),
        certificate=None,
        producer=a_producer(commune=""),
    )
    products = [worst, replace(worst, set_no=0), replace(worst, set_no=14), replace(worst, set_no=26)]
    problems = {p.code: p for product in products for p in gate(product, {}, book().on(TODAY), TODAY)}
    assert len(problems) == 8
    for problem in problems.values():
        assert "ví dụ" in problem.vi or "ocop " in problem.vi, problem
        assert problem.vi != problem.en
        assert problem.entry


LIVE: Facts = {"title": "Mật ong OCOP 4 sao", "price:A": 1, "stock:A": 5, "visible": True}


def planned(want: Facts, *, state: State = State.LIVE, phase: Phase = Phase.LIVE) -> list[Kind]:
    from connector.domain.listing import Applied

    ref = Ref("1", {"A": "1-A"})
    listing = Listing(1, ref, phase, Applied(LIVE))
    stop = Problem("stars_above", "title", "vi", "en", blocking=True, entry=True)
    seen = Observed(state, book_time(), ref if state.exists else Ref(), LIVE if state.exists else {})
    return [op.kind for op in plan(listing, want, seen, a_policy(), [stop]).ops]


def book_time() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, tzinfo=UTC)


def test_a_blocking_finding_keeps_out_and_still_lets_a_live_claim_be_taken_down() -> None:
    assert planned({**LIVE, "title": "Mật ong"}) == [Kind.REVISE]
    assert planned({**LIVE, "stock:A": 2}) == [Kind.SET_STOCK]
    assert planned(LIVE, state=State.ABSENT, phase=Phase.NEW) == []
    assert planned({**LIVE, "title": "Mật ong"}, phase=Phase.CREATING) == []


def test_a_listing_never_claims_what_the_record_may_not() -> None:
    product = honey(name="Mật ong OCOP 5 sao", description="Mật ong đạt OCOP 5 sao, vị ngọt thanh, thơm hoa nhãn.")
    want = desired(product, {}, a_policy(), "", TODAY)
    assert want.title == "Mật ong 500 g"
    assert "5 sao" not in want.description
    assert want.details["ocop_stars"] == "4"


def test_the_papers_that_a_platform_asks_for_are_told_in_one_sentence_with_how_to_give_them() -> None:
    problem = found(clear(papers=()))["paper_missing"]
    assert not problem.blocking
    for said in ("giấy chứng nhận OCOP", "đăng ký kinh doanh", "tự công bố", "ocop paper add MAT-ONG-HOA-NHAN"):
        assert said in problem.vi
    assert found(clear(papers=()), paper_missing=Action.BLOCK)["paper_missing"].blocking


def test_each_platform_asks_for_its_own_papers_and_only_for_such_goods() -> None:
    rules = book().on(TODAY)
    bare = clear(papers=clear().papers[:4])  # no trademark
    told = {name: {p.code for p in gate(bare, {}, rules, TODAY, name)} for name in rules.asks}
    assert {name for name, codes in told.items() if "paper_missing" in codes} == {"tiki"}
    craft = clear(set_no=21, papers=clear().papers[:2])
    assert "paper_missing" not in {p.code for p in gate(craft, {}, rules, TODAY, "shopee")}  # no food papers for crafts


def test_a_paper_that_has_ended_is_told_apart_from_one_that_lacks() -> None:
    old = replace(clear().papers[2], expires_on=TODAY)
    told = found(clear(papers=(*clear().papers[:2], old, *clear().papers[3:])))
    assert list(told) == ["paper_expired"]
    assert "an toàn thực phẩm" in told["paper_expired"].vi
    new = replace(old, expires_on=TODAY + timedelta(days=1))
    assert found(clear(papers=(*clear().papers, new))) == {}


def test_without_a_certificate_in_force_nobody_asks_for_its_scan() -> None:
    bare = clear(certificate=None, papers=clear().papers[1:])
    assert "paper_missing" not in found(bare)
