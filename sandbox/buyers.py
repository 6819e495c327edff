"""Seeded buyers: the same seed wants the same goods at the same times, whatever the shops have left to sell.

What a buyer wants is drawn before anybody looks at the stock, so that ways of selling can be compared on equal demand.
"""

from collections import Counter
from dataclasses import dataclass, field, fields
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox.orders import NotOnSale, Order, SoldOut

if TYPE_CHECKING:
    from sandbox.world import World

LOOK_AGAIN_SECONDS = 5.0
"""How soon a buyer who did not find a SKU makes us look through the shop again."""


@dataclass(frozen=True)
class Plan:
    """Who buys how much. Times in seconds of the sandbox; chances from 0 to 1."""

    rate: float
    """Arrivals an hour over all platforms."""
    seed: int = 1
    platforms: tuple[str, ...] = ()
    """None named: all."""
    skus: dict[str, float] = field(default_factory=dict)
    """Seller SKU to its weight; none named: all that are on sale now, alike."""
    quantity: int = 3
    """The most pieces of one line; small numbers are likelier."""
    basket: float = 0.0
    """Chance of one more line."""
    burst: float = 0.0
    """Chance that an arrival is a crowd after one SKU."""
    burst_size: int = 10
    lag: float | None = None
    """The longest time until lists and pushes know an order; None leaves it to the platform's switch."""
    unpaid: float = 0.0
    """Chance of ordering without paying at once."""
    pay: float = 0.5
    """Chance that such an order is paid in the end."""
    cancel: float = 0.0
    part: float = 0.0
    """Chance that a cancellation is of one piece only, where the platform can do that."""
    ask: float = 0.0
    """Chance that a cancellation asks the seller first."""
    fail: float = 0.0
    """Chance that a delivery fails."""
    returned: float = 0.0
    cancel_after: float = 1800.0
    ship_after: float = 0.0
    """Mean seconds until the carrier has it; 0 leaves shipping to the seller."""
    deliver_after: float = 86_400.0
    return_after: float = 172_800.0
    seconds: float = 0.0
    """Stop after so long; 0 goes on."""
    orders: int = 0
    """Stop after so many arrivals; 0 goes on."""


def plan(body: dict[str, Any]) -> Plan:
    """A plan out of an admin's JSON; ValueError names what is wrong."""
    known = {f.name for f in fields(Plan)}
    if body.keys() - known or "rate" not in body:
        raise ValueError(f"buyers need a rate and know {', '.join(sorted(known))}; got {sorted(body)}")
    skus = body.get("skus") or {}
    weights = (
        {str(k): float(v) for k, v in skus.items()} if isinstance(skus, dict) else dict.fromkeys(map(str, skus), 1.0)
    )
    made = Plan(**{**body, "platforms": tuple(body.get("platforms") or ()), "skus": weights})
    _check(made)
    return made


def _check(made: Plan) -> None:
    """A wish that would break later is refused now."""
    if made.rate <= 0:
        raise ValueError("rate is arrivals an hour, more than 0")
    for name in ("basket", "burst", "unpaid", "pay", "cancel", "part", "ask", "fail", "returned"):
        if not 0 <= getattr(made, name) <= 1:
            raise ValueError(f"{name} is a chance, from 0 to 1")
    for name in ("cancel_after", "deliver_after", "return_after"):
        if not getattr(made, name) > 0:
            raise ValueError(f"{name} is a number of seconds, more than 0")
    for name in ("quantity", "burst_size"):
        if not isinstance(getattr(made, name), int) or getattr(made, name) < 1:
            raise ValueError(f"{name} is a whole number, 1 or more")
    if (made.lag or 0) < 0 or sum(made.skus.values()) <= 0 < len(made.skus):
        raise ValueError("lag is not negative and the weights of skus are more than 0")


def _chance(wanted: Plan, arrival: int) -> Random:
    """An arrival's own chance, so that no refusal changes what later buyers want."""
    return Random(f"buyers {wanted.seed} {arrival}")


