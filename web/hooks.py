"""Platforms' pushes: verified over the raw bytes, kept under their key, answered at once; the workers do the rest."""

import asyncio
from collections.abc import Mapping

import structlog
from fastapi import APIRouter, Request, Response
from redis import Redis, RedisError

from connector.errors import Complaint, Refused
from connector.orders import take_push
from connector.wiring import Wired
from web.security import parts, signed

router = APIRouter()
LIMIT = 256 * 1024  # bytes; the largest documented push is a few kilobytes
_REFUSED = "ocop:pushes:refused"


@router.post("/hooks/{platform}/{shop}")
@signed
async def hook(request: Request, platform: str, shop: str) -> Response:
    body = await request.body()
    return Response(status_code=await asyncio.to_thread(take, parts(request), request.headers, platform, shop, body))


def take(wired: Wired, headers: Mapping[str, str], platform: str, code: str, body: bytes) -> int:
    """The status that the platform is answered."""
    try:
        shop = wired.store.shops.get(code)
        site = wired.site(shop)
    except Complaint:
        return 404
    if shop.platform != platform or not site.adapter.can.events:
        return 404
    try:
        about = take_push(wired.store, shop, site.adapter, headers, body)
    except Refused as error:
        for problem in error.problems:
            _count(wired, platform, problem.code)
        return 401
    if about is not None:
        wired.hints.events(about)
    return 200


def refused(redis: Redis) -> dict[tuple[str, str], int]:
    """Pushes turned away, by platform and reason; kept where every process counts."""
    counted: Mapping[bytes, bytes] = redis.hgetall(_REFUSED)  # type: ignore[assignment]
    found = {}
    for name, n in counted.items():
        platform, _, reason = name.decode().partition(" ")
        found[platform, reason] = int(n)
    return found


def _count(wired: Wired, platform: str, reason: str) -> None:
    try:
        wired.redis.hincrby(_REFUSED, f"{platform} {reason}", 1)
    except RedisError:
        structlog.get_logger().warning("push_not_counted", platform=platform, reason=reason)
