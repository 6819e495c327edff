"""The pages a person looks at: a small shop for every platform and the admin's overview."""

import html
import re
from typing import Any

from jinja2 import Environment, PackageLoader

from sandbox.market import Market, Shown, with_duplicates
from sandbox.wire import Reply, Request
from sandbox.world import World

PAGE_SIZE = 60
STATES = {
    "live": "Đang bán",
    "hidden": "Đã ẩn",
    "review": "Chờ duyệt",
    "refused": "Bị từ chối",
    "banned": "Bị khóa",
    "deleted": "Đã xóa",
    "draft": "Bản nháp",
}
BRANDS = {
    "shopee": "#d0421f",
    "lazada": "#1f2f8f",
    "tiki": "#0b66c9",
    "postmart": "#a8641a",
    "voso": "#b3122f",
}
"""Header colours: near the platforms' own, dark enough for white letters."""

FAULT_BUTTONS = (
    ("drop_after", "Mất câu trả lời"),
    ("http", "Lỗi 500"),
    ("rate_limit", "Quá tải"),
    ("delay", "Chậm 1 giây"),
    ("garbage", "Đứt giữa chừng"),
)
"""Each strikes the next call once."""


def dong(amount: int) -> str:
    """45000 as 45.000 ₫."""
    return f"{amount:,}".replace(",", ".") + " ₫"


def plain(text: str) -> str:
    """A description without its markup, with its line breaks."""
    broken = re.sub(r"(?i)<br\s*/?>|</(p|div|li|h\d)>", "\n", text)
    return html.unescape(re.sub(r"<[^>]*>", "", broken)).strip()


_loader = PackageLoader("sandbox", "pages")
_pages = Environment(loader=_loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
_pages.filters["dong"] = dong
_pages.filters["plain"] = plain
_pages.globals["STATES"] = STATES


def answer(world: World, market: Market, request: Request) -> Reply | None:
    """The storefront's answer, or None when the path is not one of its own."""
    if request.method != "GET":
        return None
    if request.path.startswith("/_picture/"):
        return _picture(world, request.path.removeprefix("/_picture/"))
    if request.path in ("/", "/shop", "/shop/"):
        return Reply.html(_grid(market, request))
    if request.path.startswith("/shop/"):
        return _one(market, request.path.removeprefix("/shop/"))
    return None


def _picture(world: World, picture_id: str) -> Reply:
    picture = world.pictures.get(picture_id)
    if picture is None:
        return Reply(404, b"no such picture", {"content-type": "text/plain"})
    return Reply(200, picture.data, {"content-type": picture.mime, "cache-control": "max-age=3600"})


def _grid(market: Market, request: Request) -> str:
    wanted, state = (request.q("q") or "").strip(), request.q("state") or ""
    everything = with_duplicates(market.listings())
    counts = {key: sum(s.state == key for s in everything) for key in STATES}
    shown = [s for s in everything if s.state == state or (not state and s.state != "deleted")]
    found = [s for s in reversed(shown) if _matches(s, wanted.casefold())]
    page = max(1, int(request.q("page") or 1)) if (request.q("page") or "1").isdigit() else 1
    pages = max(1, -(-len(found) // PAGE_SIZE))
    return _pages.get_template("shop.html").render(
        market=market,
        brand=BRANDS[market.name],
        listings=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(found),
        q=wanted,
        state=state,
        counts=counts,
        page=page,
        pages=pages,
    )


def _matches(shown: Shown, wanted: str) -> bool:
    return not wanted or any(wanted in text.casefold() for text in (shown.title, *shown.skus))


def _one(market: Market, listing_id: str) -> Reply:
    shown = next((s for s in with_duplicates(market.listings()) if s.listing_id == listing_id), None)
    page = _pages.get_template("listing.html").render(
        market=market, brand=BRANDS[market.name], shown=shown, listing_id=listing_id
    )
    return Reply.html(page, 200 if shown else 404)


def admin_page(world: World, bases: dict[str, str], state: dict[str, Any]) -> str:
    return _pages.get_template("admin.html").render(
        world=world,
        brand="#24513a",
        brands=BRANDS,
        fault_buttons=FAULT_BUTTONS,
        bases=bases,
        logins={name: _login(market, bases[name]) for name, market in world.markets.items()},
        state=state,
        log=world.log.counts(),
        faults=world.faults.shown(),
    )


def _login(market: Market, base: str) -> str:
    """Where a person signs in to the seller centre, for platforms that have one."""
    path = market.credentials(base).get("login_path")
    return f"{base}{path}" if path else ""
