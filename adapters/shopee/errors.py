"""What Shopee's error codes mean for what to do next, translated once.

Codes may carry a module prefix and Shopee's own typing errors (contract 3.1), so only the last segment counts. A code
that no table knows is Refused with the raw code kept: it is never retried.
"""

from datetime import datetime, timedelta, timezone

from adapters.shopee.refusals import REFUSALS
from connector.domain.problem import Problem
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry

Trouble = Retry | OutcomeUnknown | Refused | Missing | NeedsConsent

# Answered by the platform itself, so a read or an absolute write may simply be repeated.
_BUSY = {"error_server", "error_network", "error_inner", "error_system_busy"}
_CONSENT_OVER = {
    "invalid_acceess_token",  # a token just renewed is turned away as well
    "shop_no_linked",
    "partner_shop_no_link",
    "shop_access_expired",
    "refresh_token_expired",
    "error_shop_refresh_token",
}
# The app or the shop as a whole is stopped: no listing is to blame, so the shop pauses until a person has looked.
_STOPPED = {
    "error_sign",
    "error_auth",
    "invalid_partner_id",
    "shop_banned",
    "error_kyc_auth",
    "error_ashop_api_permission",
    "error_api_call_restricted",
    "api_suspended",
    "error_api_permission",
    "source_ip_undeclared",
    "error_partner_key_expired",
    "error_shop",
    "invalid_shop",
}
_MISSING = {
    "error_item_not_found",
    "error_item_not_belong_shop",
    "error_item_uneditable",
    "error_item_or_variation_not_found",
    "error_model_invalid_model_id",
    "error_wrong_modelid",
}
_QUOTA_ZONE = timezone(timedelta(hours=8))  # the daily quota starts anew at 00:00 there, one hour before Vietnam


def plain(code: str) -> str:
    """The code as the tables spell it: last segment, no trailing dot, `error.param` and `error attribute` joined."""
    joined = code.strip().rstrip(".").replace(" ", "_").replace("error.", "error_")
    return joined.rpartition(".")[2]


def stale_token(code: str, message: str) -> bool:
    """The access token is to be renewed and the call repeated once."""
    name = plain(code)
    return name == "invalid_acceess_token" or (
        name == "error_auth" and "access_token" in message.lower() and "no access_token" not in message.lower()
    )


def trouble(code: str, message: str, *, endpoint: str, absolute: bool, now: datetime) -> Trouble:
    """The recovery for an answer with an error; `absolute`: a read or a write that may be repeated without harm."""
    name, said = plain(code), f"{endpoint}: {code} {message}".strip()
    low = message.lower()
    if name == "error_limit" and "cancel" not in low:  # in the order module it means "Can not cancel this order"
        return Retry(said, after=_until_reset(now), code=code, throttled=True)
    if name == "error_rate_limit":
        return Retry(said, after=2.0, code=code)
    if name in _BUSY or (name == "error_busi" and "too many connections" in low):
        return Retry(said, after=10.0, code=code) if absolute else OutcomeUnknown(said, code=code)
    if name == "error_param" and "timestamp" in low and ("expired" in low or "invalid" in low):
        return Retry(f"{said}: set this machine's clock", after=300.0, code=code)
    if name in _CONSENT_OVER or (name == "error_auth" and "refresh_token" in low.replace(" ", "_")):
        return NeedsConsent(said, code=code)
    if name in _STOPPED and "location_id" not in low:
        return NeedsConsent(said, code=code)
    if name in _MISSING:
        return Missing(said, code=code)
    return Refused((_problem(name, code, message),), code=code)


# What lines of a failure list say, and the code under which the same is explained.
_SAID = {
    "reserved stock": "error_busi_update_stock_failed",
    "stock cannot be edited": "error_cannt_edit_stock_in_promotion",
    "original_price cannot be edited": "error_cannt_edit_price_in_promotion",
    "unlist item when item is under promotion": "error_cannt_unlisted_in_promotion",
}


def refused_line(reason: str) -> Refused | Missing:
    """The recovery for one line of a failure list, which carries a text and no code."""
    low = reason.lower()
    if "not exist" in low or "not found" in low:
        return Missing(reason, code="failure_list")
    known = next((name for words, name in _SAID.items() if words in low), "")
    problem = _problem(known, "failure_list", reason) if known else _unlisted("failure_list", reason)
    return Refused((problem,), code="failure_list")


def _problem(name: str, code: str, message: str) -> Problem:
    known = REFUSALS.get(name)
    if known is None:
        return _unlisted(code, message)
    field, vi, en = known
    said = f" ({message})" if message else ""
    return Problem(name, field, f"{vi}{said}", f"{en}{said}")


def _unlisted(code: str, message: str) -> Problem:
    return Problem(
        "shopee_refused",
        "listing",
        f"Shopee từ chối: {message or 'không nêu lý do'} (mã {code}). Xem lại sản phẩm theo lời Shopee rồi sửa.",
        f"Shopee refused: {message or 'no reason given'} (code {code}). Look at the product and change what it names.",
    )


def _until_reset(now: datetime) -> float:
    local = now.astimezone(_QUOTA_ZONE)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - local).total_seconds()
