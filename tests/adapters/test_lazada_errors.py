from typing import Any

import pytest

from adapters.lazada.codes import MEANINGS
from adapters.lazada.errors import Answer, Fault
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry


def an_answer(code: str, *detail: dict[str, Any], message: str = "", writes: bool = True) -> Answer:
    body = {"code": code, "type": "ISP", "message": message, "request_id": "r1", "detail": list(detail)}
    return Answer.of("/product/update", body, writes=writes)


@pytest.mark.parametrize(
    ("code", "recovery"),
    [
        ("ApiCallLimit", Retry),
        ("SellerCallLimit", Retry),
        ("901", Retry),
        ("4154", Retry),
        ("998", Retry),
        ("4147", Retry),
        ("IllegalTimestamp", Retry),
        ("ServiceTimeout", OutcomeUnknown),
        ("6", OutcomeUnknown),
        ("1000", OutcomeUnknown),
        ("IllegalAccessToken", NeedsConsent),
        ("IllegalRefreshToken", NeedsConsent),
        ("AUTH_TYPE_UNSUPPORTED", NeedsConsent),
        ("SellerNotActive", NeedsConsent),
        ("208", Missing),
        ("4137", Missing),
        ("E0002", Missing),
        ("IncompleteSignature", Refused),
        ("1001", Refused),
        ("4160", Refused),
        ("987654", Refused),
    ],
)
def test_each_code_says_what_to_do_next(code: str, recovery: type[Exception]) -> None:
    trouble = an_answer(code).trouble()
    assert type(trouble) is recovery
    assert trouble.code == code


def test_what_may_have_happened_is_unknown_for_a_write_and_a_retry_for_a_read() -> None:
    assert isinstance(an_answer("ServiceTimeout", writes=True).trouble(), OutcomeUnknown)
    assert isinstance(an_answer("ServiceTimeout", writes=False).trouble(), Retry)


def test_a_ban_lasts_as_long_as_the_gateway_says() -> None:
    message = "E: Api access frequency exceeds the limit. this ban will last 7 seconds"
    trouble = an_answer("ApiCallLimit", message=message).trouble()
    assert isinstance(trouble, Retry)
    assert trouble.after == 7


@pytest.mark.parametrize(
    "entry",
    [
        {"field": "Sku", "message": "THD_IC_ERR_F_IC_ABILITY_PG_003:locked", "seller_sku": "AB-1"},
        {"field": "Sku", "code": "4162", "message": "locked", "sku": "AB-1"},
        {"code": 4162, "message": "locked", "SkuId": 12},
    ],
)
def test_the_cause_under_an_umbrella_code_is_found_in_every_shape_of_detail(entry: dict[str, Any]) -> None:
    trouble = an_answer("501", entry).trouble()
    assert isinstance(trouble, Refused)
    assert [problem.code for problem in trouble.problems] == ["lazada_4162"]
    assert "locked" in trouble.problems[0].vi


def test_a_transient_cause_under_an_umbrella_code_is_a_retry() -> None:
    assert isinstance(an_answer("501", {"message": "SYS_REQUEST_TOO_FAST: slow down"}).trouble(), Retry)


def test_an_unknown_code_is_refused_with_its_own_words() -> None:
    trouble = an_answer("31337", message="something new").trouble()
    assert isinstance(trouble, Refused)
    assert trouble.code == "31337"
    assert "something new" in trouble.problems[0].vi


def test_success_with_detail_is_no_success() -> None:
    assert not an_answer("0", {"seller_sku": "AB-1", "message": "4170: campaign"}).ok


def test_a_fault_of_a_price_names_the_sku_it_is_about() -> None:
    fault = Fault.of({"seller_sku": "AB-1", "code": "4118", "message": "zero"})
    assert an_answer("501").problems([fault])[0].field == "price:AB-1"


def test_every_meaning_is_said_in_both_languages() -> None:
    for meaning in MEANINGS.values():
        assert len(meaning.vi) > 10
        assert len(meaning.en) > 10
