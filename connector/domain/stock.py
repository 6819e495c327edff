"""Escrow: how few pieces are split among shops so that what all may sell never exceeds what exists.

Each shop's quota has a *ceiling*: no less than its live number plus its sales not yet absorbed, whatever is in flight.
Everything here keeps two things true: the ceiling is such a bound, and the ceilings of a pool sum to no more than what
is free. The argument, with its assumptions, is docs/stock.md.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


class Step(StrEnum):
    """Where a quota stands on its way between shops."""

    IDLE = "idle"  # nothing live, nothing in flight
    RAISING = "raising"  # `by` may be written over a live zero, once
    HELD = "held"  # written, or perhaps: hands off, the platform counts down
    ADJUSTING = "adjusting"  # `by` more or fewer pieces are asked of the platform, once
    ZEROING = "zeroing"  # zero is written as often as it takes, then read
    DRAINING = "draining"  # zero was read at `since`; orders placed before it may still surface


ASKING = (Step.RAISING, Step.ADJUSTING)
COMING_DOWN = (Step.ZEROING, Step.DRAINING)


@dataclass(frozen=True, slots=True)
class Quota:
    """What one shop may sell of one variant, in pieces of it. `wrote_at`: the last write that may yet take effect.

    A ceiling below zero means that more was sold than we allowed: pieces that a cancellation put back have been sold
    again before we heard of it, and it will even out; or somebody raised the number over there.
    """

    ceiling: int = 0
    step: Step = Step.IDLE
    by: int = 0
    since: datetime | None = None
    wrote_at: datetime | None = None

    @property
    def falling(self) -> int:
        """The pieces that are on their way back into the pool."""
        if self.step in COMING_DOWN:
            return max(self.ceiling, 0)
        return -self.by if self.step is Step.ADJUSTING and self.by < 0 else 0


@dataclass(frozen=True, slots=True)
class Stand:
    """A shop's place in a pool. `pieces` of the pool make one of its variant; `open`: its orders come in and its
    listing can be written now (else its quota stays where it is); `adjusts`: the platform adds and subtracts."""

    quota: Quota
    weight: int = 1
    pieces: int = 1
    cap: int | None = None
    open: bool = True
    adjusts: bool = False

    @property
    def held(self) -> int:
        return max(self.quota.ceiling, 0) * self.pieces


# ---- the steps of one quota


def grant(quota: Quota, pieces: int, now: datetime) -> Quota:
    """Idle to raising. The ceiling counts the pieces from now on, before anything is sent."""
    assert quota.step is Step.IDLE
    return replace(quota, ceiling=quota.ceiling + pieces, step=Step.RAISING, by=pieces, since=now)


def adjust(quota: Quota, by: int, now: datetime) -> Quota:
    """Held to adjusting: more counts at once, fewer only when the platform has accepted it."""
    assert quota.step is Step.HELD
    return replace(quota, ceiling=quota.ceiling + max(by, 0), step=Step.ADJUSTING, by=by, since=now)


def sending(now_is: Quota, asked: Quota, now: datetime) -> Quota | None:
    """Committed with the intent, before the call: what must be assumed if no answer ever comes. None: do not send."""
    if (now_is.step, now_is.by) != (asked.step, asked.by):
        return None
    if asked.step is Step.ADJUSTING and asked.by < 0:
        return replace(zero(now_is, now), wrote_at=now)
    step = Step.HELD if asked.step in (Step.RAISING, Step.ADJUSTING) else asked.step
    return replace(now_is, step=step, by=0, since=now, wrote_at=now)


def accepted(now_is: Quota, asked: Quota, now: datetime) -> Quota:
    """The platform has done it: an adjustment down is exact at once, a zero still has to be read."""
    if asked.step is Step.ADJUSTING and asked.by < 0:
        return replace(_at_rest(now_is, now_is.ceiling + asked.by, now), wrote_at=now)
    return replace(now_is, wrote_at=now)


def untouched(now_is: Quota, asked: Quota) -> Quota:
    """The platform says that nothing happened: the same may be asked again."""
    return replace(now_is, step=asked.step, by=asked.by) if asked.step in ASKING else now_is


def refused(now_is: Quota, asked: Quota, now: datetime) -> Quota:
    """The platform will not: nothing was raised, and what it cannot take off goes by way of zero."""
    if asked.step not in ASKING:
        return now_is
    if asked.by < 0:
        return zero(now_is, now)
    return revoke(replace(now_is, by=asked.by), now)


def revoke(quota: Quota, now: datetime) -> Quota:
    """A raise that was never carried out is called off."""
    return _at_rest(quota, quota.ceiling - quota.by, now)


def _at_rest(quota: Quota, ceiling: int, now: datetime | None) -> Quota:
    """Nothing is under way. Where more was sold than allowed, sales stop until it is clear why."""
    step = Step.HELD if ceiling > 0 else Step.IDLE if ceiling == 0 else Step.ZEROING
    return replace(quota, ceiling=ceiling, step=step, by=0, since=now)


def zero(quota: Quota, now: datetime) -> Quota:
    return replace(quota, step=Step.ZEROING, by=0, since=now)


def unconfirmed(quota: Quota) -> bool:
    """A read is awaited: zero must be seen, and a raise once, for it may never have arrived."""
    raised = quota.step is Step.HELD and quota.wrote_at is not None and quota.since == quota.wrote_at
    return raised or quota.step is Step.ZEROING


def seen(quota: Quota, live: int, read_at: datetime, settle: timedelta) -> Quota:
    """A read of the live number. It counts once every write that could still land has had its time to.

    Zero drains, even where more was granted: it is sold and will surface, or never arrived and comes back to the pool.
    More than the ceiling allows is somebody's hand, and is taken back.
    """
    landed = quota.wrote_at is None or read_at >= quota.wrote_at + settle
    if live > max(quota.ceiling, 0) and quota.step in (Step.IDLE, Step.HELD):
        return zero(quota, read_at)
    if live and quota.step is Step.DRAINING:
        return zero(quota, read_at)
    if landed and live == 0 and (quota.step is Step.ZEROING or (quota.step is Step.HELD and quota.ceiling > 0)):
        return replace(quota, step=Step.DRAINING, since=read_at)
    if landed and quota.step is Step.HELD and unconfirmed(quota):
        return replace(quota, since=read_at)
    return quota


def drained(quota: Quota, orders_until: datetime | None, lag: timedelta) -> Quota:
    """Orders are read to a moment by which all that was sold before the zero has surfaced: the rest is the pool's."""
    if quota.step is not Step.DRAINING or quota.since is None or orders_until is None:
        return quota
    return Quota(since=orders_until) if orders_until - quota.since >= lag else quota


