"""The order pages of the Voso-like centre: forms with a token, a waybill that is made, an export that is made first."""

import re
from typing import TYPE_CHECKING

from sandbox.market import Route
from sandbox.seller_centre import order_book
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.seller_centre.voso import Voso

STEPS = {
    "approve": ("order_confirm", "confirm"),
    "cancel": ("order_cancel", "cancel"),
    "waybill": ("order_ship", "ready"),
}


def routes(centre: "Voso") -> list[Route]:
    def listed(request: Request, match: re.Match[str]) -> Reply:
        page = int(request.q("page") or 1)
        return centre.page("orders", request, **order_book.one_page(centre, request.q("status") or "", page))

    def one(request: Request, match: re.Match[str]) -> Reply:
        return order_book.detail(centre, request, request.q("id") or "")

    def step(request: Request, match: re.Match[str]) -> Reply:
        fields = dict(request.form()[0])
        number, action = fields.get("id", ""), STEPS[match[1]][1]
        order = centre.till.find(number)
        if action == "ready" and order and order.stage == "new":
            return centre.message(request, 409, "Không làm được", f"Hãy duyệt đơn {number} trước.")
        back = f"/mc/order/view?id={number}"
        return order_book.move(centre, request, number, action, back, fields.get("reason", ""))

    def export(request: Request, match: re.Match[str]) -> Reply:
        fields = dict(request.form()[0])
        first, last = fields.get("OrderExport[from]", ""), fields.get("OrderExport[to]", "")
        try:
            period = order_book.days(first, last, "%Y-%m-%d")
        except ValueError:
            return centre.message(request, 400, "Ngày không đúng", "Hãy viết ngày theo dạng 2026-11-24.")
        data = order_book.export(centre, period, fields.get("OrderExport[status]", ""))
        return centre.keep_export(centre.next_export("ORD"), data)

    steps = [Route("POST", f"/mc/order/({path})", name, True, step) for path, (name, _) in STEPS.items()]
    return [
        Route("GET", "/mc/order/index", "orders", False, listed),
        Route("GET", "/mc/order/view", "order", False, one),
        Route("POST", "/mc/order/export", "order_export", False, export),
        *steps,
    ]
