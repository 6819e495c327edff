"""Orders at both seller centres, each with its own pages and workbooks."""

import re
from typing import Any

import pytest
import requests
from sellers import ANH, Seller, honey, ids, opened, signed_in

WORDS: dict[str, dict[str, str]] = {
    "postmart": {"new": "Chờ xác nhận", "confirmed": "Đã xác nhận", "canceled": "Đã hủy", "number": "Mã đơn hàng",
                 "state": "Trạng thái", "quantity": "Số lượng", "sku": "Mã hàng (SKU)", "line": "Dòng",
                 "price": "Đơn giá", "reason": "Lý do hủy", "waybill": "Mã vận đơn", "v2_number": "Số đơn hàng",
                 "late": "Quá hạn duyệt đơn"},
    "voso": {"new": "Chờ duyệt", "confirmed": "Đã duyệt", "canceled": "Hủy", "number": "Mã đơn", "state": "Tình trạng",
             "quantity": "SL", "sku": "Mã nội bộ", "line": "Số dòng", "price": "Đơn giá (VNĐ)",
             "reason": "Nguyên nhân hủy", "waybill": "Mã vận đơn", "v2_number": "Mã đơn", "late": "Quá hạn duyệt đơn"},
}  # fmt: skip


@pytest.fixture(params=["postmart", "voso"])
def seller(request, sandbox) -> Seller:
    seller = signed_in(request.param, sandbox)
    ids(seller, seller.send("goods", [honey(seller)], ANH))
    return seller


def buy(sandbox, seller: Seller, **body: Any) -> str:
    return str(sandbox.post("/buy", {"platform": seller.name, "sku": "MO-500", **body})["order"])


def move(seller: Seller, order: str, step: str) -> requests.Response:
    """confirm, cancel or ship by the centre's own form."""
    if seller.name == "postmart":
        path = {"confirm": "xac-nhan", "cancel": "huy", "ship": "giao"}[step]
        url = f"{seller.base}/ncc/don-hang/{order}/{path}"
        return seller.http.post(url, data={"ly_do": "Hết hàng"}, allow_redirects=False, timeout=5)
    path = {"confirm": "approve", "cancel": "cancel", "ship": "waybill"}[step]
    form = {"_csrf": seller.session_token, "id": order, "reason": "Hết hàng"}
    return seller.http.post(f"{seller.base}/mc/order/{path}", data=form, allow_redirects=False, timeout=5)


