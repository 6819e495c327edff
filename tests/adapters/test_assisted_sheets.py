"""Workbooks of the assisted channel, byte by byte: what goes out stays text, what comes back is read whole or not."""

import io
import unicodedata
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from adapters.assisted import bounds
from adapters.assisted.carriers import Delivery
from adapters.assisted.export import Picture, picture
from adapters.assisted.sheet import moment, number, table
from adapters.assisted.showing import observed
from adapters.assisted.template import Template, template
from adapters.assisted.workbook import upload_sheet, written
from connector.domain.listing import Observed, Ref, State
from connector.errors import NeedsConsent, Retry
from tests.builders import a_channel

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def a_template(platform: str = "postmart") -> Template:
    return template(a_channel(platform).settings["layout"])


def a_workbook(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("DanhSach")
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            page.write(at, place, value)
    book.close()
    return out.getvalue()


HEAD = (
    *("Mã SP", "Mã nhóm", "Mã hàng (SKU)", "Tên sản phẩm", "Phân loại", "Giá bán", "Tồn kho", "Trạng thái"),
    *("Lý do", "Đường dẫn", "Cập nhật lúc"),
)


def a_line(**changes: Any) -> tuple[Any, ...]:
    line: dict[str, Any] = {
        "id": 26301,
        "group": "118001",
        "sku": "MONG-500",
        "title": "Mật ong",
        "axis": "",
        "price": 120000,
        "stock": 10,
        "state": "Đang bán",
        "reason": "",
        "url": "http://127.0.0.1/home/Goods/index.html?goods_id=26301",
        "updated": "24/11/2026 09:00",
    }
    return tuple((line | changes).values())


def read(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> Picture:
    return picture(Delivery(a_workbook(head, *rows), NOW, "danh_sach.xlsx"), a_template())


def shown(*rows: tuple[Any, ...], known: Ref | None = None) -> Observed:
    found = read(*rows)
    return observed(found.groups["118001"], known or Ref(), found, a_template(), NOW)


# ---- out


def test_what_looks_like_a_formula_a_number_or_a_link_goes_out_as_text() -> None:
    texts = {"title": "=1+1", "short_text": "@home", "description": "-x", "origin": "https://a.vn", "sku": "00123"}
    content = written(upload_sheet("content", [texts], a_template()))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("SAN_PHAM").to_python()
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert [cells["Tên sản phẩm"], cells["Mô tả ngắn"], cells["Mã hàng (SKU)"]] == ["=1+1", "@home", "00123"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"hyperlink" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [{"sku": "A-1", "price": 5000}]
    assert written(upload_sheet("offers", rows, a_template())) == written(upload_sheet("offers", rows, a_template()))


def test_the_sheet_has_the_headings_in_their_row_under_the_code_of_the_template() -> None:
    content = written(upload_sheet("offers", [{"listing_id": "7", "stock": 3}], a_template("voso")))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "VOSO-GIA-1"
    assert rows[2][:2] == ["Khóa dòng", "Mã biến thể"]
    assert rows[3][1] == "7"
    assert rows[3][4] == 3


# ---- in


def test_numbers_as_text_sums_and_decomposed_letters_are_expected() -> None:
    head = tuple(unicodedata.normalize("NFD", heading.upper()) for heading in HEAD)
    found = read(
        a_line(id="26301", price="120.000 ₫", stock="7", state=unicodedata.normalize("NFD", "đang bán")),
        ("", "") + ("",) * 9,
        ("Tổng cộng", "", "", "1 dòng", "", "", 7),
        head=head,
    )
    [line] = found.groups["118001"]
    assert (line.listing_id, line.price, line.stock, line.state) == ("26301", 120_000, 7, State.LIVE)
    assert line.updated_at == datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    assert found.rows == 1


def test_a_reordered_sheet_is_read_by_its_headings() -> None:
    found = read(tuple(reversed(a_line())), head=tuple(reversed(HEAD)))
    assert found.by_sku == {"MONG-500": ["118001"]}


def test_a_changed_layout_stops_and_names_the_columns_and_reads_nothing() -> None:
    head = tuple({"Giá bán": "Giá bán (đồng)", "Tồn kho": ""}.get(heading, heading) for heading in HEAD)
    with pytest.raises(NeedsConsent) as stopped:
        read(a_line(), head=head)
    assert stopped.value.code == "layout"
    for named in ("thiếu cột «Giá bán», «Tồn kho»", "cột lạ «Giá bán (đồng)»", "danh_sach.xlsx", "config/templates"):
        assert named in str(stopped.value)


def test_an_export_without_skus_stops() -> None:
    with pytest.raises(NeedsConsent, match=r"Mã hàng \(SKU\)"):
        read(a_line()[:2] + a_line()[3:], head=HEAD[:2] + HEAD[3:])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"price": "liên hệ"}, "«Giá bán» = 'liên hệ'"),
        ({"stock": 1.5}, "«Tồn kho»"),
        ({"id": "x", "url": ""}, "«Mã SP»"),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_whole_file_and_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(Retry, match="dòng 3") as stopped:
        read(a_line(id=1, group="1", sku="A-1"), a_line(**change))
    assert named in str(stopped.value)


def test_an_id_that_is_missing_is_taken_from_the_pasted_address() -> None:
    assert read(a_line(id="")).by_id == {"26301": "118001"}


def test_one_id_in_two_rows_is_no_picture_of_a_shop() -> None:
    with pytest.raises(Retry, match="26301"):
        read(a_line(), a_line())


@pytest.mark.parametrize("content", [b"", b"not a workbook", a_workbook(HEAD)[:800]], ids=["empty", "text", "cut"])
def test_a_file_that_cannot_be_opened_is_fetched_again(content: bytes) -> None:
    with pytest.raises(Retry, match="không mở được"):
        table(content, a_template().export, "danh_sach.xlsx")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_UNPACKED", 1000)
    with pytest.raises(Retry, match="quá lớn"):
        read(a_line())


@pytest.mark.parametrize(
    ("written_so", "meant"),
    [
        ("45000", 45_000),
        ("45.000", 45_000),
        ("1,250,000đ", 1_250_000),
        ("0", 0),
        ("1.5", None),
        ("", None),
        ("-3", None),
    ],
)
def test_numbers_are_read_as_people_write_them(written_so: str, meant: int | None) -> None:
    assert number(written_so) == meant


def test_times_are_vietnamese_in_either_form() -> None:
    assert moment("24/11/2026 19:30") == moment("2026-11-24 19:30:00") == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert moment("hôm qua") is None


# ---- what a product shows


def test_two_axes_are_two_options() -> None:
    seen = shown(a_line(axis="Vị=Sen; Khối lượng=100 g"))
    assert seen.facts["variants"] == ("MONG-500|Sen|100 g",)


def test_an_unknown_state_word_waits_for_a_person_and_is_never_guessed() -> None:
    seen = shown(a_line(state="Đang rà soát nội dung"))
    assert seen.state is State.PENDING
    assert "visible" not in seen.facts
    assert "«Đang rà soát nội dung»" in seen.reason


def test_a_product_that_waits_for_approval_too_long_says_so() -> None:
    assert "72 giờ" in shown(a_line(state="Chờ duyệt", updated="20/11/2026 09:00")).reason
    assert shown(a_line(state="Chờ duyệt")).reason == ""


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([a_line(), a_line(id=2)], Ref()),
        ([a_line(axis="Vị=Sen"), a_line(id=2, sku="", axis="Vị=Nhài")], Ref()),
        ([a_line()], Ref("118001", {"KHAC-1": "26301"})),
    ],
    ids=["one SKU twice", "a variant without SKU", "a known id with another SKU"],
)
def test_a_doubtful_product_is_quarantined(rows: list[tuple[Any, ...]], known: Ref) -> None:
    seen = shown(*rows, known=known)
    assert seen.reason.startswith("quarantine")
    assert {"title", "description", "pictures", "variants", "visible", "attr:origin", *seen.facts} <= seen.held


def test_the_gravest_state_of_the_variants_counts() -> None:
    assert shown(a_line(), a_line(id=2, sku="B-2", state="Khóa vi phạm", reason="Hàng cấm")).state is State.BANNED
    assert shown(a_line(), a_line(id=2, sku="B-2", state="Hết hàng", stock=0)).state is State.LIVE
