"""Pictures of every page at two widths, light and dark: `make screenshots`, then look at them."""

import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from connector import embedded
from connector.store import Store
from connector.store.schema import METADATA, migrate
from tests.conftest import FOLDER, KEY
from tests.running import started
from tests.web import world
from tests.web.browsing import a_browser
from tests.web.conftest import PASSWORD, Console, served

SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
MORE = {
    "sign-in": "/sign-in",
    "missing": "/nowhere",
    "api": "/api",
    "stock-scarce": "",
    "orders-strange": "/orders?which=strange",
}


def main(folder: Path, only: Iterable[str] = ()) -> None:
    """`only` some pages, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    servers = embedded.start(FOLDER)
    store = Store(_database(servers.database_url), keys=[KEY])
    migrate(store.engine)
    assert METADATA
    with (
        TemporaryDirectory() as data,
        started() as sandbox,
        served(store, f"{servers.redis_url.rsplit('/', 1)[0]}/14", Path(data)) as console,
        a_browser() as browser,
    ):
        known = world.furnish(console, sandbox)
        more = MORE | {"stock-scarce": f"/stock/{known['scarce']}"}
        given = {**known, **dict.fromkeys(("code", "listing_id", "run_id"), "1")}
        of_producer = {**{n: p for n, p in world.pages(console, given).items() if not p.startswith("/desk")}, **more}
        shoot(browser, console, of_producer, folder, set(only))
        known = world.trouble(console, sandbox, known)
        later = {"shops", "questions", "shops-one-connect"}
        of_staff = {n: p for n, p in world.pages(console, known).items() if p.startswith("/desk") or n in later}
        shoot(browser, console, of_staff, folder, set(only))
    store.close()


def _database(base: str) -> str:
    """A database of our own, new."""
    base = base.replace("postgresql://", "postgresql+psycopg://")
    head, _, options = base.partition("?")
    with create_engine(base, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS ocop_screens WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE ocop_screens"))
    return f"{head.rsplit('/', 1)[0]}/ocop_screens" + (f"?{options}" if options else "")


def shoot(browser: Browser, console: Console, pages: dict[str, str], folder: Path, only: set[str]) -> None:
    for scheme in SCHEMES:
        for size, viewport in SIZES.items():
            options: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme, "locale": "vi-VN"}
            signed_in = {who: browser.new_context(**options).new_page() for who in (world.PRODUCER, world.ADMIN, "")}
            for who, page in signed_in.items():
                page.goto(console.url + "/sign-in")
                if who:
                    page.fill("#login", who)
                    page.fill("#password", PASSWORD)
                    page.click("button.main")
                    page.wait_for_url("**/products" if who == world.PRODUCER else "**/desk")
            for name, path in pages.items():
                if only and name not in only:
                    continue
                outside = path.startswith(("/sign-in", "/invitations", "/p/", "/connect/"))
                page = signed_in["" if outside else world.viewer(path)]
                page.goto(console.url + path + ("?field=title" if path.endswith("/why") else ""))
                take(page, folder / f"{name}-{size}-{scheme}.png")
                if name in LOOKS:
                    LOOKS[name](page)
                    take(page, folder / f"{name}-look-{size}-{scheme}.png")
            for page in signed_in.values():
                page.context.close()


def take(page: Page, path: Path) -> None:
    """The page as high as it is: what sticks to an edge of the window then stands where the page ends."""
    asked: dict[str, Any] = dict(page.viewport_size or {})
    page.wait_for_timeout(350)
    page.set_viewport_size({**asked, "height": max(asked["height"], page.evaluate("document.body.scrollHeight"))})
    page.screenshot(path=path)
    page.set_viewport_size(asked)


def _price(page: Any) -> None:
    page.fill("[name=v-0-price]", "99.000")
    page.click(".bar .main")
    page.wait_for_selector(".preview")


def _rules(page: Any) -> None:
    page.fill("#markup_percent", "8")
    page.fill("#hide_below", "9")
    page.click(".bar .main")
    page.wait_for_selector(".preview")


LOOKS = {"products-one-edit": _price, "desk-shops-one": _rules}

if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"), sys.argv[2:])
