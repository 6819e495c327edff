"""Orders from the workbook that a seller centre exports: read whole or not, told only once, and never guessed.

A file shows the shop at one moment, and that moment is how far its orders are known. Of the buyer nothing is read: the
headings about people are passed over. A file is not believed when it contradicts itself or an earlier one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.assisted.carriers import Delivery
from adapters.assisted.desk import Desk
from adapters.assisted.memory import Memory, Remembered, known_orders, remember_orders
from adapters.assisted.sheet import Record, Table, moment, number, table
from adapters.assisted.template import Orders as Layout
from connector.domain.orders import Cursor, OrderLine, OrderSeen, OrderState
from connector.domain.text import fold
from connector.errors import Retry

_MINUTE = timedelta(minutes=1)  # to which workbooks tell times


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the file. `strange`: the words of its states that the template does not know."""

    number: str
    placed_at: datetime
    updated_at: datetime
    lines: tuple[OrderLine, ...]
    word: str
    strange: frozenset[str] = frozenset()

    @property
    def seen(self) -> OrderSeen:
        state = min((line.state for line in self.lines if line.state), key=list(OrderState).index)
        return OrderSeen(self.number, state, self.lines, self.placed_at, self.updated_at, self.word)

    @property
    def memory(self) -> Remembered:
        lines = ";".join(f"{x.line}|{x.sku or x.variant}|{x.quantity}|{x.state}" for x in self.lines)
        closed = all(line.state not in (OrderState.OPEN, OrderState.SHIPPED) for line in self.lines)
        return Remembered(self.placed_at, self.updated_at, lines, closed=closed)


def orders(at: Desk, since: Cursor) -> Iterator[OrderSeen | Cursor]:
    """All orders of the newest file, then the moment it shows. Orders whose state is known are told even where another
    one's word is not; then the moment stays where it was. Raises Retry for a file that is not to be believed."""
    delivery = at.carrier.orders(at.now - timedelta(days=at.settings.order_days))
    mark = f"{delivery.taken_at.isoformat()} {delivery.sha256}"
    what = f"{at.template.id}: {delivery.source}"
    _timely(at, delivery, since, what)
    if mark != since.mark:
        found = read(delivery, at, what)
        before = known_orders(at.connection.notebook)
        _whole(found, before, at.now - timedelta(days=at.settings.order_days), what)
        news = [order for order in found if order.updated_at >= since.until - _MINUTE]
        yield from (order.seen for order in news if not order.strange)
        strange = sorted({word for order in news for word in order.strange})
        if strange:
            words = ", ".join(f"«{word}»" for word in strange)
            message = f"{what}: trạng thái lạ {words}: thêm vào [orders.states] của mẫu / unknown order state {words}"
            raise Retry(message, after=600, code="unknown_word")
        at.took(delivery, "orders")
        remember_orders(at.connection.notebook, {order.number: order.memory for order in found}, before)
    yield Cursor(delivery.taken_at, mark)


def _timely(at: Desk, delivery: Delivery, since: Cursor, what: str) -> None:
    """Neither older than what was read already, nor so old that it says nothing about now."""
    last = datetime.fromisoformat(since.mark.partition(" ")[0]) if since.mark else None
    if last is not None and delivery.taken_at < last:
        message = f"{what}: tệp cũ hơn tệp đã đọc / older than the file read before: hãy xuất lại / export again"
        raise Retry(message, after=600, code="old_orders")
    age = at.now - delivery.taken_at
    if age > timedelta(hours=at.settings.max_export_age_hours):
        hours = f"{age.total_seconds() / 3600:.0f}"
        message = f"{what}: đã cũ {hours} giờ, hãy xuất lại đơn hàng / is {hours} hours old: export the orders again"
        raise Retry(message, after=600, code="stale_orders")


def read(delivery: Delivery, at: Desk, what: str) -> list[Order]:
    """The orders of a file, oldest first. Raises Retry for a row or a sum that cannot be."""
    layout = at.template.orders
    assert layout is not None  # can.orders is off without it
    read = table(delivery.content, layout, what, at.template)
    _adds_up(read, what)
    rows: dict[str, list[Record]] = {}
    for record in read.records:
        if not record["order"]:
            raise _bad(what, record, "order", layout)
        rows.setdefault(record["order"], []).append(record)
    states = {fold(word): OrderState(state) for word, state in layout.states.items()}
    return sorted(
        (_order(no, records, delivery.taken_at, states, layout, what) for no, records in rows.items()),
        key=lambda order: order.placed_at,
    )


