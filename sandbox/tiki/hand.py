"""The shop as a person sees and changes it in the seller centre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.market import Shown, ShownVariant, State
from sandbox.tiki import events
from sandbox.tiki.categories import BY_ID
from sandbox.tiki.state import FINAL, PICKUP, Product, Ticket

if TYPE_CHECKING:
    from sandbox.tiki.market import Market


def listings(market: Market) -> list[Shown]:
    """Every product; and requests under review or refused, without SKUs since they sell nothing yet."""
    tickets = [ticket for ticket in market.tickets.values() if _worth_showing(market, ticket)]
    return [_shown(market, held) for held in market.products.values()] + [
        _request(market, ticket) for ticket in tickets
    ]


def _worth_showing(market: Market, ticket: Ticket) -> bool:
    if ticket.kind != "create_product":
        return False
    if ticket.state == "rejected":
        return not any(sku in market.by_sku for sku in ticket.skus)
    return ticket.state not in FINAL


def _shown(market: Market, held: Product) -> Shown:
    state: State = "live" if held.active and not held.hidden else "hidden"
    name = ", ".join(held.options.values())
    variant = ShownVariant(str(held.product_id), held.original_sku, name, held.price, held.sellable)
    return Shown(
        str(held.product_id), held.name, state, (variant,), tuple(held.pictures),
        url=f"https://tiki.vn/p{held.product_id}.html", description=held.description,
        category=BY_ID[held.category_id].name, note=f"master {held.master_id}", shop=market.shop,
    )  # fmt: skip


def _request(market: Market, ticket: Ticket) -> Shown:
    state: State = "refused" if ticket.state == "rejected" else "review"
    pictures = tuple(dict.fromkeys(picture for picture in ticket.pictures.values() if picture))
    return Shown(
        ticket.track_id, str(ticket.payload["name"]), state, (), pictures,
        description=str(ticket.payload["description"]), category=BY_ID[ticket.payload["category_id"]].name,
        note=ticket.reason or ticket.state, shop=market.shop,
    )  # fmt: skip


def edit(market: Market, listing_id: str, change: dict[str, Any]) -> None:
    """Change a product by hand; a track id with {"reject": reason} stands for the content team."""
    if listing_id in market.tickets:
        _refuse(market, market.tickets[listing_id], change)
        return
    held = market.products.get(int(listing_id) if listing_id.isdigit() else 0)
    if held is None:
        raise KeyError(f"no Tiki product {listing_id}")
    unknown = change.keys() - _CHANGES.keys()
    if unknown:
        raise ValueError(f"unknown change {', '.join(sorted(unknown))}; there are {', '.join(_CHANGES)}")
    with events.watching(market, held):
        for name, value in change.items():
            _CHANGES[name](market, held, value)
    held.updated = market.world.clock.now()


def _refuse(market: Market, ticket: Ticket, change: Mapping[str, Any]) -> None:
    if set(change) != {"reject"} or ticket.state in FINAL:
        raise ValueError('a request under review takes {"reject": reason}')
    ticket.state, ticket.reason = "rejected", str(change["reject"])
    ticket.updated = market.world.clock.now()


def _of_sku(held: Product, values: Mapping[str, int]) -> int:
    """The one number of a mapping from seller SKU, which has to be this product's."""
    if set(values) != {held.original_sku}:
        raise KeyError(f"product {held.product_id} has the SKU {held.original_sku!r} only")
    return int(values[held.original_sku])


def _price(market: Market, held: Product, values: Mapping[str, int]) -> None:
    held.price = _of_sku(held, values)


def _stock(market: Market, held: Product, values: Mapping[str, int]) -> None:
    """What may be sold, all of it in the first warehouse; open orders stay on top."""
    place = next(iter(held.available), min(PICKUP))
    pieces = _of_sku(held, values)
    held.available = dict.fromkeys(held.available, 0) | {place: pieces + sum(held.reserved.values())}
    held.reserved = {place: sum(held.reserved.values())}


def _reserve(market: Market, held: Product, values: Mapping[str, int]) -> None:
    held.reserved = {next(iter(held.available), min(PICKUP)): _of_sku(held, values)}


def _delete(market: Market, held: Product, value: bool) -> None:
    if value:
        del market.products[held.product_id]
        if market.by_sku.get(held.original_sku) == held.product_id:
            del market.by_sku[held.original_sku]


def _set(field: str, kind: type) -> Callable[[Market, Product, Any], None]:
    return lambda market, held, value: setattr(held, field, kind(value))


def _ban(market: Market, held: Product, reason: str) -> None:
    held.active, held.hidden = 0, bool(reason)


_CHANGES: dict[str, Callable[[Market, Product, Any], None]] = {
    "title": _set("name", str),
    "description": _set("description", str),
    "price": _price,
    "stock": _stock,
    "visible": lambda market, held, value: setattr(held, "active", int(bool(value))),
    "delete": _delete,
    "ban": _ban,
    "reserve": _reserve,
    "foreign": _set("foreign", bool),
}