class Buyers:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.plan: Plan | None = None
        self._places: dict[str, dict[str, tuple[str, str]]] = {}
        self._looked: dict[str, float] = {}
        self._wishes: dict[str, list[str]] = {}
        self._arrivals = 0
        self._from = 0.0
        self._next = float("inf")
        self.count: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def start(self, wanted: Plan) -> None:
        """Lets them come from now on; their wish list is fixed now."""
        unknown = set(wanted.platforms) - set(self.world.markets)
        if unknown:
            raise ValueError(f"no platform {', '.join(sorted(unknown))}")
        self._places.clear()
        self._looked.clear()
        self.count, self.lost = Counter(), Counter()
        names = wanted.platforms or tuple(self.world.markets)
        self._wishes = {name: sorted(wanted.skus or self._look(name)) for name in names}
        self._wishes = {name: skus for name, skus in self._wishes.items() if skus}
        if not self._wishes:
            raise ValueError("nothing is on sale: publish something or name skus")
        self.plan, self._arrivals = wanted, 0
        self._from = self.world.clock.now()
        self._next = self._from + _chance(wanted, 0).expovariate(wanted.rate / 3600)

    def stop(self) -> None:
        self.plan = None
        self._next = float("inf")

    def reset(self) -> None:
        self.stop()
        self.count, self.lost = Counter(), Counter()
        self._places.clear()
        self._looked.clear()

    def forget(self) -> None:
        """Look for everything anew, because a shop was emptied."""
        self._places.clear()
        self._looked.clear()

    def tick(self, now: float) -> None:
        """Everybody who should have come by now has come, in order of time with what happens to older orders."""
        while self.plan and self._next <= now:
            at = self._next
            for market in self.world.markets.values():
                market.till.tick(at)
            self._arrive(self.plan, at)
            done = self.plan.orders and self._arrivals >= self.plan.orders
            if done or (self.plan.seconds and at - self._from >= self.plan.seconds):
                self.stop()

    def _arrive(self, wanted: Plan, at: float) -> None:
        self._arrivals += 1
        chance = _chance(wanted, self._arrivals)
        self._next = at + chance.expovariate(wanted.rate / 3600)
        crowd = chance.random() < wanted.burst
        sku = None
        for _ in range(wanted.burst_size if crowd else 1):
            platform = chance.choice(list(self._wishes))
            if not crowd or sku is None or sku not in self._wishes[platform]:
                sku = self._wish(wanted, platform, chance)
            lines = [(sku, self._pieces(wanted, chance))]
            if chance.random() < wanted.basket:
                lines.append((self._wish(wanted, platform, chance), 1))
            self._try(wanted, platform, lines, at, Random(chance.random()))

    def _wish(self, wanted: Plan, platform: str, chance: Random) -> str:
        skus = self._wishes[platform]
        return chance.choices(skus, [wanted.skus[sku] for sku in skus] if wanted.skus else None)[0]

    def _pieces(self, wanted: Plan, chance: Random) -> int:
        return min(1 + int(chance.expovariate(1.0)), wanted.quantity)

    def _try(self, wanted: Plan, platform: str, lines: list[tuple[str, int]], at: float, chance: Random) -> None:
        self.count["arrived"] += 1
        self.count["wanted"] += sum(pieces for _, pieces in lines)
        paid = chance.random() >= wanted.unpaid
        lag = None if wanted.lag is None else chance.uniform(0, wanted.lag)
        try:
            order = self.buy(platform, lines, at=at, lag=lag, paid=paid, cod=paid and chance.random() < 0.5)
        except (SoldOut, NotOnSale) as refusal:
            self.count["sold_out" if isinstance(refusal, SoldOut) else "not_found"] += 1
            for sku, pieces in lines:
                self.lost[sku] += pieces
            return
        self.count["bought"] += 1
        self.count["pieces"] += sum(pieces for _, pieces in lines)
        self._fate(wanted, platform, order, at, chance)

    def _fate(self, wanted: Plan, platform: str, order: Order, at: float, chance: Random) -> None:
        """What will become of the order, drawn at once; each step happens only if it still can."""
        till = self.world.markets[platform].till
        if order.paid_at is None and chance.random() < wanted.pay:
            till.later(order, at + chance.uniform(1, 1500), "pay", "buyer")
        if chance.random() < wanted.cancel:
            one = till.partial and chance.random() < wanted.part
            action = "cancel_one" if one else "ask" if chance.random() < wanted.ask else "cancel"
            till.later(order, at + chance.expovariate(1 / wanted.cancel_after), action, "buyer")
        if wanted.ship_after <= 0:
            return
        shipped = at + chance.expovariate(1 / wanted.ship_after)
        arrived = shipped + chance.expovariate(1 / wanted.deliver_after)
        till.later(order, shipped, "ship", "carrier")
        if chance.random() < wanted.fail:
            till.later(order, arrived, "fail", "carrier")
            return
        till.later(order, arrived, "deliver", "carrier")
        if chance.random() < wanted.returned:
            back = arrived + chance.expovariate(1 / wanted.return_after)
            till.later(order, back, "return", "buyer")
            till.later(order, back + wanted.return_after, "take_back", "seller")

    # One purchase

    def buy(
        self, platform: str, lines: list[tuple[str, int]], *, at: float | None = None, lag: float | None = None,
        paid: bool = True, cod: bool = True, look: bool = False,
    ) -> Order:  # fmt: skip
        """Buys by seller SKU. `look` searches the shop again first; SoldOut or NotOnSale when it cannot be."""
        if look:
            self._look(platform)
        till = self.world.markets[platform].till
        basket = [(*self._place(platform, sku), pieces) for sku, pieces in lines]
        try:
            return till.sell(basket, at=at, lag=lag, paid=paid, cod=cod)
        except NotOnSale:
            if look or not self._may_look(platform):
                raise
            self._look(platform)
        basket = [(*self._place(platform, sku), pieces) for sku, pieces in lines]
        return till.sell(basket, at=at, lag=lag, paid=paid, cod=cod)

    def _place(self, platform: str, sku: str) -> tuple[str, str]:
        if sku not in self._places.get(platform, {}) and self._may_look(platform):
            self._look(platform)
        found = self._places[platform].get(sku)
        if found is None:
            raise NotOnSale(f"{platform} sells no {sku}")
        return found

    def _may_look(self, platform: str) -> bool:
        since = self.world.clock.now() - self._looked.get(platform, float("-inf"))
        return not 0 <= since < LOOK_AGAIN_SECONDS

    def _look(self, platform: str) -> dict[str, tuple[str, str]]:
        """Where each SKU is sold now; the oldest live listing wins."""
        self._looked[platform] = self.world.clock.now()
        places: dict[str, tuple[str, str]] = {}
        for shown in self.world.markets[platform].listings():
            if shown.state == "live":
                for variant in shown.variants:
                    places.setdefault(variant.sku, (shown.listing_id, variant.id))
        places.pop("", None)
        self._places[platform] = places
        return places

    def shown(self) -> dict[str, Any]:
        """How many came, bought, or found nothing, and the pieces that were wanted in vain."""
        names = ("arrived", "bought", "sold_out", "not_found", "wanted", "pieces")
        return {
            "running": self.plan is not None,
            **{name: self.count[name] for name in names},
            "lost": dict(sorted(self.lost.items())),
        }
