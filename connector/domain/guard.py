"""Guard E: a run that would touch too much of a shop stops and asks (OctoDNS does the same for a zone)."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.domain.plan import Kind, Op, Plan


@dataclass(frozen=True, slots=True)
class Blast:
    """How many of a shop's `live` listings a run would change, hide or sell out."""

    touched: int
    live: int

    @property
    def too_wide(self) -> bool:
        return self.touched > 10 and self.touched * 10 > self.live * 3


def blast(plans: Iterable[Plan], live: int) -> Blast:
    """Creating and completing do not count, nor do stock moves short of zero: those are the daily work."""
    return Blast(len({p.listing for p in plans if any(_destructive(op) for op in p.ops)}), live)


def _destructive(op: Op) -> bool:
    if op.kind is Kind.SET_STOCK:
        stocks = [c.after for c in op.changes]
        return any(after == 0 for after in stocks)
    completing = all(c.reason == "completing" for c in op.changes)
    return op.kind in (Kind.REVISE, Kind.SET_PRICE, Kind.HIDE) and not completing
