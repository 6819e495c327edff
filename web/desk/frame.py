"""What every page of the desk has: its tabs, its words, its pictures, and what has just been done."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from connector.store.decisions import Decided
from connector.wiring import Wired
from web.desk import charts, said
from web.desk.differ import apart
from web.pages import page, say

STAFF = ("operator", "admin")


def desk_page(request: Request, template: str, http: int = 200, **context: Any) -> HTMLResponse:
    """A page of the desk, from its folder."""
    return board(request, f"desk/{template}", http, **context)


def board(request: Request, template: str, http: int = 200, **context: Any) -> HTMLResponse:
    """A page with pictures; its template also knows `said`, `svg`, `platforms` (names), `told` and `apart`."""
    wired: Wired = request.app.state.wired
    tongue = say(request)
    standing = {
        "said": lambda kind, code: said.word(tongue, kind, code),
        "detail": lambda what, text: said.step_detail(tongue, what, text),
        "svg": charts,
        "platforms": {platform: channel.name for platform, channel in wired.channels.items()},
        "told": _told(request.query_params.get("told", "")),
        "apart": apart,
    }
    return page(request, template, http, **standing, **context)


def told(where: str, what: str, decided: Decided | None = None) -> RedirectResponse:
    """Back to a page that says what was done."""
    counts = decided or Decided(1)
    mark = "&" if "?" in where else "?"
    return RedirectResponse(f"{where}{mark}told={what}.{counts.done}.{counts.busy}.{counts.barred}", 303)


def _told(raw: str) -> dict[str, Any] | None:
    what, *counts = raw.split(".")
    if not what.isidentifier() or len(counts) != 3 or not all(n.isdigit() and len(n) < 7 for n in counts):
        return None
    return {"what": what, **dict(zip(("done", "busy", "barred"), map(int, counts), strict=True))}
