"""Every page there is, from the routes: axe finds nothing serious by day or night, nothing is wider than a phone.

Several pages of one browser are walked side by side: what takes the time is axe, which runs in each page's own process.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import world
from tests.web.browsing import AXE, PHONE, RUN, chromium, issues, launch
from tests.web.conftest import PASSWORD, Console

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")
# Other states of the same pages: nothing found, something wrong, the end of a list, what only staff see.
MORE = (
    "/products?q=zzz",
    "/stock?q=zzz",
    "/orders?which=strange",
    "/orders?sku=ZZZ-1",
    "/nowhere",
    "/api",
    "/invitations/none",
    "/desk/drifts?which=heal",
    "/desk/runs/1?result=blocked",
    "/desk/carry/postmart-ocop",
)
STAFF_TOO = ("/products", "/products/new", "/stock", "/orders", "/me", "/imports")
WALKERS = 3
# By night only the colours are others: the rules about them are asked again, all others had their answer by day.
RUN_BY_NIGHT = RUN.replace("{", "{runOnly: ['color-contrast', 'link-in-text-block'], ", 1)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Seen:
    """What was wrong, and how many looks were taken."""

    wrong: list[Any] = field(default_factory=list)
    looks: int = 0


def test_no_page_shuts_anybody_out_or_runs_off_a_phone(console: Console, sandbox: Any) -> None:  # noqa: F811
    known = world.trouble(console, sandbox, world.furnish(console, sandbox, goods=8))
    found = world.pages(console, known)
    assert len(found) > 30
    walk = [(world.viewer(path), path, 200) for path in found.values()]
    walk += [(world.viewer(path), path, 0) for path in MORE] + [(world.ADMIN, path, 200) for path in STAFF_TOO]
    seen = Seen()
    asyncio.run(walked(console, walk, seen))
    assert seen.wrong == []
    assert seen.looks == 2 * len(walk)


async def walked(console: Console, walk: Sequence[tuple[str, str, int]], seen: Seen) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch())
        rest = list(reversed(walk))
        await asyncio.gather(*(one_walks(browser, console, rest, seen) for _ in range(WALKERS)))
        await browser.close()


async def one_walks(browser: Browser, console: Console, rest: list[tuple[str, str, int]], seen: Seen) -> None:
    people: dict[str, Page] = {}
    while rest:
        who, path, status = rest.pop()
        if who not in people:
            people[who] = await enter(browser, console, who, seen)
        await look(people[who], console.url + path + ("?field=title" if path.endswith("/why") else ""), status, seen)


async def enter(browser: Browser, console: Console, login: str, seen: Seen) -> Page:
    context = await browser.new_context(viewport=PHONE, locale="vi-VN", has_touch=True, color_scheme="light")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    await page.goto(console.url + "/sign-in")
    await page.get_by_label("Tên đăng nhập").fill(login)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Vào").click()
    return page


async def look(page: Page, url: str, status: int, seen: Seen) -> None:
    """By day with all rules, by night with those about colours."""
    answer = await page.goto(url)
    if status and "/connect/" not in url and (answer is None or answer.status != status):  # nobody consents here
        seen.wrong.append((url, answer and answer.status))
    await page.evaluate(AXE)
    for scheme, run in (("light", RUN), ("dark", RUN_BY_NIGHT)):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        shut_out, wider = issues(await page.evaluate(run)), int(await page.evaluate(WIDER))
        seen.looks += 1
        if shut_out or wider:
            seen.wrong.append((url, scheme, shut_out, wider))
    await page.emulate_media(color_scheme="light")


def test_a_page_without_an_example_is_not_forgotten(console: Console) -> None:
    with pytest.raises(KeyError):
        world.pages(console, {})
