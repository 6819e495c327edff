"""Importing a spreadsheet: sent, watched, and its bad rows mended where they are shown."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from connector import uploads
from connector.errors import Complaint
from connector.importing import CONFIG
from connector.importing.template import write_template
from connector.site import VIETNAM
from connector.store.accounts import Account
from connector.wiring import Wired
from web.pages import page
from web.security import Parts, Posted, Viewer

router = APIRouter(prefix="/imports")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_readers = ThreadPoolExecutor(2, thread_name_prefix="import")


@router.get("")
def imports(request: Request, wired: Parts, account: Viewer) -> Response:
    return page(request, "imports/list.html", uploads=wired.store.uploads.recent(account.scope))


@router.post("")
async def send(wired: Parts, account: Viewer, form: Posted) -> Response:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        raise Complaint("Chọn một tệp .xlsx hoặc .csv trước.", "Choose an .xlsx or .csv file first.")
    desk = _desk(wired, account)
    name = file.filename or "tệp"

    def keep() -> int:
        number = wired.store.uploads.add(account.id, account.producer_id, name)
        desk.folder.mkdir(parents=True, exist_ok=True)
        with desk.file(number).open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        return number

    number = await run_in_threadpool(keep)
    _readers.submit(_read, wired, desk, number)
    return RedirectResponse(f"/imports/{number}", 303)


@router.get("/template")
def template(wired: Parts, account: Viewer) -> Response:
    path = wired.settings.data / "imports" / f"template-{account.id}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_template(path, CONFIG)
    return FileResponse(path, media_type=_XLSX, filename="mau-nhap-san-pham.xlsx")


@router.get("/{number:int}")
def one(request: Request, number: int, wired: Parts, account: Viewer) -> Response:
    """The page, or for htmx its live part alone."""
    found = _mine(wired, account, number)
    part = "imports/progress.html" if request.headers.get("HX-Request") else "imports/one.html"
    return page(request, part, upload=found, shown=uploads.SHOWN, columns=_columns(found))


@router.post("/{number:int}/mend")
def mend(number: int, wired: Parts, account: Viewer, form: Posted) -> Response:
    """The rows as mended on the page, imported anew."""
    found = _mine(wired, account, number)
    if found["state"] != "done" or not found["rows"]:
        raise Complaint("Không còn dòng nào để sửa ở đây.", "No row is left to mend here.")
    desk = _desk(wired, account)
    uploads.mend(desk, found, _given(form))
    _readers.submit(_read, wired, desk, number, found["mapping"])
    return RedirectResponse(f"/imports/{number}", 303)


@router.get("/{number:int}/rejects")
def rejects(number: int, wired: Parts, account: Viewer) -> Response:
    found = _mine(wired, account, number)
    path = _desk(wired, account).rejects(number)
    if not found["rejects"] or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=_XLSX, filename=f"loi-{number}.xlsx")


def _read(wired: Wired, desk: uploads.Desk, number: int, mapping: str | None = None) -> None:
    """In a thread of its own; afterwards the workers are woken for what is new."""
    uploads.run(desk, number, mapping)
    for shop_id, lane in wired.store.work.due_shops(wired.clock.now()):
        wired.hints.converge(shop_id, lane)


def _mine(wired: Wired, account: Account, number: int) -> dict[str, Any]:
    found = wired.store.uploads.get(account.scope, number)
    if found is None:
        raise HTTPException(404)
    return found


def _desk(wired: Wired, account: Account) -> uploads.Desk:
    producer = account.producer_id and wired.store.console(account.scope).producer(account.producer_id)
    return uploads.Desk(
        store=wired.store,
        folder=wired.settings.data / "imports",
        today=wired.clock.now().astimezone(VIETNAM).date(),
        limit_mb=wired.settings.import_limit_mb,
        owner=producer or None,
    )


def _given(form: Posted) -> dict[tuple[int, int], str]:
    """Cells by (row, column) from fields named cell-ROW-COLUMN."""
    made = {}
    for name, text in form.multi_items():
        head, _, rest = name.partition("-")
        row, _, at = rest.partition("-")
        if head == "cell" and row.isdecimal() and at.isdecimal() and isinstance(text, str):
            made[int(row), int(at)] = text
    return made


def _columns(found: dict[str, Any]) -> list[int]:
    """The columns worth showing: those that say something or are at fault."""
    rows = found["rows"]
    at_fault = {problem["at"] for row in rows for problem in row["problems"] if problem["at"] is not None}
    said = {at for row in rows for at, cell in enumerate(row["cells"]) if cell.strip()}
    return sorted(at for at in at_fault | said if at < len(found["headings"]))
