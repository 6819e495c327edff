"""Finding products at Tiki by id and seller SKU: one by one, or by a walk over the whole shop where that is cheaper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.paging import pages
from adapters.tiki.client import Client
from adapters.tiki.products import Product, product
from connector.errors import Missing, Retry

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FIRST_YEAR = datetime(2010, 1, 1, tzinfo=UTC)  # Tiki's own start
_LIST = "/v2.1/products"
_SLACK = timedelta(seconds=30)  # Tiki's clock may be behind; what is missed for more is found by its request


@dataclass
class Found:
    """What a look has found, by product id."""

    by_id: dict[str, Product] = field(default_factory=dict)

    def add(self, products: Iterable[Product]) -> None:
        self.by_id |= {p.id: p for p in products}

    def of_sku(self, sku: str) -> list[Product]:
        """All that carry the SKU, the oldest first."""
        return sorted((p for p in self.by_id.values() if p.sku == sku), key=lambda p: p.age)


class Catalogue:
    """The shop's products. Remembers for a short while what is reserved in open orders: stock is written with it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._reserved: dict[str, tuple[datetime, Mapping[str, tuple[int, int]]]] = {}
        self._whole_at: datetime | None = None  # when the whole list was last read
        self._walked_at: datetime | None = None  # until when `_ids` holds whatever was made
        self._ids: dict[str, set[str]] = {}  # by SKU

    def find(
        self, ids: Iterable[str], skus: Iterable[str], *, walk: bool = False, since: datetime | None = None
    ) -> Found:
        """Complete for these ids and SKUs, or Retry: what it does not hold is not there. `walk`: by the list anyway,
        then complete for what was made after `since`, and left once all SKUs are found."""
        ids, skus = list(dict.fromkeys(ids)), list(dict.fromkeys(skus))
        found = Found()
        if (walk and (ids or skus)) or self.walks(len(ids) + len(skus)):
            self._recall()
            if ids and skus and since is None and self._walked_at is not None:  # each in its own shorter way
                found.add(self.find((), skus, walk=walk).by_id.values())
                ids, skus = [i for i in ids if i not in found.by_id], []
            known = [number for sku in skus for number in self._ids.get(sku, ())]
            if skus and not ids and since is None and self._walked_at is not None and not self.walks(len(known)):
                found.add(self.walk(self._walked_at))  # what was there before is known, but not its state
                ids = known
            elif not skus and since is None:
                found.add(self._until_shown(ids, None) if self.walks(len(ids)) else ())
            else:
                found.add(self.walk(since) if since is None or ids else self._until_shown(skus, since))
            ids, skus = [i for i in ids if i not in found.by_id], []  # hidden products are in no list
        for number in ids:
            one = self.by_id(number)
            found.add([one] if one else [])
        for sku in skus:
            found.add(self._by_sku(sku))
        return found

    def by_id(self, number: str) -> Product | None:
        try:
            query = {"includes": "inventory,categories,attributes,images"}
            row = self._client.get(f"{_LIST}/{number}", "products/{id}", query)
        except Missing:
            return None
        return self._note(product(row))

    def _by_sku(self, sku: str) -> list[Product]:
        try:
            body = self._client.get("/v2/products/findBy", "products/findBy", {"original_sku": sku})
        except Missing:
            return []
        rows = body.get("data") if isinstance(body, Mapping) and "data" in body else [body]
        found = [p for p in map(product, rows or ()) if p is not None and p.sku == sku]
        # This call gives no stock, so the product itself is read.
        return [whole for p in found if (whole := p if p.stores is not None else self.by_id(p.id)) is not None]

    def walk(self, since: datetime | None = None) -> Iterator[Product]:
        """Everything in the shop's list, or what was made since then, once each."""
        passed: set[str] = set()
        began = self._client.connection.clock.now()
        for rows in self._span(since - _SLACK if since else _FIRST_YEAR, None):
            for row in rows:
                one = self._note(product(row))
                if one is not None and one.id not in passed:
                    passed.add(one.id)
                    self._ids.setdefault(one.sku, set()).add(one.id)
                    yield one
        if since is None:
            self._whole_at = began
        if since is None or (self._walked_at is not None and since <= self._walked_at):
            self._walked_at = began
            self._remember()

    def _remember(self) -> None:
        """For whoever works this shop next: what was made until now is in no need of another look for its SKU."""
        ids = {sku: sorted(numbers) for sku, numbers in self._ids.items()}
        noted = {"whole": _text(self._whole_at), "until": _text(self._walked_at), "ids": ids}
        self._client.connection.notebook.put("listed", "all", noted)

    def _recall(self) -> None:
        """What others saw, unless the whole list was read too long ago: a SKU may be changed over there."""
        oldest = self._client.connection.clock.now() - timedelta(minutes=float(self._client.settings["listed_minutes"]))
        if self._whole_at is None and (noted := self._client.connection.notebook.get("listed", "all")):
            self._whole_at, self._walked_at = (datetime.fromisoformat(noted[key]) for key in ("whole", "until"))
            self._ids = {sku: set(numbers) for sku, numbers in noted["ids"].items()}
        if self._whole_at is not None and self._whole_at < oldest:
            self._whole_at, self._walked_at, self._ids = None, None, {}

    def _until_shown(self, wanted: Iterable[str], since: datetime | None) -> Iterator[Product]:
        """The list shows the newest first: it is left once it has shown what we look for, by SKU or id."""
        left = set(wanted)
        for one in self.walk(since) if left else ():
            yield one
            left -= {one.sku, one.id}
            if not left:
                return

    def reserved(
        self, numbers: Sequence[str], seconds: float | None = None
    ) -> dict[str, Mapping[str, tuple[int, int]]]:
        """Stock by product and warehouse, read now unless read moments ago; a product that is gone is left out."""
        young = float(self._client.settings.get("reserved_seconds", 60)) if seconds is None else seconds
        oldest = self._client.connection.clock.now() - timedelta(seconds=young)
        stale = [n for n in numbers if n not in self._reserved or self._reserved[n][0] < oldest]
        if stale:
            self.find(stale, ())
        return {n: self._reserved[n][1] for n in numbers if n in self._reserved and self._reserved[n][0] >= oldest}

    def forget(self, number: str | None = None) -> None:
        """What is reserved, of one product or of all."""
        if number is None:
            self._reserved.clear()
        else:
            self._reserved.pop(number, None)

    def _note(self, one: Product | None) -> Product | None:
        if one is not None and one.stores is not None:
            self._reserved[one.id] = self._client.connection.clock.now(), one.stores
        return one

    def walks(self, wanted: int, since: datetime | None = None) -> bool:
        """Whether reading the list costs fewer calls than `wanted` single reads. Its length is the one counted at the
        last walk; unknown, or made lately, is taken as one page."""
        if since is not None:
            return wanted > 1
        total = self._client.connection.notebook.get("total", "products")
        return wanted > max(1, -(-int(total or 0) // int(self._client.settings.get("page", 50))))

    def _span(self, since: datetime, until: datetime | None) -> Iterator[Sequence[Mapping[str, Any]]]:
        """All pages of products made in a span of time; a span with more than a list shows is halved."""
        whole = since == _FIRST_YEAR and until is None
        between = {} if whole else {"created_from_date": _local(since)}
        between |= {"created_to_date": _local(until)} if until else {}
        walk = self._pages(between, whole=whole)
        try:
            first = next(walk)
        except _TooMany:
            end = until or self._client.connection.clock.now()
            middle = since + (end - since) / 2
            if end - since < timedelta(seconds=2):
                raise Retry("more products were made within a second than Tiki lists") from None
            yield from self._span(since, middle)
            yield from self._span(middle, until)
            return
        yield first
        yield from walk

    def _pages(self, between: Mapping[str, str], *, whole: bool) -> Iterator[Sequence[Mapping[str, Any]]]:
        """To the last page, whatever is on each: pages may be short. Fewer rows than counted are a broken read."""
        settings = self._client.settings
        seen: set[str] = set()
        size, most = int(settings.get("page", 50)), int(settings.get("list_max", 10_000))
        counted = 0

        def fetch(page: int) -> tuple[Sequence[Mapping[str, Any]], int | None]:
            nonlocal counted
            query = {"page": page, "limit": size, "include": "inventory,images", **between}
            body = self._client.get(_LIST, "products", query)
            rows, paging = body.get("data") or [], body.get("paging") or {}
            counted, last = int(paging.get("total") or 0), int(paging.get("last_page") or 0)
            if page == 1 and counted > most:
                raise _TooMany
            seen.update(str(row.get("product_id") or row.get("id")) for row in rows)
            return rows, page + 1 if page < last else None

        yield from pages(fetch, 1)
        if len(seen) < counted and not settings.get("short_pages", False):
            raise Retry(f"products: {len(seen)} of {counted} were listed", code="short_list")
        if whole:
            self._client.connection.notebook.put("total", "products", counted)


class _TooMany(Exception):
    """The span holds more than a list shows."""


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _local(at: datetime) -> str:
    """How Tiki writes times: Vietnam's, without a zone."""
    return at.astimezone(_VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
