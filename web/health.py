"""Signs of life, for machines."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from redis import RedisError

from connector.store.reads import StoreAway
from web.security import Parts, public

router = APIRouter()


@router.get("/healthz")
@public
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz")
@public
def readyz(wired: Parts) -> Response:
    """Database and queue answer too."""
    try:
        wired.store.reads.ping()
        wired.redis.ping()
    except (StoreAway, RedisError) as error:
        return JSONResponse({"status": "away", "part": type(error).__name__}, status_code=503)
    return JSONResponse({"status": "ready"})
