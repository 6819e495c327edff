"""Shops as programs see them: what stands where, without secrets."""

from typing import Any

from fastapi import APIRouter

from web.api import shapes
from web.api.limits import After, Limit, paged
from web.security import Parts, Viewer

router = APIRouter(prefix="/shops", tags=["Gian hàng / shops"])


@router.get("", response_model=shapes.Page[shapes.ShopOut], summary="Các gian hàng / shops")
def shops(wired: Parts, account: Viewer, after: After = 0, limit: Limit = 50) -> Any:
    return paged(wired.store.feed(account.scope).shops(after, limit + 1), limit)
