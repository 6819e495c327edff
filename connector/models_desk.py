"""The table of what people decided about drift: the human end of a chain of causes. Append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

CHOICES = ("keep", "take", "ask")


def _to(table: str) -> Any:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(BigInteger, key, nullable=False, index=True))


class DecisionRow(SQLModel, table=True):
    """One person's word on one drift: keep ours, take theirs, ask the producer. `observed`: the value they saw."""

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint(f"choice IN {CHOICES!r}", name="choice"),)
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    drift_id: int = _to("drift")
    listing_id: int = _to("listing")
    field: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    choice: str = Field(sa_column=Column(Text, nullable=False))
    observed: Any = Field(default=None, sa_column=Column(JSONB))
    cause: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    at: datetime | None = Field(
        default=None,
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    )
