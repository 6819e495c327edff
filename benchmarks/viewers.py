"""Many people with live pages while a full reconciliation runs: is an event missed, does memory stay flat?

    python -m benchmarks.viewers [--viewers 200] [--products 600]

A web server, a worker, PostgreSQL, Valkey and the sandbox, each a process of its own. Every viewer is signed in, holds
the stream of one page and asks for that page's live part as the page itself would. A quarter of the listings were
edited over there by hand; the run finds and heals them. What the database told is written down beside (LISTEN), and
afterwards every viewer must have been told of everything within their scope at or after its last change.
"""

import argparse
import asyncio
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

import psutil
from sqlalchemy import text

from benchmarks.ground import FOLDER, Ground, in_three_sizes, keep, open_shop, sandbox, say, servers, table
from benchmarks.offices import office, program
from benchmarks.pages import signed_in
from connector import accounts, up
from connector.pictures import PictureFiles
from connector.store import Store
from connector.store.listen import Away, Told, listening
from connector.wiring import CeleryHints
from tests.builders import _DRAWN, a_producer
from web.live import events
from web.security import SESSION

_TOLERANCE = 0.05  # seconds that our own note of what was told may be late
_PRODUCERS = 10


@dataclass
class Viewer:
    """One open page: what it waits for, as its hx-trigger says (event to seconds of throttle), and what it heard."""

    cookie: str
    producer: int | None
    part: str
    waits: dict[str, float]
    heard: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)


