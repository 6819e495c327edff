"""Looking at Lazada: many listings per call by seller SKU, single items where that finds nothing, the whole shop."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.lazada.client import Client
from adapters.lazada.observed import Reader, is_deleted
from adapters.paging import pages
from connector.domain.listing import Observed, Ref, State
from connector.errors import Missing, Retry
from connector.ports import Target

_FIRST_YEAR = datetime(2012, 1, 1, tzinfo=UTC)  # Lazada's own start
Product = Mapping[str, Any]


def observe(client: Client, targets: Sequence[Target]) -> dict[int, Observed]:
    """Every target's state. Raises Retry rather than take a failed or partial read for absence."""
    reader = Reader(client.connection)
    seen: dict[int, Observed] = {}
    for group in _groups(targets, client.connection.channel.settings):
        found = by_skus(client, [sku for target in group for sku in target.skus])
        for target in group:
            seen[target.listing] = _settle(client, reader, target, found)
    return seen


def by_skus(client: Client, skus: Sequence[str]) -> list[Product]:
    """Every product that carries one of the SKUs (at most 100 of them), deleted ones included."""
    wanted = json.dumps(list(dict.fromkeys(skus)), ensure_ascii=False)
    return [p for page in _pages(client, {"filter": "all", "sku_seller_list": wanted}) for p in page]


def item(client: Client, item_id: str) -> Product | None:
    """One item by its id; None if there is no such item."""
    try:
        data = client.read("/product/item/get", {"item_id": item_id})
    except Missing:
        return None
    return data if isinstance(data, Mapping) and data else None


def scan(client: Client) -> Iterator[Observed]:
    """Everything not deleted, once each."""
    reader = Reader(client.connection)
    passed: set[str] = set()
    for page in _window(client, _FIRST_YEAR, None):
        for product in page:
            one = reader.observed(product)
            if one.state.exists and one.ref.item not in passed:
                passed.add(one.ref.item)
                yield one


def _groups(targets: Sequence[Target], settings: Mapping[str, Any]) -> Iterator[list[Target]]:
    """At most 100 SKUs, and at most as many listings as one page of answers holds."""
    most_skus, page = int(settings.get("look_skus", 100)), int(settings.get("page", 50))
    group: list[Target] = []
    for target in targets:
        if group and (len(group) >= page or sum(len(t.skus) for t in group) + len(target.skus) > most_skus):
            yield group
            group = []
        group.append(target)
    if group:
        yield group


def _settle(client: Client, reader: Reader, target: Target, found: Iterable[Product]) -> Observed:
    """The known item if it still stands, else the oldest live item with one of the SKUs, else absence."""
    mine = [p for p in found if not set(reader.skus(p)).isdisjoint(target.skus)]
    known = next((p for p in mine if reader.item_id(p) == target.ref.item), None)
    if known is None and target.ref.item:
        known = item(client, target.ref.item)  # its SKUs were changed, or the list lags behind
    if known is not None and not is_deleted(known):
        return reader.observed(known)
    live = sorted((p for p in mine if not is_deleted(p)), key=reader.age)
    if live:
        others = ",".join(reader.item_id(p) for p in live)
        return reader.observed(live[0], f"duplicate: {others}" if len(live) > 1 else "")
    if target.ref.item:
        return Observed(State.DELETED, reader.now, Ref(target.ref.item))
    return Observed(State.ABSENT, reader.now)


def _window(client: Client, since: datetime, until: datetime | None) -> Iterator[Sequence[Product]]:
    """All products created in a span of time; a span with more than the deepest offset is halved."""
    deepest = int(client.connection.channel.settings.get("offset_max", 10_000))
    span = {"filter": "all", "create_after": _iso(since)} | ({"create_before": _iso(until)} if until else {})
    walk = _pages(client, span, deepest)
    try:
        yield next(walk, [])
    except _TooMany:
        end = until or client.connection.clock.now()
        middle = since + (end - since) / 2
        if (end - since).total_seconds() < 2:
            raise Retry("more products were created within a second than Lazada can list") from None
        yield from _window(client, since, middle)
        yield from _window(client, middle, until)
        return
    yield from walk


class _TooMany(Exception):
    """The span holds more than can be paged through."""


def _pages(client: Client, params: Mapping[str, str], deepest: int = 10_000) -> Iterator[Sequence[Product]]:
    size = int(client.connection.channel.settings.get("page", 50))

    def fetch(offset: int) -> tuple[Sequence[Product], int | None]:
        data = client.read("/products/get", {**params, "limit": str(size), "offset": str(offset)}) or {}
        products, total = data.get("products") or [], int(data.get("total_products") or 0)
        if offset == 0 and total > deepest + size:
            raise _TooMany
        if not products and offset < total:
            raise Retry(f"/products/get: nothing at {offset} of {total}", code="empty_page")
        following = offset + len(products)
        return products, following if following < total else None

    return pages(fetch, 0)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
