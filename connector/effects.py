"""What other rules would do to a shop before they are saved: the same pure rules over its goods, old against new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.guard import Blast
from connector.domain.rules import Owner, Policy, Verbs, listed_price, listed_stock
from connector.store import Shop, Store
from connector.store.scope import Scope

MOST = 50_000  # goods looked at; a larger shop is judged by its first
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Effect:
    """One good in the shop under the old rules and the new, dong and pieces; `elsewhere` what other shops show of it,
    by code. `split`: in escrow, where the share decides over time and the other stock rules have no use."""

    sku: str
    name: str
    live: bool
    price: tuple[int, int]
    stock: tuple[int, int]
    split: bool
    elsewhere: Mapping[str, tuple[int, int]]

    @property
    def moves(self) -> bool:
        return self.price[0] != self.price[1] or self.stock[0] != self.stock[1]


@dataclass(frozen=True, slots=True)
class Effects:
    """`goods` looked at; how many get another price, another number, or vanish (`out`: on sale before, 0 after);
    `blast` what the guard would see; `policy` the new rules; `more`: the shop has more goods than were looked at."""

    goods: int
    prices: int
    stocks: int
    out: int
    blast: Blast
    shown: Sequence[Effect]
    policy: Policy
    more: bool


def effects(store: Store, shop: Shop, new: Policy) -> Effects:
    rows = store.shelves(Scope(None)).sold_in(shop.id, MOST + 1)
    others = [one for one in store.shops.all() if one.id != shop.id]
    found = [_effect(row, shop.policy, new) for row in rows[:MOST]]
    moving = [(row, one) for row, one in zip(rows, found, strict=False) if one.moves]
    moving.sort(key=lambda pair: _weight(pair[1]), reverse=True)
    return Effects(
        goods=len(found),
        prices=sum(one.price[0] != one.price[1] for one in found),
        stocks=sum(one.stock[0] != one.stock[1] for one in found),
        out=sum(one.stock[0] > 0 and one.stock[1] == 0 for one in found),
        blast=_blast(rows, found, new),
        shown=[_beside(one, row, others) for row, one in (moving or list(zip(rows, found, strict=False)))[:SHOWN]],
        policy=new,
        more=len(rows) > MOST,
    )


def _effect(row: Mapping[str, Any], old: Policy, new: Policy) -> Effect:
    price = (listed_price(row["price"], old.price), listed_price(row["price"], new.price))
    stock = (listed_stock(row["free"], old.stock), listed_stock(row["free"], new.stock))
    if row["split"]:
        stock = (stock[0], stock[0])
    return Effect(row["sku"], row["name"], row["phase"] == "live", price, stock, row["split"], {})


def _beside(one: Effect, row: Mapping[str, Any], others: Sequence[Shop]) -> Effect:
    here = set(row["shops"])
    elsewhere = {
        shop.code: (listed_price(row["price"], shop.policy.price), listed_stock(row["free"], shop.policy.stock))
        for shop in others
        if shop.id in here
    }
    return Effect(one.sku, one.name, one.live, one.price, one.stock, one.split, elsewhere)


def _weight(one: Effect) -> tuple[bool, float]:
    """What vanishes first, then the largest change of price."""
    gone = one.stock[0] > 0 and one.stock[1] == 0
    return gone, abs(one.price[1] - one.price[0]) / max(one.price[0], 1)


def _blast(rows: Sequence[Mapping[str, Any]], found: Sequence[Effect], new: Policy) -> Blast:
    """Live listings that would be repriced or sold out; what the rules leave to the platform is not touched."""
    prices, stocks = (new.verbs is Verbs.SYNC and new.owner(kind) is Owner.OURS for kind in ("price", "stock"))
    live = {row["listing"] for row in rows if row["phase"] == "live"}
    touched = {
        row["listing"]
        for row, one in zip(rows, found, strict=False)
        if (prices and one.price[0] != one.price[1]) or (stocks and one.stock[0] > 0 and one.stock[1] == 0)
    }
    return Blast(len(touched & live), len(live))
