"""Returns and refunds. The official sandbox has no such module, so a switch takes it away here too."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.orders import Line, Order
from sandbox.shopee import notices
from sandbox.shopee.call import Call
from sandbox.shopee.errors import GatewayRefusal, Refusal, wrong

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

WINDOW = 15 * 86_400
STATUSES = ("REQUESTED", "ACCEPTED", "CANCELLED", "JUDGING", "CLOSED", "PROCESSING", "SELLER_DISPUTE")


@dataclass
class Return:
    """One request of a buyer about one order; lines as they were when it was made."""

    sn: str
    order: Order
    lines: list[Line]
    created: float
    updated: float
    status: str = "REQUESTED"
    after_completion: bool = False


@dataclass
class Returns:
    market: "Market"
    by_sn: dict[str, Return] = field(default_factory=dict)

    def open(self, order: Order, lines: list[Line], at: float) -> None:
        sn = f"{order.id[:6]}0R{len(self.by_sn) + 1:07d}"
        late = order.moment("completed") is not None
        self.by_sn[sn] = Return(sn, order, list(lines), at, at, after_completion=late)
        notices.returned(self.market, order, sn, "", "REQUESTED", at)

    def close(self, order: Order, at: float) -> None:
        """The goods are back: what was asked for is accepted."""
        for one in self.by_sn.values():
            if one.order is order and one.status == "REQUESTED" and all(x.stage == "returned" for x in one.lines):
                one.status, one.updated = "ACCEPTED", at
                notices.returned(self.market, order, one.sn, "REQUESTED", "ACCEPTED", at)


def _check(call: Call) -> None:
    if not call.switches["returns_module"]:
        raise GatewayRefusal("error_not_found", "The API is not supported in this environment.")


def get_return_list(call: Call) -> dict[str, Any]:
    _check(call)
    page, size = call.number("page_no", 0), call.page_size()
    status = call.request.q("status") or ""
    if status and status not in STATUSES:
        raise wrong("status is invalid")
    created, updated = _window(call, "create_time"), _window(call, "update_time")
    now = call.now
    found = [
        one for one in reversed(call.market.returns.by_sn.values())
        if one.order.visible_at <= now and (not status or one.status == status)
        and created[0] <= int(one.created) <= created[1] and updated[0] <= int(one.updated) <= updated[1]
    ]  # fmt: skip
    rows = found[page * size : (page + 1) * size]
    return {"more": (page + 1) * size < len(found), "return": [_row(one) for one in rows]}


def _window(call: Call, name: str) -> tuple[float, float]:
    start, end = call.number(f"{name}_from", 0), call.number(f"{name}_to", 0)
    if not start and not end:
        return 0.0, float("inf")
    if end < start:
        raise Refusal("error_param", f"The {name}_to should be later than {name}_from.")
    if end - start > WINDOW:
        raise Refusal("error_param", f"The period between {name}_from and {name}_to must not more than 15 days.")
    return start, end


def get_return_detail(call: Call) -> dict[str, Any]:
    _check(call)
    one = call.market.returns.by_sn.get(call.query("return_sn"))
    if one is None or one.order.visible_at > call.now:
        raise Refusal("error_data", "The return you queried doesn't exist.")
    return _row(one)


def _row(one: Return) -> dict[str, Any]:
    amount = sum(line.price * line.quantity for line in one.lines)
    due = int(one.created) + 2 * 86_400
    return {
        "image": [], "reason": "PHYSICAL_DMG", "text_reason": one.order.reason, "return_sn": one.sn,
        "refund_amount": amount, "currency": "VND", "create_time": int(one.created),
        "update_time": int(one.updated), "status": one.status, "due_date": due, "tracking_number": "",
        "dispute_reason": [], "dispute_text_reason": [], "needs_logistics": True,
        "amount_before_discount": amount,
        "user": {"username": "P******n", "email": "****", "portrait": ""},
        "item": [_item(line) for line in one.lines], "order_sn": one.order.id, "return_ship_due_date": due,
        "return_seller_due_date": due, "negotiation_status": "", "seller_proof_status": "",
        "seller_compensation_status": "", "return_refund_type": "RRAOC" if one.after_completion else "NORMAL",
        "return_solution": 0, "is_seller_arrange": False, "is_shipping_proof_mandatory": False,
    }  # fmt: skip


def _item(line: Line) -> dict[str, Any]:
    return {
        "model_id": int(line.variant_id), "name": line.title, "images": [], "amount": line.quantity,
        "item_price": line.price, "is_add_on_deal": False, "is_main_item": False, "add_on_deal_id": 0,
        "item_id": int(line.listing_id), "item_sku": line.extra["item_sku"],
        "variation_sku": line.extra["model_sku"], "refund_amount": line.price * line.quantity,
    }  # fmt: skip
