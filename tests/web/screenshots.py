"""Pictures of every page at two widths, light and dark: `python -m tests.web.screenshots FOLDER`, then look at them."""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, text

from connector import accounts, embedded
from connector.drawing import draw
from connector.importing import import_file
from connector.store import Draft, Store
from connector.store.schema import METADATA, migrate
from tests.conftest import FOLDER, KEY
from tests.running import started
from tests.web.conftest import PASSWORD, Console, served
from tests.web.market import open_shops, work

SAMPLE = Path(__file__).parents[2] / "config" / "sample" / "products.csv"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"390": {"width": 390, "height": 844}, "1280": {"width": 1280, "height": 900}}
BAD_ROWS = """Tên sản phẩm,Quy cách,Giá bán (đồng),Tồn kho,Số sao OCOP
Miến dong sợi nhỏ,Gói 500 g,45.000đ,30,
Chè lam gừng,Hộp 300 g,năm mươi nghìn,12,
,Hộp 250 g,60000,5,
Bánh gai,Chục,50.000,mười,6
"""


def main(folder: Path) -> None:
    servers = embedded.start(FOLDER)
    base = servers.database_url.replace("postgresql://", "postgresql+psycopg://")
    head, _, options = base.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/ocop_screens" + (f"?{options}" if options else "")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS ocop_screens WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE ocop_screens"))
    store = Store(url, keys=[KEY])
    migrate(store.engine)
    assert METADATA
    with (
        TemporaryDirectory() as data,
        started() as sandbox,
        served(store, f"{servers.redis_url.rsplit('/', 1)[0]}/14", Path(data)) as console,
    ):
        pages = furnish(console, sandbox, Path(data))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for scheme in ("light", "dark"):
                for size in SIZES:
                    shoot(browser, console, pages, folder, size, scheme)
            browser.close()
    store.close()


def furnish(console: Console, sandbox: Any, data: Path) -> dict[str, str]:
    """A producer with a dozen products on five platforms, some in trouble; the pages to look at, by name."""
    wired = console.wired
    code = stock(console)
    open_shops(wired, sandbox)
    work(wired)
    accounts.add(wired.store, "lan", PASSWORD, name="Chị Lan", role="producer", producer=code)
    first = wired.store.products.codes(3)
    goods = wired.store.products.by_code(first)[first[0]]
    dearer = tuple(replace(v, price=v.price + 7000) for v in goods.product.variants)
    wired.store.products.put([Draft(0, replace(goods.product, variants=dearer))], "test")
    with wired.store.engine.connect() as connection:
        ids = [i for (i,) in connection.execute(text("SELECT id FROM product ORDER BY folded LIMIT 12"))]
    upload = _upload(console)
    token = accounts.invite(wired.store, role="producer", producer=code, name="Anh Tú", now=wired.clock.now())
    return {
        "products": "/products",
        "product": f"/products/{ids[0]}",
        "edit": f"/products/{ids[0]}/edit",
        "papers": f"/papers/{ids[0]}",
        "new": "/products/new",
        "imports": "/imports",
        "import": f"/imports/{upload}",
        "me": "/me",
        "missing": "/products/999999",
        "invitation": f"/invitations/{token}",
        "sign_in": "",
        "start": "",
    }


def stock(console: Console) -> str:
    """A dozen products of the sample, all given to one producer, with drawn pictures and counts."""
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
    for place, draft in enumerate(kept[:: max(len(kept) // 12, 1)][:12]):
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
    lan.sign_in("lan")
    sent = lan.post("/imports", files={"file": ("hàng tháng 11.csv", BAD_ROWS.encode(), "text/csv")})
    number = int(sent.headers["Location"].rsplit("/", 1)[1])
    while "Đang nhập" in lan.get(f"/imports/{number}").text:
        pass
    return number


def shoot(browser: Browser, console: Console, pages: dict[str, str], folder: Path, size: str, scheme: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {
        "viewport": SIZES[size],
        "color_scheme": scheme,
        "locale": "vi-VN",
        "device_scale_factor": 1,
    }
    context = browser.new_context(**options)
    page = context.new_page()

    def keep(name: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)

    page.goto(console.url + "/sign-in")
    keep("sign_in")
    page.goto(console.url + pages["invitation"])
    keep("invitation")
    page.goto(console.url + "/sign-in")
    page.fill("#login", "lan")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/products")
    for name, path in pages.items():
        if path and name != "invitation":
            page.goto(console.url + path)
            keep(name)
    page.goto(console.url + pages["edit"])
    page.fill("[name=v-0-price]", "99.000")
    page.click(".bar .main")
    page.wait_for_selector(".preview")
    keep("preview")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"))
