"""The assisted channels' desk: which file to carry where, what came back, how old each picture of a shop is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from connector import carrying
from connector.carrying import Taken
from connector.converge import VIETNAM, Site
from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.ports import Counter
from connector.store.accounts import Account
from connector.wiring import Wired
from web.desk.frame import STAFF, desk_page
from web.pages import language
from web.security import Parts, Posted, Viewer, only

router = APIRouter(prefix="/desk/carry")
LIMIT = 21 * 1024 * 1024  # bytes of a workbook that is brought
_KINDS = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OPEN = ("written", "out")


@router.get("")
@only(*STAFF)
def shops(request: Request, wired: Parts, account: Viewer) -> Response:
    """Every shop whose wire is files."""
    shops = [shop for shop in wired.store.shops.all() if carrying.by_files(wired.channel(shop.platform))]
    counters = [_standing(wired, account, wired.site(shop)) for shop in shops]
    return desk_page(request, "carry.html", counters=counters)


@router.get("/{code}")
@only(*STAFF)
def shop(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    return _page(request, wired, account, code)


@router.get("/{code}/files/{name}")
@only(*STAFF)
def file(wired: Parts, account: Viewer, code: str, name: str) -> Response:
    content = carrying.fetch(_site(wired, code), name)
    if content is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_KINDS.get(name[name.rfind(".") :], ""), headers=headers)


@router.post("/{code}")
@only(*STAFF)
async def bring(request: Request, wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    """A file that came back; what is wrong with it is said beside the form."""
    sent = form.get("file")
    content = await sent.read(LIMIT + 1) if isinstance(sent, UploadFile) else b""

    def take() -> Response:
        site = _site(wired, code)
        try:
            if not content:
                raise Complaint("Chọn tệp đã tải từ kênh người bán.", "Choose the file from the seller centre.")
            at = _moment(str(form.get("at", "")), wired.clock.now())
            whole, insist = bool(form.get("whole")), bool(form.get("insist"))
            taken = carrying.bring(site, content, at, account.login, whole=whole, insist=insist)
        except Complaint as complaint:
            return _page(request, wired, account, code, http=422, wrong=complaint.say(language(request)))
        if not taken.doubts:
            for lane in Lane:
                wired.hints.converge(site.shop.id, lane)
        return _page(request, wired, account, code, http=422 if taken.doubts else 200, taken=taken)

    return await run_in_threadpool(take)


def _page(
    request: Request,
    wired: Wired,
    account: Account,
    code: str,
    *,
    http: int = 200,
    taken: Taken | None = None,
    wrong: str = "",
) -> Response:
    site = _site(wired, code)
    now = wired.clock.now()
    return desk_page(
        request,
        "carry_shop.html",
        http,
        **_standing(wired, account, site),
        now=now,
        clock=now.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M"),
        taken=taken,
        wrong=wrong,
        open=_OPEN,
    )


def _standing(wired: Wired, account: Account, site: Site) -> dict[str, Any]:
    counter = carrying.counter(site)
    picture = _picture(wired, account, site, counter)
    return {
        "shop": site.shop,
        "counter": counter,
        "out": [one for one in counter.parcels if one.stand in _OPEN],
        "past": [one for one in counter.parcels if one.stand not in _OPEN],
        "picture": picture,
        "tone": _tone(picture, counter.oldest, wired.clock.now()),
    }


def _picture(wired: Wired, account: Account, site: Site, counter: Counter) -> datetime | None:
    """The moment that the newest picture of the shop shows; what a program fetches is looked at as it comes."""
    if counter.by_hand:
        return max((one.taken_at for one in counter.sights if one.kind == "export"), default=None)
    rows = wired.store.desk(account.scope).shops(wired.clock.now())
    return next((row["newest"] for row in rows if row["id"] == site.shop.id), None)


def _tone(picture: datetime | None, oldest: timedelta, now: datetime) -> str:
    """wait: it will soon be too old; bad: it is, or there is none."""
    if picture is None or now - picture > oldest:
        return "bad"
    return "wait" if now - picture > oldest * 3 / 4 else "good"


def _site(wired: Wired, code: str) -> Site:
    return wired.site(wired.store.shops.get(code))


def _moment(typed: str, now: datetime) -> datetime:
    """A Vietnamese wall time to the minute; empty is now. What was made within this minute is of now."""
    if not typed:
        return now
    try:
        said = datetime.fromisoformat(typed).replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError as error:
        raise Complaint(f"Không hiểu giờ «{typed[:30]}».", f"“{typed[:30]}” is no time.") from error
    return now if abs(now - said) < timedelta(minutes=1) else said
