"""Whatever a person sends is read or answered with advice, in bounded time and memory."""

import os
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.errors import Complaint
from connector.importing.reading import read
from connector.importing.sheet import Broken, Limits
from tests.importing.catalogue import MemoryCatalogue
from tests.importing.files import a_csv, a_row, an_xlsx, imported, warned, with_sheet
from tests.importing.test_importing import the_product

SMALL = Limits(megabytes=2, unpacked_megabytes=8, rows=2000, columns=60, cells=50_000)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "\t"), ("utf-16", ",")],
)
def test_csv_is_read_in_the_encodings_and_delimiters_people_have(tmp_path, encoding, delimiter):
    catalogue = MemoryCatalogue()
    imported(a_csv(tmp_path / "a.csv", [a_row(description="Một, hai; ba")], encoding, delimiter), catalogue)
    assert the_product(catalogue).name == "Mật ong hoa nhãn"
    assert the_product(catalogue).description == "Một, hai; ba"


def test_old_windows_text_is_read_with_a_remark(tmp_path):
    row = a_row(price=150000)
    # windows-1258 has ă, â, ê, ô, ơ, ư and đ, and writes the tones as marks of their own.
    loose = {_loose(name): _loose(str(value)) for name, value in row.items()}
    catalogue = MemoryCatalogue()
    result = imported(a_csv(tmp_path / "a.csv", [loose], "cp1258"), catalogue)
    assert the_product(catalogue).name == "Mật ong hoa nhãn"
    assert unicodedata.is_normalized("NFC", the_product(catalogue).producer.name)
    assert "windows-1258" in result.remarks[0][0]


def _loose(text):
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        out += unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out += "".join(p for p in parts if p in tones)
    return out


def test_decomposed_text_is_the_same_product(tmp_path):
    catalogue = MemoryCatalogue()
    row = a_row()
    imported(a_csv(tmp_path / "a.csv", [row]), catalogue)
    nfd = {unicodedata.normalize("NFD", k): unicodedata.normalize("NFD", str(v)) for k, v in row.items()}
    assert imported(a_csv(tmp_path / "b.csv", [nfd]), catalogue).unchanged == 1


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("a.csv", b"", "rỗng"),
        ("a.xlsx", b"\x00" * 900, "rỗng"),
        ("a.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "Excel kiểu cũ"),
        ("a.xlsx", b"PK\x03\x04 broken", "hỏng"),
        ("a.csv", b"<html><table><tr><td>x</td></tr></table></html>", "trang web"),
        ("a.csv", b"\x89PNG\r\n\x1a\n123", "ảnh"),
        ("a.csv", b"abc\x00\x01\x02def", "nhị phân"),
        ("a.csv", "Tên sản phẩm,Chủ thể,Giá bán (đồng)\n".encode(), "chưa có sản phẩm"),
        ("a.csv", b"just,some\nwords,here\n", "dòng tiêu đề"),
    ],
)
def test_what_cannot_be_imported_is_answered_with_advice(tmp_path, name, content, advice):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Complaint, match=advice):
        imported(path)


def test_a_missing_file_and_a_folder_are_answered(tmp_path):
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(Complaint, match=r"Không mở được|thư mục"):
            imported(path)


def test_an_empty_workbook_and_a_zip_that_is_none_are_answered(tmp_path):
    empty = an_xlsx(tmp_path / "a.xlsx", [])
    with pytest.raises(Complaint, match="rỗng"):
        imported(empty)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Complaint, match="tệp nén hoặc tài liệu khác"):
        imported(tmp_path / "b.xlsx")


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(200_000_000)
    with pytest.raises(Complaint, match=r"quá lớn: 200 MB, giới hạn 50 MB"):
        imported(path)


def test_a_zip_bomb_is_refused_even_if_its_directory_lies(tmp_path):
    good = an_xlsx(tmp_path / "a.xlsx", [a_row()])
    bomb = with_sheet(tmp_path / "bomb.xlsx", good, b"<worksheet>" + b" " * 9_000_000)
    with pytest.raises(Complaint, match="giải nén"):
        read(bomb, SMALL)
    raw = bytearray(bomb.read_bytes())
    size = (9_000_011).to_bytes(4, "little")
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = (1000).to_bytes(4, "little")
    bomb.write_bytes(raw)
    with pytest.raises(Complaint, match=r"hỏng|giải nén"):
        read(bomb, SMALL)


