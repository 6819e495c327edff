"""An operator's path in a real browser: a drift, an approval, a shop paused and resumed; axe on each page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from connector import accounts
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.browsing import a_browser, a_phone, chromium, overflow, serious
from tests.web.conftest import PASSWORD, Console
from tests.web.scenes import SHOP, TITLE

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")
DESK = ("/desk", "/desk/drifts", "/desk/approvals", "/desk/runs", "/desk/matrix", "/desk/shops", "/desk/certificates")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as made:
        yield made


def an_operator(page: Page, console: Console) -> list[str]:
    """Signed in as an admin; the list fills with what the browser's console complains of."""
    shouted: list[str] = []
    page.on("console", lambda message: shouted.append(message.text) if message.type == "error" else None)
    accounts.add(console.wired.store, "an", PASSWORD, name="Anh An", role="admin", producer=None)
    page.goto(console.url + "/sign-in")
    page.get_by_label("Tên đăng nhập").fill("an")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Vào").click()
    page.wait_for_url("**/desk")
    return shouted


def test_an_operator_settles_a_drift_an_approval_and_a_shop(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,
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
    page.get_by_role("link", name="Chờ duyệt").click()
    page.get_by_role("link", name="Xem điều sẽ đổi").click()
    expect(page.get_by_text("120.000", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Duyệt, làm tiếp").click()
    expect(page.get_by_text("Không có gì chờ duyệt")).to_be_visible()
    scenes.work(console)

    page.goto(f"{console.url}/desk/shops/{SHOP}")
    page.get_by_label("Lý do dừng").fill("kiểm kho")
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_text("Đang dừng: kiểm kho")).to_be_visible()
    page.get_by_role("button", name="Chạy tiếp").click()
    expect(page.get_by_role("button", name="Tạm dừng")).to_be_visible()
    assert console.wired.store.shops.get(SHOP).active
    assert shouted == []


def test_the_desk_changes_without_reload_when_something_happens(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,
) -> None:
    scenes.a_drifted_shop(console, sandbox)
    page = a_phone(browser)
    an_operator(page, console)
    expect(page.get_by_text("0 gian hàng dừng")).to_be_visible()
    console.wired.store.shops.pause(1, "sàn đòi cấp quyền lại")
    expect(page.get_by_text("sàn đòi cấp quyền lại")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,
    scheme: Any,
) -> None:
    products = scenes.a_drifted_shop(console, sandbox, 12)
    scenes.put(console, [*scenes.repriced(products, 200), scenes.replace(scenes.goods(14)[13], pictures=())])
    scenes.work(console)
    page = a_phone(browser, color_scheme=scheme)
    shouted = an_operator(page, console)
    more = (f"/desk/approvals/{SHOP}", f"/desk/shops/{SHOP}", "/desk/runs/1", "/desk/listings/1", "/desk/users")
    for path in (*DESK, *more, "/desk/listings/1/why?field=title", "/questions"):
        page.goto(console.url + path)
        page.wait_for_timeout(350)
        assert serious(page) == [], path
        assert overflow(page) <= 0, path
    assert shouted == []
