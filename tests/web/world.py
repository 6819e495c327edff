"""A console with a past: a producer's dozen goods on five sandboxed platforms, orders, trouble; and every page.

Pages come from the routes themselves, so that a new one is walked and photographed, or fails for want of an example.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from adapters.assisted.centre import SellerCentre
from adapters.assisted.settings import assist
from connector import accounts, carrying, decisions
from connector.domain.listing import Lane
from connector.domain.orders import OrderLine, OrderSeen, OrderState
from connector.drawing import draw
from connector.importing import CONFIG, import_file
from connector.reconcile import reconcile
from connector.store import Draft
from connector.store.scope import Scope
from tests.web.conftest import PASSWORD, Console
from tests.web.market import open_shops, work

SAMPLE = CONFIG / "sample" / "products.csv"
EVERYONE = Scope(None)
PRODUCER, ADMIN = "lan", "an"
NO_PAGES = re.compile(
    r"/live|/metrics|/healthz|/readyz|/pictures/.*|/thumbs/.*|/products/\{\w+\}/stamp\..*|/imports/template"
    r"|/imports/\{\w+\}/rejects|/papers/\{\w+\}/(?:file|pack)/.*|/desk/carry/\{\w+\}/files/.*"
    r"|/api/.*"  # so far: files, streams, what machines read
    r"|/products/(?:variant|producers|\{\w+\}/listings)|/desk/now|/desk/runs/\{\w+\}/now"  # parts of pages
    r"|/|/start"  # ways
)
BAD_ROWS = """Tên sản phẩm,Quy cách,Giá bán (đồng),Tồn kho,Số sao OCOP
Miến dong sợi nhỏ,Gói 500 g,45.000đ,30,
Chè lam gừng,Hộp 300 g,năm mươi nghìn,12,
,Hộp 250 g,60000,5,
Bánh gai,Chục,50.000,mười,6
"""


def pages(console: Console, known: Mapping[str, str]) -> dict[str, str]:
    """The address of every page by a name for it. KeyError: a new page needs an example of its parameter in `known`."""
    found = {}
    for path, methods in console.app.openapi()["paths"].items():
        if "get" in methods and not NO_PAGES.fullmatch(path):
            name = re.sub(r"\{\w+\}", "one", path).strip("/").replace("/", "-")
            found[name] = _filled(path, known)
    return found


def _filled(path: str, known: Mapping[str, str]) -> str:
    """Each parameter by its example for this page, else by the one for all."""
    own = {key.partition("#")[2]: value for key, value in known.items() if key.startswith(f"{path}#")}
    examples = {**known, **own}
    return re.sub(r"\{(\w+)\}", lambda part: examples[part[1]], path)


def viewer(path: str) -> str:
    return ADMIN if path.startswith("/desk") else PRODUCER


def by_hand(console: Console, platform: str) -> None:
    """From now on a person carries this platform's files."""
    wired = console.wired
    channel = wired.channels[platform]
    settings = {**channel.settings, "carrier": "folder", "folder": str(wired.settings.data / "packs")}
    changed = {**wired.channels, platform: replace(channel, settings=settings, settle_seconds=0.0)}
    console.wired = console.app.state.wired = replace(wired, channels=changed)


