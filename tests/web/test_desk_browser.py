"""An operator's path in a real browser: a drift, an approval, a shop paused and resumed, a consent renewed."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from connector import accounts
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.browsing import a_phone, browser, chromium, enter  # noqa: F401  (fixture)
from tests.web.conftest import PASSWORD, Console
from tests.web.scenes import SHOP, TITLE

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")


def an_operator(page: Page, console: Console) -> list[str]:
    accounts.add(console.wired.store, "an", PASSWORD, name="Anh An", role="admin")
    return enter(page, console, "an")


def test_an_operator_settles_a_drift_an_approval_and_a_shop(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    products = scenes.a_drifted_shop(console, sandbox, 12)
    page = a_phone(browser)
    shouted = an_operator(page, console)
    expect(page.get_by_text("1 điểm lệch chờ người quyết")).to_be_visible()

    page.get_by_role("link", name="Điểm lệch", exact=True).click()
    expect(page.locator("mark", has_text=TITLE)).to_be_visible()
    page.get_by_label("Chọn cả trang (1)").check()
    page.get_by_role("button", name="Giữ của ta").click()
    expect(page.get_by_text("Giữ của ta: 1 điểm")).to_be_visible()
    scenes.work(console)
    assert TITLE not in scenes.live_titles(sandbox)

    scenes.put(console, scenes.repriced(products, 200))
    scenes.work(console)
    before = prices(sandbox)
    assert before == {one.variants[0].sku: one.variants[0].price for one in products}, "nothing goes out unapproved"
    page.get_by_role("link", name="Chờ duyệt").click()
    page.get_by_role("link", name="Xem điều sẽ đổi").click()
    expect(page.get_by_text("120.000", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Duyệt, làm tiếp").click()
    expect(page.get_by_text("Không có gì chờ duyệt")).to_be_visible()
    scenes.work(console)
    assert prices(sandbox) == {sku: 2 * price for sku, price in before.items()}

    page.goto(f"{console.url}/desk/shops/{SHOP}")
    page.get_by_label("Lý do dừng").fill("kiểm kho")
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_text("Đang dừng: kiểm kho")).to_be_visible()
    page.get_by_role("button", name="Chạy tiếp").click()
    expect(page.get_by_role("button", name="Tạm dừng")).to_be_visible()
    assert console.wired.store.shops.get(SHOP).active

    reconnect(page, console)
    assert shouted == []


def reconnect(page: Page, console: Console) -> None:
    """The platform has turned us away: the desk says so, and two clicks and the seller's consent later we are back."""
    shops = console.wired.store.shops
    shops.pause(shops.get(SHOP).id, "invalid_access_token", needs_consent=True)
    page.goto(console.url + "/desk")
    page.get_by_role("link", name="Xem", exact=True).click()
    expect(page.get_by_text("Sàn không nhận quyền cũ nữa")).to_be_visible()
    page.get_by_role("link", name="Cấp quyền lại").click()
    page.get_by_role("button", name="Cấp quyền lại").click()
    page.get_by_role("link", name="Mở trang của Shopee").click()  # over there the seller agrees
    expect(page.get_by_text(f"Đã kết nối {SHOP}")).to_be_visible()
    assert (shops.get(SHOP).active, shops.get(SHOP).needs_consent) == (True, False)
    page.get_by_role("link", name="Về các gian hàng").click()
    expect(page.get_by_text("đang chạy")).to_be_visible()
    scenes.night(console)  # with the tokens that have just been given
    assert console.wired.store.runs.recent()[0].state == "done"


def prices(sandbox: Any) -> dict[str, int]:  # noqa: F811
    listings = sandbox.get("/state", platform="shopee")["shopee"]["listings"]
    return {variant["sku"]: variant["price"] for one in listings for variant in one["variants"]}


def test_the_desk_changes_without_reload_when_something_happens(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    scenes.a_drifted_shop(console, sandbox)
    page = a_phone(browser)
    an_operator(page, console)
    expect(page.get_by_text("0 gian hàng dừng")).to_be_visible()
    console.wired.store.shops.pause(1, "sàn đòi cấp quyền lại")
    expect(page.get_by_text("sàn đòi cấp quyền lại")).to_be_visible()
