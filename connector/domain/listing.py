"""One product in one shop: its three legs (desired, observed, applied) and the values around them.

The legs meet as *facts*: flat fields in the platform's own canonical form, so that one comparison serves all.
Fields: title, description, category, brand, pictures, weight_g, size_cm, visible, variants, attr:<name>,
price:<sku>, stock:<sku>.
A field that is absent from an observation is one the platform does not echo; it is then compared with what was applied.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.rules import Owner

Value = str | int | bool | None | tuple[str, ...]
Facts = Mapping[str, Value]


class Lane(StrEnum):
    """In order of urgency: separate due times, queues and budgets."""

    STOCK = "stock"
    PRICE = "price"
    CONTENT = "content"


class Phase(StrEnum):
    """Where a listing stands in our hands."""

    NEW = "new"  # nothing over there that we know of
    CREATING = "creating"  # half made: some steps are still to come
    WAITING = "waiting"  # the platform reviews it; a ticket says when to look again
    LIVE = "live"  # over there and ours to keep equal
    BLOCKED = "blocked"  # our own check forbids it; problems say why
    REFUSED = "refused"  # the platform said no to exactly this
    PARKED = "parked"  # a person must decide
    GONE = "gone"  # banned or removed by the platform


class State(StrEnum):
    """What the platform shows of a listing."""

    LIVE = "live"
    HIDDEN = "hidden"
    PENDING = "pending"
    REJECTED = "rejected"
    BANNED = "banned"
    DELETED = "deleted"
    ABSENT = "absent"  # a complete read did not find it

    @property
    def exists(self) -> bool:
        return self not in (State.DELETED, State.ABSENT)


@dataclass(frozen=True, slots=True)
class Ref:
    """A listing's ids over there: the item, and each variant's by seller SKU (empty until known)."""

    item: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.item or self.variants)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A wait at the platform. `look_at`: when to ask again; `settling`: a pause between two steps of a create."""

    kind: str
    id: str
    look_at: datetime
    settling: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """Price in dong and quantity in pieces of one variant in one listing."""

    sku: str
    price: int
    quantity: int
    options: tuple[str, ...] = ()
    pack: str = ""
    weight_g: int = 500
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Desired:
    """What a shop's listing ought to be, on no platform's terms yet. `category` is the channel's own name or id;
    `details` are label and OCOP facts by key (see `desired`), those that hold today only."""

    code: str
    title: str
    short_title: str
    description: str
    category: str
    brand: str
    pictures: tuple[str, ...]
    axes: tuple[str, ...]
    offers: tuple[Offer, ...]
    size_cm: tuple[int, int, int]
    details: Mapping[str, str]
    visible: bool = True

    @property
    def weight_g(self) -> int:
        return max(offer.weight_g for offer in self.offers)

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(offer.sku for offer in self.offers)

    def title_within(self, limit: int) -> str:
        """The full title where it fits, else the producer's own short one; never cut by us."""
        return self.title if len(self.title) <= limit else self.short_title or self.title


@dataclass(frozen=True, slots=True)
class Observed:
    """What one read found. `held`: fields a promotion holds; `reason`: the platform's own words on a refusal or ban;
    `barcodes` by seller SKU, where the platform tells them."""

    state: State
    read_at: datetime
    ref: Ref = field(default_factory=Ref)
    facts: Facts = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    reason: str = ""
    url: str = ""
    ticket: Ticket | None = None
    barcodes: Mapping[str, str] = field(default_factory=dict)

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(self.ref.variants)


@dataclass(frozen=True, slots=True)
class Applied:
    """What the platform last accepted from us, field by field. `unconfirmed` holds, for each field not yet seen live
    with our value, what stood there before we wrote: that is how a lost write is told from somebody's edit."""

    facts: Facts = field(default_factory=dict)
    unconfirmed: Facts = field(default_factory=dict)

    def confirm(self, seen: Facts) -> "Applied":
        left = {f: v for f, v in self.unconfirmed.items() if f not in seen or seen[f] != self.facts.get(f)}
        return Applied(self.facts, left)

    def agree(self, want: Facts, seen: Facts) -> "Applied":
        """What already stands over there as we want it counts as ours, whoever wrote it."""
        same = {f: v for f, v in want.items() if f not in self.facts and f in seen and seen[f] == v}
        return Applied({**same, **self.facts}, self.unconfirmed)

    def wrote(self, values: Facts, before: Facts) -> "Applied":
        return Applied({**self.facts, **values}, {**self.unconfirmed, **{f: before.get(f) for f in values}})


@dataclass(frozen=True, slots=True)
class Listing:
    """What we remember of one product in one shop when a plan is made."""

    id: int
    ref: Ref = field(default_factory=Ref)
    phase: Phase = Phase.NEW
    applied: Applied = field(default_factory=Applied)
    refused: Mapping[str, str] = field(default_factory=dict)  # kind of op -> fingerprint the platform refused
    ticket: Ticket | None = None
    owners: Mapping[str, Owner] = field(default_factory=dict)  # an adopted listing's own, before the shop's
    theirs: frozenset[str] = frozenset()  # fields (or "listing") that a person left to the platform on this listing


def kind_of(field_name: str) -> str:
    """The part of a field that ownership and lanes go by: price:ABC is a price, attr:origin an attribute."""
    head = field_name.partition(":")[0]
    return "attributes" if head == "attr" else head


def lane_of(field_name: str) -> Lane:
    return {"price": Lane.PRICE, "stock": Lane.STOCK}.get(kind_of(field_name), Lane.CONTENT)


def fingerprint(facts: Facts) -> str:
    """Equal for equal facts, whatever their order; 16 hex digits."""
    text = json.dumps(dict(sorted(facts.items())), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def variant_facts(offers: Iterable[Offer]) -> tuple[str, ...]:
    """The variants as one comparable field: `SKU` or `SKU|option1|option2`, sorted."""
    return tuple(sorted("|".join((offer.sku, *offer.options)) for offer in offers))