@dataclass
class Truth:
    """What the database told, by event name and producer: when last."""

    last: dict[tuple[str, int | None, bool], float] = field(default_factory=dict)
    count: int = 0
    over: bool = False

    def note(self, told: Told) -> None:
        shared = told.about in ("shop", "run") and told.producer is None
        for name in events(told):
            self.last[name, told.producer, shared] = time.monotonic()
        self.count += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--products", type=int, default=600)
    options = parser.parse_args()
    with servers() as (store, redis, database_url, redis_url), sandbox({"lazada": {}}) as market:
        open_shop(store, market, "lazada")
        stage = Ground(store, redis, market, "lazada")
        sell(stage, options.products)
        for n in range(options.products // 4):
            market.edit("lazada", f"NHO-{n * 4:06}", {"title": f"Ai đó sửa {n}"})
        say(f"{options.products} live, a quarter edited over there")
        quick = {"OCOP_SETTLE_SECONDS": "1", "OCOP_CONFIRM_SECONDS": "1", "OCOP_SWEEP_SECONDS": "5"}
        with (
            office(database_url, redis_url, **quick) as (url, server),
            program(up.worker("worker"), database_url, redis_url, FOLDER / "worker.log", **quick),
            program(up.beat(), database_url, redis_url, FOLDER / "beat.log", **quick),
        ):
            people = invite(store, url, options.viewers)
            figures = asyncio.run(through(store, url, server.pid, people, redis_url))
    table(tuple(figures), [tuple(figures.values())])
    keep("viewers", figures)
    assert figures["missed"] == 0
    assert figures["failed"] == 0


def sell(stage: Ground, count: int) -> None:
    """Products of ten producers, live, their pictures where the worker finds them."""
    kept = PictureFiles(FOLDER / "pictures", "http://127.0.0.1")
    made = [
        replace(one, producer=a_producer(code=f"HTX-{n % _PRODUCERS}", name=f"HTX số {n % _PRODUCERS}"))
        for n, one in enumerate(in_three_sizes(count))
    ]
    for product in made:
        for sha in product.pictures:
            kept.save(_DRAWN[sha])
    stage.put(made, 10, "import")
    stage.work()


def invite(store: Store, url: str, count: int) -> list[Viewer]:
    """One in ten an operator (half at the desk, half at the run), the others producers at one of their products."""
    with store.engine.connect() as connection:
        goods = connection.execute(text("SELECT id, producer_id FROM product ORDER BY id")).all()
    people = []
    for n in range(count):
        login, operator = f"nguoi-{n}", n % 10 == 0
        code = None if operator else f"HTX-{n % _PRODUCERS}"
        accounts.add(store, login, "bốn từ ghép lại", role="operator" if operator else "producer", producer=code)
        cookie = signed_in(store, url, login).cookies[SESSION]
        if operator and n % 20:
            waits = {"listing": 1.0, "again": 0.0}  # and its run, once there is one
            people.append(Viewer(cookie, None, "/desk/runs/{run}/now", waits))
        elif operator:
            waits = {"listing": 4.0, "run": 4.0, "drift": 4.0, "shop": 0.0, "again": 0.0}
            people.append(Viewer(cookie, None, "/desk/now", waits))
        else:
            mine = [row.id for row in goods if row.producer_id == _producer(store, code)]
            own = mine[n // 10 % len(mine)]
            part = f"/products/{own}/listings"
            people.append(Viewer(cookie, _producer(store, code), part, {f"product-{own}": 0.0, "again": 0.0}))
    return people


def _producer(store: Store, code: str | None) -> int:
    return store.accounts.producer_id(code or "")


async def through(store: Store, url: str, pid: int, people: list[Viewer], redis_url: str) -> dict[str, Any]:
    """Open all pages, reconcile, wait until it is quiet; what was seen."""
    run = store.runs.open(store.shops.get("shop").id, "by hand of the benchmark").id
    for one in people:
        if "{run}" in one.part:
            one.part, one.waits = one.part.format(run=run), {**one.waits, f"run-{run}": 0.0}
    truth, memory = Truth(), list[float]()
    Thread(target=lambda: asyncio.run(listen(store, truth)), daemon=True).start()
    pages = [asyncio.create_task(look(url, one)) for one in people]
    await until(lambda: all("again" in one.heard for one in people), 60)
    await asyncio.sleep(5)
    before = _mb(pid)
    started = time.monotonic()
    CeleryHints(redis_url).reconcile(store.shops.get("shop").id, "by hand of the benchmark")
    while (state := store.runs.get(run or 0).state) in ("scanning", "healing"):
        memory.append(_mb(pid))
        await asyncio.sleep(1)
        assert time.monotonic() - started < 900, state
    assert memory, "the run was over before all were looking: take more --products"
    took = time.monotonic() - started
    await asyncio.sleep(8)
    after = _mb(pid)
    for page in pages:
        page.cancel()
    done = store.runs.get(run or 0)
    assert done.state == "done", done
    fetched = [ms for one in people for ms in one.took]
    return {
        "viewers": len(people),
        "listings": done.planned,
        "healed": done.applied,
        "run s": round(took),
        "told": truth.count,
        "names": len(truth.last),
        "missed": len(missed(people, truth)),
        "failed": sum(len(one.failed) for one in people),
        "parts asked": len(fetched),
        "part p50 ms": round(statistics.median(fetched)),
        "part p95 ms": round(statistics.quantiles(fetched, n=20)[-1]),
        "MB before": round(before),
        "MB most": round(max(memory)),
        "MB after": round(after),
    }


async def listen(store: Store, truth: Truth) -> None:
    with suppress(Away):  # the servers go when the benchmark does
        async with listening(store.engine) as stream:
            async for told in stream:
                truth.note(told)


def missed(people: list[Viewer], truth: Truth) -> list[tuple[int, str]]:
    """Who was not told of what, at or after it last changed."""
    return [
        (place, name)
        for place, one in enumerate(people)
        for (name, producer, shared), at in truth.last.items()
        if shared or one.producer in (None, producer)
        if max(one.heard.get(name, 0.0), one.heard.get("again", 0.0)) < at - _TOLERANCE
    ]


async def look(url: str, one: Viewer) -> None:
    """Hold the stream, as a browser's EventSource does, coming back when it ends."""
    while True:
        reader, writer = await _get(url, "/live", one.cookie)
        try:
            while line := await reader.readline():
                if line.startswith(b"event: "):
                    _hear(url, one, line[7:].strip().decode())
        finally:
            writer.close()
        await asyncio.sleep(2)


def _hear(url: str, one: Viewer, name: str) -> None:
    now = time.monotonic()
    one.heard[name] = now
    if name in one.waits and now - one.asked.get(name, 0.0) >= one.waits[name]:
        one.asked[name] = now
        task = asyncio.create_task(_ask(url, one))
        one.tasks.add(task)
        task.add_done_callback(one.tasks.discard)


async def _ask(url: str, one: Viewer) -> None:
    started = time.monotonic()
    reader, writer = await _get(url, one.part, one.cookie, "close")
    head = await reader.readline()
    await reader.read()
    writer.close()
    one.took.append((time.monotonic() - started) * 1000)
    if b" 200 " not in head:
        one.failed.append(f"{one.part}: {head!r}")


async def _get(
    url: str, path: str, cookie: str, connection: str = "keep-alive"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {SESSION}={cookie}\r\nConnection: {connection}\r\n\r\n"
    writer.write(head.encode())
    await writer.drain()
    return reader, writer


async def until(true: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come"
        await asyncio.sleep(0.1)


def _mb(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


if __name__ == "__main__":
    main()
