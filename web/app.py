"""The web entrance: the console, the pictures that platforms download, and signs of life."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from config import settings as config
from connector.papers import MOST_BYTES
from connector.wiring import Wired, wire
from web import (
    api,
    consent,
    desk,
    faults,
    health,
    home,
    hooks,
    imports,
    live,
    me,
    orders,
    papers,
    passports,
    pictures,
    product_form,
    products,
    shops,
    signin,
    stock,
)
from web.desk import carry
from web.pages import HERE
from web.security import Keys, guard
from web.shield import Shield

ROUTERS = (
    home.router,
    signin.router,
    me.router,
    product_form.router,
    products.router,
    papers.router,
    imports.router,
    stock.router,
    orders.router,
    passports.router,
    shops.router,
    consent.router,
    pictures.router,
    hooks.router,
    live.router,
    health.router,
    api.router,
    desk.router,
)
"""Add a router here and its pages are guarded like all others: see docs/console.md."""

_MEGABYTE = 1_000_000
_PICTURE_LIMIT = 15 * _MEGABYTE
_PAPER_LIMIT = MOST_BYTES + _MEGABYTE


def create(given: Wired | None = None) -> FastAPI:
    """The application; without parts of its own it reads the settings and wires itself when it starts."""
    settings = given.settings if given else config.read()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        wired = given if given is not None else await asyncio.to_thread(wire, settings)
        app.state.wired, app.state.keys = wired, Keys.of(wired)
        app.state.hub, app.state.desk = live.Hub(wired.store), desk.today.Kept()
        yield
        await app.state.hub.close()
        if given is None:
            wired.close()

    app = FastAPI(
        title="OCOP",
        lifespan=lifespan,
        dependencies=[Depends(guard)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        exception_handlers=dict(faults.HANDLERS),
    )
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.add_middleware(GZipMiddleware, minimum_size=600)
    app.add_middleware(
        Shield,
        uploads={
            "/imports": settings.import_limit_mb * _MEGABYTE + 100_000,
            "/uploads/pictures": _PICTURE_LIMIT,
            "/desk/carry": carry.LIMIT + 100_000,
            "/uploads/papers": _PAPER_LIMIT,
            "/papers/": _PAPER_LIMIT,
            "/hooks": hooks.LIMIT,
            "/api/v1/pictures": _PICTURE_LIMIT,
        },
        https=settings.public_url.startswith("https:"),
    )
    return app
