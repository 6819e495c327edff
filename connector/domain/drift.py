"""Why a live value is not ours: the verdicts of the three-way comparison (guard A of the design)."""

from dataclasses import dataclass
from enum import StrEnum

from connector.domain.listing import Applied, Observed, Value, kind_of
from connector.domain.rules import Owner
from connector.domain.text import fold

_ROUNDING = 1000  # dong: a price moved by less than this on its way in was rounded, not edited
_SAME_START = 10  # characters that must agree before a shortened text counts as cut by the platform


class Verdict(StrEnum):
    LOST = "lost"  # our write never arrived: what stood there before still stands
    EDITED = "edited"  # somebody changed it over there after our value was live, or to something of their own
    NORMALISED = "normalised"  # the platform took our value and rewrote it
    PROMOTION = "promotion"  # a campaign holds the field
    REMOVED = "removed"  # the listing itself is gone
    BANNED = "banned"  # the platform took it down
    FOREIGN = "foreign"  # never written by us: the listing was adopted


class Resolution(StrEnum):
    HEAL = "heal"  # ours: write it again
    KEEP = "keep"  # theirs: leave it
    ASK = "ask"  # a person decides
    ACCEPT = "accept"  # the platform's form of our value: nothing to do
    REPORT = "report"  # nothing may be done from here; shown until it changes


@dataclass(frozen=True, slots=True)
class Drift:
    """A field where observed differs from desired though we did not change our mind."""

    field: str
    desired: Value
    observed: Value
    applied: Value
    verdict: Verdict
    resolution: Resolution


def judge(field: str, live: Value, past: Applied) -> Verdict:
    """The verdict on a live value that differs from what we applied (which must be known)."""
    ours = past.facts[field]
    if field not in past.unconfirmed:
        return Verdict.EDITED
    if live == past.unconfirmed[field]:
        return Verdict.LOST
    return Verdict.NORMALISED if _alike(field, live, ours) else Verdict.EDITED


def resolve(verdict: Verdict, owner: Owner) -> Resolution:
    match verdict:
        case Verdict.NORMALISED:
            return Resolution.ACCEPT
        case Verdict.PROMOTION | Verdict.BANNED:
            return Resolution.REPORT
        case Verdict.LOST:
            return Resolution.KEEP if owner is Owner.THEIRS else Resolution.HEAL
    return {Owner.OURS: Resolution.HEAL, Owner.THEIRS: Resolution.KEEP, Owner.ASK: Resolution.ASK}[owner]


def whole(verdict: Verdict, seen: Observed, resolution: Resolution) -> Drift:
    """A drift of the listing as a whole, not of one of its fields."""
    return Drift("listing", True, str(seen.state) if seen.state.exists else None, True, verdict, resolution)


def _alike(field: str, live: Value, ours: Value) -> bool:
    match live, ours:
        case bool(), _:
            return False
        case int(), int():
            return kind_of(field) == "price" and abs(live - ours) < _ROUNDING
        case str(), str():
            one, other = sorted((fold(live), fold(ours)), key=len)
            return one == other or (len(one) >= _SAME_START and other.startswith(one))
        case tuple(), tuple():
            return sorted(map(fold, live)) == sorted(map(fold, ours))
    return False
