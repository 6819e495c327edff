"""The tables. They hold no behaviour: constraints make wrong states impossible, `connector.store` does the rest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from connector.domain.drift import Resolution, Verdict
from connector.domain.listing import Phase
from connector.domain.plan import Kind

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

OUTCOMES = ("applied", "waiting", "retry", "refused", "missing", "unknown")
RESULTS = ("applied", "unchanged", "superseded", "blocked", "refused", "failed", "unknown")
_UNSETTLED = "outcome = 'unknown' AND settled_at IS NULL"
PLATFORM_SKU = "^[A-Z0-9_.-]{3,20}$"
# What a person may have to look at: stopped, or not gone through at the first try.
STUCK = "phase IN ('blocked', 'refused', 'parked', 'gone') OR tries > 0"
# What a search reads: "Miến dong" is found by "mien dong". The same folding as domain.text.fold, less the punctuation.
_FOLDED = r"""lower(translate(regexp_replace(normalize({}, NFD), '[\u0300-\u036f]', '', 'g'), 'Đđ', 'dd'))"""


def _folded(of: str) -> Any:
    return Field(default=None, sa_column=Column(Text, Computed(_FOLDED.format(of), persisted=True)))


def _id() -> Any:
    return Field(default=None, sa_column=Column(BigInteger, primary_key=True))


def _to(table: str, *, null: bool = False, cascade: bool = False, index: bool = True) -> Any:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE" if cascade else None)
    return Field(default=None, sa_column=Column(BigInteger, key, nullable=null, index=index))


def _text(default: str = "") -> Any:
    return Field(default=default, sa_column=Column(Text, nullable=False, server_default=default))


def _json(default: str = "{}") -> Any:
    made = dict if default == "{}" else list
    column = Column(JSONB, nullable=False, server_default=text(f"'{default}'"))
    return Field(default_factory=made, sa_column=column)


def _when(*, null: bool = True, now: bool = False) -> Any:
    default = func.clock_timestamp() if now else None
    column: Column[datetime] = Column(DateTime(timezone=True), nullable=null, server_default=default)
    return Field(default=None, sa_column=column)


def _one_of(column: str, values: Any, *, null: bool = False) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    allowed = f"{column} IN ({listed})"
    return CheckConstraint(f"{column} IS NULL OR {allowed}" if null else allowed, name=column)


class ProducerRow(SQLModel, table=True):
    __tablename__ = "producer"
    __table_args__ = (Index("ix_producer_folded", "folded", "id"),)
    id: int | None = _id()
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = _text()
    kind: str = _text()
    address: str = _text()
    commune: str = _text()
    province_code: str = _text()
    province: str = _text()
    folded: str | None = _folded("name || ' ' || code")


class ProductRow(SQLModel, table=True):
    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("set_no BETWEEN 0 AND 26", name="set_no"),
        CheckConstraint("length(name) > 0", name="named"),
        Index("ix_product_shelf", "producer_id", "folded", "id"),
        Index("ix_product_folded", "folded", "id"),
    )
    id: int | None = _id()
    producer_id: int = _to("producer")
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = _text()
    short_name: str = _text()
    description: str = _text()
    brand: str = _text()
    set_no: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    axes: list[str] = _json("[]")
    label: dict[str, str] = _json()
    pictures: list[str] = _json("[]")
    size_cm: list[int] = _json("[]")
    delivery_area: str = _text()
    retired: bool = False
    created_at: datetime | None = _when(null=False, now=True)
    updated_at: datetime | None = _when(null=False, now=True)
    folded: str | None = _folded("name || ' ' || code || ' ' || brand")


class VariantRow(SQLModel, table=True):
    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("weight_g > 0", name="weight"),
        CheckConstraint(f"sku ~ '{PLATFORM_SKU}'", name="sku"),
        Index("ix_variant_pool_due", "id", postgresql_where=text("pool_due")),
        Index("uq_variant_options", "product_id", "options", unique=True, postgresql_where=text("dropped_at IS NULL")),
    )
    id: int | None = _id()
    product_id: int = _to("product", cascade=True)
    sku: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    position: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    options: list[str] = _json("[]")
    pack: str = _text()
    price: int = Field(sa_column=Column(BigInteger, nullable=False))
    weight_g: int = Field(default=500, sa_column=Column(Integer, nullable=False))
    barcode: str = _text()
    dropped_at: datetime | None = _when()  # left the product; its SKU stays taken for ever
    scarce_below: int | None = Field(default=None, sa_column=Column(Integer))  # None: as the setting says
    pool_due: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))


class CertificateRow(SQLModel, table=True):
    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars"),
        CheckConstraint("expires_on > issued_on", name="dates"),
        # Numbers restart every year and authority: this is the key that holds (OCOP rules).
        UniqueConstraint("product_id", "authority", "number", "issued_on"),
        Index("ix_certificate_ending", "expires_on", "id"),
    )
    id: int | None = _id()
    product_id: int = _to("product", cascade=True)
    stars: int = Field(sa_column=Column(SmallInteger, nullable=False))
    number: str = _text()
    authority: str = _text()
    issued_on: date = Field(sa_column=Column(Date, nullable=False))
    expires_on: date = Field(sa_column=Column(Date, nullable=False))
    withdrawn_on: date | None = Field(default=None, sa_column=Column(Date))
    made_up: bool = False


class MovementRow(SQLModel, table=True):
    """The stock ledger: append-only, on hand is the sum. One row per order line and kind, however often delivered."""

    __tablename__ = "movement"
    __table_args__ = (
        _one_of("kind", ("receive", "sale", "cancel", "return", "adjust")),
        CheckConstraint("delta <> 0", name="delta"),
        Index("ix_movement_counted", "variant_id", postgresql_include=["delta"]),
        Index(
            "uq_movement_order_line",
            "shop_id",
            "order_no",
            "line",
            "kind",
            unique=True,
            postgresql_where=text("order_no <> ''"),
        ),
    )
    id: int | None = _id()
    variant_id: int = _to("variant", index=False)
    shop_id: int | None = _to("shop", null=True)
    kind: str = _text()
    delta: int = 0
    order_no: str = _text()
    line: str = _text()
    cause: str = _text()
    at: datetime | None = _when(null=False, now=True)


class ChangeRow(SQLModel, table=True):
    """What became of the canonical record and by whose hand: the far end of every chain of causes. Append-only."""

    __tablename__ = "change"
    id: int | None = _id()
    product_id: int = _to("product", cascade=True)
    field: str = _text()
    before: Any = Field(default=None, sa_column=Column(JSONB))
    after: Any = Field(default=None, sa_column=Column(JSONB))
    cause: str = _text()
    at: datetime | None = _when(null=False, now=True)


class ShopRow(SQLModel, table=True):
    __tablename__ = "shop"
    __table_args__ = (_one_of("state", ("active", "paused")), _one_of("verbs", ("observe", "create", "sync")))
    id: int | None = _id()
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    platform: str = _text()
    name: str = _text()
    producer_id: int | None = _to("producer", null=True)  # None: shared by several producers
    state: str = _text("active")
    paused_because: str = _text()
    # Paused by the platform, not by a person: a new consent lets it go on.
    needs_consent: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default="false"))
    verbs: str = _text("observe")
    rules: dict[str, Any] = _json()
    owners: dict[str, str] = _json()
    categories: dict[str, str] = _json()
    holds: dict[str, Any] = _json()  # lane -> what the mass-change guard stopped
    approved_until: datetime | None = _when()
    secrets: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False, server_default=""))
    created_at: datetime | None = _when(null=False, now=True)


class NoteRow(SQLModel, table=True):
    __tablename__ = "note"
    shop_id: int = Field(sa_column=Column(BigInteger, ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True))
    kind: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    value: Any = Field(default=None, sa_column=Column(JSONB))
    noted_at: datetime | None = _when(null=False, now=True)


class SealRow(SQLModel, table=True):
    """Secrets of the whole installation by name, encrypted: the key behind the addresses on printed stamps."""

    __tablename__ = "seal"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    secret: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))


def _due(lane: str) -> Index:
    column = f"{lane}_due_at"
    return Index(f"ix_listing_{lane}_due", "shop_id", column, postgresql_where=text(f"{column} IS NOT NULL"))


class ListingRow(SQLModel, table=True):
    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("shop_id", "product_id"),
        Index("uq_listing_item", "shop_id", "item", unique=True, postgresql_where=text("item <> ''")),
        _one_of("phase", Phase),
        CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
        _due("stock"),
        _due("price"),
        _due("content"),
        Index("ix_listing_stuck", "shop_id", postgresql_where=text(STUCK)),
        Index("ix_listing_shop", "shop_id", "id"),
        Index("ix_listing_seen", "shop_id", "phase", "observed_at"),
        Index("ix_listing_product", "product_id", "phase"),
    )
    id: int | None = _id()
    shop_id: int = _to("shop", index=False)
    product_id: int = _to("product", index=False)
    phase: str = _text("new")
    item: str = _text()
    variants: dict[str, str] = _json()
    desired: dict[str, Any] = _json()
    observed: dict[str, Any] = _json()
    observed_state: str = _text()
    observed_at: datetime | None = _when()
    url: str = _text()
    applied: dict[str, Any] = _json()
    unconfirmed: dict[str, Any] = _json()
    refused: dict[str, str] = _json()
    owners: dict[str, str] = _json()  # where this listing was adopted: who owns what, before the shop's own rule
    theirs: list[str] = _json("[]")  # fields that a person left to the platform on this listing
    ticket: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    reason: str = _text()
    cause: str = _text()
    stock_due_at: datetime | None = _when()
    price_due_at: datetime | None = _when()
    content_due_at: datetime | None = _when()
    stock_rank: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False, server_default="1"))
    tries: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0"))
    lease_owner: int | None = Field(default=None, sa_column=Column(Integer))
    lease_until: datetime | None = _when()


class ProblemRow(SQLModel, table=True):
    __tablename__ = "problem"
    __table_args__ = (UniqueConstraint("listing_id", "code", "field"),)
    id: int | None = _id()
    listing_id: int = _to("listing", cascade=True)
    code: str = _text()
    field: str = _text()
    vi: str = _text()
    en: str = _text()
    blocking: bool = True
    since: datetime | None = _when(null=False, now=True)


class RunRow(SQLModel, table=True):
    """One reconciliation of one shop. It may only end when every listing it planned has exactly one result."""

    __tablename__ = "run"
    __table_args__ = (
        _one_of("state", ("scanning", "healing", "held", "done", "failed")),
        CheckConstraint(
            "state <> 'done' OR planned = " + " + ".join(RESULTS),
            name="adds_up",
        ),
        Index("uq_run_open", "shop_id", unique=True, postgresql_where=text("state IN ('scanning', 'healing', 'held')")),
    )
    id: int | None = _id()
    shop_id: int = _to("shop")
    state: str = _text("scanning")
    cause: str = _text()
    started_at: datetime | None = _when(null=False, now=True)
    finished_at: datetime | None = _when()
    planned: int = 0
    applied: int = 0
    unchanged: int = 0
    superseded: int = 0
    blocked: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    strangers: list[dict[str, Any]] = _json("[]")
    note: str = _text()


class RunItemRow(SQLModel, table=True):
    __tablename__ = "run_item"
    __table_args__ = (_one_of("result", RESULTS, null=True),)
    run_id: int = Field(sa_column=Column(BigInteger, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True))
    listing_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    desired: str = _text()  # the fingerprint when it was planned: another one at the end means superseded
    result: str | None = Field(default=None, sa_column=Column(Text))


class DriftRow(SQLModel, table=True):
    __tablename__ = "drift"
    __table_args__ = (
        _one_of("verdict", Verdict),
        _one_of("resolution", Resolution),
        Index("uq_drift_open", "listing_id", "field", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_drift_inbox", "id", postgresql_where=text("resolved_at IS NULL")),
    )
    id: int | None = _id()
    listing_id: int = _to("listing", cascade=True)
    run_id: int | None = _to("run", null=True)
    field: str = _text()
    desired: Any = Field(default=None, sa_column=Column(JSONB))
    observed: Any = Field(default=None, sa_column=Column(JSONB))
    applied: Any = Field(default=None, sa_column=Column(JSONB))
    verdict: str = _text()
    resolution: str = _text()
    found_at: datetime | None = _when(null=False, now=True)
    resolved_at: datetime | None = _when()


class AttemptRow(SQLModel, table=True):
    """Intent before effect: committed before the call, its outcome after it. Kept for ever."""

    __tablename__ = "attempt"
    __table_args__ = (
        _one_of("kind", Kind),
        _one_of("outcome", OUTCOMES, null=True),
        CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name="finished"),
        Index("uq_attempt_open", "listing_id", unique=True, postgresql_where=text("finished_at IS NULL")),
        Index("ix_attempt_unsettled", "listing_id", postgresql_where=text(_UNSETTLED)),
        Index("ix_attempt_history", "listing_id", "id"),
        Index("ix_attempt_failed", "listing_id", "id", postgresql_where=text("outcome NOT IN ('applied', 'waiting')")),
        Index("ix_attempt_recent", "started_at", postgresql_using="brin"),
    )
    id: int | None = _id()
    listing_id: int = _to("listing")
    run_id: int | None = _to("run", null=True)
    kind: str = _text()
    changes: list[dict[str, Any]] = _json("[]")
    fingerprint: str = _text()
    cause: str = _text()
    started_at: datetime | None = _when(null=False)
    finished_at: datetime | None = _when()
    outcome: str | None = Field(default=None, sa_column=Column(Text))
    code: str = _text()
    detail: str = _text()
    request_id: str = _text()
    settled_at: datetime | None = _when()  # an unknown outcome that a later look explained
    settled_as: str = _text()