def furnish(console: Console, sandbox: Any, goods: int = 12) -> dict[str, str]:
    """All is well: five shops that sell, orders, a good that is divided, a file with bad rows, an invitation.
    At least eight `goods`."""
    wired = console.wired
    code = stock(console, goods)
    open_shops(wired, sandbox)
    work(wired, 40)
    accounts.add(wired.store, PRODUCER, PASSWORD, name="Chị Lan", role="producer", producer=code)
    accounts.add(wired.store, ADMIN, PASSWORD, name="Anh An", role="admin")
    accounts.add(wired.store, "ha", PASSWORD, name="Chị Hà", role="operator")
    with wired.store.engine.connect() as connection:
        rows = connection.execute(text("SELECT p.id, v.sku FROM product p JOIN variant v ON v.product_id = p.id"
                                       " WHERE v.position = 0 ORDER BY p.folded LIMIT 12")).all()  # fmt: skip
    sell(console, [row.sku for row in rows])
    token = accounts.invite(wired.store, role="producer", producer=code, name="Anh Tú", now=wired.clock.now())
    with wired.store.engine.begin() as connection:
        connection.execute(text("UPDATE shop SET producer_id = (SELECT id FROM producer WHERE code = :c)"
                                " WHERE platform = 'lazada'"), {"c": code})  # fmt: skip
    lan = console.visitor()
    lan.sign_in(PRODUCER)
    stamp = re.search(r'href="http://[^"]+/p/([a-z2-7]{16})"', lan.get(f"/products/{rows[0].id}").text)
    assert stamp
    return {
        "product_id": str(rows[0].id),
        "sku": rows[0].sku,
        "number": str(_upload(console)),
        "/shops/{code}/connect#code": "lazada-ocop",
        "/connect/{platform}/callback#platform": "shopee",
        "/invitations/{token}#token": token,
        "/p/{token}#token": stamp[1],
        "scarce": rows[2].sku,
    }


def sell(console: Console, skus: list[str]) -> None:
    """A few days of orders in three shops, one with a SKU that nobody knows; one good is scarce and divided."""
    wired = console.wired
    now = wired.clock.now()
    states = list(OrderState)
    for number in range(14):
        placed = now - timedelta(hours=5 * number + 1)
        lines = [OrderLine("1", number % 3 + 1, skus[number % 5])]
        if number % 4 == 0:
            lines.append(OrderLine("2", 1, skus[5 + number % 3]))
        if number == 3:
            lines = [OrderLine("1", 2, "MIT-SAY-CU")]
        state = OrderState.OPEN if number in (0, 3) else states[number % len(states)]
        seen = OrderSeen(f"2511{24 - number // 5:02}{number:04}VN", state, lines, placed, placed, state.value.upper())
        shop = wired.store.shops.get(("shopee-ocop", "lazada-ocop", "tiki-ocop")[number % 3])
        wired.store.orders.absorb(shop.id, [seen])
    wired.store.ledger.adjust(skus[0], -2, "lan: biếu, dùng thử")
    wired.store.ledger.adjust(skus[0], 12, "lan: làm thêm, nhập kho")
    _divide(console, skus[2])


def _divide(console: Console, sku: str) -> None:
    """A scarce good, each shop with a part of its own, as it stands once the platforms have been asked."""
    console.wired.store.ledger.scarce(sku, 100)
    with console.wired.store.engine.begin() as connection:
        connection.execute(
            text("""INSERT INTO quota (shop_id, variant_id, base_id, ceiling, step, "by", beyond)
                    SELECT s.id, v.id, v.id, greatest(3 - row_number() OVER (ORDER BY s.id) / 2, 0), 'held', 0, 0
                    FROM shop s, variant v WHERE v.sku = :sku"""),
            {"sku": sku},
        )
        connection.execute(
            text("""UPDATE listing l SET observed = observed || shown, applied = applied || shown FROM (
                    SELECT q.shop_id, v.product_id, jsonb_build_object('stock:' || v.sku, q.ceiling) AS shown
                    FROM quota q JOIN variant v ON v.id = q.variant_id) q
                    WHERE l.shop_id = q.shop_id AND l.product_id = q.product_id""")
        )


def trouble(console: Console, sandbox: Any, known: Mapping[str, str]) -> dict[str, str]:
    """Drift of several kinds, a held lane, a shop that needs consent, old looks, work by the hour, files to carry."""
    wired = console.wired
    for shop in wired.store.shops.all():
        wired.store.shops.set_rules(shop.id, cause="desk", owners={"title": "ask", "description": "ask"})
    work(wired, 20)
    for number, platform in enumerate(("shopee", "lazada", "tiki", "shopee")):
        _edit(sandbox, platform, number)
    for platform in ("shopee", "lazada", "tiki"):
        reconcile(wired.site(wired.store.shops.get(f"{platform}-ocop")), "night of 2026-11-24")
    ask = wired.store.inbox(EVERYONE).drifts(which="ask")
    if len(ask) > 1:
        decisions.on_drifts(wired.store, EVERYONE, [ask[0]["id"]], "ask", ADMIN)
    wired.store.shops.pause(wired.store.shops.get("lazada-ocop").id, "IllegalAccessToken", needs_consent=True)
    carry(console)
    _age(console)
    _hold(console)
    return {
        **known,
        "code": "shopee-ocop",
        "/desk/carry/{code}#code": "voso-ocop",
        "listing_id": str(ask[-1]["listing_id"] if ask else 1),
        "run_id": "1",
    }


