"""The tables of what shops sell: orders as they were last read, pushes, quotas, recipes. Nothing about buyers."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from connector.domain.orders import OrderState
from connector.domain.stock import Step
from connector.models import _id, _one_of, _text, _to, _when


class OrderRow(SQLModel, table=True):
    __tablename__ = "shop_order"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        CheckConstraint("number <> ''", name="number"),
        _one_of("state", OrderState),
        Index("ix_shop_order_placed", "placed_at"),
    )
    id: int | None = _id()
    shop_id: int = _to("shop")
    number: str = _text()
    state: str = _text("open")
    raw_state: str = _text()
    placed_at: datetime | None = _when(null=False)
    updated_at: datetime | None = _when(null=False)  # by the platform's clock: an older reading changes nothing
    first_seen_at: datetime | None = _when(null=False, now=True)


class OrderLineRow(SQLModel, table=True):
    """`variant_id` None: nobody knows the SKU yet. `base_id`, `pieces`: whose ledger it moves, as of when it was bound.
    `reserved` to `returned` is what it has done there (connector.domain.orders.Booked)."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line"),
        CheckConstraint("quantity >= 0 AND cancelled >= 0 AND returned >= 0", name="counts"),
        CheckConstraint("reserved >= 0 AND sold >= cancelled_after + came_back", name="booked"),
        CheckConstraint("(variant_id IS NULL) = (base_id IS NULL)", name="bound"),
        Index(
            "ix_order_line_reserved",
            "base_id",
            postgresql_where=text("reserved > 0"),
            postgresql_include=["reserved", "pieces"],
        ),
        Index("ix_order_line_sku", "sku"),
        Index("ix_order_line_unknown", "id", postgresql_where=text("variant_id IS NULL")),
    )
    id: int | None = _id()
    order_id: int = _to("shop_order", cascade=True)
    line: str = _text()
    sku: str = _text()
    external: str = _text()  # the platform's id of the variant
    state: str = _text("open")
    quantity: int = 0
    cancelled: int = 0
    returned: int = 0
    variant_id: int | None = _to("variant", null=True)
    base_id: int | None = Field(default=None, sa_column=Column(BigInteger, ForeignKey("variant.id"), nullable=True))
    pieces: int = 1
    reserved: int = 0
    sold: int = 0
    cancelled_after: int = 0
    came_back: int = 0


class OrderCursorRow(SQLModel, table=True):
    """How far each shop's orders are absorbed. A pull that failed leaves it where it was: the window is read again."""

    __tablename__ = "order_cursor"
    shop_id: int = Field(sa_column=Column(BigInteger, ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True))
    until: datetime | None = _when(null=False)
    mark: str = _text()
    pulled_at: datetime | None = _when()
    trouble: str = _text()


class EventRow(SQLModel, table=True):
    """A push that proved genuine: where to look, not what it said."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index("ix_event_waiting", "shop_id", postgresql_where=text("worked_at IS NULL")),
    )
    id: int | None = _id()
    shop_id: int = _to("shop", cascade=True)
    key: str = _text()
    raw_kind: str = _text()
    order_no: str = _text()
    item: str = _text()
    account: str = _text()
    received_at: datetime | None = _when(null=False, now=True)
    worked_at: datetime | None = _when()
    came_of_it: str = _text()


class QuotaRow(SQLModel, table=True):
    """connector.domain.stock.Quota, with the pieces that were sold beyond it for good (`beyond`: must stay 0)."""

    __tablename__ = "quota"
    __table_args__ = (_one_of("step", Step),)
    shop_id: int = Field(sa_column=Column(BigInteger, ForeignKey("shop.id", ondelete="CASCADE"), primary_key=True))
    variant_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    base_id: int = _to("variant")
    ceiling: int = 0
    step: str = _text("idle")
    by: int = 0
    since: datetime | None = _when()
    wrote_at: datetime | None = _when()
    beyond: int = 0


class RecipeRow(SQLModel, table=True):
    """A pack: `pieces` of the base variant make one of it. Its stock is the base's."""

    __tablename__ = "recipe"
    __table_args__ = (
        CheckConstraint("pieces > 0", name="pieces"),
        CheckConstraint("variant_id <> base_id", name="other"),
    )
    variant_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("variant.id", ondelete="CASCADE"), primary_key=True)
    )
    base_id: int = _to("variant")
    pieces: int = 1
