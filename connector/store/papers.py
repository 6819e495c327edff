"""Papers by product and producer: added and taken away with their cause, never overwritten."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, or_
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.product import PaperHeld
from connector.errors import Complaint
from connector.models import ChangeRow, ProductRow
from connector.models_papers import PaperRow
from connector.store import touch

_MOST = 100  # papers of one product, those of its producer included


class Papers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, product_code: str, paper: PaperHeld, cause: str) -> bool:
        """File a paper with a product, or with its producer if it speaks for all of theirs; False if it was known. The
        listings it concerns are looked at again."""
        with Session(self._engine) as session, session.begin():
            product = _product(session, product_code)
            product_id = product.id or 0
            held = held_by(session, [product])[product_id]
            if any((one.kind, one.sha256) == (paper.kind, paper.sha256) for one in held):
                return False
            if len(held) >= _MOST:
                raise Complaint(
                    f"Sản phẩm đã có {_MOST} giấy tờ. Bỏ bớt bản cũ.", f"It has {_MOST} papers. Take old ones away."
                )
            row = PaperRow(
                producer_id=product.producer_id,
                product_id=None if paper.producers else product_id,
                cause=cause,
                **{name: getattr(paper, name) for name in _FACTS},
            )
            session.add(row)
            session.add(ChangeRow(product_id=product_id, field="papers", after=_words(paper), cause=cause))
            session.flush()
            touch.products(session, _concerned(session, row), Lane.CONTENT, cause)
            return True

    def of(self, product_code: str) -> tuple[PaperHeld, ...]:
        """A product's papers and its producer's, by kind, the newest first."""
        with Session(self._engine) as session:
            product = _product(session, product_code)
            return held_by(session, [product])[product.id or 0]

    def remove(self, product_code: str, paper_id: int, cause: str) -> PaperHeld:
        """Take a paper away; its row and its file stay."""
        with Session(self._engine) as session, session.begin():
            product = _product(session, product_code)
            found = next((one for one in held_by(session, [product])[product.id or 0] if one.id == paper_id), None)
            row = session.get(PaperRow, paper_id) if found else None
            if found is None or row is None:
                raise Complaint(
                    f"Sản phẩm «{product_code}» không có giấy tờ số {paper_id}. Xem: ocop paper list {product_code}.",
                    f"The product “{product_code}” has no paper {paper_id}. See: ocop paper list {product_code}.",
                )
            row.removed_at, row.removed_because = datetime.now(UTC), cause
            session.add(row)
            session.add(ChangeRow(product_id=product.id or 0, field="papers", before=_words(found), cause=cause))
            session.flush()
            touch.products(session, _concerned(session, row), Lane.CONTENT, cause)
            return found


_FACTS = ("kind", "number", "issuer", "issued_on", "expires_on", "sha256", "media")


def held_by(session: Session, products: Iterable[ProductRow]) -> Mapping[int, tuple[PaperHeld, ...]]:
    """What speaks for each of these products, in one query."""
    by_id = {row.id or 0: row.producer_id for row in products}
    mine: dict[int, list[PaperHeld]] = defaultdict(list)
    everyones: dict[int, list[PaperHeld]] = defaultdict(list)
    query = (
        select(PaperRow)
        .where(
            or_(
                col(PaperRow.product_id).in_(by_id),
                col(PaperRow.product_id).is_(None) & col(PaperRow.producer_id).in_(set(by_id.values())),
            ),
            col(PaperRow.removed_at).is_(None),
        )
        .order_by(PaperRow.kind, col(PaperRow.id).desc())
    )
    for row in session.exec(query):
        held = PaperHeld(**{name: getattr(row, name) for name in _FACTS}, producers=not row.product_id, id=row.id or 0)
        if row.product_id is None:
            everyones[row.producer_id].append(held)
        else:
            mine[row.product_id].append(held)
    return {
        key: tuple(sorted([*mine[key], *everyones[owner]], key=lambda one: (one.kind, -one.id)))
        for key, owner in by_id.items()
    }


def _product(session: Session, code: str) -> ProductRow:
    found = session.exec(select(ProductRow).where(ProductRow.code == code).with_for_update()).first()
    if found is None:
        raise Complaint(f"Không có sản phẩm «{code}».", f"No product “{code}”.")
    return found


def _concerned(session: Session, row: PaperRow) -> list[int]:
    if row.product_id is not None:
        return [row.product_id]
    return [i for i in session.exec(select(ProductRow.id).where(ProductRow.producer_id == row.producer_id)) if i]


def _words(paper: PaperHeld) -> str:
    return " ".join(part for part in (paper.kind, paper.number, paper.sha256[:12]) if part)
