"""The canonical records and the stock ledger."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from connector.domain.listing import Lane
from connector.domain.product import Certificate, Producer, Product, Variant
from connector.domain.stock import Quota, Step
from connector.models import ChangeRow, MovementRow, ProducerRow, ProductRow, VariantRow
from connector.order_models import RecipeRow
from connector.store import touch
from connector.store.certificates import certify, current
from connector.store.convert import product_columns, to_producer, to_product, variant_columns
from connector.store.papers import held_by

_CHUNK = 500
_LOCK_VARIANTS = text("SELECT id FROM variant WHERE product_id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
Beside = Callable[[Session, Mapping[str, int]], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """One product as somebody gave it. `row`: its place in their file; `stock`: the count per SKU, None if unsaid;
    `dropped`: SKUs that leave it for good (what is merely not mentioned stays)."""

    row: int
    product: Product
    stock: Mapping[str, int] | None = None
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Saved:
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with what may still be sold of each SKU (on hand less reserved) and what is counted on hand (a pack's
    count is its base's, so it has none). `quotas`: for each SKU that is scarce, what each shop may sell of it;
    `standing`: what stands in each shop whose rule is exclusive, of the good and its packs, in pieces of the SKU."""

    product: Product
    free: Mapping[str, int]
    on_hand: Mapping[str, int] = field(default_factory=dict)
    quotas: Mapping[str, Mapping[int, Quota]] = field(default_factory=dict)
    standing: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


class Products:
    def __init__(self, engine: Engine, scarce_below: int = 0) -> None:
        self._engine, self._scarce_below = engine, scarce_below

    def sku_owners(self, skus: Iterable[str]) -> dict[str, str]:
        """Which product code holds each SKU that is taken. A SKU is never given to another product, not even later."""
        wanted = list(skus)
        query = select(VariantRow.sku, ProductRow.code).join(ProductRow).where(col(VariantRow.sku).in_(wanted))
        with Session(self._engine) as session:
            return dict(session.exec(query).all())

    def put(self, drafts: Sequence[Draft], cause: str, beside: Beside | None = None) -> Saved:
        """Write what is new or different; what the drafts do not mention stays. Marks the listings to look at. `beside`
        is called in each transaction with the ids of the new products by code, before they get their listings."""
        total = Saved()
        for start in range(0, len(drafts), _CHUNK):
            with Session(self._engine) as session, session.begin():
                total += self._put(session, drafts[start : start + _CHUNK], cause, beside)
        return total

    def _put(self, session: Session, drafts: Sequence[Draft], cause: str, beside: Beside | None) -> Saved:
        producers = _producers(session, {d.product.producer.code: d.product.producer for d in drafts})
        known = _rows(session, ProductRow.code, [d.product.code for d in drafts])
        news = [
            _insert(session, draft, producers[draft.product.producer.code], cause)
            for draft in drafts
            if draft.product.code not in known
        ]
        if beside is not None:
            codes = [draft.product.code for draft in drafts if draft.product.code not in known]
            beside(session, dict(zip(codes, news, strict=True)))
        touched: dict[Lane, list[int]] = defaultdict(list)
        session.connection().execute(_LOCK_VARIANTS, {"ids": [row.id for row in known.values()]})
        current = _goods(session, known.values(), self._scarce_below)
        for draft in drafts:
            row = known.get(draft.product.code)
            if row is None:
                continue
            assert row.id is not None
            for lane in _update(session, row, current[row.id], draft, producers[draft.product.producer.code], cause):
                touched[lane].append(row.id)
        session.flush()
        touch.enlist(session, product_ids=news)
        for lane in sorted(touched, key=list(Lane).index):
            touch.products(session, touched[lane], lane, cause)
        changed = len({key for ids in touched.values() for key in ids})
        return Saved(len(news), changed, len(drafts) - len(news) - changed)

    def load(self, ids: Iterable[int]) -> dict[int, Goods]:
        """Products by id with their free stock, in seven queries whatever their number."""
        wanted = list(ids)
        with Session(self._engine) as session:
            rows = session.exec(select(ProductRow).where(col(ProductRow.id).in_(wanted))).all()
            return _goods(session, rows, self._scarce_below)

    def by_code(self, codes: Iterable[str]) -> dict[str, Goods]:
        with Session(self._engine) as session:
            rows = _rows(session, ProductRow.code, list(codes))
            return {goods.product.code: goods for goods in _goods(session, rows.values(), self._scarce_below).values()}

    def recount(self, product_ids: Sequence[int], cause: str) -> None:
        """What other shops may show of these products has changed."""
        with Session(self._engine) as session, session.begin():
            touch.products(session, product_ids, Lane.STOCK, cause)

    def look_again(self, product_id: int, cause: str) -> None:
        """Make every listing of a product due."""
        with Session(self._engine) as session, session.begin():
            touch.products(session, [product_id], Lane.CONTENT, cause)

    def codes(self, limit: int = 1000, after: str = "", producer: str = "") -> list[str]:
        """The next codes in order, of one producer where its code is given."""
        query = select(ProductRow.code).where(ProductRow.code > after).order_by(ProductRow.code).limit(limit)
        if producer:
            query = query.join(ProducerRow).where(ProducerRow.code == producer)
        with Session(self._engine) as session:
            return list(session.exec(query))

    def history(self, product_id: int, names: Sequence[str]) -> list[ChangeRow]:
        query = (
            select(ChangeRow)
            .where(ChangeRow.product_id == product_id, col(ChangeRow.field).in_(names))
            .order_by(col(ChangeRow.id))
        )
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.exec(query))


