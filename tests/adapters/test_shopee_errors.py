from datetime import UTC, datetime

import pytest
import responses

from adapters.shopee.client import Client
from adapters.shopee.errors import plain, stale_token, trouble
from adapters.shopee.refusals import REFUSALS
from connector.domain.listing import Ref
from connector.domain.plan import Change, Kind, Op
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task
from tests.adapters.shopee import HOST, a_shopee, a_shopee_connection, envelope, url
from tests.builders import FreeThrottle, MemoryVault, a_desired

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 18:00 in UTC+8


def of(code: str, message: str = "", *, absolute: bool = True) -> Exception:
    return trouble(code, message, endpoint="product/x", absolute=absolute, now=NOW)


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("product.error_item_not_found", "error_item_not_found"),
        ("error_incalid_category.", "error_incalid_category"),
        ("error.param", "error_param"),
        ("error attribute", "error_attribute"),
        ("common.invalid_shop", "invalid_shop"),
        ("error_sign", "error_sign"),
    ],
)
def test_codes_are_matched_on_their_last_segment_typing_errors_included(spelt: str, meant: str) -> None:
    assert plain(spelt) == meant


@pytest.mark.parametrize(
    ("code", "message", "recovery"),
    [
        ("error_server", "Something wrong. Please try later.", Retry),
        ("product.error_network", "Inner http call failed", Retry),
        ("error_inner", "", Retry),
        ("error_system_busy", "please try later", Retry),
        ("error_rate_limit", "", Retry),
        ("product.error_busi", "Too many connections", Retry),
        ("product.error_busi", "Invalid product setting. Please verify.", Refused),
        ("order.error_limit", "Can not cancel this order", Refused),
        ("error_param", "Timestamp is expired.", Retry),
        ("error_param", "There is no partner_id in query.", Refused),
        ("error_auth", "partner_id is invalid", NeedsConsent),
        ("error_auth", "Invalid refresh_token.", NeedsConsent),
        ("error_auth", "Lack of location_id, please double check.", Refused),
        ("refresh_token_expired", "", NeedsConsent),
        ("invalid_acceess_token", "Invalid access_token, please have a check.", NeedsConsent),
        ("shop_access_expired", "", NeedsConsent),
        ("error_sign", "Wrong sign.", NeedsConsent),
        ("error_update_price_fail", "Update price failed, please try later.", Refused),
        ("product.error_item_not_found", "", Missing),
        ("error_item_uneditable", "", Missing),
        ("error_price_exceed_min_limitt", "", Refused),
        (".", "", Refused),
        ("error_nobody_knows", "What?", Refused),
    ],
)
def test_every_code_has_its_recovery(code: str, message: str, recovery: type[Exception]) -> None:
    found = of(code, message)
    assert type(found) is recovery
    assert getattr(found, "code", "") == code


@pytest.mark.parametrize("code", ["error_server", "error_network", "error_inner", "error_system_busy"])
def test_a_busy_platform_may_have_made_the_item_all_the_same(code: str) -> None:
    assert type(of(code, absolute=False)) is OutcomeUnknown


def test_the_daily_limit_waits_for_its_reset_at_midnight_in_utc_plus_8() -> None:
    found = of("error_limit", "daily call limit")
    assert isinstance(found, Retry)
    assert found.after == 6 * 3600


def test_an_unknown_code_is_refused_with_the_raw_code_and_the_words_of_the_platform() -> None:
    found = of("product.error_nobody_knows", "What?")
    assert isinstance(found, Refused)
    assert "product.error_nobody_knows" in found.problems[0].vi
    assert "What?" in found.problems[0].vi


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_known_refusal_says_in_both_languages_what_to_do(code: str) -> None:
    found = of(f"product.{code}", "Their words")
    assert isinstance(found, Refused)
    (problem,) = found.problems
    assert problem.code == code
    assert problem.field
    assert "Their words" in problem.vi
    assert problem.vi != problem.en


