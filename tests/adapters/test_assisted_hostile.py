"""Any file that comes back ends in a table or in a clear sentence, in bounded memory, whatever it is."""

import io
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.assisted.carriers import Delivery
from adapters.assisted.export import picture
from adapters.assisted.sheet import table
from connector.errors import NeedsConsent, Retry
from tests.adapters.test_assisted_sheets import HEAD, NOW, a_line, a_template
from tests.adapters.test_assisted_sheets import a_workbook as with_rows
from tests.hostile import a_sheet, a_workbook, harmless, hostile, met, rewritten

MOST_MB = 250
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
READ = """
from adapters.assisted.sheet import cells
from connector.errors import Retry
def read(path):
    try:
        return f"{len(cells(path.read_bytes(), path.name))} rows"
    except Retry as said:
        return f"{said.code}: {said}"
"""


def answered(content: bytes) -> None:
    """Read, or answered with a sentence that names the file; anything else is a bug."""
    for reading in a_template().readings.values():
        said = ""
        try:
            table(content, reading, "danh_sach.xlsx", a_template())
        except (Retry, NeedsConsent) as trouble:
            said = str(trouble)
        assert not said or "danh_sach.xlsx" in said


def test_no_hostile_workbook_takes_memory_or_passes_for_a_table(tmp_path: Path) -> None:
    found = met(READ, tmp_path, hostile())
    assert found.pop("mb") < MOST_MB
    for name, (said, seconds) in found.items():
        assert said.partition(":")[0] in ("too_big", "unreadable"), (name, said)
        assert f"{name}.xlsx" in said
        assert seconds < 30, name


def test_macros_and_links_are_never_followed(tmp_path: Path) -> None:
    found = met(READ, tmp_path, harmless())
    assert found.pop("mb") < MOST_MB
    assert {said for said, _ in found.values()} == {"2 rows"}


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(content: bytes) -> None:
    answered(content)


@QUICK
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_answered(damages: list[tuple[int, bytes]]) -> None:
    content = bytearray(with_rows(HEAD, a_line()))
    for at, data in damages:
        place = at % len(content)
        content[place : place + len(data)] = data
    answered(bytes(content))


_ODD = st.sampled_from(
    [
        *(
            "<row>",
            "</row>",
            '<row r="0">',
            '<row r="-1">',
            '<row r="x">',
            '<c r="A1">',
            '<c r="">',
            '<c r="1A">',
            "</c>",
        ),
        *(
            '<c t="s"><v>7</v></c>',
            '<c t="s"><v>x</v></c>',
            "<v>1</v>",
            "<v/>",
            "<is><t>a</t></is>",
            "<f>1</f>",
            "&#0;",
            "&x;",
        ),
    ]
)


@QUICK
@given(st.lists(_ODD, max_size=30))
def test_odd_sheet_xml_is_read_or_answered(parts: list[str]) -> None:
    answered(rewritten(a_workbook(), {"xl/worksheets/sheet1.xml": a_sheet("".join(parts))}))


@QUICK
@given(st.lists(st.lists(st.text(max_size=12) | st.integers(-5, 10**9), min_size=11, max_size=11), max_size=4))
def test_any_cells_are_read_or_answered(rows: list[list[str | int]]) -> None:
    said = ""
    try:
        picture(Delivery(with_rows(HEAD, *map(tuple, rows)), NOW, "danh_sach.xlsx"), a_template())
    except Retry as trouble:
        said = str(trouble)
    assert not said or "danh_sach.xlsx" in said


def test_an_archive_whose_directory_lies_is_not_unpacked_beyond_what_is_allowed() -> None:
    content = bytearray(
        rewritten(a_workbook(), {"xl/worksheets/sheet1.xml": a_sheet("<row>" + " " * 9_000_000 + "</row>")})
    )
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        assert archive.testzip() is None
    for entry in (b"PK\x01\x02", b"PK\x03\x04"):
        at = content.find(entry)
        while at >= 0:
            size = at + (24 if entry == b"PK\x01\x02" else 22)
            content[size : size + 4] = (10).to_bytes(4, "little")
            at = content.find(entry, at + 4)
    answered(bytes(content))
