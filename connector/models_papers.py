"""The table of papers: what proves a claim, a right or a test. The file lies in the papers' folder under its hash."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Text, func, text
from sqlmodel import Field, SQLModel

MEDIA = ("application/pdf", "image/jpeg")


def _text(*, default: str | None = "") -> Any:
    return Field(default=default, sa_column=Column(Text, nullable=False, server_default=default))


def _to(table: str, *, null: bool = False) -> Any:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Field(default=None, sa_column=Column(BigInteger, key, nullable=null, index=True))


class PaperRow(SQLModel, table=True):
    """One paper of a producer, or of one product of theirs. Never overwritten: taken away by `removed_at`."""

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint(f"media IN {MEDIA!r}", name="media"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("expires_on > issued_on", name="dates"),
        Index(
            "uq_paper_here",
            "producer_id",
            text("coalesce(product_id, 0)"),
            "kind",
            "sha256",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    producer_id: int = _to("producer")
    product_id: int | None = _to("product", null=True)  # None: it speaks for all of the producer's goods
    kind: str = _text()
    number: str = _text()
    issuer: str = _text()
    issued_on: date | None = Field(default=None, sa_column=Column(Date))
    expires_on: date | None = Field(default=None, sa_column=Column(Date))
    sha256: str = Field(sa_column=Column(Text, nullable=False))
    media: str = Field(sa_column=Column(Text, nullable=False))
    cause: str = _text()
    added_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp())
    )
    removed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    removed_because: str = _text()
