"""Looking: known items by id in batches, unknown ones by one walk of the shop's list for the whole batch."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.paging import batched, pages
from adapters.shopee.client import Client
from adapters.shopee.facts import Item, observed
from adapters.shopee.knowledge import Knowledge
from adapters.shopee.sightings import Sightings
from adapters.shopee.variants import Models
from connector.domain.listing import Observed, State
from connector.errors import Missing, Retry
from connector.ports import Connection, Target

_PAGE, _BATCH = 100, 50
_STATUSES = [("item_status", status) for status in ("NORMAL", "UNLIST", "BANNED", "REVIEWING")]

Row = Mapping[str, Any]


class Reads:
    def __init__(self, connection: Connection, client: Client, knowledge: Knowledge, sightings: Sightings) -> None:
        self._connection = connection
        self._client = client
        self._knowledge = knowledge
        self._sightings = sightings

    def observe(self, targets: Sequence[Target]) -> dict[int, Observed]:
        self._knowledge.learn()
        read_at, items = self._connection.clock.now(), dict[str, Item]()
        known = [target.ref.item for target in targets if target.ref.item]
        if len(known) < len(targets):
            self._walk(items, known)
        else:
            self.read(known, items)
            if any(_lost(target, items) for target in targets):
                self._walk(items)
        searched = [target for target in targets if _lost(target, items)]
        self.read([item for target in searched for item in self._candidates(target)], items)
        return {target.listing: self._one(target, items, read_at) for target in targets}

    def scan(self) -> Iterator[Observed]:
        self._knowledge.learn()
        started, items = self._now(), dict[str, Item]()
        for rows in self._rows(None):
            read_at, page = self._connection.clock.now(), [str(row["item_id"]) for row in rows]
            self.read(page, items)
            yield from (self._show(items.pop(item), (), read_at) for item in page if item in items)
        self._connection.notebook.put("walk", "", {"at": started, "full": started})

    def read(self, wanted: Iterable[str], items: dict[str, Item]) -> None:
        """Add what is not in `items` yet; an id that Shopee no longer knows stays out."""
        ids = [item for item in dict.fromkeys(wanted) if item not in items]
        for batch in batched(ids, _BATCH):
            found = self._bases(batch)
            reasons = self._reasons([str(base["item_id"]) for base in found if base["item_status"] == "BANNED"])
            for base in found:
                item = Item(base, self._models(base), reasons.get(str(base["item_id"]), ""))
                items[item.id] = item
                made, updated = base.get("create_time") or self._now(), base.get("update_time")
                skus = item.skus if item.state.exists else ()
                self._sightings.note(item.id, skus, made=made, updated=updated)

    def _bases(self, ids: Sequence[str]) -> Sequence[Row]:
        """An id that Shopee does not know is left out, or (UNCERTAIN, contract 4.13) a read of nothing else refused."""
        try:
            answer = self._client.read("product/get_item_base_info", [("item_id_list", ",".join(ids))])
        except Missing:
            return [base for one in ids for base in self._bases([one])] if len(ids) > 1 else ()
        return answer.get("item_list") or ()

    def models(self, item: str) -> Models:
        return Models.of(self._client.read("product/get_model_list", [("item_id", item)]))

    def attributes(self, item: str) -> Sequence[Mapping[str, Any]]:
        """The attributes an item has now, in the form that a write takes."""
        bases = self._bases([item])
        live = (bases[0].get("attribute_list") or ()) if bases else ()
        return [{key: each[key] for key in ("attribute_id", "attribute_value_list")} for each in live]

    def _models(self, base: Mapping[str, Any]) -> Models:
        return self.models(str(base["item_id"])) if base.get("has_model") else Models()

    def _one(self, target: Target, items: Mapping[str, Item], read_at: datetime) -> Observed:
        """The known item; else the oldest that carries one of the SKUs; else what became of the known one."""
        if not _lost(target, items):
            return self._show(items[target.ref.item], target.skus, read_at)
        found = [items[item] for item in self._candidates(target) if item in items]
        found = [item for item in found if item.state.exists and not set(item.skus).isdisjoint(target.skus)]
        found.sort(key=lambda item: (item.base.get("create_time") or 0, int(item.id)))
        if found:
            reason = f"duplicate: {','.join(item.id for item in found)}" if len(found) > 1 else ""
            return self._show(found[0], target.skus, read_at, reason)
        if target.ref.item in items:
            return self._show(items[target.ref.item], target.skus, read_at)
        return Observed(State.ABSENT, read_at)

    def _show(self, item: Item, expected: Sequence[str], read_at: datetime, reason: str = "") -> Observed:
        shown = Item(item.base, item.models, reason) if reason else item
        return observed(shown, expected, read_at, self._connection, self._knowledge)

    def _candidates(self, target: Target) -> list[str]:
        return [item for sku in target.skus for item in self._sightings.items(sku)]

    def _walk(self, items: dict[str, Item], also: Sequence[str] = ()) -> None:
        """Bring the sightings up to date; after a full walk only what changed since needs to be listed."""
        started, settings = self._now(), self._connection.channel.settings
        last = self._connection.notebook.get("walk", "") or {"at": 0.0, "full": 0.0}
        full = not settings["delta_walk"] or started - last["full"] > settings["full_walk_hours"] * 3600
        since = None if full else int(last["at"] - settings["delta_margin_seconds"])
        rows = [row for page in self._rows(since) for row in page]
        changed = [str(r["item_id"]) for r in rows if self._sightings.changed(str(r["item_id"]), r["update_time"])]
        self.read([*also, *changed], items)
        # Only now: a walk that broke off must not count as one.
        self._connection.notebook.put("walk", "", {"at": started, "full": started if full else last["full"]})

    def _rows(self, since: int | None) -> Iterator[Sequence[Row]]:
        """Pages of the item list. Items shift if one is deleted meanwhile, so a falling total breaks the walk off."""
        totals: list[int] = []
        fetch = self._page(since, totals)
        for page in pages(fetch, (0, "")):
            if totals[-1] < totals[0]:
                raise Retry("items were removed while the list was read; reading it again", after=1.0)
            yield page

    def _page(
        self, since: int | None, totals: list[int]
    ) -> Callable[[tuple[int, str]], tuple[Sequence[Row], tuple[int, str] | None]]:
        """By offset, and by `next` as well where Shopee gave one: beyond some depth it takes that only (UNCERTAIN)."""
        window = [] if since is None else [("update_time_from", str(since))]

        def fetch(at: tuple[int, str]) -> tuple[Sequence[Row], tuple[int, str] | None]:
            offset, cursor = at
            deep = [("next", cursor)] if cursor else []
            query = [("offset", str(offset)), *deep, ("page_size", str(_PAGE)), *_STATUSES, *window]
            answer = self._client.read("product/get_item_list", query)
            rows: Sequence[Row] = answer.get("item") or ()  # the list may be absent when nothing matches
            totals.append(answer.get("total_count") or 0)
            following = int(answer.get("next_offset") or offset + len(rows)), str(answer.get("next") or "")
            return rows, following if answer.get("has_next_page") else None

        return fetch

    def _reasons(self, banned: Sequence[str]) -> dict[str, str]:
        """Why items were taken down, in Shopee's words. This answer has no `error` key (contract 3.1)."""
        if not banned:
            return {}
        answer = self._client.read("product/get_item_violation_info", [("item_id_list", ",".join(banned))])
        return {str(each["item_id"]): _words(each) for each in answer.get("item_list") or ()}

    def _now(self) -> float:
        return self._connection.clock.now().timestamp()


def _lost(target: Target, items: Mapping[str, Item]) -> bool:
    item = items.get(target.ref.item)
    return item is None or not item.state.exists


def _words(each: Mapping[str, Any]) -> str:
    details = each.get("item_status_details") or ()
    parts = (d.get(key) for d in details for key in ("violation_type", "violation_reason", "suggestion"))
    return "; ".join(part for part in parts if part)
