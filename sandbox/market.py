"""What the core asks of a marketplace, and the one shape in which all of them show their listings."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.till import Till
    from sandbox.world import World

State = Literal["live", "hidden", "review", "refused", "banned", "deleted", "draft"]
"""The platforms' own words reduced to those a visitor of the storefront needs."""


@dataclass(frozen=True)
class ShownVariant:
    """One sellable form of a listing; price in dong, stock in pieces that a buyer may take."""

    id: str
    sku: str
    name: str
    price: int
    stock: int


@dataclass(frozen=True)
class Shown:
    """A listing as the storefront, the admin and the counts see it."""

    listing_id: str
    title: str
    state: State
    variants: tuple[ShownVariant, ...] = ()
    picture_ids: tuple[str, ...] = ()
    url: str = ""
    description: str = ""
    category: str = ""
    note: str = ""
    shop: str = ""
    duplicate_of: str | None = None

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(v.sku for v in self.variants if v.sku)

    @property
    def price(self) -> int:
        """The lowest price, as shops show it."""
        return min((v.price for v in self.variants), default=0)

    @property
    def stock(self) -> int:
        return sum(v.stock for v in self.variants)


@dataclass(frozen=True)
class Route:
    """One endpoint. `path` is a regular expression for the whole path; `method` may be "GET|POST"."""

    method: str
    path: str
    name: str
    write: bool
    handler: Callable[[Request, re.Match[str]], Reply]


class Market(Protocol):
    """A marketplace: state in memory, handlers run one at a time."""

    name: str
    title: str
    switches: dict[str, Any]

    @property
    def till(self) -> "Till":
        """Where it sells."""

    def __init__(self, world: "World") -> None: ...

    def routes(self) -> Sequence[Route]: ...

    def credentials(self, base: str) -> dict[str, Any]:
        """`base_url` and the credentials under the platform's own names."""

    def listings(self) -> list[Shown]: ...

    def edit(self, listing_id: str, change: dict[str, Any]) -> None:
        """A hand edit in the seller centre; KeyError for an unknown listing or SKU, else ValueError.

        Changes: {"title": text}, {"price": {sku: dong}}, {"stock": {sku: pieces}}, {"visible": bool},
        {"delete": true}, {"ban": reason}.
        """

    def reset(self) -> None: ...

    def tick(self, now: float) -> None:
        """Lets what was due by `now` happen: reviews finish, lists catch up."""

    def unknown(self, request: Request) -> Reply: ...

    def throttled(self, request: Request) -> Reply: ...

    def crashed(self, request: Request, error: Exception) -> Reply:
        """The answer to input that broke a handler: the platform's own parameter error."""


def with_duplicates(listings: Sequence[Shown]) -> list[Shown]:
    """The same listings, each marked with the older one of the same shop that already carries its SKU."""
    first: dict[tuple[str, str], str] = {}
    marked = []
    for shown in listings:
        twin = None
        if shown.state != "deleted":
            keys = [(shown.shop, sku) for sku in shown.skus]
            older = (first.get(key, shown.listing_id) for key in keys)
            twin = next((other for other in older if other != shown.listing_id), None)
            for key in keys:
                first.setdefault(key, shown.listing_id)
        marked.append(replace(shown, duplicate_of=twin) if twin else shown)
    return marked
