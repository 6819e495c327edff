"""Taking over what already stands in a shop: which of our listings are free for it, and the binding itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from connector.domain.listing import Applied, Facts, Listing, Observed, Phase, State
from connector.domain.product import Producer
from connector.domain.rules import Owner
from connector.errors import Complaint
from connector.models import ListingRow, ProducerRow, ShopRow
from connector.store.convert import from_facts, to_producer
from connector.store.products import Beside
from connector.store.work import _FREE as FREE
from connector.store.work import legs

_OURS = """
    l.owners <> '{}' OR EXISTS (SELECT FROM attempt a WHERE a.listing_id = l.id AND a.kind = 'create'
        AND coalesce(a.outcome, 'unknown') NOT IN ('retry', 'refused', 'missing'))
"""
_PHASES = {State.PENDING: Phase.WAITING, State.BANNED: Phase.GONE, State.REJECTED: Phase.REFUSED}


@dataclass(frozen=True, slots=True)
class Place:
    """A product's listing in the shop. `ours`: made by us or adopted before, so it is not up for adoption."""

    listing: int
    product_id: int
    code: str
    item: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """A live listing that becomes ours: what we would show, what stands there, who owns what."""

    seen: Observed
    desired: Facts
    owners: Mapping[str, Owner]


class Adoption:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def places(self, shop_id: int) -> list[Place]:
        """Every product that this shop may carry, by code."""
        query = text(f"""
            SELECT l.id, l.product_id, p.code, l.item, {_OURS} AS ours
            FROM listing l JOIN product p ON p.id = l.product_id WHERE l.shop_id = :shop ORDER BY p.code
        """)  # noqa: S608 - a constant above
        with self._engine.connect() as connection:
            return [Place(*row) for row in connection.execute(query, {"shop": shop_id})]

    def producer(self, shop_id: int, code: str | None) -> Producer:
        """Whose goods strangers become: the one named, else the shop's own."""
        with Session(self._engine) as session:
            own = session.get_one(ShopRow, shop_id).producer_id
            named = ProducerRow.code == code if code else ProducerRow.id == own
            row = session.exec(select(ProducerRow).where(named)).one_or_none()
        if row is None:
            raise Complaint(
                f"Không có chủ thể «{code or ''}». Gian hàng chung cần --producer MÃ của một chủ thể đã có.",
                f"No producer “{code or ''}”. A shared shop needs --producer with the code of one that exists.",
            )
        return to_producer(row)

    def bind(self, bindings: Mapping[int, Binding], cause: str, now: datetime) -> list[int]:
        """Bind each listing by id in a transaction of its own; those that somebody works on now are left out."""
        return [listing for listing, binding in bindings.items() if self._bind(listing, binding, cause, now)]

    def _bind(self, listing: int, binding: Binding, cause: str, now: datetime) -> bool:
        lock = text(f"SELECT id FROM listing WHERE id = :id AND {FREE} FOR UPDATE")  # noqa: S608 - a constant
        try:
            with Session(self._engine) as session, session.begin():
                if session.connection().execute(lock, {"id": listing, "now": now}).one_or_none() is None:
                    return False
                take(session, session.get_one(ListingRow, listing), binding, cause, now)
        except IntegrityError:
            return False  # another of our listings was bound to this item meanwhile
        return True


def take(session: Session, row: ListingRow, binding: Binding, cause: str, now: datetime) -> None:
    """What agrees counts as ours already; the rest stays as it is until its owner says otherwise."""
    for name, value in _columns(binding, cause, now).items():
        setattr(row, name, value)
    row.lease_owner = row.lease_until = None
    session.add(row)


def _columns(binding: Binding, cause: str, now: datetime) -> dict[str, Any]:
    seen = binding.seen
    agreed = Applied().agree(binding.desired, seen.facts)
    phase = _PHASES.get(seen.state, Phase.LIVE)
    return legs(Listing(0, seen.ref, phase, agreed, ticket=seen.ticket)) | {
        "desired": from_facts(binding.desired),
        "observed": from_facts(seen.facts),
        "observed_state": seen.state.value,
        "observed_at": seen.read_at,
        "url": seen.url,
        "owners": {kind: owner.value for kind, owner in binding.owners.items()},
        "cause": cause,
        "reason": "",
        "tries": 0,
        "content_due_at": now,
    }


def entering(shop_id: int, bindings: Mapping[str, Binding], cause: str, now: datetime) -> Beside:
    """Binds products, by code, in the very transaction that writes them, before any worker can see them."""

    def enter(session: Session, ids: Mapping[str, int]) -> None:
        for code, product_id in ids.items():
            take(session, ListingRow(shop_id=shop_id, product_id=product_id), bindings[code], cause, now)
        session.flush()

    return enter
