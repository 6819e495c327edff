"""Workbooks that nobody sends in good faith, for every reader of files from outside."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

MB = 1024 * 1024
LAST_ROW = 1_048_576
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def a_workbook(rows: int = 2) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Sheet1")
        for y in range(rows):
            page.write_row(y, 0, ["Tên sản phẩm", "Mật ong", y])
    return out.getvalue()


def rewritten(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The same archive with these parts new or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def a_sheet(rows: str) -> bytes:
    return f"{_HEAD}<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()


def hostile() -> Iterator[tuple[str, bytes]]:
    """Name and content."""
    plain, sheet = a_workbook(), "xl/worksheets/sheet1.xml"
    every_row = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, LAST_ROW + 1))
    yield "million_rows", rewritten(plain, {sheet: a_sheet(every_row)})
    corner = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"><v>1</v></c></row>'
    yield "far_corner", rewritten(plain, {sheet: a_sheet(corner)})
    yield "bomb", rewritten(plain, {"xl/media/x.bin": bytes(600 * MB)})
    yield "sheet_bomb", rewritten(plain, {sheet: a_sheet("<row>" + " " * (500 * MB) + "</row>")})
    long = f"{_HEAD}<sst {_MAIN} count='1' uniqueCount='1'><si><t>{'x' * 32_000}</t></si></sst>".encode()
    same = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 90_001))
    yield "one_text_many_times", rewritten(plain, {"xl/sharedStrings.xml": long, sheet: a_sheet(same)})
    boast = f"{_HEAD}<sst {_MAIN} count='4000000000' uniqueCount='4000000000'></sst>".encode()
    yield "boast", rewritten(plain, {"xl/sharedStrings.xml": boast})
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'{_HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet {_MAIN}><sheetData/></worksheet>'
    yield "laughs", rewritten(plain, {sheet: doctype.encode()})
    outside = f'{_HEAD}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet {_MAIN}>&e;</worksheet>'
    yield "entity", rewritten(plain, {sheet: outside.encode()})
    yield "cut", plain[: len(plain) // 2]
    yield "empty_zip", b"PK\x05\x06" + bytes(18)
    yield "no_sheet", rewritten(plain, {sheet: b""})
    yield "bad_index", rewritten(plain, {sheet: a_sheet('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')})


def harmless() -> Iterator[tuple[str, bytes]]:
    """What looks dangerous and is not followed: macros, links to other files, formulas that call out."""
    plain = a_workbook()
    yield "macros", rewritten(plain, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro"})
    link = f"{_HEAD}<externalLink {_MAIN}><externalBook/></externalLink>".encode()
    yield "external_link", rewritten(plain, {"xl/externalLinks/externalLink1.xml": link})
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "Tên")
        page.write_formula(1, 0, '=WEBSERVICE("http://127.0.0.1:9/")', None, "x")
    yield "calls_out", out.getvalue()


def met(program: str, folder: Path, files: Iterator[tuple[str, bytes]]) -> dict[str, Any]:
    """What a process of its own makes of each file: a dict of name -> [what it said, seconds], and "mb", the most
    memory it ever held. `program` defines `read(path)`, which answers in a sentence."""
    paths = []
    for name, content in files:
        path = folder / f"{name}.xlsx"
        path.write_bytes(content)
        paths.append(str(path))
    script = f"{program}\n{_LOOP}"
    done = subprocess.run(
        [sys.executable, "-c", script, *paths],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[1],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


_LOOP = """
import json, pathlib, resource, sys, time
idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
for path in sys.argv[1:]:
    began = time.monotonic()
    told[pathlib.Path(path).stem] = [read(pathlib.Path(path)), time.monotonic() - began]
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({**told, "mb": (most - idle) / 1024}))
"""
