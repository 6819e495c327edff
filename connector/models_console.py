"""The tables of who may use the console and of what they uploaded. Secrets are kept as hashes only."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, ForeignKey, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

ROLES = ("producer", "operator", "admin")
_ROLE = f"role IN {ROLES!r}"
_BELONGS = "(role = 'producer') = (producer_id IS NOT NULL)"


def _id() -> Any:
    return Field(default=None, sa_column=Column(BigInteger, primary_key=True))


def _to(table: str, *, null: bool = False) -> Any:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(BigInteger, key, nullable=null, index=True))


def _text(default: str = "", *, unique: bool = False) -> Any:
    return Field(default=default, sa_column=Column(Text, nullable=False, server_default=default, unique=unique))


def _hash() -> Any:
    return Field(sa_column=Column(Text, primary_key=True))


def _number() -> Any:
    return Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))


def _when(*, now: bool = False, null: bool = True) -> Any:
    default = func.clock_timestamp() if now else None
    column: Column[datetime] = Column(DateTime(timezone=True), nullable=null and not now, server_default=default)
    return Field(default=None, sa_column=column)


class AccountRow(SQLModel, table=True):
    """A person. A producer's account belongs to one producer; operators and admins belong to none and see all."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(_ROLE, name="role"), CheckConstraint(_BELONGS, name="belongs"))
    id: int | None = _id()
    login: str = _text(unique=True)
    name: str = _text()
    role: str = _text()
    producer_id: int | None = _to("producer", null=True)
    password: str = _text()
    language: str = _text("vi")
    created_at: datetime | None = _when(now=True)
    disabled_at: datetime | None = _when()


class SigninRow(SQLModel, table=True):
    """One browser signed in; revoked by setting `revoked_at`."""

    __tablename__ = "signin"
    token: str = _hash()
    account_id: int = _to("account")
    agent: str = _text()
    created_at: datetime | None = _when(now=True)
    seen_at: datetime | None = _when(now=True)
    expires_at: datetime | None = _when(null=False)
    revoked_at: datetime | None = _when()


class InvitationRow(SQLModel, table=True):
    """A link that lets one person choose a password, once; `account_id` is then who came of it."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(_ROLE, name="role"), CheckConstraint(_BELONGS, name="belongs"))
    token: str = _hash()
    role: str = _text()
    producer_id: int | None = _to("producer", null=True)
    name: str = _text()
    created_at: datetime | None = _when(now=True)
    expires_at: datetime | None = _when(null=False)
    account_id: int | None = _to("account", null=True)


class ApiTokenRow(SQLModel, table=True):
    """A machine's way in, with the rights of the account that made it; `producer_id` narrows an operator's to one."""

    __tablename__ = "api_token"
    token: str = _hash()
    account_id: int = _to("account")
    producer_id: int | None = _to("producer", null=True)
    name: str = _text()
    created_at: datetime | None = _when(now=True)
    used_at: datetime | None = _when()
    revoked_at: datetime | None = _when()


class UploadRow(SQLModel, table=True):
    """One file given to the importer by hand: where it stands and what came of it. `rows` are those sent back."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("state IN ('reading', 'done', 'failed')", name="state"),)
    id: int | None = _id()
    account_id: int = _to("account")
    producer_id: int | None = _to("producer", null=True)
    file: str = _text()
    sha256: str = _text()
    state: str = _text("reading")
    done: int = _number()
    total: int = _number()
    counts: dict[str, int] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default=text("'{}'"))
    )
    mapping: str = _text()
    headings: list[str] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    rows: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )
    vi: str = _text()
    en: str = _text()
    rejects: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    created_at: datetime | None = _when(now=True)
    finished_at: datetime | None = _when()