def absorb(quota: Quota, pieces: int) -> Quota:
    """Sales have surfaced: they are reserved in the ledger now and no longer in the ceiling."""
    left = quota.ceiling - pieces
    if quota.step in (Step.IDLE, Step.HELD) or (quota.step in COMING_DOWN and left <= 0):
        return _at_rest(quota, left, quota.since)
    return replace(quota, ceiling=left)


def restock(quota: Quota, pieces: int) -> Quota:
    """A cancellation has surfaced: the platform has put the pieces back on sale by itself, so they are here again."""
    left = quota.ceiling + pieces
    if quota.step is Step.IDLE or (quota.step in COMING_DOWN and left == 0):
        return _at_rest(quota, left, quota.since)
    return replace(quota, ceiling=left, step=Step.ZEROING if quota.step is Step.DRAINING else quota.step)


# ---- a pool


def split(pool: int, stands: Mapping[K, Stand]) -> dict[K, int]:
    """Piece after piece to whoever has the highest weight per piece held: the sum never exceeds the pool."""
    given = dict.fromkeys(stands, 0)
    left = pool
    while fitting := [
        key for key, s in stands.items() if s.weight > 0 and s.pieces <= left and (s.cap is None or given[key] < s.cap)
    ]:
        best = max(fitting, key=lambda key: stands[key].weight / (given[key] + 1))
        given[best] += 1
        left -= stands[best].pieces
    return given


def rebalance(free: int, stands: Mapping[K, Stand], now: datetime, patience: timedelta) -> dict[K, Quota]:
    """The quotas that move now. Takers get only what no ceiling holds; givers first go down, and that takes its time.

    A quota must have stood for `patience` before it is taken from a shop for another's sake; too much out in all (a
    pool that has just become scarce, or shrank) is taken back at once.
    """
    fixed = sum(s.held for s in stands.values() if not s.open)
    targets = split(max(free - fixed, 0), {key: s for key, s in stands.items() if s.open})
    spare = free - sum(s.held for s in stands.values())
    moved: dict[K, Quota] = {}
    for key, stand in stands.items():
        if not stand.open and stand.quota.step in ASKING and stand.quota.by > 0:
            moved[key] = revoke(stand.quota, now)
            spare += stand.quota.by * stand.pieces
    for key in sorted(targets, key=lambda key: -stands[key].weight):
        stand, want = stands[key], targets[key]
        more = min(want - stand.quota.ceiling, spare // stand.pieces)
        if more > 0 and _may_grow(stand):
            step = grant if stand.quota.step is Step.IDLE else adjust
            moved[key] = step(stand.quota, more, now)
            spare -= more * stand.pieces
    missing = _missing(targets, stands, moved, spare) - sum(s.quota.falling * s.pieces for s in stands.values())
    for key in _givers(targets, stands, now, patience if spare >= 0 else timedelta()):
        if missing <= 0:
            break
        stand, surplus = stands[key], stands[key].quota.ceiling - targets[key]
        moved[key] = adjust(stand.quota, -surplus, now) if stand.adjusts else zero(stand.quota, now)
        missing -= surplus * stand.pieces
    return moved


def _may_grow(stand: Stand) -> bool:
    return stand.quota.step is Step.IDLE or (stand.quota.step is Step.HELD and stand.adjusts)


def _missing(targets: Mapping[K, int], stands: Mapping[K, Stand], moved: Mapping[K, Quota], spare: int) -> int:
    """Pool pieces that must come back from somebody: what is out beyond the pool, and what the empty-handed lack."""
    lacking = sum(
        (want - stands[key].quota.ceiling) * stands[key].pieces
        for key, want in targets.items()
        if key not in moved and want > stands[key].quota.ceiling and _may_grow(stands[key])
    )
    return lacking - spare if spare < 0 else max(lacking - spare, 0)


def _givers(targets: Mapping[K, int], stands: Mapping[K, Stand], now: datetime, patience: timedelta) -> Iterable[K]:
    """Those that hold more than their part and have stood long enough, the least selling first."""
    able = [
        key
        for key, want in targets.items()
        if stands[key].quota.step is Step.HELD
        and stands[key].quota.ceiling > want
        and (stands[key].quota.since is None or _stood(stands[key].quota, now) >= patience)
    ]
    return sorted(able, key=lambda key: stands[key].weight)


def _stood(quota: Quota, now: datetime) -> timedelta:
    assert quota.since is not None
    return now - quota.since
