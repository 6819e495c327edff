"""A real browser for tests, and axe to look for what shuts people out."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

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
    page.set_default_timeout(15_000)
    return page


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