def _rows(session: Session, column: Any, values: Sequence[str]) -> dict[str, ProductRow]:
    found = session.exec(select(ProductRow).where(column.in_(values)).with_for_update()).all()
    return {row.code: row for row in found}


def _producers(session: Session, wanted: Mapping[str, Producer]) -> dict[str, int]:
    found = session.exec(select(ProducerRow).where(col(ProducerRow.code).in_(list(wanted)))).all()
    rows = {row.code: row for row in found}
    for code, producer in wanted.items():
        row = rows.setdefault(code, ProducerRow(code=code))
        for name in ("name", "kind", "address", "commune", "province_code", "province"):
            setattr(row, name, getattr(producer, name) or getattr(row, name))
        session.add(row)
    session.flush()
    return {code: row.id for code, row in rows.items() if row.id is not None}


def _goods(session: Session, rows: Iterable[ProductRow], scarce_below: int) -> dict[int, Goods]:
    by_id = {row.id: row for row in rows if row.id is not None}
    producer_ids = {row.producer_id for row in by_id.values()}
    producers = {
        row.id: to_producer(row)
        for row in session.exec(select(ProducerRow).where(col(ProducerRow.id).in_(producer_ids)))
    }
    variants: dict[int, list[VariantRow]] = defaultdict(list)
    alive = select(VariantRow).where(col(VariantRow.product_id).in_(by_id), col(VariantRow.dropped_at).is_(None))
    for variant in session.exec(alive):
        variants[variant.product_id].append(variant)
    counts = _counts(session, by_id, scarce_below)
    quotas = _quotas(session, [sku for sku, count in counts.items() if count.scarce])
    standing = _standing(session, by_id)
    certificates = current(session, by_id)
    papers = held_by(session, by_id.values())
    return {
        key: Goods(
            to_product(row, producers[row.producer_id], variants[key], certificates.get(key), papers[key]),
            {v.sku: counts[v.sku].free for v in variants[key]},
            {v.sku: counts[v.sku].on_hand for v in variants[key] if not counts[v.sku].pack},
            {v.sku: quotas[v.sku] for v in variants[key] if v.sku in quotas},
            {v.sku: standing[v.sku] for v in variants[key] if v.sku in standing},
        )
        for key, row in by_id.items()
    }


