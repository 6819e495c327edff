"""Adopting an existing shop: what stands there is matched with our products, shown, and bound once a person agrees.

Nothing is written before that, here or there. After it nothing is written there either, until somebody says that a
field is ours: an adopted listing keeps its owner field by field, before the shop's own rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.converge import wish
from connector.domain.listing import Facts, Observed, Value, kind_of
from connector.domain.matching import How, match
from connector.domain.rules import Owner
from connector.errors import Complaint
from connector.site import Site
from connector.store.adoption import Binding, Place

KINDS = ("title", "description", "category", "brand", "pictures", "attributes", "weight_g", "size_cm", "variants",
         "visible", "price", "stock", "existence")  # fmt: skip
THEIRS: Mapping[str, Owner] = dict.fromkeys(KINDS, Owner.THEIRS)
"""Two masters: whoever kept this shop until now goes on deciding, until they hand a field over."""


@dataclass(frozen=True, slots=True)
class Side:
    """One field of a proposal: our value, the live one, and who would decide it."""

    field: str
    ours: Value
    theirs: Value
    owner: Owner

    @property
    def agrees(self) -> bool:
        return self.ours == self.theirs


@dataclass(frozen=True, slots=True)
class Proposal:
    """A live listing and the products it may be, the likeliest first; `desired` is what we would show of that one."""

    live: Observed
    how: How
    codes: tuple[str, ...]
    sure: bool
    score: float
    name: str
    desired: Facts

    @property
    def item(self) -> str:
        return self.live.ref.item

    @property
    def other_skus(self) -> bool:
        """Over there it carries other SKUs than ours: its prices, stock and orders cannot be told apart by them."""
        ours = {f.partition(":")[2] for f in self.desired if kind_of(f) == "price"}
        return ours.isdisjoint(self.live.skus)

    def sides(self, owners: Mapping[str, Owner]) -> list[Side]:
        echoed = [f for f in self.desired if f in self.live.facts]
        return [Side(f, self.desired[f], self.live.facts[f], owners[kind_of(f)]) for f in echoed]


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole shop: proposals, what matches nothing of ours, and how many listings are ours already."""

    proposals: Sequence[Proposal]
    strangers: Sequence[Observed]
    ours: int
    free: Mapping[str, Place]


@dataclass(slots=True)
class Adopted:
    """Item by product code that is ours now; items under work just then (run it again); items nobody decided."""

    bound: dict[str, str] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)


def survey(site: Site) -> Survey:
    """Scan the shop and match it. Reads only; raises Retry where the scan cannot be completed."""
    places = site.store.adoption.places(site.shop.id)
    claimed = {place.item for place in places if place.ours and place.item}
    live = [one for one in site.adapter.scan() if one.state.exists]
    left = [one for one in live if one.ref.item not in claimed]
    free = {place.code: place for place in places if not place.ours}
    goods = site.store.products.load(place.product_id for place in free.values())
    matches = match(left, [each.product for each in goods.values()])
    first = [goods[free[found.codes[0]].product_id] for found in matches if found.codes]
    legs = iter(wish(site, first) if first else ())
    names = {code: goods[place.product_id].product.name for code, place in free.items()}
    proposals = [
        Proposal(found.live, found.how, found.codes, found.sure, found.score, names[found.codes[0]], next(legs)[1])
        for found in matches
        if found.codes
    ]
    strangers = [found.live for found in matches if not found.codes]
    return Survey(proposals, strangers, len(live) - len(left), free)


def owned(said: Mapping[str, Owner]) -> dict[str, Owner]:
    """Who owns what in an adopted listing: theirs, but for what was said."""
    strange = sorted(set(said) - set(KINDS))
    if strange:
        known = ", ".join(KINDS)
        raise Complaint(f"Không có trường {strange[0]}. Có: {known}.", f"No field {strange[0]}. Known: {known}.")
    return {**THEIRS, **said}


def confirm(site: Site, found: Survey, decisions: Mapping[str, str], owners: Mapping[str, Owner]) -> Adopted:
    """Bind what is sure and what a person decided (item -> product code; empty: leave it alone)."""
    chosen = _chosen(found, decisions)
    goods = site.store.products.load(found.free[code].product_id for code in chosen.values())
    order = list(chosen)
    legs = wish(site, [goods[found.free[chosen[item]].product_id] for item in order]) if order else []
    live = {one.ref.item: one for one in (*(p.live for p in found.proposals), *found.strangers)}
    bindings = {
        found.free[chosen[item]].listing: Binding(live[item], facts, owners)
        for item, (_, facts, _) in zip(order, legs, strict=True)
    }
    bound = set(site.store.adoption.bind(bindings, "adopted by hand", site.clock.now()))
    done = Adopted(undecided=[p.item for p in found.proposals if p.item not in chosen and p.item not in decisions])
    for item, code in chosen.items():
        if found.free[code].listing in bound:
            done.bound[item] = code
        else:
            done.busy.append(item)
    return done


def _chosen(found: Survey, decisions: Mapping[str, str]) -> dict[str, str]:
    """Product code by item. A Complaint where a decision names what is not there, or one product twice."""
    chosen = {p.item: p.codes[0] for p in found.proposals if p.sure} | dict(decisions)
    chosen = {item: code for item, code in chosen.items() if code}
    items = {p.item for p in found.proposals} | {one.ref.item for one in found.strangers}
    for item, code in chosen.items():
        if item not in items or code not in found.free:
            raise Complaint(
                f"Quyết định {item} → {code}: không có tin hay sản phẩm này để nhận. Xem lại: ocop adopt GIAN-HÀNG.",
                f"Decision {item} → {code}: no such listing or product is free. Look again: ocop adopt SHOP.",
            )
    twice = sorted(code for code in set(chosen.values()) if list(chosen.values()).count(code) > 1)
    if twice:
        raise Complaint(
            f"Sản phẩm {twice[0]} được chọn cho hai tin. Mỗi gian hàng chỉ một tin cho một sản phẩm.",
            f"Product {twice[0]} is chosen for two listings. One product has one listing in a shop.",
        )
    return chosen