def test_a_sheet_of_a_million_rows_is_refused_and_one_with_a_stray_format_is_not(tmp_path):
    good = an_xlsx(tmp_path / "a.xlsx", [a_row()])
    sheet = zipfile.ZipFile(good).read("xl/worksheets/sheet1.xml")
    full = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(3, 1_048_577, 37))
    stray = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    end = b"</sheetData>"
    with pytest.raises(Complaint, match="giới hạn 100000 dòng"):
        read(with_sheet(tmp_path / "b.xlsx", good, sheet.replace(end, full + end)))
    assert imported(with_sheet(tmp_path / "c.xlsx", good, sheet.replace(end, stray + end))).created == 1
    corner = stray.replace(b' s="1"/>', b"><v>1</v></c>")
    with pytest.raises(Complaint, match="quá lớn"):
        read(with_sheet(tmp_path / "d.xlsx", good, sheet.replace(end, corner + end)))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", b'<c r="A2"', b'<c r="A2" r="XFD1048576"'),
        ("xl/worksheets/sheet1.xml", b'<c r="A2"', b"<c r='XFD1048576'"),
        ("xl/sharedStrings.xml", b'uniqueCount="', b'uniqueCount="9999999999'),
        ("xl/workbook.xml", b"<workbook", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook"),
        ("xl/workbook.xml", b"<sheet ", b'<sheet name="Sheet1" sheetId="9" r:id="rId9"/><sheet '),
    ],
)
def test_what_would_kill_the_fast_reader_never_reaches_it(tmp_path, part, old, new):
    good = zipfile.ZipFile(an_xlsx(tmp_path / "a.xlsx", [a_row()]))
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as bad:
        for name in good.namelist():
            raw = good.read(name)
            bad.writestr(name, raw.replace(old, new, 1) if name == part else raw)
    with pytest.raises(Complaint, match=r"hỏng|quá lớn"):
        read(tmp_path / "b.xlsx")


def test_a_csv_of_too_many_rows_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 3000)
    with pytest.raises(Complaint, match="2000 dòng"):
        read(path, SMALL)


def test_cells_come_as_what_they_are(tmp_path):
    def touch(sheet):
        sheet.write_datetime(2, 0, date(2026, 8, 5))
        sheet.write_boolean(2, 1, True)
        sheet.write_number(2, 2, 1.5)
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")

    path = an_xlsx(tmp_path / "a.xlsx", [{"a": "x", "b": "y", "c": 2.0, "d": "z"}], touch)
    (sheet,) = read(path).sheets
    assert sheet.grid[1] == ["x", "y", 2, "z"]
    # xlsxwriter has no date format here, so the day comes as its number
    assert sheet.grid[2] == [46239, True, 1.5, Broken("#DIV/0!")]


def test_a_workbook_renamed_csv_is_still_read(tmp_path):
    path = an_xlsx(tmp_path / "a.xlsx", [a_row()])
    os.rename(path, tmp_path / "a.csv")
    assert imported(tmp_path / "a.csv").created == 1


def test_missing_marks_are_told_by_the_importer_not_lost(tmp_path):
    assert "weight_derived" in warned(imported(a_csv(tmp_path / "a.csv", [a_row()])))


FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_or_complain(path):
    """Anything but a Complaint is a bug."""
    try:
        contents = read(path, SMALL)
    except Complaint:
        return
    assert all(len(sheet.grid) <= SMALL.rows for sheet in contents.sheets)


@FUZZ
@given(st.binary(max_size=400) | st.text(alphabet=',;\t"\n\r\x00aáđ1', max_size=200).map(str.encode))
def test_any_bytes_are_read_or_answered(tmp_path, content):
    path = tmp_path / "fuzz.csv"
    path.write_bytes(content)
    read_or_complain(path)


@FUZZ
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_answered(tmp_path, damages):
    good = tmp_path / "good.xlsx"
    if not good.exists():
        an_xlsx(good, [a_row(), a_row(name="Trà")])
    raw = bytearray(good.read_bytes())
    for at, piece in damages:
        at %= len(raw)
        raw[at : at + len(piece)] = piece
    path = tmp_path / "fuzz.xlsx"
    path.write_bytes(raw)
    read_or_complain(path)


_XML = st.sampled_from(
    [
        b"<row>",
        b"</row>",
        b'<row r="3">',
        b'<c r="B3">',
        b"<c>",
        b'<c r="A2" t="e">',
        b'<c r="ZZ9" t="s">',
        b"</c>",
        b"<v>1</v>",
        b"<v>99999999</v>",
        b"<f>A1</f>",
        b"<v/>",
        b'<c r="C4"/>',
        b"<is><t>x</t></is>",
        b"&#0;",
        b"<",
        b"]]>",
        b'<c r="0">',
    ]
)


@FUZZ
@given(st.lists(_XML, max_size=30))
def test_odd_sheet_xml_is_read_or_answered(tmp_path, parts):
    good = tmp_path / "good.xlsx"
    if not good.exists():
        an_xlsx(good, [a_row()])
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    read_or_complain(with_sheet(tmp_path / "odd.xlsx", good, head + b"".join(parts) + b"</sheetData></worksheet>"))


@FUZZ
@given(st.lists(st.lists(st.text(max_size=12), min_size=6, max_size=6), min_size=1, max_size=4))
def test_any_cells_become_products_or_problems(tmp_path, rows):
    names = ("name", "producer", "province", "price", "pack", "stars")
    path = a_csv(tmp_path / "cells.csv", [a_row(**dict(zip(names, row, strict=True))) for row in rows], "utf-16")
    try:
        result = imported(path)
    except Complaint:
        return
    assert result.created + result.rejected >= 1
