"""Orders as the platforms tell them, and what they did to stock. Nothing about buyers is kept, so nothing is shown."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from connector.domain.orders import OrderState
from connector.store.console import PAGE
from web.desk.frame import board
from web.security import Parts, Viewer

router = APIRouter(prefix="/orders")
STATES = [state.value for state in OrderState]


@router.get("")
def orders(
    request: Request,
    wired: Parts,
    account: Viewer,
    which: Annotated[str, Query(pattern=f"^(|strange|{'|'.join(STATES)})$")] = "",
    shop: Annotated[str, Query(max_length=100)] = "",
    sku: Annotated[str, Query(max_length=40)] = "",
    product: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    before: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    shelves = wired.store.shelves(account.scope)
    found = shelves.orders(which=which, shop=shop, sku=sku.strip().upper(), product=product, before=_key(before))
    shown, more = found[:PAGE], len(found) > PAGE
    return board(
        request,
        "orders/list.html",
        orders=shown,
        more=f"{shown[-1]['placed_at'].isoformat()}|{shown[-1]['id']}" if more else "",
        strange=shelves.strange(),
        states=STATES,
        shops=wired.store.console(account.scope).shops(),
        which=which,
        shop=shop,
        sku=sku,
        product=wired.store.console(account.scope).product(product) if product else None,
    )


def _key(before: str) -> tuple[datetime, int] | None:
    """The moment and id that the last page ended with; nonsense is the first page."""
    moment, _, number = before.partition("|")
    try:
        return datetime.fromisoformat(moment), int(number[:19])
    except ValueError:
        return None
