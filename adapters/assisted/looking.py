"""What the shop shows: from the newest complete export, as far as it is to be believed.

A pack that the export cannot know yet hides the fields it would change; an export that is old, broken or has lost
many rows calls nothing absent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.assisted import doubt
from adapters.assisted.desk import Desk
from adapters.assisted.export import Picture, picture
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.settling import settle
from adapters.assisted.showing import observed
from connector.domain.listing import Observed, Ref, State, Ticket, Value
from connector.errors import Retry
from connector.ports import Target

_LOOK_FOR_EXPORT = timedelta(minutes=10)


def look(at: Desk, targets: Sequence[Target]) -> Mapping[int, Observed]:
    """Results first, then the export: what a result says has happened is then in the picture."""
    skus = {sku for target in targets for sku in target.skus}
    entries = [settle(at, entry) if entry.open and entry.of(skus) else entry for entry in at.ledger.all()]
    shop = _picture(at)
    entries = _believed(at, entries, shop)
    denied = at.ledger.denied()
    seen = {target.listing: _seen(at, target, shop, entries, denied) for target in targets}
    known = {one for target in targets for one in target.ref.variants.values()}
    missed = known - set(shop.by_id)
    if missed or any(one.state is State.ABSENT for one in seen.values()):
        _complete(at, shop)
    if doubt.lost(at, shop) and any(at.carrier.on_sale(one) for one in sorted(missed)):
        raise doubt.broken(at, shop)
    _keep(at, shop, entries)
    return seen


def everything(at: Desk) -> Iterator[Observed]:
    """Every product of the shop."""
    shop = _picture(at)
    _complete(at, shop)
    entries, denied = at.ledger.all(), at.ledger.denied()
    for group in shop.groups:
        yield _shown(at, group, Ref(), shop, entries, denied)
    _keep(at, shop, entries)


def _picture(at: Desk) -> Picture:
    delivery = at.carrier.export()
    age = at.now - delivery.taken_at
    if age > timedelta(hours=at.settings.max_export_age_hours):
        hours = age.total_seconds() / 3600
        raise Retry(
            f"{delivery.source} đã cũ {hours:.0f} giờ: hãy xuất lại danh sách toàn bộ gian hàng / "
            f"is {hours:.0f} hours old: export the complete shop again",
            after=600,
            code="stale_export",
        )
    shop = picture(delivery, at.template)
    at.took(delivery, "export")
    return shop


def _complete(at: Desk, shop: Picture) -> None:
    """Raises Retry unless the picture may be taken for the whole shop."""
    if doubt.doubted(at, shop):
        raise doubt.broken(at, shop)


def _keep(at: Desk, shop: Picture, entries: Sequence[Entry]) -> None:
    """Remember how much there was to see, unless the picture itself is in doubt."""
    if not doubt.doubted(at, shop):
        doubt.remember(at, shop)
    at.ledger.tidy(entries, shop.taken_at)


def _believed(at: Desk, entries: Sequence[Entry], shop: Picture) -> list[Entry]:
    """A pack without a result for too long: the export decides, and nobody shall carry the pack any more."""
    kept = []
    for entry in entries:
        if entry.stand is Stand.OUT and not entry.hides(shop.taken_at):
            at.carrier.withdraw(entry.pack)
            entry = replace(entry, stand=Stand.VOID)
            at.ledger.put(entry)
        kept.append(entry)
    return kept


def _seen(
    at: Desk, target: Target, shop: Picture, entries: Sequence[Entry], denied: Mapping[str, Sequence[str]]
) -> Observed:
    groups = shop.find(target.ref, target.skus)
    if not groups:
        return _unseen(at, target, shop, entries)
    shown = _shown(at, groups[0], target.ref, shop, entries, denied)
    twice = f"duplicate: {','.join(groups)}" if len(groups) > 1 else ""
    reasons = [twice, _late(target, entries), shown.reason]
    return replace(shown, reason="; ".join(reason for reason in reasons if reason))


def _shown(
    at: Desk, group: str, known: Ref, shop: Picture, entries: Sequence[Entry], denied: Mapping[str, Sequence[str]]
) -> Observed:
    again = at.now + timedelta(minutes=at.settings.review_minutes)
    seen = observed(shop.groups[group], known, shop, at.template, again)
    skus = {*seen.skus, *known.variants}
    facts: dict[str, Value] = dict(seen.facts)
    facts |= {name: None for sku in skus for name in denied.get(sku, ()) if name not in facts}
    state, ticket = seen.state, seen.ticket
    for entry in entries:
        rows = entry.of(skus) if entry.hides(shop.taken_at) else []
        for row in rows:
            for name in row.fields:
                facts.pop(name, None)
        content = bool(rows) and entry.what == "content"
        if rows and entry.open:
            ticket = at.pack_ticket(entry.pack)
            state = State.PENDING if content and state in (State.LIVE, State.HIDDEN, State.REJECTED) else state
        elif content and state is State.REJECTED:  # what was turned down is mended, they have not looked yet
            state, ticket = State.PENDING, Ticket("export", entry.pack, at.now + _LOOK_FOR_EXPORT)
    return replace(seen, facts=facts, state=state, ticket=ticket)


def _unseen(at: Desk, target: Target, shop: Picture, entries: Sequence[Entry]) -> Observed:
    """Not in the export: out with a pack, refused afterwards, made after the export was taken, or absent."""
    nothing = Observed(State.ABSENT, shop.taken_at)
    for entry in entries:
        if not any(row.creates for row in entry.of(target.skus)) or not entry.hides(shop.taken_at):
            continue
        if entry.stand is Stand.OUT:
            reason = f"gói {entry.pack} chưa có kết quả / pack {entry.pack} has no result yet"
            return replace(nothing, state=State.PENDING, ticket=at.pack_ticket(entry.pack), reason=reason)
        if entry.stand is Stand.DONE and not set(target.skus) & set(entry.bad):
            wait = Ticket("export", entry.pack, at.now + _LOOK_FOR_EXPORT)
            reason = f"bản xuất cũ hơn gói {entry.pack}: hãy xuất lại / export again: this one is older than the pack"
            return replace(nothing, state=State.PENDING, ref=target.ref, ticket=wait, reason=reason)
    late = _late(target, entries)
    return replace(nothing, state=State.REJECTED, reason=late) if late else nothing


def _late(target: Target, entries: Sequence[Entry]) -> str:
    """The row errors of the pack whose ticket the listing holds, word for word."""
    held = target.ticket.id if target.ticket and target.ticket.kind == "pack" else ""
    bad = next((entry.bad for entry in entries if entry.pack == held), {})
    return "; ".join(f"{sku}: {bad[sku][1]} [{bad[sku][0]}]" for sku in target.skus if sku in bad)
