"""Showing, hiding and deleting; deleting is for ever, though the item stays readable."""

from typing import Any

from sandbox.shopee.call import Call
from sandbox.shopee.errors import Refusal
from sandbox.shopee.state import DELETED

MOST_ROWS = 50


def unlist_item(call: Call) -> dict[str, Any]:
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    for row in call.need_list("item_list", MOST_ROWS):
        try:
            done.append(_switch(call, row))
        except Refusal as refusal:
            failed.append({"item_id": row.get("item_id"), "failed_reason": refusal.message})
            refusals.append(refusal)
    answer = {"failure_list": failed, "success_list": done}
    if failed and not done:
        code, message = _all_failed(refusals)
        raise Refusal(code, message, response=answer)
    return answer


def _switch(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    item, unlist = call.item(row.get("item_id")), row.get("unlist")
    rule = call.market.world.faults.take("shopee", call.endpoint, "partial")
    if rule:
        raise Refusal("error_inner", rule.params.get("reason", "Inner http call failed"))
    if not isinstance(unlist, bool):
        raise Refusal("error_param", "invalid field Unlist: value must  Not Null")
    if item.status in DELETED:
        raise Refusal("error_item_not_found", "Product not found")
    if item.status in ("BANNED", "REVIEWING"):
        raise Refusal(
            "error_busi_cannot_delist_reviewing_or_banned_item",
            "Banned and Reviewing Products cannot be delisted",
        )
    if unlist and item.promoted:
        raise Refusal("error_cannt_unlisted_in_promotion", "Can't unlist item when item is under promotion")
    wanted = "UNLIST" if unlist else "NORMAL"
    if wanted != item.status:
        item.set_status(wanted, call.now)
        item.updated = call.now
    return {"item_id": item.item_id, "unlist": unlist}


def _all_failed(refusals: list[Refusal]) -> tuple[str, str]:
    if len(refusals) == 1 and refusals[0].code.startswith(("error_busi", "error_cannt")):
        return refusals[0].code, refusals[0].message
    return "error_unlist_item_all_failed", "Unlist item all failed."


def delete_item(call: Call) -> dict[str, Any]:
    item = call.item(call.need("item_id"))
    if item.status in DELETED:
        raise Refusal("error_item_not_found", "Product not found")
    if item.promoted:
        raise Refusal("error_cannt_delete_in_promotion", "Item cannot be deleted when item is under promotion.")
    item.set_status("SELLER_DELETE", call.now)
    item.updated = call.now
    return {}
