"""The web entrance: for now the pictures that platforms download, and signs of life."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from redis import RedisError

from config import settings as config
from connector.errors import Complaint
from connector.store.reads import StoreAway
from connector.wiring import wire
from web import consent

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
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