def test_only_a_stale_access_token_is_renewed() -> None:
    assert stale_token("invalid_acceess_token", "Invalid access_token, please have a check.")
    assert stale_token("error_auth", "Invalid access_token.")
    assert not stale_token("error_auth", "No permission")
    assert not stale_token("error_param", "There is no access_token in query.")


# ---- through the client


def a_client(throttle: FreeThrottle | None = None) -> Client:
    return Client(a_shopee_connection(throttle=throttle or FreeThrottle()))


@pytest.mark.parametrize("status", [200, 403])
@responses.activate
def test_errors_are_read_from_the_body_whatever_the_status(status: int) -> None:
    responses.get(url("product/get_item_list"), json=envelope(error="error_sign", message="Wrong sign."), status=status)
    with pytest.raises(NeedsConsent):
        a_client().read("product/get_item_list")


@responses.activate
def test_an_unrouted_path_is_refused_with_its_bare_code() -> None:
    responses.get(url("product/nowhere"), json={"error": "error_not_found"}, status=404)
    with pytest.raises(Refused) as refused:
        a_client().read("product/nowhere")
    assert refused.value.code == "error_not_found"


@pytest.mark.parametrize("status", [200, 403])
@responses.activate
def test_a_rejected_token_is_renewed_once_and_the_call_repeated(status: int) -> None:
    stale = envelope(error="invalid_acceess_token", message="Invalid access_token, please have a check.")
    responses.get(url("shop/get_shop_info"), json=stale, status=status)
    responses.get(url("shop/get_shop_info"), json=envelope({"ok": 1}))
    renewed = {"access_token": "access-2", "refresh_token": "refresh-2", "expire_in": 14400, "error": "", "message": ""}
    responses.post(url("auth/access_token/get"), json=renewed)
    connection = a_shopee_connection()
    assert Client(connection).read("shop/get_shop_info") == {"ok": 1}
    held = connection.vault.tokens()
    assert held is not None
    assert held.access.get_secret_value() == "access-2"
    assert held.access_until is not None
    assert (held.access_until - connection.clock.now()).total_seconds() == 14400
    assert "access_token=access-2" in str(responses.calls[-1].request.url)


@responses.activate
def test_an_expiry_may_also_be_a_moment() -> None:
    stale = envelope(error="error_auth", message="Invalid access_token.")
    responses.get(url("x/get_y"), json=stale)
    responses.get(url("x/get_y"), json=envelope())
    moment = 1_795_000_000
    renewed = {"access_token": "a", "refresh_token": "b", "expire_in": moment, "error": ""}
    responses.post(url("auth/access_token/get"), json=renewed)
    connection = a_shopee_connection()
    Client(connection).read("x/get_y")
    held = connection.vault.tokens()
    assert held is not None
    assert held.access_until == datetime.fromtimestamp(moment, UTC)


@responses.activate
def test_a_spent_refresh_token_needs_a_person() -> None:
    responses.get(url("x/get_y"), json=envelope(error="invalid_acceess_token"))
    responses.post(url("auth/access_token/get"), json=envelope(error="error_auth", message="Invalid refresh_token."))
    with pytest.raises(NeedsConsent):
        a_client().read("x/get_y")


@pytest.mark.parametrize(("status", "error"), [(200, "error_rate_limit"), (429, "error_rate_limit"), (429, "")])
@responses.activate
def test_too_fast_slows_all_workers_down(status: int, error: str) -> None:
    throttle = FreeThrottle()
    responses.post(url("product/add_item"), json=envelope(error=error), status=status, headers={"Retry-After": "3"})
    with pytest.raises(Retry) as retry:
        a_client(throttle).write("product/add_item", {})
    assert retry.value.after == 3
    assert throttle.hits == [("write", 3.0)]


