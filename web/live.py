"""Live pages: one listener per process, fanned out to every open page as server-sent events.

An event never carries data, only where to look: the page then asks for the fragment anew. So nothing has to arrive in
order or only once, and a page that was away asks for everything when it is back ("again").
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from connector.accounts import seal
from connector.store import Store
from connector.store.listen import Away, Told, listening
from connector.store.scope import Scope
from web.security import SESSION, Viewer

router = APIRouter()
log = structlog.get_logger()
_GATHER = 0.3  # seconds: what happens within is told at once
_HEARTBEAT = 20.0
_MOST = 200  # different events waiting for one page; beyond, it is told to look at everything
_LINGER = 5.0  # seconds that the listener stays after the last page left


class Page:
    """One open page: the events it has not been told yet. A slow one costs at most `_MOST` short words."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._waiting: set[str] = {"again"}
        self._news = asyncio.Event()
        self._news.set()
        self.ended = False

    def hear(self, told: Told) -> None:
        shared = told.about in ("shop", "run") and told.producer is None
        if shared or self._scope.producer_id in (None, told.producer):
            self.tell(events(told))

    def end(self) -> None:
        """The server goes down: the browser will come back by itself."""
        self.ended = True
        self._news.set()

    def tell(self, names: Iterable[str]) -> None:
        self._waiting |= set(names)
        if len(self._waiting) > _MOST:
            self._waiting = {"again"}
        self._news.set()

    async def next(self) -> list[str]:
        """The events since the last time; empty after a heartbeat's silence."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _HEARTBEAT)
            await asyncio.sleep(_GATHER)
        names, self._waiting = sorted(self._waiting), set()
        self._news.clear()
        return names


def events(told: Told) -> list[str]:
    """What pages may wait for: `listing`, `run`, ... and, of one thing, `product-7`, `shop-3`, `run-12`, `upload-5`."""
    names = [told.about]
    if told.product is not None:
        names.append(f"product-{told.product}")
    if told.shop is not None:
        names.append(f"shop-{told.shop}")
    if told.about in ("run", "upload"):
        names.append(f"{told.about}-{told.id}")
    return names


class Hub:
    """Listens while at least one page is open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: set[Page] = set()
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def open(self, scope: Scope) -> Page:
        page = Page(scope)
        self._pages.add(page)
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.create_task(self._listen())
        with suppress(TimeoutError):  # the database is away: the page stays open and is told when it is back
            await asyncio.wait_for(self._ready.wait(), 5)
        return page

    def leave(self, page: Page) -> None:
        self._pages.discard(page)
        if not self._pages:
            asyncio.get_running_loop().call_later(_LINGER, self._rest)

    def _rest(self) -> None:
        if not self._pages and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        wait = 0.5
        while True:
            try:
                async with listening(self._store.engine) as stream:
                    self._ready.set()
                    wait = 0.5
                    for page in self._pages:
                        page.tell(["again"])
                    async for told in stream:
                        for page in self._pages:
                            page.hear(told)
            except Away as error:
                log.warning("live_away", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 15)

    def end_pages(self) -> None:
        for page in self._pages:
            page.end()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


@router.get("/live")
async def live(request: Request, account: Viewer) -> Response:
    """The stream of one page, within the viewer's scope."""
    hub: Hub = request.app.state.hub
    page = await hub.open(account.scope)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

    def still_in() -> bool:
        wired, keys = request.app.state.wired, request.app.state.keys
        token = keys.opened(request.cookies.get(SESSION, ""))
        return token is not None and wired.store.accounts.signed_in(seal(token)) is not None

    return StreamingResponse(_stream(hub, page, still_in), media_type="text/event-stream", headers=headers)


async def _stream(hub: Hub, page: Page, still_in: Callable[[], bool]) -> AsyncIterator[str]:
    """Ends when the page is gone or, within a heartbeat, when its session is revoked."""
    checked = time.monotonic()
    try:
        yield "retry: 2000\n\n"
        while not page.ended:
            names = await page.next()
            if time.monotonic() - checked > _HEARTBEAT:
                checked = time.monotonic()
                if not await run_in_threadpool(still_in):
                    return
            yield "".join(f"event: {name}\ndata: .\n\n" for name in names) or ": still here\n\n"
    finally:
        hub.leave(page)
