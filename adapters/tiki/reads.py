"""Looking at Tiki: what is in review, what has become products, what is not there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.tiki import tracking
from adapters.tiki.catalogue import Catalogue, Found
from adapters.tiki.client import Client
from adapters.tiki.products import Product, observed
from adapters.tiki.reference import Reference
from adapters.tiki.tracking import CREATE, UPDATE, Track
from connector.domain.listing import Observed, State
from connector.errors import Missing
from connector.ports import Target


@dataclass
class _Look:
    """One target on its way through a look, with the requests that stand for it."""

    target: Target
    kind: str = ""
    tracks: tuple[str, ...] = ()

    @property
    def listing(self) -> int:
        return self.target.listing


class Looker:
    """`observe` and `scan` of one shop."""

    def __init__(self, client: Client, catalogue: Catalogue) -> None:
        self._client, self._catalogue = client, catalogue
        self._notebook = client.connection.notebook
        self._reference = Reference(client.connection)

    def observe(self, targets: Sequence[Target]) -> dict[int, Observed]:
        """Every target's state. Raises Retry rather than take a failed or partial read for absence."""
        looks = [self._begin(target) for target in targets]
        self._client.under_way = sum(bool(look.tracks) for look in looks)
        states, found = self._states_and_products(looks)
        absent = [look for look in looks if not look.tracks and not self._mine(look.target, found)]
        tracking.recover(self._client, [sku for look in absent for sku in look.target.skus])
        for look in absent:
            look.kind, look.tracks = CREATE, self._noted(look.target)
        states |= tracking.read(self._client, (t for look in absent for t in look.tracks))
        return {look.listing: self._settle(look, states, found) for look in looks}

    def scan(self) -> Iterator[Observed]:
        """Everything in the shop's list, by master product."""
        masters: dict[str, list[Product]] = {}
        for one in self._catalogue.walk():
            masters.setdefault(one.master, []).append(one)
        for products in masters.values():
            yield self._observed([p for p in products if p.active] or products)

    def _states_and_products(self, looks: Sequence[_Look]) -> tuple[dict[str, Track], Found]:
        """What creates have become is looked for among the newest products only, unless the list is walked anyway."""
        made = {look.listing: begun for look in looks if (begun := self._begun(look)) is not None}
        others = [look for look in looks if look.listing not in made]
        if not made or self._catalogue.walks(sum(map(_cost, others))):
            return self._of(looks)
        states, found = self._of([look for look in looks if look.listing in made], min(made.values()))
        more_states, more = self._of(others)
        found.add(more.by_id.values())
        return states | more_states, found

    def _of(self, looks: Sequence[_Look], since: datetime | None = None) -> tuple[dict[str, Track], Found]:
        """Where the list is walked anyway it tells what was approved; else the requests are asked first, and products
        are looked for only where one may be."""
        targets = [look.target for look in looks]
        if self._catalogue.walks(sum(map(_cost, looks)), since):
            found = self._products(targets, walk=True, since=since)
            open_looks = [look for look in looks if not self._became_products(look, found)]
            return tracking.read(self._client, (t for look in open_looks for t in look.tracks)), found
        states = tracking.read(self._client, (t for look in looks for t in look.tracks))
        return states, self._products([look.target for look in looks if not self._waits(look, states)])

    def _begun(self, look: _Look) -> datetime | None:
        """When the creates that we wait for were sent; None where that, or that these are all, is not known."""
        if look.target.ref or look.kind != CREATE or not look.tracks:
            return None
        begun = tracking.begun(self._client, look.tracks)
        return min(begun) if len(begun) == len(look.tracks) else None

    def _became_products(self, look: _Look, found: Found) -> bool:
        return look.kind == CREATE and not look.target.ref and all(found.of_sku(sku) for sku in look.target.skus)

    def _begin(self, target: Target) -> _Look:
        if target.ticket is not None and target.ticket.id:
            return _Look(target, target.ticket.kind, tuple(target.ticket.id.split(",")))
        noted = () if target.ref else self._noted(target)
        return _Look(target, CREATE if noted else "", noted)

    def _noted(self, target: Target) -> tuple[str, ...]:
        found = (self._notebook.get("pending", sku) for sku in target.skus)
        return tuple(dict.fromkeys(track for noted in found if noted for track in str(noted).split(",")))

    def _waits(self, look: _Look, states: Mapping[str, Track]) -> bool:
        """A create in review that has no product yet needs no search for one."""
        return not look.target.ref and any(t in states and states[t].pending for t in look.tracks)

    def _products(self, targets: Sequence[Target], *, walk: bool = False, since: datetime | None = None) -> Found:
        ids = [number for target in targets for number in target.ref.variants.values()]
        skus = [sku for target in targets for sku in target.skus if sku not in target.ref.variants]
        found = self._catalogue.find(ids, skus, walk=walk, since=since)
        lost = [t for t in targets if t.ref and not self._mine(t, found)]
        found.add(self._catalogue.find((), (s for t in lost for s in t.skus)).by_id.values())
        return found

    def _mine(self, target: Target, found: Found) -> list[Product]:
        """The known products, and the oldest of each SKU that has none yet."""
        known = [found.by_id[i] for i in target.ref.variants.values() if i in found.by_id]
        skus = {p.sku for p in known}
        joined = [found.of_sku(sku)[:1] for sku in target.skus if sku not in skus]
        mine = [*known, *(p for group in joined for p in group)]
        left = [p for p in mine if not p.active and p.sku not in target.skus]  # variants we switched off
        return [p for p in mine if p not in left] or mine

    def _settle(self, look: _Look, states: Mapping[str, Track], found: Found) -> Observed:
        target, tracks = look.target, [states[t] for t in look.tracks if t in states]
        mine = self._mine(target, found)
        now = self._client.connection.clock.now()
        if any(track.pending for track in tracks):
            ticket = tracking.ticket(self._client, look.tracks, look.kind)
            waiting = Observed(State.PENDING, now, target.ref, ticket=ticket)
            return self._observed(mine, state=State.PENDING, ticket=ticket) if mine else waiting
        refused = "; ".join(dict.fromkeys(track.reason for track in tracks if track.rejected))
        if mine:
            self._close(look, mine, refused)
            return self._present(target, mine, found)
        if refused and len(tracks) == 1:
            return Observed(State.REJECTED, now, reason=refused)
        if tracks and not target.ref:
            return self._approved(look, tracks)
        return Observed(State.ABSENT, now)  # the known ids and every SKU were looked for

    def _present(self, target: Target, mine: Sequence[Product], found: Found) -> Observed:
        doubles = {p.master for p in mine for other in found.of_sku(p.sku) if p.sku and other.id != p.id}
        masters = [p.master for one in mine for p in found.of_sku(one.sku)] if doubles and not target.ref else []
        if masters:
            return self._observed(mine, reason="duplicate: " + ",".join(dict.fromkeys(masters)))
        reason = str(self._notebook.get("refused", mine[0].master) or "")
        seen = self._observed(mine)
        if reason and seen.state in (State.LIVE, State.HIDDEN):
            return replace(seen, state=State.REJECTED, reason=reason)
        return seen

    def _close(self, look: _Look, mine: Sequence[Product], refused: str) -> None:
        """Requests that have ended are not asked for again; a refused change of a standing listing is remembered."""
        if look.tracks and refused and (look.target.ref or look.kind == UPDATE):
            self._notebook.put("refused", mine[0].master, refused)
        if look.tracks or not look.target.ref:
            tracking.close(self._client, look.target.skus)

    def _approved(self, look: _Look, tracks: Sequence[Track]) -> Observed:
        """Approved, yet found by no SKU: the list lags, or they were deleted since. The request knows its ids."""
        now = self._client.connection.clock.now()
        made = [number for track in tracks for number in self._made(track)]
        found = self._catalogue.find(made, ())
        mine = [p for number in made if (p := found.by_id.get(number)) and p.sku in look.target.skus]
        if mine:
            self._close(look, mine, "")
            return self._observed(mine)
        tracking.close(self._client, look.target.skus)
        return Observed(State.ABSENT, now)

    def _made(self, track: Track) -> list[str]:
        try:
            body = self._client.get(f"/v2/requests/{track.request}", "requests/{id}") if track.request else {}
        except Missing:
            return []
        rows = (row for row in body.get("products") or () if row.get("original_sku"))
        return [str(row.get("product_id") or row.get("id")) for row in rows]

    def _observed(self, products: Sequence[Product], **how: object) -> Observed:
        return observed(self._client.connection, self._reference, products, **how)  # type: ignore[arg-type]


def _cost(look: _Look) -> int:
    """Single calls that a look would take: by id one; by SKU one, and two for what was approved, beside its request."""
    if look.target.ref:
        return len(look.target.ref.variants)
    return len(look.tracks) + 2 * len(look.target.skus) if look.tracks else len(look.target.skus)
