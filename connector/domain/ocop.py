"""The programme's rules as values: what holds on a day, and how sure we are of it. The figures are in config/ocop."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class Confidence(StrEnum):
    """How well a rule is known; see config/ocop/README.md."""

    CONFIRMED = "confirmed"
    SINGLE = "single"
    INFERRED = "inferred"
    UNREAD = "unread"


class Action(StrEnum):
    """What a finding of the gate does."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Band:
    """`recognised_by` ministry, province, district, or empty where no certificate is given."""

    stars: int
    from_score: int
    recognised_by: str

    @property
    def certified(self) -> bool:
        return bool(self.recognised_by)


@dataclass(frozen=True, slots=True)
class Programme:
    """One edition of the programme. `taxonomy` names the list of product sets that it goes by."""

    valid_from: date
    decision: str
    taxonomy: str
    source: str
    confidence: Confidence
    validity_months: int
    warn_days: tuple[int, ...]
    bands: tuple[Band, ...]

    def band(self, score: float) -> Band:
        """The band of a score from 0 to 100; a bound belongs to the band above it."""
        if not 0 <= score <= 100:
            raise ValueError("a score is from 0 to 100")
        return next(band for band in self.bands if score >= band.from_score)

    def recogniser(self, stars: int) -> str:
        return next((band.recognised_by for band in self.bands if band.stars == stars), "")


@dataclass(frozen=True, slots=True)
class ProductSet:
    """One of the 26. `names` by taxonomy, `kind` is what labels and papers go by, `parcel` False for services."""

    no: int
    sector: str
    group: str
    names: Mapping[str, str]
    name_en: str
    ministries: tuple[str, ...]
    kind: str
    parcel: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a label tells: what it is called and where a person puts it."""

    key: str
    vi: str
    en: str
    column: str
    example: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What a label must tell from a day on: for all kinds, and by kind."""

    valid_from: date
    decision: str
    source: str
    confidence: Confidence
    always: tuple[str, ...] = ()
    must: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind_confidence: Mapping[str, Confidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a listing should be able to attach. `kinds` empty: all; `months` None: it does not end."""

    code: str
    vi: str
    en: str
    confidence: Confidence
    kinds: tuple[str, ...] = ()
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """Sets that may not simply be listed, and those that a person must look at first."""

    valid_from: date
    source: str
    confidence: Confidence
    restricted: tuple[int, ...] = ()
    held: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Words that need a ground, in lower case with marks. `health_free`: kinds that may speak of effects."""

    valid_from: date
    source: str
    confidence: Confidence
    health: tuple[str, ...] = ()
    health_free: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """All that holds on one day. Where a subject had no rule yet, it is None and nothing is demanded."""

    programme: Programme | None = None
    labels: Labels | None = None
    goods: Goods | None = None
    words: Words | None = None
    sets: Mapping[int, ProductSet] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)

    def kind(self, set_no: int) -> str:
        return self.sets[set_no].kind if set_no in self.sets else ""

    def set_name(self, set_no: int) -> str:
        """What the set is called in the taxonomy of the day; empty for an unknown set."""
        found, taxonomy = self.sets.get(set_no), self.programme.taxonomy if self.programme else ""
        return found.names.get(taxonomy, "") if found else ""

    def must_tell(self, set_no: int) -> tuple[Fact, ...]:
        """The label facts of a product in this set, the always demanded ones first."""
        if self.labels is None:
            return ()
        keys = (*self.labels.always, *self.labels.must.get(self.kind(set_no), ()))
        return tuple(self.facts[key] for key in dict.fromkeys(keys))

    def papers_for(self, set_no: int) -> tuple[Paper, ...]:
        kind = self.kind(set_no)
        return tuple(paper for paper in self.papers if not paper.kinds or kind in paper.kinds)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last one where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    length = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, length))


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Book:
    """Every edition of every rule; ask it for a day."""

    programmes: tuple[Programme, ...] = ()
    labels: tuple[Labels, ...] = ()
    goods: tuple[Goods, ...] = ()
    words: tuple[Words, ...] = ()
    sets: Mapping[int, ProductSet] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)

    def on(self, day: date) -> Rules:
        return Rules(
            _in_force(self.programmes, day),
            _in_force(self.labels, day),
            _in_force(self.goods, day),
            _in_force(self.words, day),
            self.sets,
            self.facts,
            self.papers,
            self.actions,
        )


def _in_force(editions: Sequence[D], day: date) -> D | None:
    begun = [edition for edition in editions if edition.valid_from <= day]
    return max(begun, key=lambda edition: edition.valid_from, default=None)
