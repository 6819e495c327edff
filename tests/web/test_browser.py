"""A producer's whole path on a phone, in a real browser, with five marketplaces behind it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from connector import accounts
from connector.reconcile import reconcile
from connector.store import Draft
from tests.builders import a_producer, a_product, a_variant
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web.browsing import a_phone, browser, chromium, enter, serious  # noqa: F401  (fixture)
from tests.web.conftest import PASSWORD, Console
from tests.web.market import NAMES, open_shops, work
from tests.web.test_uploads import a_photo

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")
ROWS = "Tên sản phẩm,Quy cách,Giá bán (đồng),Tồn kho\n"
ROWS += "Miến dong Bình Liêu,Gói 500 g,45.000đ,30\nChè lam,Hộp 300 g,rẻ thôi,12\n"


def lan(console: Console) -> None:
    """Lan's account, a retired product of hers, and one of somebody else."""
    other = a_product(code="X", producer=a_producer(code="Y", name="Y"), variants=(a_variant("XYZ"),), pictures=())
    mine = a_product(code="CU", name="Hàng cũ", variants=(a_variant("CU-1"),), retired=True, pictures=())
    console.wired.store.products.put([Draft(1, other), Draft(2, mine)], "test")
    accounts.add(console.wired.store, "lan", PASSWORD, name="Chị Lan", role="producer", producer=a_producer().code)


def test_from_an_excel_file_to_five_shops_and_back_from_a_hand_edit(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    lan(console)
    open_shops(console.wired, sandbox)
    work(console.wired)
    page = a_phone(browser)
    shouted = enter(page, console, "lan")

    page.get_by_role("link", name="Nhập tệp").click()
    page.get_by_label("Tệp .xlsx hoặc .csv").set_input_files(
        {"name": "hàng.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    page.get_by_role("button", name="Nhập", exact=True).click()
    price = page.locator("[aria-invalid=true]")
    expect(price).to_have_value("rẻ thôi")  # came by itself: the page was not loaded again
    assert serious(page) == []
    price.fill("25.000")
    page.get_by_role("button", name="Nhập lại các dòng này").click()
    page.get_by_role("link", name="Xem sản phẩm").click()

    page.get_by_label("Tìm sản phẩm").fill("mien dong")
    expect(page.locator(".good-row")).to_have_count(1)
    page.get_by_role("link", name="Miến dong Bình Liêu").click()
    page.get_by_role("link", name="Sửa", exact=True).click()
    complete(page)
    page.get_by_role("button", name="Xem trước trên các sàn").click()
    expect(page.locator(".preview .tag.good")).to_have_count(5)
    assert serious(page) == []
    page.get_by_role("button", name="Lưu và đăng lên các sàn").click()
    expect(page.locator("#notice")).to_contain_text("Đã lưu")

    work(console.wired)
    expect(page.locator(".shops .light.good")).to_have_count(5)  # live, without loading the page again
    assert serious(page) == []
    sku = page.locator("td .soft.small").first.inner_text()
    assert on_sale(sandbox, sku) == dict.fromkeys(NAMES, (45_000, 30)), "the platforms say so themselves"
    hosts = page.locator(".shops a[href^=http]").evaluate_all("found => found.map(one => new URL(one.href).host)")
    assert len(set(hosts)) == 5, "a link to the listing on each"

    sandbox.post("/edit", {"platform": "lazada", "sku": sku, "change": {"price": {sku: 44000}}})
    site = console.wired.site(console.wired.store.shops.get("lazada-ocop"))
    reconcile(site, "test", heal=False)
    expect(page.locator(".shops .light.wait")).to_have_count(1)  # told without loading the page again
    assert on_sale(sandbox, sku)["lazada"] == (44_000, 30)
    reconcile(site, "test")
    work(console.wired)
    expect(page.locator(".shops .light.good")).to_have_count(5)
    assert on_sale(sandbox, sku) == dict.fromkeys(NAMES, (45_000, 30))
    assert shouted == []


def on_sale(sandbox: Any, sku: str) -> dict[str, tuple[int, int]]:  # noqa: F811
    """Price and stock of a SKU on each platform where buyers see it, by the platform's own word."""
    return {
        platform: (variant["price"], variant["stock"])
        for platform, state in sandbox.get("/state").items()
        for listing in state["listings"]
        if listing["state"] == "live"
        for variant in listing["variants"]
        if variant["sku"] == sku
    }


def complete(page: Page) -> None:
    """What five platforms want to know of noodles, and a picture from the telephone."""
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    page.get_by_label("Chọn ảnh").set_input_files(photo)
    expect(page.locator("#pictures img")).to_have_count(1)
    page.get_by_label("Bộ sản phẩm OCOP").select_option("6")
    page.get_by_label("Mô tả").fill(
        "Miến làm từ củ dong riềng trồng trên đồi, tráng tay, phơi nắng, không phẩm màu. " * 3
    )
    page.get_by_label("Thành phần").fill("Tinh bột dong riềng, nước")
    page.get_by_label("Khối lượng tịnh").fill("500 g")
    page.get_by_label("Hạn sử dụng").fill("12 tháng")
    page.get_by_label("Hướng dẫn sử dụng").fill("Ngâm nước ấm 10 phút rồi nấu")
    page.get_by_label("Bảo quản").fill("Nơi khô mát")


def test_the_preview_says_in_plain_words_what_a_new_price_does(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    lan(console)
    console.wired.store.products.put([Draft(1, with_picture(console), {"MONG-500": 9})], "test")
    open_shops(console.wired, sandbox, "lazada", "shopee")
    work(console.wired)
    page = a_phone(browser)
    enter(page, console, "lan")
    page.get_by_role("link", name="Mật ong hoa nhãn Hưng Yên").click()
    page.get_by_role("link", name="Sửa", exact=True).click()
    page.get_by_label("Giá bán (đồng)").fill("131.000")
    page.get_by_role("button", name="Xem trước trên các sàn").click()
    expect(page.locator(".preview")).to_contain_text("Giá trên Lazada: 120.000 ₫ → 131.000 ₫")
    expect(page.locator(".preview")).to_contain_text("Giá trên Shopee: 120.000 ₫ → 131.000 ₫")
    live = {site.shop.code: site for site in console.wired.sites()}
    assert len(live) == 2
    page.get_by_label("Giá bán (đồng)").fill("140.000")
    expect(page.locator(".preview")).to_have_count(0)  # what was shown is no longer what would happen


def with_picture(console: Console) -> Any:
    return a_product(pictures=(console.wired.pictures.save(a_photo()),))


def test_the_first_page_is_light(console: Console, browser: Browser) -> None:  # noqa: F811
    lan(console)
    page = a_phone(browser)
    sizes: list[int] = []
    page.on("response", lambda got: sizes.append(int(got.header_value("content-length") or 0)))
    page.goto(console.url + "/sign-in")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 100_000, sizes
