"""The listing export as a picture of the shop: lines by product, and what each product shows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.assisted.canonical import DETAILS
from adapters.assisted.carriers import Delivery
from adapters.assisted.sheet import Record, moment, number, table
from adapters.assisted.template import Export as Layout
from adapters.assisted.template import Template
from connector.domain.listing import Facts, Observed, Ref, State, Ticket, Value
from connector.domain.text import fold, tidy
from connector.errors import Retry

_STATES = {state.value: state for state in (State.LIVE, State.HIDDEN, State.PENDING, State.REJECTED, State.BANNED)}
_PRODUCT_FIELDS = ("title", "description", "category", "pictures", "variants", "weight_g", "size_cm", "visible")
_GRAVEST = (State.BANNED, State.REJECTED, State.PENDING, State.HIDDEN, State.LIVE)


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
    read = table(delivery.content, template.export, what)
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


def observed(lines: Sequence[Line], known: Ref, picture: Picture, template: Template, review: timedelta) -> Observed:
    """What one product shows. A word we do not know counts as waiting: nothing is guessed, nothing is written."""
    state = _state(lines)
    facts = _facts(lines, state, template)
    doubts = list(_doubts(lines, known))
    read_at = picture.taken_at
    waits = Ticket("review", lines[0].group_id, read_at + review) if state is State.PENDING else None
    return Observed(
        state=state,
        read_at=read_at,
        ref=Ref(lines[0].group_id, {line.sku or f"?{line.listing_id}": line.listing_id for line in lines}),
        facts=facts,
        held=_all_of(facts, known) if doubts else frozenset(),
        reason="; ".join([*doubts, *_reasons(lines, read_at, template)]),
        url=lines[0].url,
        ticket=waits,
    )


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


def _state(lines: Sequence[Line]) -> State:
    states = {line.state or State.PENDING for line in lines}
    return next(state for state in _GRAVEST if state in states)


def _facts(lines: Sequence[Line], state: State, template: Template) -> Facts:
    facts: dict[str, Value] = {"title": lines[0].title}
    facts["variants"] = tuple(sorted("|".join((_sku(line), *_options(line.axis, template))) for line in lines))
    for line in lines:
        facts |= {f"price:{_sku(line)}": line.price, f"stock:{_sku(line)}": line.stock}
    if state in (State.LIVE, State.HIDDEN):
        facts["visible"] = state is State.LIVE
    return facts


def _sku(line: Line) -> str:
    return line.sku or f"?{line.listing_id}"


def _options(axis: str, template: Template) -> list[str]:
    """The values of `name=value; name=value`."""
    return [tidy(found[1]) for part in axis.split(";") if (found := re.match(template.export.axis, part.strip()))]


def _doubts(lines: Sequence[Line], known: Ref) -> Iterator[str]:
    """Reasons to keep one's hands off until a person has looked."""
    ours = {listing_id: sku for sku, listing_id in known.variants.items()}
    skus = [line.sku for line in lines if line.sku]
    if len(set(skus)) < len(skus):
        yield f"quarantine: hai dòng cùng mã hàng / one SKU twice in {lines[0].group_id}"
    if len(lines) > 1 and len(skus) < len(lines):
        yield f"quarantine: phân loại không có mã hàng / a variant without SKU in {lines[0].group_id}"
    for line in lines:
        if line.sku and ours.get(line.listing_id, line.sku) != line.sku:
            was = ours[line.listing_id]
            yield f"quarantine: {line.listing_id} mang mã {line.sku}, không phải {was} / has SKU {line.sku}, not {was}"


def _all_of(facts: Facts, known: Ref) -> frozenset[str]:
    """Every field of the listing, shown or not: nothing of it is written while there is a doubt."""
    of_offers = {f"{name}:{sku}" for sku in known.variants for name in ("price", "stock")}
    return frozenset({*facts, *of_offers, *_PRODUCT_FIELDS, *(f"attr:{key}" for key in DETAILS)})


def _reasons(lines: Sequence[Line], read_at: datetime, template: Template) -> Iterator[str]:
    yield from dict.fromkeys(line.reason for line in lines if line.reason)
    yield from dict.fromkeys(f"trạng thái lạ / unknown state «{line.word}»" for line in lines if line.state is None)
    longest = timedelta(hours=template.wait.pending_hours)
    waiting = [line.updated_at for line in lines if line.state is State.PENDING and line.updated_at]
    if waiting and read_at - min(waiting) > longest:
        yield f"chờ duyệt quá {template.wait.pending_hours:g} giờ: hãy hỏi sàn / waiting too long: ask the platform"


def _age(group_id: str) -> tuple[int, str]:
    """Ids grow with time; the shorter number is the older."""
    return len(group_id), group_id
