"""Pictures of the desk at two widths, light and dark: `python -m tests.web.desk_screenshots FOLDER`."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from connector import accounts, decisions, embedded
from connector.domain.listing import Lane
from connector.reconcile import reconcile
from connector.store import Draft, Store
from connector.store.schema import migrate
from connector.store.scope import Scope
from tests.conftest import FOLDER, KEY
from tests.running import started
from tests.web.browsing import a_browser
from tests.web.conftest import PASSWORD, Console, served
from tests.web.market import open_shops, work
from tests.web.screenshots import SIZES, stock

EVERYONE = Scope(None)


def main(folder: Path) -> None:
    servers = embedded.start(FOLDER)
    base = servers.database_url.replace("postgresql://", "postgresql+psycopg://")
    head, _, options = base.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/ocop_desk_screens" + (f"?{options}" if options else "")
    with create_engine(base, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS ocop_desk_screens WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE ocop_desk_screens"))
    store = Store(url, keys=[KEY])
    migrate(store.engine)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as data,
        started() as sandbox,
        served(store, f"{servers.redis_url.rsplit('/', 1)[0]}/13", Path(data)) as console,
        a_browser() as browser,
    ):
        pages = furnish(console, sandbox)
        for scheme in ("light", "dark"):
            for size, viewport in SIZES.items():
                context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="vi-VN")  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(console.url + "/sign-in")
                page.fill("#login", "an")
                page.fill("#password", PASSWORD)
                page.click("button.main")
                for name, path in pages.items():
                    page.goto(console.url + path)
                    page.wait_for_timeout(500)
                    page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                context.close()
    store.close()


def furnish(console: Console, sandbox: Any) -> dict[str, str]:
    """Five shops with a past: drift of several kinds, a held lane, a paused shop, old looks, work by the hour."""
    wired = console.wired
    stock(console)
    open_shops(wired, sandbox)
    work(wired, 20)
    for shop in wired.store.shops.all():
        wired.store.shops.set_rules(shop.id, cause="desk", owners={"title": "ask", "description": "ask"})
    work(wired, 20)
    for number, platform in enumerate(("shopee", "lazada", "tiki", "shopee")):
        _edit(sandbox, platform, number)
    for platform in ("shopee", "lazada", "tiki"):
        reconcile(wired.site(wired.store.shops.get(f"{platform}-ocop")), "night of 2026-11-24")
    ask = wired.store.inbox(EVERYONE).drifts(which="ask")
    if len(ask) > 1:
        decisions.on_drifts(wired.store, EVERYONE, [ask[0]["id"]], "ask", "an")
    wired.store.shops.pause(wired.store.shops.get("voso-ocop").id, "Cần cấp quyền lại: khóa đã hết hạn")
    _age(wired)
    accounts.add(wired.store, "an", PASSWORD, name="Anh An", role="admin")
    accounts.add(wired.store, "ha", PASSWORD, name="Chị Hà", role="operator")
    _hold(console)
    listing = ask[-1]["listing_id"] if ask else 1
    return {
        "desk": "/desk",
        "drifts": "/desk/drifts",
        "approvals": "/desk/approvals",
        "approval": "/desk/approvals/shopee-ocop",
        "runs": "/desk/runs",
        "run": "/desk/runs/1",
        "matrix": "/desk/matrix",
        "shops": "/desk/shops",
        "shop": "/desk/shops/shopee-ocop",
        "listing": f"/desk/listings/{listing}",
        "why": f"/desk/listings/{listing}/why?field=title",
        "certificates": "/desk/certificates",
        "users": "/desk/users",
        "questions": "/questions",
    }


def _edit(sandbox: Any, platform: str, number: int) -> None:
    listings = [one for one in sandbox.get("/state", platform=platform)[platform]["listings"] if one["state"] == "live"]
    if len(listings) > number:
        one = listings[number]
        sku = one["variants"][0]["sku"]
        sandbox.post("/edit", {"platform": platform, "sku": sku, "change": {"title": one["title"] + " GIÁ SỐC"}})


def _age(wired: Any) -> None:
    """What a week would have left: looks of different ages, attempts over the day, work that is due tonight."""
    with wired.store.engine.begin() as connection:
        connection.execute(
            text("""UPDATE listing SET observed_at = observed_at - (id % 7) * (id % 3) * interval '3 hours'
                    WHERE shop_id IN (SELECT id FROM shop WHERE platform IN ('lazada', 'tiki', 'postmart'))""")
        )
        connection.execute(
            text("UPDATE attempt SET started_at = started_at - (id * 7 % 23) * interval '1 hour',"
                 " finished_at = finished_at - (id * 7 % 23) * interval '1 hour' WHERE finished_at IS NOT NULL")
        )  # fmt: skip
        connection.execute(
            text("UPDATE listing SET content_due_at = now() + (id % 20 + 1) * interval '1 hour' WHERE id % 3 = 0"
                 " AND shop_id <> (SELECT id FROM shop WHERE platform = 'shopee')")
        )  # fmt: skip
        connection.execute(
            text("UPDATE certificate SET expires_on = current_date + CAST(20 + (id * 37) % 330 AS int), "
                 "issued_on = current_date - 700")
        )  # fmt: skip
    for number, platform in enumerate(("shopee", "lazada", "tiki")):
        vault = wired.store.shops.vault(wired.store.shops.get(f"{platform}-ocop").id)
        held, now = vault.tokens(), wired.clock.now()
        if held:
            ends = {
                "access_until": now + timedelta(hours=3 + number),
                "refresh_until": now + timedelta(days=9 + 60 * number),
            }
            vault.save(replace(held, **ends))


def _hold(console: Console) -> None:
    """Every price doubled at once: the guard stops the shop's lane."""
    wired = console.wired
    goods = wired.store.products.by_code(wired.store.products.codes(50))
    drafts = [
        Draft(0, replace(one.product, variants=tuple(replace(v, price=v.price * 2) for v in one.product.variants)))
        for one in goods.values()
    ]
    shop = wired.store.shops.get("shopee-ocop")
    wired.store.shops.hold(shop.id, Lane.PRICE, {"touched": 11, "live": 12, "at": wired.clock.now().isoformat()})
    wired.store.products.put(drafts, "import giá mới.xlsx")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"))
