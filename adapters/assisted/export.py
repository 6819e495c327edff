"""The listing export as a picture of the shop: its lines by product, by id and by SKU."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.assisted.carriers import Delivery
from adapters.assisted.sheet import Record, moment, number, table
from adapters.assisted.template import Export as Layout
from adapters.assisted.template import Template
from connector.domain.listing import Ref, State
from connector.domain.text import fold, tidy
from connector.errors import Retry

_STATES = {state.value: state for state in (State.LIVE, State.HIDDEN, State.PENDING, State.REJECTED, State.BANNED)}


@dataclass(frozen=True, slots=True)
class Line:
    """One variant. `state` None: a word the template does not know, kept in `word`."""

    listing_id: str
    group_id: str
    sku: str
    title: str
    axis: str
    price: int
    stock: int
    state: State | None
    word: str
    reason: str
    url: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole shop at one moment."""

    taken_at: datetime
    groups: Mapping[str, Sequence[Line]]
    by_id: Mapping[str, str]  # variant id -> product
    by_sku: Mapping[str, Sequence[str]] = field(default_factory=dict)  # SKU -> products, oldest first

    @property
    def rows(self) -> int:
        return len(self.by_id)

    def find(self, ref: Ref, skus: Iterable[str]) -> list[str]:
        """The product known by its id or by a variant's; else all that carry one of the SKUs, oldest first."""
        if ref.item in self.groups:
            return [ref.item]
        known = dict.fromkeys(self.by_id[one] for one in ref.variants.values() if one in self.by_id)
        found = known or dict.fromkeys(group for sku in skus for group in self.by_sku.get(sku, ()))
        return sorted(found, key=_age)


def picture(delivery: Delivery, template: Template) -> Picture:
    """Raises Retry for an export that cannot be what it says (unreadable, a broken row, a sum that does not fit)."""
    what = f"{template.id}: {delivery.source}"
    read = table(delivery.content, template.export, what, template)
    groups: dict[str, list[Line]] = defaultdict(list)
    by_id: dict[str, str] = {}
    by_sku: dict[str, list[str]] = defaultdict(list)
    for line in _lines(read.records, template.export, what):
        if line.listing_id in by_id:
            raise Retry(f"{what}: mã {line.listing_id} có hai dòng / id {line.listing_id} occurs twice", code="twice")
        groups[line.group_id].append(line)
        by_id[line.listing_id] = line.group_id
        if line.sku and line.group_id not in by_sku[line.sku]:
            by_sku[line.sku].append(line.group_id)
    for products in by_sku.values():
        products.sort(key=_age)
    return Picture(delivery.taken_at, groups, by_id, by_sku)


def _lines(records: Iterable[Record], layout: Layout, what: str) -> Iterator[Line]:
    states = {fold(word): _STATES[state] for word, state in layout.states.items()}
    for record in records:
        found = re.search(layout.url_id, record["url"])
        listing_id = record["listing_id"] or (found[1] if found else "")
        price, stock = number(record["price"]), number(record["stock"])
        wrong = [key for key, value in (("price", price), ("stock", stock)) if value is None]
        if not re.fullmatch(layout.listing_id, listing_id):
            wrong.append("listing_id")
        if price is None or stock is None or wrong:
            headings = ", ".join(f"«{layout.columns[key][0]}» = {record[key]!r}" for key in wrong)
            message = f"{what}: dòng {record.number} không đọc được / row {record.number} is unreadable: {headings}"
            raise Retry(message, after=600, code="bad_row")
        yield Line(
            listing_id=listing_id,
            group_id=record["group_id"] or listing_id,
            sku=record["sku"],
            title=tidy(record["title"]),
            axis=record["axis"],
            price=price,
            stock=stock,
            state=states.get(fold(record["state"])),
            word=record["state"],
            reason=record["reason"],
            url=record["url"],
            updated_at=moment(record["updated_at"]),
        )


def _age(group_id: str) -> tuple[int, str]:
    """Ids grow with time; the shorter number is the older."""
    return len(group_id), group_id
