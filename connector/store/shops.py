"""Shops: who sells where, by which rules, with which secrets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.rules import Policy
from connector.errors import Complaint
from connector.models import NoteRow, ProducerRow, ShopRow
from connector.ports import Granted
from connector.store import touch
from connector.store.convert import to_policy
from connector.store.vault import Secrets, Vaults, lasting


@dataclass(frozen=True, slots=True)
class Shop:
    """One seller account on one platform. `holds` are lanes that the mass-change guard stopped, with what it saw."""

    id: int
    code: str
    platform: str
    name: str
    active: bool
    paused_because: str
    needs_consent: bool
    policy: Policy
    categories: Mapping[str, str]
    holds: Mapping[str, Any]
    approved_until: datetime | None


class Shops:
    def __init__(self, engine: Engine, cipher: MultiFernet) -> None:
        self._engine = engine
        self.vaults = Vaults(engine, cipher)

    def add(
        self,
        code: str,
        platform: str,
        *,
        name: str = "",
        verbs: str = "observe",
        producer: str | None = None,
        rules: Mapping[str, Any] | None = None,
        owners: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
    ) -> Shop:
        with Session(self._engine) as session, session.begin():
            if session.exec(select(ShopRow.id).where(ShopRow.code == code)).first() is not None:
                raise Complaint(
                    f"Gian hàng «{code}» đã có. Chọn mã khác.", f"Shop “{code}” exists. Choose another code."
                )
            row = ShopRow(
                code=code,
                platform=platform,
                name=name or code,
                verbs=verbs,
                producer_id=_producer(session, producer),
                rules=dict(rules or {}),
                owners=dict(owners or {}),
                secrets=self.vaults.seal({"credentials": dict(credentials or {})}),
            )
            session.add(row)
            session.flush()
            touch.enlist(session, shop_ids=[row.id or 0], cause=f"shop {code} added")
            return _shop(row)

    def get(self, code: str) -> Shop:
        with Session(self._engine) as session:
            row = session.exec(select(ShopRow).where(ShopRow.code == code)).one_or_none()
        if row is None:
            raise Complaint(
                f"Không có gian hàng «{code}». Xem danh sách: ocop shop list.",
                f"No shop “{code}”. See: ocop shop list.",
            )
        return _shop(row)

    def by_id(self, shop_id: int) -> Shop:
        with Session(self._engine) as session:
            return _shop(session.get_one(ShopRow, shop_id))

    def all(self) -> list[Shop]:
        with Session(self._engine) as session:
            return [_shop(row) for row in session.exec(select(ShopRow).order_by(ShopRow.code))]

    def pause(self, shop_id: int, because: str, *, needs_consent: bool = False) -> None:
        """`needs_consent`: the platform turned us away; a person's own pause outlasts a new consent."""
        self._set(shop_id, state="paused", paused_because=because, needs_consent=needs_consent)

    def with_account(self, platform: str, account: str) -> int | None:
        """The shop whose credentials name this account of the platform: one callback may serve several shops."""
        for shop in self.all():
            held = self.vault(shop.id).credentials() if shop.platform == platform else {}
            if any(value.get_secret_value() == account for value in held.values()):
                return shop.id
        return None

    def resume(self, shop_id: int) -> None:
        self._set(shop_id, state="active", paused_because="", needs_consent=False)

    def connected(self, shop_id: int, granted: Granted) -> None:
        """Keep what a consent gave; a shop that waited for it goes on where it was."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            row.secrets = self.vaults.with_granted(row.secrets, granted)
            if row.needs_consent:
                row.state, row.paused_because, row.needs_consent = "active", "", False
            session.add(row)

    def hold(self, shop_id: int, lane: Lane, what: Mapping[str, Any]) -> None:
        """Stop a lane until a person approves."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            row.holds = {**row.holds, lane.value: dict(what)}
            session.add(row)

    def approve(self, shop_id: int, until: datetime) -> None:
        """Let the held lanes go on; the guard stands aside until then."""
        self._set(shop_id, holds={}, approved_until=until)

    def set_rules(self, shop_id: int, *, cause: str, handed: Sequence[str] = (), **values: Any) -> None:
        """Change verbs, rules, owners or categories; every listing of the shop is then due to be looked at. `handed`:
        kinds of fields whose owner the shop now decides for its adopted listings too."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
            statement = text("""
                WITH mine AS (SELECT id FROM listing WHERE shop_id = :shop ORDER BY id FOR NO KEY UPDATE)
                UPDATE listing SET content_due_at = clock_timestamp(), cause = :cause,
                       owners = owners - CAST(:handed AS text[]) FROM mine WHERE listing.id = mine.id
            """)
            session.connection().execute(statement, {"cause": cause, "shop": shop_id, "handed": list(handed)})

    def look_at(self, shop_id: int, items: Sequence[str], cause: str) -> None:
        """The listings with these ids over there, of the whole or of a variant, are due to be looked at."""
        query = text("""
            SELECT id FROM listing WHERE shop_id = :shop AND item = ANY(:items)
            UNION SELECT l.id FROM listing l CROSS JOIN LATERAL jsonb_each_text(l.variants) known
            WHERE l.shop_id = :shop AND known.value = ANY(:items)
        """)
        with Session(self._engine) as session, session.begin():
            found = session.connection().execute(query, {"shop": shop_id, "items": list(items)})
            touch.listings(session, [row.id for row in found], Lane.CONTENT, cause)

    def look_at_unsettled(self, shop_id: int, cause: str) -> None:
        """What waits, stands still or was put off in the shop is due to be looked at now."""
        statement = text("""
            WITH mine AS (
                SELECT id FROM listing
                WHERE shop_id = :shop AND phase <> 'parked' AND (phase <> 'live' OR ticket IS NOT NULL OR tries > 0
                      OR least(content_due_at, price_due_at, stock_due_at) IS NOT NULL)
                ORDER BY id FOR NO KEY UPDATE)
            UPDATE listing SET content_due_at = clock_timestamp(), tries = 0, cause = :cause
            FROM mine WHERE listing.id = mine.id
        """)
        with Session(self._engine) as session, session.begin():
            session.connection().execute(statement, {"shop": shop_id, "cause": cause})

    def look_at_sets(self, shop_id: int, set_nos: Sequence[int], cause: str) -> int:
        """The listings of these OCOP sets are due to be looked at; how many."""
        query = text("""
            SELECT l.id FROM listing l JOIN product p ON p.id = l.product_id
            WHERE l.shop_id = :shop AND p.set_no = ANY(:sets)
        """)
        with Session(self._engine) as session, session.begin():
            found = session.connection().execute(query, {"shop": shop_id, "sets": list(set_nos)})
            ids = [row.id for row in found]
            touch.listings(session, ids, Lane.CONTENT, cause)
        return len(ids)

    @contextmanager
    def alone(self, shop_id: int) -> Iterator[bool]:
        """Whether we are the one process that may scan this shop now; the lock dies with its holder."""
        key = {"key": shop_id}
        with lasting(self._engine) as connection:
            got = connection.execute(text("SELECT pg_try_advisory_lock(7003, CAST(:key AS int))"), key).scalar_one()
            try:
                yield bool(got)
            finally:
                if got:
                    connection.execute(text("SELECT pg_advisory_unlock(7003, CAST(:key AS int))"), key)

    def _set(self, shop_id: int, **values: Any) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def notebook(self, shop_id: int) -> "Notes":
        return Notes(self._engine, shop_id)

    def vault(self, shop_id: int) -> "Secrets":
        return self.vaults.of(shop_id)


class Notes:
    """ports.Notebook on a table."""

    def __init__(self, engine: Engine, shop_id: int) -> None:
        self._engine, self._shop_id = engine, shop_id

    def get(self, kind: str, key: str) -> Any | None:
        with Session(self._engine) as session:
            row = session.get(NoteRow, (self._shop_id, kind, key))
            return None if row is None else row.value

    def all(self, kind: str) -> dict[str, Any]:
        query = select(NoteRow).where(NoteRow.shop_id == self._shop_id, NoteRow.kind == kind)
        with Session(self._engine) as session:
            return {row.key: row.value for row in session.exec(query)}

    def put(self, kind: str, key: str, value: Any) -> None:
        statement = text("""
            INSERT INTO note (shop_id, kind, key, value) VALUES (:shop, :kind, :key, CAST(:value AS jsonb))
            ON CONFLICT (shop_id, kind, key) DO UPDATE SET value = excluded.value, noted_at = clock_timestamp()
        """)
        values = {"shop": self._shop_id, "kind": kind, "key": key, "value": json.dumps(value)}
        with self._engine.begin() as connection:
            connection.execute(statement, values)


def _producer(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.exec(select(ProducerRow.id).where(col(ProducerRow.code) == code)).first()
    if found is None:
        raise Complaint(f"Không có chủ thể «{code}».", f"No producer “{code}”.")
    return found


def _shop(row: ShopRow) -> Shop:
    assert row.id is not None
    return Shop(
        row.id,
        row.code,
        row.platform,
        row.name,
        row.state == "active",
        row.paused_because,
        row.needs_consent,
        to_policy(row),
        dict(row.categories),
        dict(row.holds),
        row.approved_until,
    )
