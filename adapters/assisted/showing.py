"""What the lines of one product say about a listing, and what about them needs a person."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from adapters.assisted.canonical import DETAILS
from adapters.assisted.export import Line, Picture
from adapters.assisted.template import Template
from connector.domain.listing import Facts, Observed, Ref, State, Ticket, Value
from connector.domain.text import tidy

_PRODUCT_FIELDS = ("title", "description", "category", "pictures", "variants", "weight_g", "size_cm", "visible")
_GRAVEST = (State.BANNED, State.REJECTED, State.PENDING, State.HIDDEN, State.LIVE)


def observed(lines: Sequence[Line], known: Ref, picture: Picture, template: Template, again: datetime) -> Observed:
    """What one product shows. A word we do not know counts as waiting: nothing is guessed, nothing is written.
    `again`: when to look once more while it waits."""
    state = _state(lines)
    facts = _facts(lines, state, template)
    doubts = list(_doubts(lines, known))
    read_at = picture.taken_at
    waits = Ticket("review", lines[0].group_id, again) if state is State.PENDING else None
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