@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", '{"error":"","response":{"item'])
@responses.activate
def test_a_write_without_a_readable_answer_is_unknown(body: str) -> None:
    responses.post(url("product/add_item"), body=body, status=200)
    with pytest.raises(OutcomeUnknown):
        a_client().write("product/add_item", {})
    responses.get(url("product/get_item_list"), body=body, status=200)
    with pytest.raises(Retry):
        a_client().read("product/get_item_list")


@responses.activate
def test_the_business_query_is_not_signed_and_the_common_one_always_is() -> None:
    responses.get(url("product/get_item_list"), json=envelope())
    a_client().read("product/get_item_list", [("offset", "0"), ("item_status", "NORMAL"), ("item_status", "BANNED")])
    sent = str(responses.calls[0].request.url)
    assert sent.startswith(f"{HOST}/api/v2/product/get_item_list?partner_id=2001887&timestamp=")
    assert "item_status=NORMAL&item_status=BANNED" in sent


# ---- failure lists


def set_op(kind: Kind, **values: int) -> Task:
    ref = Ref("3000142341", {"A": "1", "B": "2"})
    head = "price" if kind is Kind.SET_PRICE else "stock"
    changes = tuple(Change(f"{head}:{sku}", None, value, "changed") for sku, value in values.items())
    return Task(Op(1, kind, ref, changes), a_desired("shopee"))


def outcome(kind: Kind, name: str, answer: object, **values: int) -> Outcome:
    responses.post(url(name), json=answer)
    return a_shopee().apply([set_op(kind, **values)])[1]


@responses.activate
def test_a_partial_failure_beside_an_empty_error_is_noticed() -> None:
    lists = {
        "success_list": [{"model_id": 1, "location_id": "", "stock": 5}],
        "failure_list": [{"model_id": 2, "failed_reason": "model is locked"}],
    }
    found = outcome(Kind.SET_STOCK, "product/update_stock", envelope(lists), A=5, B=6)
    assert isinstance(found, Receipt)
    assert found.wrote == {"stock:A"}
    assert "locked" in found.detail


@responses.activate
def test_a_full_refusal_with_a_list_beside_the_error_is_refused() -> None:
    lists = {"success_list": [], "failure_list": [{"model_id": 1, "failed_reason": "Invalid product setting"}]}
    answer = envelope(lists, "product.error_busi", "Invalid product setting. Please verify.")
    found = outcome(Kind.SET_STOCK, "product/update_stock", answer, A=5)
    assert isinstance(found, Refused)
    assert "Invalid product setting" in found.problems[0].vi


@responses.activate
def test_a_database_hiccup_with_the_same_code_is_tried_again() -> None:
    lists = {"success_list": [], "failure_list": [{"model_id": 1, "failed_reason": "Too many connections"}]}
    answer = envelope(lists, "product.error_busi", "Error 1040: Too many connections")
    assert isinstance(outcome(Kind.SET_STOCK, "product/update_stock", answer, A=5), Retry)


@responses.activate
def test_a_model_that_is_gone_is_missing() -> None:
    lists = {"success_list": [], "failure_list": [{"model_id": 1, "failed_reason": "model ID not exist in sku"}]}
    answer = envelope(lists, "error_update_price_fail", "Update price failed, please try later.")
    assert isinstance(outcome(Kind.SET_PRICE, "product/update_price", answer, A=5000), Missing)


@responses.activate
def test_an_item_the_answer_does_not_mention_is_unknown() -> None:
    lists = {"success_list": [], "failure_list": []}
    responses.post(url("product/unlist_item"), json=envelope(lists))
    op = Op(1, Kind.HIDE, Ref("7"), (Change("visible", True, False, "changed"),))
    assert isinstance(a_shopee().apply([Task(op, a_desired("shopee"))])[1], OutcomeUnknown)


def test_secrets_do_not_show() -> None:
    connection = a_shopee_connection()
    assert isinstance(connection.vault, MemoryVault)
    assert "test_partner_key" not in repr(connection) + repr(Client(connection).__dict__)