def _order(
    no: str, records: Sequence[Record], taken_at: datetime, states: Mapping[str, OrderState], layout: Layout, what: str
) -> Order:
    lines: dict[str, OrderLine] = {}
    for place, record in enumerate(records, start=1):
        quantity, placed = number(record["quantity"]), moment(record["placed_at"])
        if not quantity:
            raise _bad(what, record, "quantity", layout)
        if placed is None:
            raise _bad(what, record, "placed_at", layout)
        if not (record["sku"] or record["variant_id"]):
            raise _bad(what, record, "sku", layout)
        name = record["line"] or str(place)
        if name in lines:
            raise Retry(
                f"{what}: dòng {record.number}: đơn {no} có hai dòng số {name}, tệp đã bị sửa? / "
                f"row {record.number}: order {no} has line {name} twice; was the file edited?",
                after=600,
                code="twice",
            )
        lines[name] = OrderLine(
            name, quantity, record["sku"], record["variant_id"], state=states.get(fold(record["state"]))
        )
    first = records[0]
    return Order(
        number=no,
        placed_at=min(found for record in records if (found := moment(record["placed_at"]))),
        updated_at=max((found for record in records if (found := moment(record["updated_at"]))), default=taken_at),
        lines=tuple(lines.values()),
        word=first["state"],
        strange=frozenset(r["state"] for r in records if fold(r["state"]) not in states),
    )


def _adds_up(read: Table, what: str) -> None:
    """The row of sums fits, and rows that are numbered are all there: else somebody took rows away."""
    told = number(read.total["quantity"]) if read.total else None
    held = sum(number(record["quantity"]) or 0 for record in read.records)
    ordinals = [number(record["ordinal"]) for record in read.records if record["ordinal"]]
    lacking = []
    if told is not None and told != held:
        lacking.append(f"cộng được {held}, tệp ghi {told} / the sum is {held}, the file says {told}")
    if ordinals != list(range(1, len(ordinals) + 1)):
        lacking.append("số thứ tự không liền nhau / the rows are not numbered through")
    if lacking:
        message = f"{what}: thiếu dòng, hãy xuất lại / rows are missing, export again: {'; '.join(lacking)}"
        raise Retry(message, after=600, code="half_orders")


def _whole(found: Iterable[Order], before: Memory, since: datetime, what: str) -> None:
    """Every order still open when it was last read is in the file, with all its lines, and none changed unsaid."""
    now = {order.number: order for order in found}
    lost = [no for no, kept in before.items() if no not in now and not kept.closed and kept.placed_at >= since]
    for no, order in now.items():
        kept = before.get(no)
        if kept is None:
            continue
        gone = {part.partition("|")[0] for part in kept.lines.split(";")} - {line.line for line in order.lines}
        lost += [f"{no} ({', '.join(sorted(gone))})"] if gone else []
        if order.updated_at == kept.updated_at and not gone and _pieces(order.memory.lines) != _pieces(kept.lines):
            message = f"{what}: đơn {no} đã khác dù sàn không ghi sửa đổi: tệp bị sửa tay? Hãy xuất lại"
            raise Retry(f"{message} / order {no} differs though not updated: edited?", after=600, code="edited_orders")
    if lost:
        some = ", ".join(sorted(lost)[:5])
        message = f"{what}: thiếu {len(lost)} đơn còn mở ({some}): xuất đủ ngày rồi gửi lại"
        raise Retry(f"{message} / open orders are missing: export the whole period", after=600, code="half_orders")


def _pieces(lines: str) -> list[str]:
    """What of a line never changes without the platform's saying so; its state may, within the same minute."""
    return sorted(part.rpartition("|")[0] for part in lines.split(";"))


def _bad(what: str, record: Record, key: str, layout: Layout) -> Retry:
    heading = layout.columns[key][0]
    place = f"dòng {record.number} không đọc được / row {record.number} is unreadable"
    return Retry(f"{what}: {place}: «{heading}» = {record[key]!r}", after=600, code="bad_row")