class _Count(NamedTuple):
    free: int
    on_hand: int
    pack: bool
    scarce: bool


def _counts(session: Session, product_ids: Iterable[int], scarce_below: int) -> dict[str, _Count]:
    """By SKU. A good is scarce at or below its threshold, and stays so until its quotas are given up."""
    query = text("""
        SELECT s.sku, s.free, s.on_hand, s.base_id <> s.variant_id AS pack,
               s.on_hand - s.reserved <= coalesce(b.scarce_below, :scarce) AND coalesce(b.scarce_below, :scarce) > 0
               OR EXISTS (SELECT FROM quota WHERE quota.base_id = s.base_id) AS scarce
        FROM stock s JOIN variant b ON b.id = s.base_id WHERE s.product_id = ANY(:ids)
    """)
    rows = session.connection().execute(query, {"ids": list(product_ids), "scarce": scarce_below})
    return {row.sku: _Count(int(row.free), int(row.on_hand), row.pack, row.scarce) for row in rows}


def _quotas(session: Session, skus: Sequence[str]) -> dict[str, dict[int, Quota]]:
    found: dict[str, dict[int, Quota]] = {sku: {} for sku in skus}
    query = text("""
        SELECT v.sku, q.shop_id, q.ceiling, q.step, q.by, q.since, q.wrote_at
        FROM quota q JOIN variant v ON v.id = q.variant_id WHERE v.sku = ANY(:skus)
    """)
    for row in session.connection().execute(query, {"skus": skus}) if skus else ():
        found[row.sku][row.shop_id] = Quota(row.ceiling, Step(row.step), row.by, row.since, row.wrote_at)
    return found


def _standing(session: Session, product_ids: Iterable[int]) -> dict[str, dict[int, int]]:
    """By SKU and shop: what was last seen, or what we wrote with what stood before while our number has not been seen:
    that may be sold unheard, and then ours as well."""
    query = text("""
        SELECT mine.sku, l.shop_id,
               ceil(sum(other.pieces * greatest(coalesce((l.applied->>('stock:' || other.sku))::bigint, 0)
                                                + coalesce((l.unconfirmed->>('stock:' || other.sku))::bigint, 0),
                                                coalesce((l.observed->>('stock:' || other.sku))::bigint, 0)))::numeric
                    / mine.pieces)::bigint AS held
        FROM stock mine JOIN stock other ON other.base_id = mine.base_id
        JOIN listing l ON l.product_id = other.product_id
        JOIN shop s ON s.id = l.shop_id AND (s.rules->'stock'->>'exclusive')::boolean
        WHERE mine.product_id = ANY(:ids) AND l.item <> '' AND l.phase <> 'gone'
        GROUP BY mine.sku, mine.pieces, l.shop_id
    """)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in session.connection().execute(query, {"ids": list(product_ids)}):
        found[row.sku][row.shop_id] = int(row.held)
    return found


def _insert(session: Session, draft: Draft, producer_id: int, cause: str) -> int:
    product = draft.product
    row = ProductRow(producer_id=producer_id, **product_columns(product))
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add(ChangeRow(product_id=row.id, field="product", after=product.code, cause=cause))
    variants = [
        VariantRow(product_id=row.id, **variant_columns(variant, position))
        for position, variant in enumerate(product.variants)
    ]
    session.add_all(variants)
    certify(session, row.id, product.certificate)
    session.flush()
    _count(session, variants, {}, draft.stock, cause)
    return row.id


