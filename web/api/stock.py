"""Stock and prices by SKU: counts, movements with a reason, and prices for many SKUs at once."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path

from connector import counting, editing
from connector.domain.listing import Lane
from connector.store.accounts import Account
from connector.store.feed import NEWEST
from connector.wiring import Wired
from web.api import shapes
from web.api.limits import Before, Limit, paged
from web.problems import Obstacle, Unfit
from web.security import Parts, Viewer

router = APIRouter(tags=["Tồn kho và giá / stock and prices"])
Sku = Annotated[str, Path(pattern=r"^[A-Z0-9_.-]{3,20}$")]


@router.get("/stock/{sku}", response_model=shapes.StockOut, summary="Tồn của một mã / one SKU's stock")
def stock(wired: Parts, account: Viewer, sku: Sku) -> Any:
    _mine(wired, account, sku)
    return wired.store.stockroom.story(sku, limit=1)


@router.put(
    "/stock/{sku}",
    response_model=shapes.StockOut,
    summary="Đặt theo số đếm trong kho / set to what was counted; calling twice changes nothing",
)
def count(wired: Parts, account: Viewer, sku: Sku, given: shapes.CountIn) -> Any:
    found = _mine(wired, account, sku)
    editing.count(wired.store, found["code"], {sku: given.count}, f"API, {account.login}")
    counting.ring(wired.store, wired.hints)
    return wired.store.stockroom.story(sku, limit=1)


@router.get(
    "/stock/{sku}/movements",
    response_model=shapes.Page[shapes.MovementOut],
    summary="Sổ kho, mới nhất trước / the ledger, newest first",
)
def movements(wired: Parts, account: Viewer, sku: Sku, after: Before = NEWEST, limit: Limit = 50) -> Any:
    _mine(wired, account, sku)
    return paged(wired.store.feed(account.scope).movements(sku, after, limit + 1), limit)


@router.post(
    "/stock/{sku}/movements",
    status_code=201,
    response_model=shapes.StockOut,
    summary="Thêm hoặc bớt, kèm lý do / more or fewer, with the reason",
)
def move(wired: Parts, account: Viewer, sku: Sku, given: shapes.MovementIn) -> Any:
    _mine(wired, account, sku)
    if given.by == 0:
        raise Unfit([Obstacle(field="by", code="nothing", vi="Số phải khác 0.", en="The number must not be 0.")])
    counting.adjust(wired.store, wired.hints, sku, f"{given.by:+}", f"API, {account.login}", given.because)
    return wired.store.stockroom.story(sku, limit=1)


@router.put(
    "/prices",
    response_model=shapes.Saved,
    summary="Đặt giá nhiều mã, tất cả hoặc không / set prices of many SKUs, all or none",
)
def prices(wired: Parts, account: Viewer, given: shapes.Prices) -> Any:
    wanted = {one.sku: one.price for one in given.prices}
    codes = wired.store.feed(account.scope).products_of(list(wanted))
    unknown = [
        Obstacle(field=f"prices[{i}].sku", code="unknown_sku", vi=f"Không có mã «{p.sku}».", en=f"No SKU “{p.sku}”.")
        for i, p in enumerate(given.prices)
        if p.sku not in codes
    ]
    if unknown:
        raise Unfit(unknown)
    saved = editing.reprice(wired.store, codes, wanted, f"API, {account.login}")
    for shop in wired.store.shops.all():
        if shop.active:
            wired.hints.converge(shop.id, Lane.PRICE)
    return saved


def _mine(wired: Wired, account: Account, sku: str) -> dict[str, Any]:
    found = wired.store.feed(account.scope).sku(sku)
    if found is None:
        raise HTTPException(404)
    return found
