"""The shops' secrets: sealed in one column, opened by any of our keys, renewed by one process and thread at a time."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from connector.errors import Complaint
from connector.models import ShopRow
from connector.ports import Granted, Tokens

_SEALED = (("shop", "id", "secrets"), ("seal", "name", "secret"))
"""Every sealed column: table, key, column. Whoever adds one adds it here, so that a rotation leaves none behind."""


class Vaults:
    """All shops' vaults under one set of keys: the first seals, all open."""

    def __init__(self, engine: Engine, cipher: MultiFernet) -> None:
        self._engine, self._cipher = engine, cipher
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def of(self, shop_id: int) -> "Secrets":
        return Secrets(self._engine, self, shop_id, self._locks[shop_id])

    def seal(self, secrets: Mapping[str, Any]) -> bytes:
        return self._cipher.encrypt(json.dumps(secrets).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self._decrypt(sealed)) if sealed else {}
        return opened

    def with_granted(self, sealed: bytes, granted: Granted) -> bytes:
        """The same secrets with what a consent gave."""
        opened = self.open(sealed)
        credentials = {**opened.get("credentials", {}), **granted.credentials}
        return self.seal({**opened, "credentials": credentials, "tokens": _plain(granted.tokens)})

    def rotate(self) -> int:
        """Seal everything anew with the first key, while all keys still open; how many secrets. One transaction each:
        workers go on meanwhile, and a rotation that broke off is simply run again."""
        return sum(self._rotate(*place) for place in _SEALED)

    def _rotate(self, table: str, key: str, column: str) -> int:
        ids = text(f"SELECT {key} FROM {table} ORDER BY {key}")  # noqa: S608 - names from the constant above
        read = text(f"SELECT {column} FROM {table} WHERE {key} = :key FOR UPDATE")  # noqa: S608
        write = text(f"UPDATE {table} SET {column} = :sealed WHERE {key} = :key")  # noqa: S608
        done = 0
        with self._engine.connect() as connection:
            keys = list(connection.execute(ids).scalars())
        for each in keys:
            with self._engine.begin() as connection:
                sealed = bytes(connection.execute(read, {"key": each}).scalar_one_or_none() or b"")
                if sealed:
                    again = self._cipher.encrypt(self._decrypt(sealed))
                    connection.execute(write, {"key": each, "sealed": again})
                    done += 1
        return done

    def _decrypt(self, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed)
        except InvalidToken as error:
            raise Complaint(
                "Không mở được thông tin bí mật: khóa OCOP_SECRET_KEYS không đúng. Đặt lại khóa cũ.",
                "The secrets do not open: OCOP_SECRET_KEYS lacks the key that sealed them. Put it back.",
            ) from error


class Credentials(dict[str, SecretStr]):
    """What a shop's owner was given by the platform; a key that is needed and lacks is a person's to give."""

    def __missing__(self, name: str) -> SecretStr:
        raise Complaint(
            f"Gian hàng chưa có khóa «{name}». Nạp khóa: ocop shop credentials.",
            f"The shop's credentials lack “{name}”. Give them: ocop shop credentials.",
        )


class Secrets:
    """ports.Vault of one shop."""

    def __init__(self, engine: Engine, vaults: Vaults, shop_id: int, lock: threading.Lock) -> None:
        self._engine, self._vaults, self._shop_id, self._lock = engine, vaults, shop_id, lock
        self._credentials: dict[str, SecretStr] | None = None  # they outlast a task, and so this object
        self._tokens: Tokens | None = None  # until we renew them; one that the platform turns away is read anew

    def credentials(self) -> dict[str, SecretStr]:
        if self._credentials is None:
            held = self._open().get("credentials", {})
            self._credentials = Credentials({name: SecretStr(str(value)) for name, value in held.items()})
        return Credentials(self._credentials)

    def tokens(self) -> Tokens | None:
        if self._tokens is None and (raw := self._open().get("tokens")) is not None:
            refresh = SecretStr(raw["refresh"]) if raw["refresh"] else None
            ends = (_time(raw.get(name)) for name in ("access_until", "refresh_until", "consent_until"))
            self._tokens = Tokens(SecretStr(raw["access"]), refresh, *ends)
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        self._update("tokens", _plain(tokens))
        self._tokens = None

    def set_credentials(self, credentials: Mapping[str, str]) -> None:
        self._update("credentials", dict(credentials))
        self._credentials = None

    @contextmanager
    def lease(self) -> Iterator[bool]:
        """A session lock of PostgreSQL: it lasts as long as the refresh does and dies with its holder. The threads of
        a process queue before it, so that many waiting ones do not take up the connections the holder needs."""
        key = {"key": self._shop_id}
        waited = not self._lock.acquire(blocking=False)
        if waited:
            self._lock.acquire()
        try:
            with lasting(self._engine) as connection:
                lock = "pg_try_advisory_lock(7001, CAST(:key AS int))"
                free = connection.execute(text(f"SELECT {lock}"), key).scalar_one()
                if not free:
                    connection.execute(text("SELECT pg_advisory_lock(7001, CAST(:key AS int))"), key)
                self._tokens = None  # another process may have renewed them
                try:
                    yield waited or not free
                finally:
                    connection.execute(text("SELECT pg_advisory_unlock(7001, CAST(:key AS int))"), key)
        finally:
            self._lock.release()

    def _open(self) -> dict[str, Any]:
        with Session(self._engine) as session:
            sealed = session.get_one(ShopRow, self._shop_id).secrets
        return self._vaults.open(sealed)

    def _update(self, name: str, value: Any) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(ShopRow, self._shop_id, with_for_update=True)
            row.secrets = self._vaults.seal({**self._vaults.open(row.secrets), name: value})
            session.add(row)


def lasting(engine: Engine) -> Connection:
    """For locks that a session holds: no transaction stays open around them."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _plain(tokens: Tokens) -> dict[str, str | None]:
    return {
        "access": tokens.access.get_secret_value(),
        "refresh": tokens.refresh.get_secret_value() if tokens.refresh else "",
        "access_until": _text(tokens.access_until),
        "refresh_until": _text(tokens.refresh_until),
        "consent_until": _text(tokens.consent_until),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _time(raw: str | None) -> datetime | None:
    return datetime.fromisoformat(raw) if raw else None
