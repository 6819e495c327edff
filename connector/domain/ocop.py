"""The programme's rules as values: what holds on a day, and how sure we are of it. The figures are in config/ocop."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


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
    """A paper that a listing should be able to attach. `kinds` empty: all; `months` None: it does not end; `file`: its
    name in a file pack, without number and ending; `of`: product or producer, whose paper it is."""

    code: str
    vi: str
    en: str
    confidence: Confidence
    kinds: tuple[str, ...] = ()
    months: int | None = None
    file: str = ""
    of: str = "product"


@dataclass(frozen=True, slots=True)
class Asks:
    """Which papers a platform asks for, by code: `must` are missed where they lack, `may` go along where they are
    there. `confidence` says how sure that is; see config/ocop/README.md."""

    platform: str
    source: str
    confidence: Confidence
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


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


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last one where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    length = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, length))
