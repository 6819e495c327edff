"""Orders in: what changed, a page at a time, with the pieces of fifty orders in one call.

Each order item is one piece with a status of its own, so a line is a piece: it is sold, cancelled or back as a whole.
The list only says which orders changed; nothing about the buyer is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from adapters.lazada.client import Client
from adapters.paging import batched, changes
from connector.domain.orders import Cursor, OrderLine, OrderSeen, OrderState
from connector.errors import Missing, Refused, Retry

log = structlog.get_logger()
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_UNKNOWN = {"16", "37", "39"}  # one of the orders, or all of them, are not of this shop (or not yet)
_OPEN = "unpaid pending topack packed repacked ready_to_ship_pending ready_to_ship toship"
_FAILED = (
    "failed failed_delivery lost lost_by_3pl damaged_by_3pl shipped_back shipped_back_success shipped_back_failed "
    "returned package_scrapped"
)
_STATES = (
    dict.fromkeys(_OPEN.split(), OrderState.OPEN)
    | dict.fromkeys(("shipped", "shipping"), OrderState.SHIPPED)
    | dict.fromkeys(("delivered", "confirmed"), OrderState.DONE)
    | dict.fromkeys(_FAILED.split(), OrderState.FAILED)
    | {"canceled": OrderState.CANCELLED}
)
Row = Mapping[str, Any]


class Orders:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._settings = client.connection.channel.settings

    def since(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        began = self._client.connection.clock.now()
        if self._settings["returns_walk"]:
            for page in batched(self._coming_back(since.until), self._batch):
                yield from self.recall(page)
        told: set[tuple[str, datetime]] = set()
        for rows, reached in changes(self._list, since.until, _changed):
            fresh = [row for row in rows if (str(row["order_id"]), _changed(row)) not in told]
            told.update((str(row["order_id"]), _changed(row)) for row in fresh)
            for some in batched(fresh, self._batch):
                yield from self._details(some)
            yield Cursor(min(reached, began))
        yield Cursor(began)

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        """These orders; one unknown number makes Lazada refuse a whole batch, which is then asked for one by one."""
        for some in batched(numbers, self._batch):
            try:
                found = self._items(some)
            except (Refused, Missing) as error:
                if error.code not in _UNKNOWN:
                    raise
                if len(some) > 1:
                    for number in some:
                        yield from self.recall([number])
                continue
            yield from (self._seen(number, rows) for number, rows in found.items() if rows)

    @property
    def _batch(self) -> int:
        return int(self._settings["orders_per_call"])

    def _list(self, since: datetime, page: int) -> tuple[Sequence[Row], bool]:
        limit = int(self._settings["orders_page"])
        query = {
            "update_after": since.astimezone(_VIETNAM).isoformat(timespec="seconds"),
            "sort_by": "updated_at",
            "sort_direction": "ASC",
            "limit": str(limit),
            "offset": str(page * limit),
        }
        data = self._client.read("/orders/get", query) or {}
        rows, total = data.get("orders") or (), data.get("countTotal")
        after = (page + 1) * limit
        if total is not None and not rows and page * limit < int(total):
            raise Retry(f"/orders/get: nothing at offset {page * limit} of {total}", code="short_list")
        return rows, len(rows) >= limit if total is None else after < int(total)

    def _details(self, orders: Sequence[Row]) -> Iterator[OrderSeen]:
        """An order that is listed and not told would be lost for good if the window were closed without it."""
        heads = {str(order["order_id"]): order for order in orders}
        try:
            found = self._items(list(heads))
        except (Refused, Missing) as error:
            if error.code in _UNKNOWN:
                raise Retry(f"/orders/items/get does not know what was listed: {error}", after=60.0) from None
            raise
        yield from (self._seen(number, rows, heads.get(number)) for number, rows in found.items() if rows)
        missing = heads.keys() - {number for number, rows in found.items() if rows}
        if missing:
            raise Retry(f"/orders/items/get leaves out {', '.join(sorted(missing))}", after=60.0)

    def _items(self, numbers: Sequence[str]) -> dict[str, Sequence[Row]]:
        data = self._client.read("/orders/items/get", {"order_ids": f"[{','.join(numbers)}]"})
        return {str(order.get("order_id") or order.get("order_number")): order["order_items"] for order in data or ()}

    def _seen(self, number: str, rows: Sequence[Row], head: Row | None = None) -> OrderSeen:
        ours = [row for row in rows if str(row.get("is_fbl") or 0) != "1"]  # those lie in Lazada's own warehouse
        lines = [self._line(number, row) for row in ours]
        updated = [_moment(row["updated_at"]) for row in rows] + ([_changed(head)] if head else [])
        placed = min(_moment(row["created_at"]) for row in rows)
        said = ", ".join(dict.fromkeys(str(row["status"]) for row in rows))
        return OrderSeen(number, _least(lines), lines, placed, max(placed, *updated), said)

    def _line(self, number: str, row: Row) -> OrderLine:
        status = str(row["status"]).lower()
        state = _STATES.get(status)
        if state is None:  # the piece stays reserved: the reading that promises nothing
            log.warning("order_status_unknown", shop=self._client.connection.shop, order=number, status=status)
            state = OrderState.OPEN
        if status in self._settings["back_statuses"]:
            state = OrderState.RETURNED
        sku, variant = str(row.get("sku") or "").strip(), str(row.get("sku_id") or "")
        return OrderLine(str(row["order_item_id"]), 1, sku, variant, state=state)

    def _coming_back(self, since: datetime) -> list[str]:
        """Orders of which something is on its way back: whether that moves their own updated_at is not documented."""
        numbers: dict[str, None] = {}
        page, size = 1, 50
        while True:
            query = {
                "ReverseOrderLineModifiedTimeRangeStart": str(int(since.timestamp() * 1000)),
                "ReverseOrderLineModifiedTimeRangeEnd": str(
                    int(self._client.connection.clock.now().timestamp() * 1000)
                ),
                "page_no": str(page),
                "page_size": str(size),
            }
            data = self._client.read("/reverse/getreverseordersforseller", query) or {}
            rows = data.get("items") or ()
            numbers |= dict.fromkeys(str(row["trade_order_id"]) for row in rows)
            if not rows or page * size >= int(data.get("total") or 0):
                return list(numbers)
            page += 1


def _least(lines: Sequence[OrderLine]) -> OrderState:
    """The order as a whole: where the piece stands that has come the shortest way, cancelled ones aside."""
    ranks = list(OrderState)
    states = sorted((line.state or OrderState.OPEN for line in lines), key=ranks.index)
    return next((s for s in states if s is not OrderState.CANCELLED), states[0] if states else OrderState.DONE)


def _changed(order: Row) -> datetime:
    return _moment(order["updated_at"])


def _moment(text: Any) -> datetime:
    """Three ways were seen: milliseconds, ISO 8601, and `2018-05-17 09:23:36 +0800`; without a zone it is Vietnam's."""
    said = str(text).strip()
    if said.isdigit():
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(said))
    moment = datetime.fromisoformat(said.replace(" +", "+").replace(" -", "-"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)).astimezone(UTC)
