import json
from typing import Any

import pytest

from adapters.http import Reply
from adapters.tiki.errors import trouble
from adapters.tiki.refusals import problem, sentences
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry


def a_reply(status: int, body: Any, writes: bool = True) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Reply(status, {}, raw, "updateSku", writes)


def errors(*texts: str) -> dict[str, list[str]]:
    return {"errors": list(texts)}


@pytest.mark.parametrize(
    ("reply", "recovery"),
    [
        (a_reply(429, errors("API rate limit exceeded")), Retry),
        (a_reply(500, errors("oops")), OutcomeUnknown),
        (a_reply(503, errors("oops"), writes=False), Retry),
        (a_reply(404, errors("Product not found id: 1")), Missing),
        (a_reply(401, errors("token")), NeedsConsent),
        (a_reply(403, b"<html>403 Forbidden</html>"), Retry),
        (a_reply(403, errors("missing scope"), writes=False), NeedsConsent),
        (a_reply(403, errors("you do not have permission to update this product")), Refused),
        (a_reply(422, errors("Price is not valid because less than ten percent listing price")), Refused),
        (a_reply(400, errors("something new")), Refused),
        (a_reply(200, {"msg": "paused", "integration_status": 0}), NeedsConsent),
    ],
)
def test_each_answer_says_what_to_do_next(reply: Reply, recovery: type[Exception]) -> None:
    assert type(trouble(reply)) is recovery


def test_a_good_answer_is_no_trouble() -> None:
    assert trouble(a_reply(200, {"state": "approved"})) is None


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("product media is empty", ["product media is empty"]),
        ({"errors": ['{"error":{"message":"inner words"}}']}, ["inner words"]),
        ({"error": {"id": "1", "message": "old style"}}, ["old style"]),
        (
            '{"errors":[{"code":420,"msg":"Mã seller product không duy nhất",'
            '"description":"Product code X is not unique","data":null}],"message":"…","trace_id":null}',
            ["Mã seller product không duy nhất", "Product code X is not unique"],
        ),
        (None, []),
        ("{not json", ["{not json"]),
    ],
)
def test_the_words_of_a_refusal_are_found_in_every_shape(raw: Any, said: list[str]) -> None:
    assert sentences(raw) == said


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("product media is empty", "tiki_pictures_dropped", "pictures"),
        ("Category legal document is missing document_id = 18 : Giấy", "tiki_document_missing", "category"),
        ("Giá trị không tồn tại trong danh sách quy định", "tiki_attribute_not_listed", "attributes"),
        ("update error [Warehouse '[15936811]' are not found]", "tiki_warehouse_unknown", "stock"),
        (
            "variants inventory_type error => Seller haven't registered inventory_type = cross_border",
            "tiki_inventory_type",
            "listing",
        ),
        (
            "variants don't match with option_attributes => variants option2 missing",
            "tiki_options_wrong",
            "variants",
        ),
        ("something new", "tiki_refused", "listing"),
    ],
)
def test_a_captured_sentence_becomes_a_problem_that_keeps_it(text: str, code: str, field: str) -> None:
    found = problem(text)
    assert (found.code, found.field) == (code, field)
    assert text in found.vi
    assert text in found.en
