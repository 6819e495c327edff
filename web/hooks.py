"""Platforms' pushes: verified over the raw bytes, kept under their key, answered at once; the workers do the rest."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from connector.errors import Complaint, Refused
from connector.orders import take_push
from connector.wiring import Wired
from web.security import parts, signed

router = APIRouter()
LIMIT = 256 * 1024  # bytes; the largest documented push is a few kilobytes
refused: Counter[str] = Counter()  # pushes turned away, by reason


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
        refused.update(problem.code for problem in error.problems)
        return 401
    if about is not None:
        wired.hints.events(about)
    return 200
