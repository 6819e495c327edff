"""Orders as they were read from the platforms, line by line."""

from typing import Any

from fastapi import APIRouter

from connector.store.feed import NEWEST
from web.api import shapes, states
from web.api.limits import Before, Code, Limit, paged
from web.security import Parts, Viewer

router = APIRouter(prefix="/orders", tags=["Đơn hàng / orders"])


@router.get(
    "", response_model=shapes.Page[states.OrderLineOut], summary="Dòng đơn, mới nhất trước / order lines, newest first"
)
def orders(
    wired: Parts, account: Viewer, shop: Code = "", sku: Code = "", after: Before = NEWEST, limit: Limit = 50
) -> Any:
    return paged(wired.store.feed(account.scope).orders(shop=shop, sku=sku, before=after, limit=limit + 1), limit)
