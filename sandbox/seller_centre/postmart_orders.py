"""The order pages of the Postmart-like centre: every step has an address of its own."""

import re
from typing import TYPE_CHECKING

from sandbox.market import Route
from sandbox.seller_centre import order_book, workbook
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.seller_centre.postmart import Postmart

STEPS = {"xac-nhan": ("order_confirm", "confirm"), "huy": ("order_cancel", "cancel"), "giao": ("order_ship", "ship")}


def routes(centre: "Postmart") -> list[Route]:
    def listed(request: Request, match: re.Match[str]) -> Reply:
        page = int(request.q("trang") or 1)
        return centre.page("orders", request, **order_book.one_page(centre, request.q("trang_thai") or "", page))

    def one(request: Request, match: re.Match[str]) -> Reply:
        return order_book.detail(centre, request, match[1])

    def step(request: Request, match: re.Match[str]) -> Reply:
        reason = dict(request.form()[0]).get("ly_do", "")
        return order_book.move(centre, request, match[1], STEPS[match[2]][1], f"/ncc/don-hang/{match[1]}", reason)

    def export(request: Request, match: re.Match[str]) -> Reply:
        try:
            period = order_book.days(request.q("tu") or "", request.q("den") or "", "%d/%m/%Y")
        except ValueError:
            return centre.message(request, 400, "Ngày không đúng", "Hãy viết ngày theo dạng 24/11/2026.")
        data = order_book.export(centre, period, request.q("trang_thai") or "")
        return Reply.file(data, "don_hang.xlsx", workbook.MIME)

    steps = [Route("POST", f"/ncc/don-hang/(\\w+)/({path})", name, True, step) for path, (name, _) in STEPS.items()]
    return [
        Route("GET", "/ncc/don-hang", "orders", False, listed),
        Route("GET", r"/ncc/don-hang/xuat/don_hang\.xlsx", "order_export", False, export),
        Route("GET", r"/ncc/don-hang/(\w+)", "order", False, one),
        *steps,
    ]
