"""The two seller centres over real HTTP: whole files, templates, exports, pages and faults."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from python_calamine import CalamineError
from sellers import (
    ANH,
    SELLERS,
    Seller,
    book,
    codes,
    exported,
    honey,
    opened,
    shown,
    signed_in,
    states,
    zipped,
)

from sandbox.seller_centre.postmart_words import POSTMART
from sandbox.seller_centre.voso_words import VOSO

DOCUMENT = "sandbox-seller-centres.md"

if TYPE_CHECKING:
    from conftest import Running


@pytest.fixture(params=list(SELLERS))
def seller(request: pytest.FixtureRequest, sandbox: Running) -> Seller:
    """A seller who is logged in at one of the two."""
    return signed_in(request.param, sandbox)


@pytest.mark.parametrize("kind", ["goods", "offer", "visibility"])
def test_a_changed_heading_refuses_the_file_and_names_the_column(seller: Seller, kind: str) -> None:
    sheet, cells = opened(seller.template(kind))
    cells[seller.head][1] += " "
    cells.append(["x"] * len(cells[seller.head]))
    upload = seller.upload(kind, book(cells, sheet))
    assert seller.words["refused"] in seller.page(upload)
    told = seller.result(upload)
    assert {one[seller.words["word"]] for one in told} == {seller.words["file_refused"]}
    reasons = [one[seller.words["reason"]] for one in told]
    assert f"Thiếu cột «{cells[seller.head][1].strip()}»." in reasons
    assert f"Cột lạ «{cells[seller.head][1]}»." in reasons


def test_headings_in_another_order_or_one_more_are_refused(sandbox: Running, seller: Seller) -> None:
    sheet, cells = opened(seller.template("offer"))
    swapped = [*cells[:-1], [cells[-1][1], cells[-1][0], *cells[-1][2:]], ["x"] * 6]
    more = [*cells[:-1], [*cells[-1], "Ghi chú"], ["x"] * 7]
    for wrong in (swapped, more):
        told = seller.result(seller.upload("offer", book(wrong, sheet)))
        assert set(codes(seller, told)) == {"THIEU_COT"}
    assert len(told) == 2


def test_decomposed_letters_are_the_same_heading(seller: Seller) -> None:
    sheet, cells = opened(seller.fill("goods", [honey(seller)]))
    apart = [[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in one] for one in cells]
    told = seller.result(seller.upload("goods", book(apart, sheet), ANH))
    assert codes(seller, told) == [""]
    assert exported(seller)[0][seller.words["title"]] == "Mật ong rừng Hòa Bình"


def a_zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack,
        pack.open("xl/worksheets/sheet1.xml", "w") as stream,
    ):
        for _ in range(201):
            stream.write(b"\0" * (1 << 20))
    return buffer.getvalue()


def a_far_cell(seller: Seller) -> bytes:
    """A workbook of a few kilobytes whose only far cell would cost gigabytes."""
    sheet, cells = opened(seller.fill("goods", [honey(seller)]))
    near = book(cells, sheet)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(near)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            new.writestr(entry, data)
    return buffer.getvalue()


def a_turned_byte(seller: Seller) -> bytes:
    """A workbook whose directory points outside the file."""
    data = bytearray(seller.fill("goods", [honey(seller)]))
    entry = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 42:entry + 46] = b"\xff\xff\xff\x7f"
    return bytes(data)


@pytest.mark.parametrize("what", ["turned", "nothing", "text", "bomb", "far", "empty", "long", "cut"])
def test_a_file_that_is_no_good_workbook_is_refused(sandbox: Running, seller: Seller, what: str) -> None:
    sandbox.switch(seller.name, max_rows=3)
    data = {
        "turned": lambda: a_turned_byte(seller),
        "nothing": lambda: b"",
        "text": lambda: "Mã dòng;Thao tác".encode(),
        "bomb": a_zip_bomb,
        "far": lambda: a_far_cell(seller),
        "empty": lambda: seller.template("goods"),
        "long": lambda: seller.fill("goods", [honey(seller)] * 4),
        "cut": lambda: seller.fill("goods", [honey(seller)])[:-400],
    }[what]()
    told = seller.result(seller.upload("goods", data, ANH))
    assert codes(seller, told) == ["TEP_HONG"]
    assert shown(sandbox, seller)["count"] == 0


def test_a_broken_or_overfull_picture_zip_refuses_the_file(sandbox: Running, seller: Seller) -> None:
    overfull = zipped(**{f"anh{n}": b"" for n in range(2001)})
    for pictures in (ANH[:-30], b"PK nothing", overfull):
        told = seller.result(seller.upload("goods", seller.fill("goods", [honey(seller)]), pictures))
        assert codes(seller, told) == ["TEP_HONG"]
    assert shown(sandbox, seller)["count"] == 0


def test_one_bad_row_refuses_all_when_the_switch_says_so(sandbox: Running, seller: Seller) -> None:
    sandbox.switch(seller.name, whole_file=True)
    bad = honey(seller, group_key="B", sku="B-1", price=0)
    upload = seller.upload("goods", seller.fill("goods", [honey(seller), bad]), ANH)
    assert codes(seller, seller.result(upload)) == ["CA_TEP", "GIA_KHONG_HOP_LE"]
    assert seller.words["none"] in seller.page(upload)
    assert shown(sandbox, seller)["count"] == 0


@pytest.mark.parametrize("only_one", [False, True])
def test_one_category_per_file(sandbox: Running, seller: Seller, only_one: bool) -> None:
    sandbox.switch(seller.name, one_category_per_file=only_one)
    rows = [honey(seller), honey(seller, group_key="T", sku="T-1", category=seller.words["other_leaf"])]
    assert codes(seller, seller.send("goods", rows, ANH)) == (["TEP_HONG"] if only_one else ["", ""])


def test_the_second_export_layout_has_other_headings_for_the_same_facts(
    sandbox: Running, seller: Seller
) -> None:
    seller.send("goods", [honey(seller)], ANH)
    first = exported(seller)[0]
    sandbox.switch(seller.name, export_layout="v2")
    second = exported(seller)[0]
    assert list(first) != list(second)
    assert {"MO-500", "Mật ong rừng Hòa Bình", seller.words["live"]} <= set(second.values())
    assert {str(v) for v in second.values()} <= {str(v) for v in first.values()}


def test_the_export_bends_to_its_switches(sandbox: Running, seller: Seller) -> None:
    seller.send("goods", [honey(seller)], ANH)
    words = seller.words
    sandbox.switch(seller.name, export_total_row=True, export_numbers_as_text=False, export_dates="dmy")
    body, total = seller.rows_of(seller.export_book())
    assert isinstance(body[words["price"]], float)
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d(:\d\d)?", body[words["updated"]])
    assert next(iter(total.values())) == words["total"]
    assert (total[words["stock"]], total[words["title"]]) == (12, "1 dòng")
    sandbox.switch(
        seller.name, export_total_row=False, export_numbers_as_text=True, export_dates="ymd",
        export_sku_column=False,
    )
    (body,) = seller.rows_of(seller.export_book())
    assert body[words["price"]] == "180000"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", body[words["updated"]])
    assert words["sku"] not in body


def test_an_export_of_one_state_is_partial(seller: Seller) -> None:
    rows = [honey(seller), honey(seller, group_key="B", sku="B-1", stock=0)]
    seller.send("goods", rows, ANH)
    (one,) = exported(seller, seller.words["sold_out"])
    assert one[seller.words["sku"]] == "B-1"


def test_the_template_may_change_overnight(sandbox: Running, seller: Seller) -> None:
    old = seller.fill("goods", [honey(seller)])
    sandbox.fault(seller.name, "template_v2", "upload", count=1)
    told = seller.result(seller.upload("goods", old, ANH, version=1))
    assert set(codes(seller, told)) == {"THIEU_COT"}
    assert codes(seller, seller.result(seller.upload("goods", old, ANH))) == [""]


def test_version_two_of_the_templates_works_when_it_is_in_force(sandbox: Running, seller: Seller) -> None:
    dialect = {"postmart": POSTMART, "voso": VOSO}[seller.name]
    old, new = dialect.sheets["goods", 1], dialect.sheets["goods", 2]
    renamed = {old.heading(key): new.heading(key) for _, key in old.columns}
    sandbox.switch(seller.name, template_version=2)
    sheet, cells = opened(seller.template("goods"))
    mine = {renamed[heading]: value for heading, value in honey(seller).items()}
    data = book([*cells, [mine.get(heading, "") for heading in cells[seller.head]]], sheet)
    assert codes(seller, seller.result(seller.upload("goods", data, ANH, version=2))) == [""]


def test_a_slow_centre_says_so_until_it_has_taken_the_rows(sandbox: Running, seller: Seller) -> None:
    sandbox.fault(seller.name, "slow_accept", "upload", count=1, params={"seconds": 90})
    upload = seller.upload("goods", seller.fill("goods", [honey(seller)]), ANH)
    assert seller.result(upload)[0][seller.words["word"]] == seller.words["waiting_row"]
    assert f'"{seller.words["waiting"]}"' in seller.history()
    assert exported(seller) == []
    sandbox.post("/clock", {"advance": 91})
    assert seller.result(upload)[0][seller.words["word"]] == seller.words["ok"]
    assert len(exported(seller)) == 1


def test_exports_can_be_half_strange_or_cut(sandbox: Running, seller: Seller) -> None:
    seller.send("goods", [honey(seller, group_key=f"G{n}", sku=f"S-{n}") for n in range(6)], ANH)
    where = "export" if seller.name == "postmart" else "export_create"
    sandbox.fault(seller.name, "half_rows", where, count=1)
    assert len(exported(seller)) == 3
    sandbox.fault(seller.name, "state_word_unknown", where, count=1)
    assert states(seller).count("Đang rà soát nội dung") == 2
    sandbox.fault(seller.name, "truncated_export", where, count=1)
    with pytest.raises(CalamineError):
        opened(seller.export_book())
    assert len(exported(seller)) == 6


def test_an_upload_whose_answer_is_lost_can_be_found_in_the_history(sandbox: Running, seller: Seller) -> None:
    data = seller.fill("goods", [honey(seller)])
    sandbox.fault(seller.name, "drop_after", "upload", count=1)
    with pytest.raises(requests.ConnectionError):
        seller.upload("goods", data, ANH)
    found = re.search(r'data-(?:ma|id)="([^"]+)" data-(?:tep|name)="goi.xlsx"', seller.history())
    assert found
    assert codes(seller, seller.result(found[1])) == [""]


def test_every_page_is_labelled_and_opens(seller: Seller) -> None:
    seller.send("goods", [honey(seller), honey(seller, group_key="B", sku="B-1", price=0)], ANH)
    paths = {
        "postmart": ["/ncc/", "/ncc/san-pham", "/ncc/nhap-hang", "/ncc/lich-su", "/ncc/xuat-hang"],
        "voso": ["/mc/dashboard", "/mc/product/index", "/mc/product/import", "/mc/import/index",
                 "/mc/export/index"],
    }[seller.name]
    for path in paths:
        assert "SÀN THỬ - không phải Bưu điện hay Viettel Post" in seller.get(path).decode()
    lost = seller.http.get(seller.base + "/ncc/khong-co", timeout=5)
    assert (lost.status_code, "Không có trang này" in lost.text) == (404, True)


def test_seller_words_never_become_markup(seller: Seller) -> None:
    seller.send("goods", [honey(seller, title="<script>alert(1)</script>", row_key="=1+1")], ANH)
    page = "/ncc/san-pham" if seller.name == "postmart" else "/mc/product/index"
    assert "<script>" not in seller.get(page).decode()


def test_a_form_without_a_kind_or_with_a_broken_body_is_answered_with_a_page(seller: Seller) -> None:
    where = {"postmart": "/ncc/nhap-hang", "voso": "/mc/product/import"}[seller.name]
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\nbroken"):
        answer = seller.http.post(seller.base + where, data=body, headers=headers, timeout=5)
        assert answer.status_code == 400
        assert "SÀN THỬ" in answer.text


def test_only_uploads_count_as_writes(sandbox: Running, seller: Seller) -> None:
    since = sandbox.world.clock.now()
    seller.send("goods", [honey(seller)], ANH)
    exported(seller)
    log = sandbox.get("/log", since=since)["platforms"][seller.name]
    assert log["writes"] == 1


@pytest.mark.parametrize("dialect", [POSTMART, VOSO], ids=["postmart", "voso"])
def test_the_document_names_every_heading_word_and_category_column(dialect: Any) -> None:
    text = (Path(__file__).parents[2] / "docs" / DOCUMENT).read_text()
    flat = " ".join(text.replace("\n> ", "\n").split())
    for sheet in dialect.sheets.values():
        assert " · ".join(sheet.headings) in flat
        assert sheet.code in flat.replace("`2`", "2") or sheet.code.endswith("-2")
    for columns in (dialect.results, *dialect.exports.values()):
        assert " · ".join(heading for heading, _ in columns) in flat
    said = (dialect.states, dialect.progress, dialect.row_words)
    words = [word for words in said for word in words.values()] + list(dialect.actions)
    words += [category.code for category in dialect.categories]
    assert [word for word in words if f"`{word}`" not in flat] == []
