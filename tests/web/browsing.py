"""A real browser for tests, and axe to look for what shuts people out."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.conftest import PASSWORD, Console

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}


def chromium() -> str | None:
    """Debian's, or the one that CHROMIUM names; none is ever downloaded."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Run by root in a container, Chromium's own sandbox cannot start.
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def a_phone(browser: Browser, **options: Any) -> Page:
    """A page 390 pixels wide that remembers what its console said."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True, **options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as made:
        yield made


def enter(page: Page, console: Console, login: str) -> list[str]:
    """Sign in and land on a page of one's own; the list fills with what the browser's console complains of."""
    shouted: list[str] = []
    page.on("console", lambda message: shouted.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: shouted.append("dialog"))
    page.goto(console.url + "/sign-in")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Vào").click()
    page.wait_for_url(re.compile("/(products|desk)$"))
    return shouted


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical, with the element it concerns."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{issue['id']}: {node['html'][:160]}"
        for issue in found["violations"]
        if issue["impact"] in ("serious", "critical")
        for node in issue["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
