"""Prices and stock: absolute values, model by model, half a success being one. Neither moves update_time."""

from collections.abc import Callable
from typing import Any

from sandbox.shopee import notices, rules
from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal
from sandbox.shopee.state import Item, Model

MOST_ROWS = 50
UNKNOWN_MODEL = "model ID not exist in sku"
UNDER_RESERVE = "Can not update item with stock less than reserved stock"
Row = dict[str, Any]


def update_price(call: Call) -> dict[str, Any]:
    item = call.item(call.need("item_id"))
    rows = call.need_list("price_list", MOST_ROWS)
    _check_repeats(rows)
    if item.status not in ("NORMAL", "UNLIST", "REVIEWING", "BANNED"):
        _refuse_all(rows, "error_update_price_fail", "Update price failed, please try later.", "item is deleted")
    wanted = {row.get("model_id") or 0: row.get("original_price") for row in rows}
    prices = {m.model_id: wanted.get(m.model_id, m.price) for m in item.models}
    if not rules.ratio_kept(call.switches, [p for p in prices.values() if isinstance(p, int | float)]):
        _refuse_all(
            rows,
            "error_update_price_fail",
            "Update price failed, please try later.",
            "price ratio over limit",
        )

    def write(model: Model, row: Row) -> Row:
        if model.promotion:
            raise Refusal(
                "error_cannt_edit_price_in_promotion",
                "Original_price cannot be edited when item is under promotion.",
            )
        old, model.price = model.price, rules.price(call.switches, row.get("original_price"))
        notices.price(call.market, item, model, old)
        return {"original_price": model.price}

    done, failed, refusals = _each(call, item, rows, write)
    answer = {"success_list": done, "failure_list": failed}
    if failed and not done:
        same = _only(refusals, "error_cannt_edit_price_in_promotion")
        code, message = same or ("error_update_price_fail", "Update price failed, please try later.")
        raise Refusal(code, message, response=answer)
    return answer


def update_stock(call: Call) -> dict[str, Any]:
    item = call.editable()
    rows = call.need_list("stock_list", MOST_ROWS)
    _check_repeats(rows)
    if call.market.world.faults.take("shopee", call.endpoint, "busy_database"):
        raise Refusal("error_busi", "Too many connections")

    def write(model: Model, row: Row) -> Row:
        if model.promotion and call.switches["promotion_locks_stock"]:
            raise Refusal(
                "error_cannt_edit_stock_in_promotion",
                "Normal_stock cannot be edited when item is under promotion.",
            )
        held = rules.stock(call.switches, row.get("seller_stock"))
        if sum(held.values()) < model.reserved:
            raise Refusal("error_param", UNDER_RESERVE)
        model.stock = held
        return {"location_id": "", "stock": sum(held.values())}

    done, failed, refusals = _each(call, item, rows, write)
    answer = {"failure_list": failed, "success_list": done}
    if failed and not done:
        code, message = _all_stock_failed(call, refusals)
        raise Refusal(code, message, response=answer, debug="all rows refused: lock")
    return answer


def _each(
    call: Call, item: Item, rows: list[Row], write: Callable[[Model, Row], Row]
) -> tuple[list[Row], list[Row], list[Refusal]]:
    """Writes row by row; a refused row is reported and does not stop the others."""
    done: list[Row] = []
    failed: list[Row] = []
    refusals: list[Refusal] = []
    for row in rows:
        model_id = row.get("model_id") or 0
        named = {"model_id": model_id} if item.has_model or row.get("model_id") else {}
        try:
            done.append(named | write(_addressed(call, item, model_id), row))
        except Refusal as refusal:
            failed.append({"model_id": model_id, "failed_reason": refusal.message})
            refusals.append(refusal)
    return done, failed, refusals


def _addressed(call: Call, item: Item, model_id: int) -> Model:
    """The model a row means: 0 or nothing for a simple item; the fault "partial" strikes here."""
    rule = call.market.world.faults.take("shopee", call.endpoint, "partial")
    if rule:
        raise Refusal("error_inner", rule.params.get("reason", "Inner http call failed"))
    if item.has_model and not model_id:
        raise Refusal("error_edit_item_for_item_has_model", "Can't edit item directly while item has models.")
    model = item.model(model_id)
    if model is None:
        raise Refusal("error_param", UNKNOWN_MODEL)
    return model


def _check_repeats(rows: list[Row]) -> None:
    ids = [row.get("model_id") or 0 for row in rows]
    if len(set(ids)) < len(ids):
        raise Refusal("error_param", "Repeat model_id.")


def _refuse_all(rows: list[Row], code: str, message: str, reason: str) -> None:
    failed = [{"model_id": row.get("model_id") or 0, "failed_reason": reason} for row in rows]
    raise Refusal(code, message, response={"success_list": [], "failure_list": failed})


def _only(refusals: list[Refusal], code: str) -> tuple[str, str] | None:
    if all(refusal.code == code for refusal in refusals):
        return code, refusals[0].message
    return None


def _all_stock_failed(call: Call, refusals: list[Refusal]) -> tuple[str, str]:
    if all(refusal.message == UNDER_RESERVE for refusal in refusals):
        return "error_param", UNDER_RESERVE
    locked = _only(refusals, "error_cannt_edit_stock_in_promotion")
    if locked:
        return locked
    if call.switches["all_stock_failed_documented"]:
        return (
            "error_busi_update_stock_failed",
            "Update stock failed, please check failure_list for detailed reason",
        )
    return "error_busi", "Invalid product setting. Please verify."
