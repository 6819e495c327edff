"""From a product as Lazada answers it to what we observe. Keys come in two styles, numbers as text or numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from adapters.attributes import accept
from adapters.lazada.canonical import weights
from adapters.lazada.reference import Reference
from adapters.markup import to_text
from connector.domain.listing import Observed, Ref, State, Ticket, Value
from connector.domain.text import tidy
from connector.ports import Connection

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_BANNED = {"lock", "admin"}
_REJECTED = {"reject", "live reject", "live_reject"}  # taken offline, but it may be mended
Product = Mapping[str, Any]
Sku = Mapping[str, Any]


class Reader:
    """Reads products of one shop; the notebook turns picture addresses back into our pictures."""

    def __init__(self, connection: Connection) -> None:
        self._settings = connection.channel.settings
        self._reference = Reference(connection)
        self._ours = {str(url): sha for sha, url in connection.notebook.all("picture").items()}
        self.now = connection.clock.now()

    def observed(self, product: Product, reason: str = "") -> Observed:
        state, why = self._state(product)
        skus = _skus(product)
        held = {f"price:{_sku(s)}" for s in skus if self._special(s)}
        item = self.item_id(product)
        return Observed(
            state=state,
            read_at=self.now,
            ref=Ref(item, {_sku(s): _sku_id(s) for s in skus}),
            facts=self._facts(product, skus, state),
            held=frozenset(held),
            reason=reason or why,
            url=str(skus[0].get("Url") or "") if skus else "",
            ticket=Ticket("review", item, self.now + self._pause(product)) if state is State.PENDING else None,
        )

    def item_id(self, product: Product) -> str:
        return str(_any(product, "item_id", "itemId") or "")

    def skus(self, product: Product) -> list[str]:
        return [_sku(s) for s in _skus(product)]

    def age(self, product: Product) -> tuple[int, str]:
        """Sorts by creation."""
        made = str(_any(product, "created_time", "createdTime") or "")
        return int(made) if made.isdigit() else 0, self.item_id(product)

    def _pause(self, product: Product) -> timedelta:
        """Look again after half of the time a review has taken so far."""
        sent = str(_any(product, "updated_time", "updatedTime") or "")
        waited = self.now.timestamp() - int(sent) / 1000 if sent.isdigit() else 0.0
        shortest, longest = (float(self._settings.get(f"review_look_{end}", 600)) for end in ("min", "max"))
        return timedelta(seconds=min(max(waited / 2, shortest), longest))

    def _state(self, product: Product) -> tuple[State, str]:
        status, sub = _word(product.get("status")), _word(_any(product, "subStatus", "sub_status"))
        why = _reason(product)
        if status == "deleted" or (_all_skus(product) and not _skus(product)):
            return State.DELETED, why
        if status.startswith("pending"):
            return State.PENDING, ""
        if sub in _REJECTED:
            return State.REJECTED, why or sub
        if sub in _BANNED or status == "suspended":
            return State.BANNED, why or sub or status
        active = status == "active" or (not status and any(_word(s.get("Status")) == "active" for s in _skus(product)))
        return (State.LIVE if active else State.HIDDEN), ""

    def _facts(self, product: Product, skus: Sequence[Sku], state: State) -> dict[str, Value]:
        about: Mapping[str, Any] = product.get("attributes") or {}
        category = str(_any(product, "primary_category", "primaryCategory") or "")
        urls = _any(product, "images", "productImageList") or ()
        facts: dict[str, Value] = {
            "title": tidy(str(about.get("name") or "")),
            "description": to_text(str(about.get("description") or "")),
            "category": category,
            "brand": str(about.get("brand") or ""),
            "pictures": tuple(self._ours.get(url, f"ref:{url}") for url in map(str, urls) if url),
            "weight_g": weights({_sku(s): _grams(s) for s in skus}),
            "size_cm": "; ".join(sorted({_size(s) for s in skus})),
            "variants": tuple(sorted("|".join((_sku(s), *_options(product, s, len(skus)))) for s in skus)),
        }
        if state in (State.LIVE, State.HIDDEN):
            facts["visible"] = _visible(product, skus)
        for sku in skus:
            special = self._special(sku)
            facts[f"price:{_sku(sku)}"] = special or _whole(sku.get("price"))
            stock = self._stock(sku)
            if stock is not None:
                facts[f"stock:{_sku(sku)}"] = stock
        return facts | self._attributes(category, about)

    def _attributes(self, category: str, about: Mapping[str, Any]) -> dict[str, Value]:
        """In the form we would send them, whatever language or number form the answer is in."""
        known = self._reference.attributes(category) or ()
        said = {a.name: (a, tidy(str(about[a.name]))) for a in known if about.get(a.name) not in (None, "")}
        return {f"attr:{name}": accept(a, text) or text for name, (a, text) in said.items()}

    def _special(self, sku: Sku) -> int:
        """A sale price that runs now, in dong; 0 if there is none or the setting says to look past it."""
        price = _whole(sku.get("special_price"))
        if not price or self._settings.get("special_price", "holds") != "holds":
            return 0
        start, end = _time(sku.get("special_from_time")), _time(sku.get("special_to_time"))
        return price if (start is None or start <= self.now) and (end is None or self.now <= end) else 0

    def _stock(self, sku: Sku) -> int | None:
        """Sellable pieces. `quantity` alone is total by the text, sellable in samples: setting `quantity_reads`."""
        stores = [s for s in sku.get("multiWarehouseInventories") or () if s.get("sellableQuantity") is not None]
        if stores:
            return sum(int(s["sellableQuantity"]) for s in stores)
        sellable = self._settings.get("quantity_reads", "sellable") == "sellable"
        return int(sku.get("quantity") or 0) if sellable and sku.get("quantity") is not None else None


def is_deleted(product: Product) -> bool:
    return _word(product.get("status")) == "deleted" or bool(_all_skus(product) and not _skus(product))


def _any(product: Product, *names: str) -> Any:
    return next((product[name] for name in names if product.get(name) is not None), None)


def _word(value: Any) -> str:
    return str(value or "").strip().lower()


def _all_skus(product: Product) -> Sequence[Sku]:
    return product.get("skus") or ()


def _skus(product: Product) -> list[Sku]:
    return [s for s in _all_skus(product) if _word(s.get("Status")) != "deleted"]


def _sku(sku: Sku) -> str:
    return str(sku.get("SellerSku") or f"?{_sku_id(sku)}")


def _sku_id(sku: Sku) -> str:
    return str(sku.get("SkuId") or "")


def _whole(value: Any) -> int:
    """Dong from 150000, 150000.0 or "150000.00"."""
    return int(Decimal(str(value or 0)))


def _grams(sku: Sku) -> int:
    return int(Decimal(str(sku.get("package_weight") or 0)) * 1000)


def _size(sku: Sku) -> str:
    sides = (Decimal(str(sku.get(f"package_{side}") or 0)) for side in ("length", "width", "height"))
    return "x".join(f"{side.normalize():f}" for side in sides)


def _visible(product: Product, skus: Sequence[Sku]) -> bool | None:
    """None where only some of the variants can be seen: neither shown nor hidden."""
    if _word(product.get("status")) == "inactive":
        return False
    shown = {_word(s.get("Status")) != "inactive" for s in skus}
    return shown.pop() if len(shown) == 1 else None


def _options(product: Product, sku: Sku, of: int) -> list[str]:
    """The SKU's options in the order of the item's axes; none where it is the only one."""
    if of == 1:
        return []
    chosen: Mapping[str, Any] = sku.get("saleProp") or {}
    axes = product.get("variation") or {}
    names = [str(axes[key].get("name")) for key in sorted(axes)] if isinstance(axes, Mapping) else []
    ordered = [name for name in names if name in chosen] or list(chosen)
    return [tidy(str(chosen[name])) for name in ordered]


def _reason(product: Product) -> str:
    entries = _any(product, "rejectReason", "suspendedSkus") or ()
    texts = [str(e.get(k) or "") for e in entries if isinstance(e, Mapping) for k in _REASON_KEYS]
    return "; ".join(dict.fromkeys(text for text in texts if text))


_REASON_KEYS = ("violationDetail", "suggestion", "rejectReason")


def _time(text: Any) -> datetime | None:
    """Local time by assumption: Lazada does not state the zone."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M").replace(tzinfo=_VIETNAM)
    except ValueError:
        return None