def export(seller: Seller, first: str = "", last: str = "", state: str = "") -> list[list[Any]]:
    """Headings and rows without the total."""
    if seller.name == "postmart":
        data = seller.get("/ncc/don-hang/xuat/don_hang.xlsx", tu=first, den=last, trang_thai=state)
    else:
        form = {"_csrf": seller.session_token, "OrderExport[from]": first, "OrderExport[to]": last,
                "OrderExport[status]": state}  # fmt: skip
        answer = seller.http.post(seller.base + "/mc/order/export", data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 303, answer.text
        data = seller.get("/mc/export/download", id=answer.headers["location"].rpartition("=")[2])
    rows = opened(data)[1][seller.head :]
    return [row for row in rows if row[0] not in ("Tổng cộng", "Cộng")]


def rows(seller: Seller, **how: str) -> list[dict[str, Any]]:
    head, *body = export(seller, **how)
    return [dict(zip(head, one, strict=False)) for one in body]


def page_states(seller: Seller) -> dict[str, str]:
    path = "/ncc/don-hang" if seller.name == "postmart" else "/mc/order/index"
    found = re.findall(r'<tr data-(?:ma|id)="([^"]+)" data-(?:trang-thai|status)="([^"]+)"', seller.get(path).decode())
    return dict(found)


def stock(sandbox, seller: Seller) -> int:
    return int(sandbox.get("/state", platform=seller.name)[seller.name]["listings"][0]["stock"])


def test_an_order_is_on_the_page_and_in_the_workbook(sandbox, seller) -> None:
    words, order = WORDS[seller.name], buy(sandbox, seller, quantity=2)
    assert (page_states(seller), stock(sandbox, seller)) == ({order: words["new"]}, 10)
    row = rows(seller)[0]
    assert (row[words["number"]], row[words["state"]], row[words["sku"]]) == (order, words["new"], "MO-500")
    assert (int(row[words["quantity"]]), int(row[words["price"]]), int(row[words["line"]])) == (2, 180_000, 1)


def test_an_order_is_confirmed_handed_over_and_then_beyond_reach(sandbox, seller) -> None:
    words, order = WORDS[seller.name], buy(sandbox, seller)
    assert move(seller, order, "confirm").status_code == 303
    assert page_states(seller)[order] == words["confirmed"]
    assert move(seller, order, "confirm").status_code == 409
    assert move(seller, order, "ship").status_code == 303
    assert rows(seller)[0][words["waybill"]].startswith({"postmart": "VNP", "voso": "VOSO"}[seller.name])
    assert move(seller, "KHONG1", "confirm").status_code == 404


def test_a_cancelled_order_gives_its_stock_back_once(sandbox, seller) -> None:
    words, order = WORDS[seller.name], buy(sandbox, seller, quantity=3)
    assert move(seller, order, "cancel").status_code == 303
    assert move(seller, order, "cancel").status_code == 409
    assert stock(sandbox, seller) == 12
    row = rows(seller)[0]
    assert (row[words["state"]], row[words["reason"]]) == (words["canceled"], "Hết hàng")


def test_voso_cancels_what_nobody_approves_in_a_day(sandbox, seller) -> None:
    words = WORDS[seller.name]
    forgotten, approved = buy(sandbox, seller), buy(sandbox, seller)
    move(seller, approved, "confirm")
    sandbox.post("/clock", {"advance": 24 * 3600 + 1})
    seller.log_in()
    late = seller.name == "voso"
    assert page_states(seller) == {approved: words["confirmed"], forgotten: words["canceled" if late else "new"]}
    assert stock(sandbox, seller) == (11 if late else 10)
    assert (words["late"] in {row[words["reason"]] for row in rows(seller)}) is late


def test_postmart_too_cancels_if_switched(sandbox, seller) -> None:
    sandbox.switch(seller.name, confirm_hours=1.0)
    order = buy(sandbox, seller)
    sandbox.post("/clock", {"advance": 3601})
    assert page_states(seller)[order] == WORDS[seller.name]["canceled"]


def test_the_export_takes_a_period_and_a_state(sandbox, seller) -> None:
    buy(sandbox, seller)
    form = "{:02d}/01/2099" if seller.name == "postmart" else "2099-01-{:02d}"
    assert rows(seller, first=form.format(1)) == []
    assert rows(seller, last=form.format(1)) != []
    assert rows(seller, state=WORDS[seller.name]["canceled"]) == []
    bad = "/ncc/don-hang/xuat/don_hang.xlsx?tu=hom-qua"
    if seller.name == "postmart":
        assert seller.http.get(seller.base + bad, timeout=5).status_code == 400


def test_the_second_layout_has_other_headings(sandbox, seller) -> None:
    order = buy(sandbox, seller)
    first = export(seller)[0]
    sandbox.switch(seller.name, export_layout="v2", export_sku_column=False)
    head, row = export(seller)
    assert head != first
    assert not {"SKU", "SKU nhà cung cấp"} & set(head)
    assert dict(zip(head, row, strict=False))[WORDS[seller.name]["v2_number"]] == order


def test_exports_break_on_demand(sandbox, seller) -> None:
    for _ in range(4):
        buy(sandbox, seller)
    sandbox.fault(seller.name, "half_rows", "order_export", count=1)
    assert len(rows(seller)) == 2
    sandbox.fault(seller.name, "state_word_unknown", "order_export", count=1)
    assert "Đang đối soát" in {row[WORDS[seller.name]["state"]] for row in rows(seller)}


def test_a_late_order_is_on_no_page_yet(sandbox, seller) -> None:
    order = buy(sandbox, seller, lag=600)
    assert (page_states(seller), rows(seller), stock(sandbox, seller)) == ({}, [], 11)
    sandbox.post("/clock", {"advance": 601})
    assert list(page_states(seller)) == [order]


def test_nobody_sees_orders_without_logging_in(sandbox, seller) -> None:
    for path in ("/ncc/don-hang", "/mc/order/index"):
        answer = requests.get(seller.base + path, allow_redirects=False, timeout=5)
        assert answer.status_code in (302, 404)
