"""A file from a person, imported while they watch; the rows that come back are mended where they are shown."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from connector.domain.product import Producer
from connector.errors import Complaint
from connector.importing import ImportResult, Limits, import_file
from connector.importing.lines import Line
from connector.importing.sheet import Broken, Cell
from connector.store import Store

SHOWN = 200
"""Rows that can be mended on the page; with more of them the workbook is the better place."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are kept and whose products they may touch (`owner` None: everybody's)."""

    store: Store
    folder: Path
    today: date
    limit_mb: int
    owner: Producer | None

    def file(self, upload_id: int) -> Path:
        return self.folder / f"{upload_id}.file"

    def rejects(self, upload_id: int) -> Path:
        return self.folder / f"{upload_id}-loi.xlsx"


def run(desk: Desk, upload_id: int, mapping: str | None = None) -> None:
    """Import the upload's file from beginning to end; whatever comes of it is written down."""
    uploads = desk.store.uploads
    try:
        result = import_file(
            desk.file(upload_id),
            mapping,
            catalogue=desk.store.products,
            today=desk.today,
            progress=lambda done, total: uploads.progress(upload_id, done, total),
            limits=Limits(megabytes=desk.limit_mb),
            rejects=desk.rejects(upload_id),
            owner=desk.owner,
        )
    except Complaint as complaint:
        uploads.fail(upload_id, complaint.vi, complaint.en)
        return
    except BaseException:
        # The outermost line of a thread of its own: the person learns of it, and the error goes on.
        uploads.fail(
            upload_id,
            "Có lỗi ở phía chúng tôi khi đọc tệp này. Gửi lại; nếu vẫn vậy, nhờ người quản trị xem.",
            "Something broke on our side while reading this file. Send it again; if it persists, tell an admin.",
        )
        raise
    _told(desk, upload_id, result)


def _told(desk: Desk, upload_id: int, result: ImportResult) -> None:
    counts = {"created": result.created, "changed": result.changed, "unchanged": result.unchanged}
    desk.store.uploads.finish(
        upload_id,
        counts=counts,
        mapping=result.mapping,
        headings=result.lines[0].headings if result.lines else (),
        rows=[_row(line) for line in result.lines[:SHOWN]],
        rejects=result.rejects_path is not None,
    )


def mend(desk: Desk, upload: Mapping[str, Any], given: Mapping[tuple[int, int], str]) -> None:
    """Lay what a person typed, by (row, column), over the rows that were sent back, and make a file of them. They stay
    at their row numbers, so what is said of them next still fits the file the person has."""
    width = max([len(upload["headings"]), *(len(row["cells"]) for row in upload["rows"])])
    by_row = {row["row"]: row["cells"] for row in upload["rows"]}
    path = desk.file(upload["id"])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(_padded(upload["headings"], width))
        for number in range(2, max(by_row, default=1) + 1):
            cells = by_row.get(number)
            if cells is None:
                out.writerow([])
            else:
                out.writerow(given.get((number, at), cell) for at, cell in enumerate(_padded(cells, width)))
    desk.store.uploads.again(upload["id"])


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _row(line: Line) -> dict[str, Any]:
    return {
        "row": line.row,
        "cells": [_shown(cell) for cell in line.cells],
        "problems": [
            {"at": found.at, "column": found.column, "vi": found.problem.vi, "en": found.problem.en}
            for found in line.problems
            if found.problem.blocking
        ],
    }


def _shown(cell: Cell) -> str:
    match cell:
        case Broken():
            return cell.shown
        case bool():
            return "có" if cell else "không"
        case float() if cell.is_integer():
            return str(int(cell))
        case date():
            return f"{cell:%d/%m/%Y}"
    return str(cell)
