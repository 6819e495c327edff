"""Orders in: whole orders, a page at a time, by the time of their last change; nothing about the buyer is kept.

An order has one status for all its lines: Tiki cancels, ships and takes back whole orders.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from adapters.paging import batched, changes
from adapters.tiki.client import Client
from connector.domain.orders import Cursor, OrderLine, OrderSeen, OrderState

log = structlog.get_logger()
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_OPEN = (
    "waiting_payment processing queueing payment_review paid picking packaging finished_packing ready_to_ship holded"
)
_STATES = (
    dict.fromkeys(_OPEN.split(), OrderState.OPEN)
    | dict.fromkeys(("handover_to_partner", "shipping"), OrderState.SHIPPED)
    | dict.fromkeys(("delivered", "successful_delivery", "complete", "closed"), OrderState.DONE)
    | {"canceled": OrderState.CANCELLED, "returned": OrderState.FAILED}
)
# A cancelled order that was once in one of these had left the house: its goods are on the road, not on the shelf. What
# words `status_histories` uses is not documented; "shipped" and the like are taken for what they say.
_LEFT = {
    "handover_to_partner",
    "shipping",
    "shipped",
    "delivered",
    "successful_delivery",
    "failed_delivery",
    "complete",
    "completed",
    "returned",
}
_UNPAID = "nin|processing,waiting_payment"
Row = Mapping[str, Any]


class Orders:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._settings = client.settings

    def since(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        began = self._client.connection.clock.now()
        told: set[tuple[str, datetime]] = set()
        for rows, reached in changes(self._list, since.until, _changed):
            fresh = [row for row in rows if (str(row["code"]), _changed(row)) not in told]
            told.update((str(row["code"]), _changed(row)) for row in fresh)
            yield from (self._seen(self._whole(row)) for row in fresh)
            yield Cursor(min(reached, began))
        yield Cursor(began)

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        """These orders; what Tiki does not list (yet) is left out."""
        for some in batched(numbers, self._limit):
            rows, _ = self._page(0, {"code": ",".join(some)})
            yield from (self._seen(self._whole(row)) for row in rows if str(row["code"]) in some)

    @property
    def _limit(self) -> int:
        return int(self._settings["orders_page"])

    def _list(self, since: datetime, page: int) -> tuple[Sequence[Row], bool]:
        local = since.astimezone(_VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
        return self._page(page, {"updated_from_date": local, "order_by": "updated_at|asc"})

    def _page(self, page: int, which: Mapping[str, str]) -> tuple[Sequence[Row], bool]:
        """Pages may be short: the last one is known by its number alone."""
        query: dict[str, Any] = {"page": page + 1, "limit": self._limit, "include": "status_histories", **which}
        if not self._settings["unpaid_reserves"]:
            query["status"] = _UNPAID
        body = self._client.get("/v2/orders", "orders", query)
        last = int((body.get("paging") or {}).get("last_page") or 0)
        return body.get("data") or (), page + 1 < last

    def _whole(self, row: Row) -> Row:
        """The list shows whole orders in every sample; one without its items is asked for by itself."""
        if row.get("items"):
            return row
        found: Row = self._client.get(f"/v2/orders/{row['code']}", "orders/{code}", {"include": "status_histories"})
        return found

    def _seen(self, order: Row) -> OrderSeen:
        status, number = str(order["status"]), str(order["code"])
        state = _STATES.get(status)
        if state is None:  # its pieces stay reserved: the reading that promises nothing
            log.warning("order_status_unknown", shop=self._client.connection.shop, order=number, status=status)
            state = OrderState.OPEN
        if state is OrderState.CANCELLED and _has_left(order):
            state = OrderState.FAILED
        if status == "returned" and self._settings["returned_is_back"]:
            state = OrderState.RETURNED
        if order.get("children") and not self._settings["split_parents_count"]:
            status, state = f"{status} (split)", OrderState.CANCELLED
        placed = _moment(order["created_at"])
        return OrderSeen(number, state, _lines(order), placed, max(placed, _changed(order)), status)


def _lines(order: Row) -> list[OrderLine]:
    """Rows that stand for their parts only (parents of other rows) are left out."""
    rows = order.get("items") or ()
    parents = {str(row.get("parent_item_id") or 0) for row in rows} - {"0"}
    return [_line(row) for row in rows if str(row["id"]) not in parents]


def _line(row: Row) -> OrderLine:
    product = row.get("product") or {}
    sku, variant = str(product.get("seller_product_code") or "").strip(), str(product.get("id") or "")
    return OrderLine(str(row["id"]), int(row["qty"]), sku, variant)


def _has_left(order: Row) -> bool:
    return any(str(row.get("status")) in _LEFT for row in order.get("status_histories") or ())


def _changed(order: Row) -> datetime:
    return _moment(order.get("updated_at") or order["created_at"])


def _moment(text: str) -> datetime:
    """Vietnam's time, without a zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_VIETNAM).astimezone(UTC)
