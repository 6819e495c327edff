"""What people download opens in a spreadsheet: no cell of it may be run, whatever a stranger wrote into a name."""

import csv
import html
import io
import zipfile

import xlsxwriter

from tests.web.conftest import Console, two_producers
from tests.web.test_walls import an_upload

EVIL = ('=HYPERLINK("http://x.vn","Mở")', "+1+1", "-2+3", "@SUM(1;1)", "=cmd|' /C calc'!A0", "http://x.vn/a")


def cells_that_act(workbook: bytes) -> list[str]:
    """Formulas and links in any sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    return [mark for sheet in sheets for mark in ("<f>", "<f ", "<hyperlink") if mark in sheet]


def test_rejected_rows_come_back_as_text(console: Console) -> None:
    an, _ = two_producers(console)
    out = io.StringIO()
    csv.writer(out).writerows([["Tên sản phẩm", EVIL[0], "Giá bán (đồng)"], *([evil, evil, "rẻ"] for evil in EVIL)])
    sent = an.get(f"/imports/{an_upload(an, out.getvalue())}/rejects")
    assert sent.status_code == 200
    with zipfile.ZipFile(io.BytesIO(sent.content)) as book:
        texts = html.unescape(book.read("xl/sharedStrings.xml").decode())
    assert all(evil in texts for evil in EVIL), "what was written is still there"
    assert cells_that_act(sent.content) == []


def test_the_template_has_nothing_that_acts(console: Console) -> None:
    an, _ = two_producers(console)
    assert cells_that_act(an.get("/imports/template").content) == []


def test_the_check_itself_sees_a_formula() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, EVIL[1].replace("+", "=", 1))
    assert cells_that_act(out.getvalue()) == ["<f>"]
