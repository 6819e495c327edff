"""Every page there is, from the routes: axe finds nothing serious by day or night, nothing is wider than a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import world
from tests.web.browsing import a_phone, browser, chromium, enter, overflow, serious  # noqa: F401  (fixture)
from tests.web.conftest import Console

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")
# Other states of the same pages: nothing found, something wrong, the end of a list, what only staff see.
MORE = (
    "/products?q=zzz",
    "/stock?q=zzz",
    "/orders?which=strange",
    "/orders?sku=ZZZ-1",
    "/nowhere",
    "/invitations/none",
    "/desk/drifts?which=heal",
    "/desk/runs/1?result=blocked",
    "/desk/carry/postmart-ocop",
)
STAFF_TOO = ("/products", "/stock", "/orders", "/me", "/imports")


def test_no_page_shuts_anybody_out_or_runs_off_a_phone(
    console: Console,
    sandbox: Any,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    known = world.trouble(console, sandbox, world.furnish(console, sandbox))
    found = world.pages(console, known)
    assert len(found) > 30
    shouted: list[str] = []
    people = {}
    for who in (world.PRODUCER, world.ADMIN):
        people[who] = a_phone(browser)
        people[who].on("pageerror", lambda error: shouted.append(str(error)))
        enter(people[who], console, who)
    walk = [(world.viewer(path), path, 200) for path in found.values()]
    walk += [(world.viewer(path), path, None) for path in MORE] + [(world.ADMIN, path, 200) for path in STAFF_TOO]
    for who, path, status in walk:
        page = people[who]
        answer = page.goto(console.url + path + ("?field=title" if path.endswith("/why") else ""))
        assert answer
        if status and not path.startswith("/connect/"):  # nobody has begun a consent here
            assert answer.status == status, path
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert (path, scheme, serious(page), overflow(page)) == (path, scheme, [], 0)
    assert shouted == []


def test_a_page_without_an_example_is_not_forgotten(console: Console) -> None:
    with pytest.raises(KeyError):
        world.pages(console, {})
