"""The web entrance: for now the pictures that platforms download, their pushes, and signs of life."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from redis import RedisError

from config import settings as config
from connector.errors import Complaint, Refused
from connector.orders import take_push
from connector.store.reads import StoreAway
from connector.wiring import Wired, wire
from web import consent

_PUSH_LIMIT = 256 * 1024  # bytes; the largest documented push is a few kilobytes
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.refused = Counter()  # pushes turned away, by reason
    app.state.wired = await asyncio.to_thread(wire, config.read())
    yield
    app.state.wired.close()


app = FastAPI(title="OCOP", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
app.include_router(consent.router)


@app.get("/pictures/{name}")
def picture(request: Request, name: str) -> Response:
    """A picture by its content: what stands at this address never changes."""
    try:
        path = request.app.state.wired.pictures.path(name.removesuffix(".jpg"))
    except Complaint:
        return Response(status_code=404)
    return (
        FileResponse(path, media_type="image/jpeg", headers=_FOR_EVER) if path.is_file() else Response(status_code=404)
    )


@app.post("/hooks/{platform}/{shop}")
async def hook(request: Request, platform: str, shop: str) -> Response:
    """A platform's push: verified, kept under its key, answered at once with nothing; worked by the workers."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _PUSH_LIMIT:
            return Response(status_code=413)
    return Response(status_code=await asyncio.to_thread(_take, request, platform, shop, bytes(body)))


def _take(request: Request, platform: str, code: str, body: bytes) -> int:
    wired: Wired = request.app.state.wired
    try:
        shop = wired.store.shops.get(code)
        site = wired.site(shop)
    except Complaint:
        return 404
    if shop.platform != platform or not site.adapter.can.events:
        return 404
    try:
        about = take_push(wired.store, shop, site.adapter, request.headers, body)
    except Refused as error:
        request.app.state.refused.update(problem.code for problem in error.problems)
        return 401
    if about is not None:
        wired.hints.events(about)
    return 200


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@app.get("/readyz")
def readyz(request: Request) -> Response:
    """Database and queue answer too."""
    wired = request.app.state.wired
    try:
        wired.store.reads.ping()
        wired.redis.ping()
    except (StoreAway, RedisError) as error:
        return JSONResponse({"status": "away", "part": type(error).__name__}, status_code=503)
    return JSONResponse({"status": "ready"})
