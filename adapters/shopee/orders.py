"""Orders in: what changed, in windows of at most fifteen days, page by page, with the details in batches of fifty.

The list says only which orders changed; the details are asked for without anything about the buyer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.paging import batched, pages
from adapters.shopee.client import Client
from adapters.shopee.errors import plain
from connector.domain.orders import Cursor, OrderLine, OrderSeen, OrderState
from connector.errors import Missing, Refused, Retry
from connector.ports import Connection

_WINDOW, _PAGE, _BATCH = timedelta(days=15), 100, 50
_FIELDS = "item_list,package_list,pickup_done_time"
_STATES = {
    "UNPAID": OrderState.OPEN,
    "INVOICE_PENDING": OrderState.OPEN,
    "PENDING": OrderState.OPEN,
    "READY_TO_SHIP": OrderState.OPEN,
    "PROCESSED": OrderState.OPEN,
    "RETRY_SHIP": OrderState.OPEN,  # the carrier failed to fetch it
    "IN_CANCEL": OrderState.OPEN,  # the buyer has asked, nobody has answered
    "CANCELLED": OrderState.CANCELLED,
    "SHIPPED": OrderState.SHIPPED,
    "TO_CONFIRM_RECEIVE": OrderState.SHIPPED,
    "COMPLETED": OrderState.DONE,
    "TO_RETURN": OrderState.FAILED,
}
# A cancelled order with such a parcel had left the house: its goods are on the road, not on the shelf.
_LEFT = {"LOGISTICS_PICKUP_DONE", "LOGISTICS_DELIVERY_DONE", "LOGISTICS_DELIVERY_FAILED", "LOGISTICS_LOST"}

Row = Mapping[str, Any]


class Orders:
    def __init__(self, connection: Connection, client: Client) -> None:
        self._connection = connection
        self._settings = connection.channel.settings
        self._client = client

    def since(self, since: Cursor) -> Iterator[OrderSeen | Cursor]:
        began, start = self._connection.clock.now(), since.until
        while True:
            end = min(start + _WINDOW, began)
            yield from self._window(start, end)
            yield Cursor(end)
            if end >= began:
                return
            start = end

    def recall(self, numbers: Sequence[str]) -> Iterator[OrderSeen]:
        """These orders; one that Shopee does not know (yet) is left out, as its answer leaves it out."""
        for batch in batched(numbers, _BATCH):
            yield from (self._seen(order) for order in self._details(batch) if self._counts(order))

    def _window(self, start: datetime, end: datetime) -> Iterator[OrderSeen]:
        """An order that is listed and not told would be lost for good if the window were closed without it."""
        lists = [_changed(self._list(start, end))]
        if self._settings["returns_walk"]:
            lists.append(_changed(self._returns(start, end)))
        listed: set[str] = set()
        for numbers in (page for each in lists for page in each):
            fresh = [number for number in numbers if number not in listed]
            listed.update(fresh)
            for batch in batched(fresh, _BATCH):
                orders = self._details(batch)
                missing = set(batch) - {str(order["order_sn"]) for order in orders}
                yield from (self._seen(order) for order in orders if self._counts(order))
                if missing:
                    raise Retry(f"get_order_detail leaves out {', '.join(sorted(missing))}", after=60.0)

    def _list(self, start: datetime, end: datetime) -> Callable[[str], tuple[Sequence[str], str | None]]:
        window = [("time_range_field", "update_time"), ("time_from", _stamp(start)), ("time_to", _stamp(end))]

        def fetch(cursor: str) -> tuple[Sequence[str], str | None]:
            query = [*window, ("page_size", str(_PAGE)), ("cursor", cursor)]
            answer = self._client.read("order/get_order_list", query)
            rows = answer.get("order_list") or ()
            return [str(row["order_sn"]) for row in rows], str(answer["next_cursor"]) if answer.get("more") else None

        return fetch

    def _returns(self, start: datetime, end: datetime) -> Callable[[str], tuple[Sequence[str], str | None]]:
        """Orders of which something comes back: whether that moves the order's own update_time is not documented."""
        window = [("update_time_from", _stamp(start)), ("update_time_to", _stamp(end))]

        def fetch(page: str) -> tuple[Sequence[str], str | None]:
            query = [*window, ("page_no", page or "0"), ("page_size", str(_PAGE))]
            answer = self._none_if_unknown("returns/get_return_list", query)
            rows = answer.get("return") or ()
            step = len(rows) if self._settings["returns_page_is_entry"] else 1
            return [str(row["order_sn"]) for row in rows], str(int(page or 0) + step) if answer.get("more") else None

        return fetch

    def _details(self, numbers: Sequence[str]) -> Sequence[Row]:
        query = [("order_sn_list", ",".join(numbers)), ("response_optional_fields", _FIELDS)]
        return self._none_if_unknown("order/get_order_detail", query).get("order_list") or ()

    def _none_if_unknown(self, name: str, query: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
        """Asked for nothing but unknown orders, or for a module that a shop lacks, Shopee answers error_not_found."""
        try:
            return self._client.read(name, query)
        except (Refused, Missing) as error:
            if plain(error.code) == "error_not_found":
                return {}
            raise

    def _counts(self, order: Row) -> bool:
        """An unpaid order is nothing to us where pieces are taken off sale by the payment only."""
        return bool(self._settings["unpaid_reserves"]) or order["order_status"] != "UNPAID"

    def _seen(self, order: Row) -> OrderSeen:
        status = str(order["order_status"])
        state = _STATES.get(status)
        if state is None:
            raise Retry(f"order {order['order_sn']}: unknown status {status}", after=600.0, code=status)
        left = state is OrderState.CANCELLED and _has_left(order)
        lines = _lines(order, left=left, comes_back=bool(self._settings["returned_comes_back"]))
        placed, updated = _moment(order["create_time"]), _moment(order["update_time"])
        return OrderSeen(str(order["order_sn"]), OrderState.FAILED if left else state, lines, placed, updated, status)


def _changed(fetch: Callable[[str], tuple[Sequence[str], str | None]]) -> Iterator[Sequence[str]]:
    """Pages until nothing new turns up: an order that changes while we read leaves the window, and what follows it
    moves up by one, past the page that we ask for next."""
    known: set[str] = set()
    while True:
        before, count = len(known), 0
        for page in pages(fetch, ""):
            count += 1
            known.update(page)
            yield page
        if count == 1 or len(known) == before:
            return


def _lines(order: Row, *, left: bool, comes_back: bool) -> list[OrderLine]:
    """Rows of one item, model and promotion are one line, whatever the number of rows."""
    shipped = _shipped(order) if left else {}
    found: dict[str, OrderLine] = {}
    for row in order.get("item_list") or ():
        key, model = _key(row), int(row.get("model_id") or 0)
        cancelled = int(row.get("cancelled_qty") or 0)
        quantity = max(int(row["model_quantity_purchased"]), int(row.get("active_qty") or 0) + cancelled)
        if left:
            cancelled = quantity - min(shipped.get(key, quantity), quantity)
        sku = str((row.get("model_sku") if model else row.get("item_sku")) or "").strip()
        returned = int(row.get("returned_qty") or 0) if comes_back else 0
        before = found.get(key, OrderLine(key, 0))
        found[key] = OrderLine(
            key,
            before.quantity + quantity,
            sku,
            str(model) if model else "",  # an item without models has no id of its own for what is sold
            before.cancelled + cancelled,
            before.returned + returned,
        )
    return list(found.values())


def _key(row: Row) -> str:
    """order_item_id is no key: it equals the item's id (contract 6.2)."""
    return f"{row['item_id']}.{row.get('model_id') or 0}.{row.get('promotion_group_id') or 0}"


def _has_left(order: Row) -> bool:
    packages = order.get("package_list") or ()
    return bool(order.get("pickup_done_time")) or any(p.get("logistics_status") in _LEFT for p in packages)


def _shipped(order: Row) -> dict[str, int]:
    """Pieces in parcels, by line: what was cancelled at the end had left the house nevertheless."""
    pieces: dict[str, int] = {}
    for row in _parcelled(order.get("package_list") or ()):
        pieces[_key(row)] = pieces.get(_key(row), 0) + int(row.get("model_quantity") or 0)
    return pieces


def _parcelled(packages: Iterable[Row]) -> Iterator[Row]:
    return (row for package in packages for row in package.get("item_list") or ())


def _stamp(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(int(stamp), UTC)