def _count(
    session: Session,
    variants: Iterable[VariantRow],
    on_hand: Mapping[str, int],
    stock: Mapping[str, int] | None,
    cause: str,
) -> int | None:
    """Bring the ledger to a counted stock by movements, never by overwriting. The lowest delta, None if none.

    What is counted is what is in the house, packed for open orders or not. A pack is counted as its base only.
    """
    deltas = []
    packs = _packs(session, variants := list(variants))
    for variant in variants:
        if variant.id in packs:
            continue
        counted = on_hand.get(variant.sku, 0)
        delta = (stock or {}).get(variant.sku, counted) - counted
        if delta:
            kind = "adjust" if variant.sku in on_hand else "receive"
            session.add(MovementRow(variant_id=variant.id or 0, kind=kind, delta=delta, cause=cause))
            deltas.append(delta)
    return min(deltas, default=None)


def _packs(session: Session, variants: Sequence[VariantRow]) -> set[int]:
    query = select(RecipeRow.variant_id).where(col(RecipeRow.variant_id).in_([v.id for v in variants]))
    return set(session.exec(query))


def _update(session: Session, row: ProductRow, now: Goods, draft: Draft, producer_id: int, cause: str) -> set[Lane]:
    """Apply the differences, record each with its cause; the lanes they concern."""
    assert row.id is not None
    lanes: set[Lane] = set()
    before, after = product_columns(now.product), product_columns(draft.product)
    for name in before:
        if before[name] != after[name]:
            _record(session, row.id, name, before[name], after[name], cause)
            setattr(row, name, after[name])
            lanes.add(Lane.CONTENT)
    if now.product.producer != draft.product.producer:
        row.producer_id = producer_id
        lanes.add(Lane.CONTENT)
    if certify(session, row.id, draft.product.certificate):
        _record(session, row.id, "certificate", None, draft.product.certificate, cause)
        lanes.add(Lane.CONTENT)
    kept = {v.sku: v for v in session.exec(select(VariantRow).where(VariantRow.product_id == row.id))}
    for position, variant in enumerate(draft.product.variants):
        lanes |= _update_variant(session, row.id, kept, variant, position, cause)
    lanes |= _drop(session, [kept[sku] for sku in draft.dropped if sku in kept], cause)
    session.flush()
    if _count(session, kept.values(), now.on_hand, draft.stock, cause) is not None:
        lanes.add(Lane.STOCK)
    if lanes:
        row.updated_at = datetime.now(UTC)
        session.add(row)
    return lanes


def _update_variant(
    session: Session, product_id: int, kept: dict[str, VariantRow], variant: Variant, position: int, cause: str
) -> set[Lane]:
    columns = variant_columns(variant, position)
    row = kept.get(variant.sku)
    if row is None:
        kept[variant.sku] = row = VariantRow(product_id=product_id, **columns)
        session.add(row)
        _record(session, product_id, f"variant:{variant.sku}", None, variant.sku, cause)
        return {Lane.CONTENT}
    changed = {name for name, value in columns.items() if getattr(row, name) != value and name != "position"}
    for name in changed:
        field = f"price:{variant.sku}" if name == "price" else f"{name}:{variant.sku}"
        _record(session, product_id, field, getattr(row, name), columns[name], cause)
        setattr(row, name, columns[name])
    session.add(row)
    return {Lane.PRICE if name == "price" else Lane.CONTENT for name in changed}


def _drop(session: Session, rows: Iterable[VariantRow], cause: str) -> set[Lane]:
    """The rows stay, and so does the claim on their SKUs."""
    leaving = [row for row in rows if row.dropped_at is None]
    for row in leaving:
        row.dropped_at = datetime.now(UTC)
        session.add(row)
        _record(session, row.product_id, f"variant:{row.sku}", row.sku, None, cause)
    return {Lane.CONTENT, Lane.STOCK} if leaving else set()


def _record(session: Session, product_id: int, field: str, before: Any, after: Any, cause: str) -> None:
    if isinstance(after, Certificate):
        after = f"{after.stars} sao, {after.number}, {after.expires_on:%d/%m/%Y}"
    session.add(ChangeRow(product_id=product_id, field=field, before=before, after=after, cause=cause))
