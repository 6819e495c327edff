"""The desk itself: is everything fresh, what is stuck, what will happen tonight."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from redis import RedisError

from adapters.throttle import calls_by_hour
from connector import calendars, decisions
from connector.site import VIETNAM
from connector.store.accounts import Account
from connector.store.desk import FRESH, Desk
from connector.wiring import Wired
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Posted, Viewer, only

router = APIRouter()
LANES = ("stock", "price", "content")
_SOON = timedelta(days=30)
_LATELY = 1.0  # seconds


@router.get("/desk")
@only(*STAFF)
def desk(request: Request, wired: Parts, account: Viewer) -> Response:
    return desk_page(request, "today.html", **_standing(wired, account, request.app.state.desk))


@router.get("/desk/now")
@only(*STAFF)
def now(request: Request, wired: Parts, account: Viewer) -> Response:
    """The same without the frame, for a page that is open. However many are open, it is read once in `_LATELY`."""
    return desk_page(request, "now.html", **_kept(request.app, wired, account))


@router.get("/desk/certificates")
@only(*STAFF)
def certificates(request: Request, wired: Parts, account: Viewer, after: str = "", id: int = 0) -> Response:
    """All certificates in force by the day they end."""
    today = wired.clock.now().astimezone(VIETNAM).date()
    try:
        key = (datetime.strptime(after, "%Y-%m-%d").date(), id) if after else None  # noqa: DTZ007 - a date
    except ValueError:
        key = None
    rows = wired.store.desk(account.scope).certificates(today, after=key, limit=51)
    return desk_page(request, "certificates.html", rows=rows[:50], more=len(rows) > 50, today=today)


@router.post("/desk/causes")
@only(*STAFF)
def settle(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    """Try a whole group of stuck listings again, or park it."""
    cause = {name: str(form.get(name, ""))[:200] for name in ("platform", "kind", "code", "field")}
    choice = str(form.get("choice", ""))
    ids = wired.store.desk(account.scope).stuck(cause)
    decided = decisions.on_stuck(wired.store, ids, choice, account.login)
    return told("/desk", quote(choice), decided)


class Kept:
    """What was read last for open pages, and what hours that are over have seen: staff all see the same."""

    def __init__(self) -> None:
        self.lock, self.until, self.standing = Lock(), 0.0, dict[str, Any]()
        self.hours: dict[int, list[dict[str, Any]]] = {}

    def work(self, read: Desk, at: datetime) -> list[dict[str, Any]]:
        """Operations of the last 24 hours. An hour that ended an hour ago is read once: all it began has ended."""
        this = int(at.timestamp() // 3600)
        past = {hour: rows for hour, rows in self.hours.items() if hour > this - 24}
        start = max(past, default=this - 24) + 1
        fresh = read.throughput(_hour(start), at)
        known = [row for rows in past.values() for row in rows]
        self.hours = past | {hour: [row for row in fresh if row["hour"] == hour] for hour in range(start, this - 1)}
        return known + fresh


def _hour(number: int) -> datetime:
    return datetime.fromtimestamp(number * 3600, UTC)


def _kept(app: FastAPI, wired: Wired, account: Account) -> dict[str, Any]:
    kept: Kept = app.state.desk
    with kept.lock:
        if time.monotonic() >= kept.until:
            kept.standing = _standing(wired, account, kept)
            kept.until = time.monotonic() + _LATELY
    return kept.standing


def _standing(wired: Wired, account: Account, kept: Kept) -> dict[str, Any]:
    at = wired.clock.now()
    today = at.astimezone(VIETNAM).date()
    read = wired.store.desk(account.scope)
    shops = read.shops(at)
    soon = read.certificates(today)
    return {
        "shops": shops,
        "fresh": FRESH,
        "causes": read.causes(),
        "ahead": _by_hour(read.ahead(at)),
        "clock": [(at + timedelta(hours=n)).astimezone(VIETNAM) for n in range(24)],
        "night": wired.settings.night,
        "work": _work(wired, shops, kept.work(read, at), at),
        "tokens": calendars.tokens(wired.store, at),
        "months": _months(read.ending(today), today),
        "soon": soon,
        "today": today,
        "ending": sum(one["expires_on"] - today <= _SOON for one in soon),
        "totals": {name: sum(shop[name] for shop in shops) for name in (*FRESH, *LANES, "total", "live", "questions")},
        "oldest": min((shop["oldest"] for shop in shops if shop["oldest"]), default=None),
        "stopped": [shop for shop in shops if shop["state"] == "paused" or shop["holds"]],
    }


def _by_hour(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, int]]:
    hours: list[dict[str, int]] = [dict.fromkeys(LANES, 0) for _ in range(24)]
    for row in rows:
        hours[min(row["hour"], 23)][row["lane"]] += row["n"]
    return hours


def _months(ends: Mapping[date, int], today: date) -> list[tuple[date, int]]:
    """The coming twelve months, those in which nothing ends too."""
    firsts = [today.replace(day=1)]
    while len(firsts) < 12:
        firsts.append((firsts[-1] + timedelta(days=32)).replace(day=1))
    return [(first, sum(n for day, n in ends.items() if day.replace(day=1) == first)) for first in firsts]


def _work(wired: Wired, shops: Sequence[Mapping[str, Any]], done: Sequence[Mapping[str, Any]], at: datetime) -> Any:
    """By platform: operations that went through or did not, and calls made, hour by hour, oldest first."""
    made: dict[str, dict[str, Any]] = {}
    for shop in shops:
        entry = made.setdefault(shop["platform"], {"good": [0] * 24, "bad": [0] * 24, "calls": [0] * 24})
        entry["calls"] = [a + b for a, b in zip(entry["calls"], _calls(wired, shop, at), strict=True)]
    first = int(at.timestamp() // 3600) - 23
    for row in done:
        made[row["platform"]]["good" if row["good"] else "bad"][row["hour"] - first] += row["n"]
    return made


def _calls(wired: Wired, shop: Mapping[str, Any], at: datetime) -> list[int]:
    """Without the queue server there is nothing to draw, and the rest of the desk still stands."""
    try:
        return calls_by_hour(wired.redis, f"{shop['platform']}:{shop['code']}", at.timestamp())
    except RedisError:
        return [0] * 24
