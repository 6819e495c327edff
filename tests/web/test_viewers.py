"""Many open pages while a run goes on: nobody misses what changed, and the server holds no more than before.

The short form of `python -m benchmarks.viewers`, whose own check it is; there everything is a process of its own.
"""

import asyncio
import threading
import time
from typing import Any

import pytest

from benchmarks.viewers import Truth, Viewer, listen, look, missed, until
from connector import accounts
from connector.reconcile import reconcile
from connector.store.listen import Told
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.conftest import Console

_VIEWERS = 25


def an_open_page(console: Console, part: str, waits: dict[str, float]) -> Viewer:
    store = console.wired.store
    account = accounts.machine_owner(store, "sep")
    token = accounts.open_session(store, account, "test", console.wired.clock.now())
    cookie = console.app.state.keys.sign(token)
    return Viewer(cookie, None, part, waits)


def test_five_and_twenty_pages_hear_all_of_a_run_and_ask_for_their_parts(console: Console, sandbox: Any) -> None:  # noqa: F811
    scenes.a_shop(console, sandbox)
    scenes.put(console, scenes.goods(8))
    scenes.work(console)
    for n in range(4):
        sandbox.post("/edit", {"platform": "shopee", "sku": f"SKU-{n:04}", "change": {"title": f"Ai đó sửa {n}"}})
    console.person("sep", role="operator")
    waits = {"listing": 1.0, "run": 1.0, "again": 0.0}
    people = [an_open_page(console, "/desk/runs", waits) for _ in range(_VIEWERS)]
    truth = Truth()
    asyncio.run(watched(console, people, truth))
    assert console.wired.store.runs.recent()[0].state == "done"
    assert truth.count > 20
    assert missed(people, truth) == []
    assert [one.failed for one in people if one.failed] == []
    assert all(len(one.took) >= 2 for one in people)


async def watched(console: Console, people: list[Viewer], truth: Truth) -> None:
    thread = threading.Thread(target=lambda: asyncio.run(noted(console, truth)))
    thread.start()
    pages = [asyncio.create_task(look(console.url, one)) for one in people]
    await until(lambda: all("again" in one.heard for one in people), 120)
    await asyncio.to_thread(a_run, console)
    await asyncio.sleep(1.5)
    truth.over = True
    for page in pages:
        page.cancel()
    await asyncio.to_thread(thread.join, 10)


async def noted(console: Console, truth: Truth) -> None:
    task = asyncio.create_task(listen(console.wired.store, truth))
    while not truth.over:
        await asyncio.sleep(0.1)
    task.cancel()


def a_run(console: Console) -> None:
    site = console.wired.site(console.wired.store.shops.get(scenes.SHOP))
    reconcile(site, "night")
    scenes.work(console)
    reconcile(site, "night")


@pytest.mark.parametrize("heard", [{}, {"product-7": 1.0}, {"again": 1.0}])
def test_the_check_itself_sees_what_was_not_told_or_told_too_early(heard: dict[str, float]) -> None:
    truth = Truth()
    truth.note(Told("listing", 1, 3, 7, 2))
    everywhere, elsewhere = Viewer("", None, "", {}, dict(heard)), Viewer("", 4, "", {}, dict(heard))
    assert {name for _, name in missed([everywhere], truth)} == {"listing", "product-7", "shop-2"}
    assert missed([elsewhere], truth) == []
    assert missed([Viewer("", 3, "", {}, {"again": time.monotonic()})], truth) == []
