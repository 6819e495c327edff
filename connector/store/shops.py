"""Shops: who sells where, by which rules, with which secrets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.rules import Policy
from connector.errors import Complaint
from connector.models import NoteRow, ProducerRow, ShopRow
from connector.ports import Tokens
from connector.store import touch
from connector.store.convert import to_policy


@dataclass(frozen=True, slots=True)
class Shop:
    """One seller account on one platform. `holds` are lanes that the mass-change guard stopped, with what it saw."""

    id: int
    code: str
    platform: str
    name: str
    active: bool
    paused_because: str
    policy: Policy
    categories: Mapping[str, str]
    holds: Mapping[str, Any]
    approved_until: datetime | None


class Shops:
    def __init__(self, engine: Engine, cipher: MultiFernet) -> None:
        self._engine, self._cipher = engine, cipher

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
                secrets=self._seal({"credentials": dict(credentials or {})}),
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

    def with_account(self, platform: str, account: str) -> int | None:
        """The shop whose credentials name this account of the platform: one callback may serve several shops."""
        for shop in self.all():
            held = self.vault(shop.id).credentials() if shop.platform == platform else {}
            if any(value.get_secret_value() == account for value in held.values()):
                return shop.id
        return None

    def pause(self, shop_id: int, because: str) -> None:
        self._set(shop_id, state="paused", paused_because=because)

    def resume(self, shop_id: int) -> None:
        self._set(shop_id, state="active", paused_because="")

    def hold(self, shop_id: int, lane: Lane, what: Mapping[str, Any]) -> None:
        """Stop a lane until a person approves."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            row.holds = {**row.holds, lane.value: dict(what)}
            session.add(row)

    def approve(self, shop_id: int, until: datetime) -> None:
        """Let the held lanes go on; the guard stands aside until then."""
        self._set(shop_id, holds={}, approved_until=until)

    def set_rules(self, shop_id: int, *, cause: str, **values: Any) -> None:
        """Change verbs, rules, owners or categories; every listing of the shop is then due to be looked at."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, shop_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
            statement = text(
                "UPDATE listing SET content_due_at = clock_timestamp(), cause = :cause WHERE shop_id = :shop"
            )
            session.connection().execute(statement, {"cause": cause, "shop": shop_id})

    def look_at(self, shop_id: int, items: Sequence[str], cause: str) -> None:
        """The listings with these ids over there are due to be looked at."""
        query = text("SELECT id FROM listing WHERE shop_id = :shop AND item = ANY(:items)")
        with Session(self._engine) as session, session.begin():
            found = session.connection().execute(query, {"shop": shop_id, "items": list(items)})
            touch.listings(session, [row.id for row in found], Lane.CONTENT, cause)

    @contextmanager
    def alone(self, shop_id: int) -> Iterator[bool]:
        """Whether we are the one process that may scan this shop now; the lock dies with its holder."""
        key = {"key": shop_id}
        with _session(self._engine) as connection:
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
        return Secrets(self._engine, self._cipher, shop_id)

    def _seal(self, secrets: Mapping[str, Any]) -> bytes:
        return self._cipher.encrypt(json.dumps(secrets).encode())


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


class Secrets:
    """ports.Vault: credentials and tokens in one sealed column; several keys may open it, the first seals."""

    def __init__(self, engine: Engine, cipher: MultiFernet, shop_id: int) -> None:
        self._engine, self._cipher, self._shop_id = engine, cipher, shop_id

    def credentials(self) -> dict[str, SecretStr]:
        return {name: SecretStr(str(value)) for name, value in self._open().get("credentials", {}).items()}

    def tokens(self) -> Tokens | None:
        raw = self._open().get("tokens")
        if raw is None:
            return None
        refresh = SecretStr(raw["refresh"]) if raw["refresh"] else None
        return Tokens(SecretStr(raw["access"]), refresh, _time(raw["access_until"]), _time(raw["refresh_until"]))

    def save(self, tokens: Tokens) -> None:
        self._update("tokens", {
            "access": tokens.access.get_secret_value(),
            "refresh": tokens.refresh.get_secret_value() if tokens.refresh else "",
            "access_until": tokens.access_until.isoformat() if tokens.access_until else None,
            "refresh_until": tokens.refresh_until.isoformat() if tokens.refresh_until else None,
        })  # fmt: skip

    def set_credentials(self, credentials: Mapping[str, str]) -> None:
        self._update("credentials", dict(credentials))

    @contextmanager
    def lease(self) -> Iterator[bool]:
        """A session lock of PostgreSQL: it lasts as long as the refresh does and dies with its holder."""
        key = {"key": self._shop_id}
        with _session(self._engine) as connection:
            free = connection.execute(text("SELECT pg_try_advisory_lock(7001, CAST(:key AS int))"), key).scalar_one()
            if not free:
                connection.execute(text("SELECT pg_advisory_lock(7001, CAST(:key AS int))"), key)
            try:
                yield not free
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(7001, CAST(:key AS int))"), key)

    def _open(self) -> dict[str, Any]:
        with Session(self._engine) as session:
            sealed = session.get_one(ShopRow, self._shop_id).secrets
        try:
            opened: dict[str, Any] = json.loads(self._cipher.decrypt(sealed)) if sealed else {}
        except InvalidToken as error:
            raise Complaint(
                "Không mở được thông tin bí mật của gian hàng: khóa OCOP_SECRET_KEYS không đúng. Đặt lại khóa cũ.",
                "The shop's secrets do not open: OCOP_SECRET_KEYS lacks the key that sealed them. Put it back.",
            ) from error
        return opened

    def _update(self, name: str, value: Any) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, self._shop_id, with_for_update=True)
            opened = json.loads(self._cipher.decrypt(row.secrets)) if row.secrets else {}
            row.secrets = self._cipher.encrypt(json.dumps({**opened, name: value}).encode())
            session.add(row)


def _session(engine: Engine) -> Connection:
    """For locks that a session holds: no transaction stays open around them."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _time(raw: str | None) -> datetime | None:
    return datetime.fromisoformat(raw) if raw else None


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
        to_policy(row),
        dict(row.categories),
        dict(row.holds),
        row.approved_until,
    )
