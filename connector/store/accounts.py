"""Who may use the console: accounts, browsers signed in, invitations, machines' tokens. Tokens come here hashed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from connector.errors import Complaint
from connector.models_console import AccountRow, ApiTokenRow, InvitationRow, SigninRow
from connector.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `producer_id` is None for those who see every producer."""

    id: int
    login: str
    name: str
    role: str
    producer_id: int | None
    producer: str
    language: str

    @property
    def scope(self) -> Scope:
        return Scope(self.producer_id)

    @property
    def staff(self) -> bool:
        return self.producer_id is None


_ACCOUNT = """
    SELECT a.id, a.login, a.name, a.role, a.producer_id, coalesce(p.name, '') AS producer, a.language
    FROM account a LEFT JOIN producer p ON p.id = a.producer_id
"""

_NARROWED = """
    SELECT a.id, a.login, a.name, CASE WHEN n.id IS NULL THEN a.role ELSE 'producer' END AS role,
           coalesce(a.producer_id, n.id) AS producer_id, coalesce(p.name, n.name, '') AS producer, a.language
    FROM account a LEFT JOIN producer p ON p.id = a.producer_id
    LEFT JOIN producer n ON n.id = (SELECT producer_id FROM api_token WHERE token = :t)
"""

_REVOKE = "UPDATE {table} SET revoked_at = clock_timestamp() WHERE account_id = :a AND revoked_at IS NULL AND "


class Accounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def any(self) -> bool:
        """Whether anybody may sign in yet."""
        with self._engine.connect() as connection:
            return bool(connection.execute(text("SELECT EXISTS (SELECT FROM account)")).scalar_one())

    def add(self, login: str, password: str, *, name: str, role: str, producer_id: int | None) -> Account:
        """`password` is a hash. A Complaint if the name is taken."""
        row = AccountRow(login=login, password=password, name=name or login, role=role, producer_id=producer_id)
        with _taken(login), Session(self._engine) as session, session.begin():
            session.add(row)
        found = self.by_login(login)
        assert found is not None
        return found[0]

    def by_login(self, login: str) -> tuple[Account, str] | None:
        """The account with its password hash; None if there is none or it is disabled."""
        query = text(
            _ACCOUNT.replace("a.language", "a.language, a.password") + "WHERE login = :l AND disabled_at IS NULL"
        )
        with self._engine.connect() as connection:
            row = connection.execute(query, {"l": login}).mappings().one_or_none()
        return None if row is None else (_account(row), row["password"])

    def set_password(self, account_id: int, password: str) -> None:
        """Every browser and machine that was signed in is signed out."""
        with Session(self._engine) as session, session.begin():
            row = session.get_one(AccountRow, account_id, with_for_update=True)
            row.password = password
            session.add(row)
            for table in ("signin", "api_token"):
                session.connection().execute(text(_REVOKE.format(table=table) + "TRUE"), {"a": account_id})

    def page(self, after: str, limit: int) -> list[dict[str, Any]]:
        """Accounts by sign-in name after this one, those shut out too, with when each was last seen."""
        query = text("""
            SELECT a.id, a.login, a.name, a.role, coalesce(p.name, '') AS producer, a.disabled_at,
                   (SELECT max(seen_at) FROM signin WHERE account_id = a.id) AS seen_at
            FROM account a LEFT JOIN producer p ON p.id = a.producer_id
            WHERE a.login > :after ORDER BY a.login LIMIT :limit
        """)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query, {"after": after, "limit": limit}).mappings()]

    def allow(self, account_id: int, *, yes: bool) -> bool:
        """Let in or shut out; False if there is no such account."""
        with Session(self._engine) as session, session.begin():
            row = session.get(AccountRow, account_id, with_for_update=True)
            if row is None:
                return False
            row.disabled_at = None if yes else datetime.now(UTC)
            session.add(row)
            if not yes:
                for table in ("signin", "api_token"):
                    session.connection().execute(text(_REVOKE.format(table=table) + "TRUE"), {"a": account_id})
            return True

    def set_language(self, account_id: int, language: str) -> None:
        with Session(self._engine) as session, session.begin():
            row = session.get_one(AccountRow, account_id, with_for_update=True)
            row.language = language
            session.add(row)

    def sign_in(self, account_id: int, token: str, agent: str, until: datetime) -> None:
        with Session(self._engine) as session, session.begin():
            session.add(SigninRow(token=token, account_id=account_id, agent=agent[:200], expires_at=until))

    def signed_in(self, token: str) -> Account | None:
        """Whose browser this is, if it still may. Notes that it was seen, at most once a minute."""
        return self._holder("signin", "seen_at", "t.expires_at > clock_timestamp()", token)

    def machine(self, token: str) -> Account | None:
        """Whose program this is: as its account, but never more than an operator, and narrowed as the token says."""
        found = self._holder("api_token", "used_at", "TRUE", token, _NARROWED)
        return replace(found, role="operator") if found and found.role == "admin" else found

    def _holder(self, table: str, seen: str, still: str, token: str, account: str = _ACCOUNT) -> Account | None:
        query = text(
            f"{account} JOIN {table} t ON t.account_id = a.id "
            f"WHERE t.token = :t AND t.revoked_at IS NULL AND a.disabled_at IS NULL AND {still}"
        )
        note = text(
            f"UPDATE {table} SET {seen} = clock_timestamp() WHERE token = :t "  # noqa: S608 - constants above
            f"AND ({seen} IS NULL OR {seen} < clock_timestamp() - interval '1 minute')"
        )
        with self._engine.begin() as connection:
            row = connection.execute(query, {"t": token}).mappings().one_or_none()
            if row is not None:
                connection.execute(note, {"t": token})
        return None if row is None else _account(row)

    def browsers(self, account_id: int) -> list[SigninRow]:
        query = select(SigninRow).where(SigninRow.account_id == account_id).order_by(text("seen_at DESC")).limit(20)
        alive = query.where(text("revoked_at IS NULL AND expires_at > clock_timestamp()"))
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(alive))

    def sign_out(self, account_id: int, token: str) -> None:
        self._revoke("signin", account_id, token)

    def sign_out_others(self, account_id: int, token: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(_REVOKE.format(table="signin") + "token <> :t"), {"a": account_id, "t": token})

    def add_machine(self, account_id: int, token: str, name: str, producer_id: int | None = None) -> None:
        with Session(self._engine) as session, session.begin():
            session.add(ApiTokenRow(token=token, account_id=account_id, name=name[:100], producer_id=producer_id))

    def machines(self, account_id: int) -> list[ApiTokenRow]:
        query = select(ApiTokenRow).where(ApiTokenRow.account_id == account_id).where(text("revoked_at IS NULL"))
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query.order_by(text("created_at"))))

    def revoke_machine(self, account_id: int, token: str) -> None:
        self._revoke("api_token", account_id, token)

    def _revoke(self, table: str, account_id: int, token: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(_REVOKE.format(table=table) + "token = :t"), {"a": account_id, "t": token})

    def invite(self, token: str, *, role: str, producer_id: int | None, name: str, until: datetime) -> None:
        with Session(self._engine) as session, session.begin():
            session.add(InvitationRow(token=token, role=role, producer_id=producer_id, name=name, expires_at=until))

    def invitation(self, token: str) -> InvitationRow | None:
        """One that was not used and has not run out."""
        query = select(InvitationRow).where(InvitationRow.token == token)
        with Session(self._engine, expire_on_commit=False) as session:
            return session.exec(query.where(text("account_id IS NULL AND expires_at > clock_timestamp()"))).first()

    def accept(self, token: str, login: str, password: str) -> Account | None:
        """The account that an invitation makes, once however often it is sent; None if it is not good any more."""
        alive = text("account_id IS NULL AND expires_at > clock_timestamp()")
        query = select(InvitationRow).where(InvitationRow.token == token).where(alive).with_for_update()
        with Session(self._engine) as session, session.begin(), _taken(login):
            found = session.exec(query).first()
            if found is None:
                return None
            row = AccountRow(
                login=login, password=password, name=found.name or login, role=found.role, producer_id=found.producer_id
            )
            session.add(row)
            session.flush()
            found.account_id = row.id
            session.add(found)
        made = self.by_login(login)
        return made[0] if made else None

    def producer_id(self, code: str) -> int:
        with self._engine.connect() as connection:
            found = connection.execute(text("SELECT id FROM producer WHERE code = :c"), {"c": code}).scalar()
        if found is None:
            raise Complaint(f"Không có chủ thể «{code}».", f"No producer “{code}”.")
        return int(found)


@contextmanager
def _taken(login: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Complaint(
            f"Tên đăng nhập «{login}» đã có người dùng. Chọn tên khác.",
            f"The sign-in name “{login}” is taken. Choose another.",
        ) from error


def _account(row: Any) -> Account:
    return Account(**{name: row[name] for name in Account.__dataclass_fields__})
