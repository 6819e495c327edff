"""The assisted channels' desk: which file to carry where, what came back, how old each picture of a shop is."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from connector import carrying
from connector.errors import Complaint
from connector.ports import Brought
from connector.site import VIETNAM, Site
from connector.store.accounts import Account
from connector.wiring import Wired
from web.desk.frame import STAFF, desk_page, told
from web.moments import moment
from web.pages import language
from web.security import Parts, Posted, Viewer, only

router = APIRouter(prefix="/desk/carry")
LIMIT = 21 * 1024 * 1024  # bytes of a workbook that is brought
OPEN = ("waiting", "taken")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
@only(*STAFF)
def shops(request: Request, wired: Parts, account: Viewer) -> Response:
    """Every shop whose wire is files."""
    shops = [shop for shop in wired.store.shops.all() if carrying.by_files(wired.channel(shop.platform))]
    return desk_page(request, "carry.html", counters=[_standing(wired, wired.site(shop)) for shop in shops])


@router.get("/{code}")
@only(*STAFF)
def shop(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    return _page(request, wired, code)


@router.get("/{code}/files/{pack}.zip")
@only(*STAFF)
def fetch(wired: Parts, account: Viewer, code: str, pack: str) -> Response:
    """The pack, as often as it is asked for; from the first time on it counts as taken."""
    content = carrying.carried(_site(wired, code)).hand_over(pack, account.login)
    return _file(content, f"{pack}.zip", "application/zip")


@router.get("/{code}/files/{pack}.xlsx")
@only(*STAFF)
def form(wired: Parts, account: Viewer, code: str, pack: str) -> Response:
    """The form for its result."""
    return _file(carrying.carried(_site(wired, code)).form(pack), f"ket_qua_{pack}.xlsx", _XLSX)


@router.post("/{code}")
@only(*STAFF)
async def bring(request: Request, wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    """A file that came back; what is wrong with it is said beside the form."""
    sent = form.get("file")
    name = (sent.filename or "tệp") if isinstance(sent, UploadFile) else ""
    content = await sent.read(LIMIT + 1) if isinstance(sent, UploadFile) else b""
    at, whole = str(form.get("at", "")), bool(form.get("whole"))
    return await run_in_threadpool(_bring, request, wired, account, code, name, content, at, whole)


@router.post("/{code}/back")
@only(*STAFF)
def back(wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    """A pack that nobody has taken is void; what it would have written is planned anew."""
    site = _site(wired, code)
    carrying.carried(site).take_back(str(form.get("pack", "")))
    wired.store.shops.look_at_unsettled(site.shop.id, f"pack taken back by {account.login}")
    return told(f"/desk/carry/{code}", "back")


def _bring(
    request: Request, wired: Wired, account: Account, code: str, name: str, content: bytes, at: str, whole: bool
) -> Response:
    site = _site(wired, code)
    try:
        if not content:
            raise Complaint("Chọn tệp đã tải từ kênh người bán.", "Choose the file from the seller centre.")
        shown = moment(at, wired.clock.now())
        brought = carrying.bring(site, wired.hints, name, content, shown, account.login, whole=whole)
    except Complaint as complaint:
        return _page(request, wired, code, http=422, wrong=complaint.say(language(request)))
    return _page(request, wired, code, brought=brought)


def _page(
    request: Request, wired: Wired, code: str, *, http: int = 200, brought: Brought | None = None, wrong: str = ""
) -> Response:
    now = wired.clock.now()
    clock = now.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
    standing = _standing(wired, _site(wired, code))
    return desk_page(request, "carry_shop.html", http, **standing, now=now, clock=clock, brought=brought, wrong=wrong)


def _standing(wired: Wired, site: Site) -> dict[str, Any]:
    counter = carrying.counter(site)
    return {
        "shop": site.shop,
        "counter": counter,
        "out": [one for one in counter.parcels if one.stand in OPEN],
        "past": [one for one in counter.parcels if one.stand not in OPEN],
        "picture": counter.seen,
        "tone": counter.tone(wired.clock.now()),
    }


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


def _site(wired: Wired, code: str) -> Site:
    return wired.site(wired.store.shops.get(code))