def carry(console: Console) -> None:
    """Voso's files are a person's now: one export was brought, two packs are out."""
    wired = console.wired
    shop = wired.store.shops.get("voso-ocop")
    centre = assist("voso", wired.channels["voso"].settings)
    assert centre.centre
    export = SellerCentre(wired.connection(shop), centre.centre, centre.layout).export()
    by_hand(console, "voso")
    now = console.wired.clock.now()
    site, hints = console.wired.site(shop), console.wired.hints
    carrying.bring(site, hints, "danh_sach.xlsx", export.content, now, ADMIN, whole=True)
    goods = console.wired.store.products.by_code(console.wired.store.products.codes(50))
    for place, one in enumerate(list(goods.values())[:4]):
        dearer = tuple(replace(v, price=v.price + 3000) for v in one.product.variants)
        changed = replace(one.product, variants=dearer) if place < 3 else replace(one.product, brand="Tam Đảo")
        console.wired.store.products.put([Draft(0, changed)], "lan sửa giá")
        work(console.wired, 1)
    notes = wired.store.shops.notebook(shop.id)
    notes.put("receipt", "export", {**notes.get("receipt", "export"), "at": (now - timedelta(hours=19)).isoformat()})


def stock(console: Console, goods: int) -> str:
    """Products of the sample, all given to one producer, with drawn pictures and counts."""
    wired = console.wired
    kept: list[Draft] = []

    class Shelf:
        sku_owners = staticmethod(wired.store.products.sku_owners)
        by_code = staticmethod(wired.store.products.by_code)

        @staticmethod
        def put(drafts: Any, cause: str) -> Any:
            kept.extend(drafts)
            return wired.store.products.put([], cause)

    import_file(SAMPLE, None, catalogue=Shelf(), today=wired.clock.now().date(), rejects=wired.settings.data / "r.xlsx")
    owner = replace(kept[0].product.producer, code="HTX-TAM-DAO", name="HTX Nông sản sạch Tam Đảo")
    drafts = []
    for place, draft in enumerate(kept[:: max(len(kept) // goods, 1)][:goods]):
        product = replace(draft.product, producer=owner)
        if place % 5 != 4:
            product = replace(product, pictures=(wired.pictures.save(draw(product)),))
        words = f"{product.name} do hợp tác xã tự tay làm từ nguyên liệu trong vùng, đóng gói sạch sẽ. "
        drafts.append(
            Draft(0, replace(product, description=words * 2), {v.sku: 7 + place * 3 for v in product.variants})
        )
    wired.store.products.put(drafts, "nhập tệp mẫu")
    return owner.code


def _upload(console: Console) -> int:
    lan = console.visitor()
    lan.sign_in(PRODUCER)
    sent = lan.post("/imports", files={"file": ("hàng tháng 11.csv", BAD_ROWS.encode(), "text/csv")})
    number = int(sent.headers["Location"].rsplit("/", 1)[1])
    while "Đang nhập" in lan.get(f"/imports/{number}").text:
        pass
    return number


def _edit(sandbox: Any, platform: str, number: int) -> None:
    listings = [one for one in sandbox.get("/state", platform=platform)[platform]["listings"] if one["state"] == "live"]
    if len(listings) > number:
        one = listings[number]
        sku = one["variants"][0]["sku"]
        sandbox.post("/edit", {"platform": platform, "sku": sku, "change": {"title": one["title"] + " GIÁ SỐC"}})


def _age(console: Console) -> None:
    """What a week would have left: looks of different ages, attempts over the day, work that is due tonight."""
    wired = console.wired
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
