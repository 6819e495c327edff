"""The pure heart: what would be done to a listing and why, from its three legs and a shop's policy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.domain.drift import Drift, Resolution, Verdict, judge, resolve, whole
from connector.domain.listing import (
    Applied,
    Facts,
    Lane,
    Listing,
    Observed,
    Phase,
    Ref,
    State,
    Value,
    fingerprint,
    kind_of,
    lane_of,
)
from connector.domain.problem import Problem, blocking
from connector.domain.rules import Owner, Policy, Verbs


class Kind(StrEnum):
    CREATE = "create"
    REVISE = "revise"
    SET_PRICE = "set_price"
    SET_STOCK = "set_stock"
    SHOW = "show"
    HIDE = "hide"
    ADJUST_STOCK = "adjust_stock"  # `after` less `before` pieces more, whatever stands there now


STOCK_KINDS = (Kind.SET_STOCK, Kind.ADJUST_STOCK)


@dataclass(frozen=True, slots=True)
class Change:
    """One field an op would change: the live value (None where there is none or it is not echoed), the new one,
    and why: new, removed, changed, completing, or a drift's verdict."""

    field: str
    before: Value
    after: Value
    reason: str


@dataclass(frozen=True, slots=True)
class Op:
    """One intended effect on one listing: `ref` says where, the changes say all that it may do."""

    listing: int
    kind: Kind
    ref: Ref
    changes: tuple[Change, ...]

    @property
    def values(self) -> dict[str, Value]:
        return {c.field: c.after for c in self.changes}

    @property
    def fingerprint(self) -> str:
        """What a refusal is final for. Quantities are left out of a create: one piece sold must not ask again."""
        dropped = "stock" if self.kind is Kind.CREATE else ""
        return fingerprint({f: v for f, v in self.values.items() if kind_of(f) != dropped})

    @property
    def rank(self) -> int:
        """Order of urgency: sold out, decreases, hide, price, create and revise, increases, show."""
        if self.kind in STOCK_KINDS:
            if any(c.after == 0 for c in self.changes):
                return 0
            return 1 if any(_falls(c) for c in self.changes) else 5
        return {Kind.HIDE: 2, Kind.SET_PRICE: 3, Kind.CREATE: 4, Kind.REVISE: 4, Kind.SHOW: 6}[self.kind]

    @property
    def raises_stock(self) -> bool:
        """Of what is on sale already; a new listing or variant has sold nothing that an older count could forget."""
        return self.kind in STOCK_KINDS and any(not _falls(c) and c.after != 0 for c in self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """Ops in the order they must run, those a standing refusal keeps back, drifts, obstacles, when to look again."""

    listing: int
    ops: tuple[Op, ...] = ()
    refused: tuple[Op, ...] = ()
    drifts: tuple[Drift, ...] = ()
    problems: tuple[Problem, ...] = ()
    wait: datetime | None = None


def plan(
    listing: Listing, want: Facts, seen: Observed | None, policy: Policy, problems: Sequence[Problem] = ()
) -> Plan:
    """Compare the legs. `seen` None: nobody looked, so only absolute prices and stocks that are ours may go."""
    policy = policy.over(listing.owners)
    if listing.phase is Phase.PARKED:
        return Plan(listing.id, problems=tuple(problems))
    if seen is None:
        return _finish(listing, listing.ref, _blind(listing, want, policy), (), problems, policy)
    if seen.state is State.BANNED:
        gone = whole(Verdict.BANNED, seen, Resolution.REPORT)
        return Plan(listing.id, drifts=(gone,), problems=tuple(problems))
    if not seen.state.exists or (seen.state is State.REJECTED and not seen.ref.item):
        return _absent(listing, want, seen, policy, problems)
    return _present(listing, want, seen, policy, problems)


def _absent(listing: Listing, want: Facts, seen: Observed, policy: Policy, problems: Sequence[Problem]) -> Plan:
    """Nothing is there. A listing that had been live and is not any more is a drift of its own."""
    if want.get("visible") is False:
        return Plan(listing.id, problems=tuple(problems))
    removed = listing.phase is Phase.LIVE and bool(listing.applied.facts)
    resolution = resolve(Verdict.REMOVED, _owner(listing, policy, "listing", "existence"))
    drifts = (whole(Verdict.REMOVED, seen, resolution),) if removed else ()
    if removed and resolution is not Resolution.HEAL:
        return Plan(listing.id, drifts=drifts, problems=tuple(problems))
    reason = "removed" if removed else "new"
    changes = [Change(field, None, value, reason) for field, value in want.items()]
    return _finish(listing, Ref(), changes, drifts, problems, policy, as_kind=lambda _: Kind.CREATE)


def _present(listing: Listing, want: Facts, seen: Observed, policy: Policy, problems: Sequence[Problem]) -> Plan:
    past = listing.applied.confirm(seen.facts)
    fields = ["visible"] if want.get("visible") is False else list(want)
    lacking = _lacking(fields, want, listing, seen, past, policy)
    compared = [
        lacking[field] if field in lacking else _compare(field, want[field], listing, seen, past, policy)
        for field in fields
    ]
    changes = [change for change, _ in compared if change]
    drifts = tuple(drift for _, drift in compared if drift)
    pending = seen.state is State.PENDING
    made = _finish(listing, seen.ref, changes, drifts, problems, policy, pending=pending)
    if not pending or seen.ticket is None:
        return made
    return Plan(listing.id, made.ops, made.refused, drifts, made.problems, seen.ticket.look_at)


def _compare(
    field: str, want: Value, listing: Listing, seen: Observed, past: Applied, policy: Policy
) -> tuple[Change | None, Drift | None]:
    """One field: nothing, our own change, or a drift with or without a change that heals it."""
    echoed, known = field in seen.facts, field in past.facts
    live = seen.facts[field] if echoed else past.facts.get(field)
    if live == want or not (echoed or known or listing.phase is Phase.CREATING):
        return None, None
    owner = _owner(listing, policy, field, kind_of(field))
    ours = past.facts.get(field)
    if field in seen.held:
        return None, Drift(field, want, live, ours, Verdict.PROMOTION, Resolution.REPORT)
    if not known and listing.phase is Phase.CREATING:
        return Change(field, live, want, "completing"), None
    if known and live == ours:
        return (None if owner is Owner.THEIRS else Change(field, live, want, "changed")), None
    verdict = judge(field, live, past) if known else Verdict.FOREIGN
    resolution = resolve(verdict, owner)
    if verdict is Verdict.NORMALISED and want != ours and owner is not Owner.THEIRS:
        return Change(field, live, want, "changed"), None
    drift = Drift(field, want, live, ours, verdict, resolution)
    return (Change(field, live, want, str(verdict)) if resolution is Resolution.HEAL else None), drift


def _owner(listing: Listing, policy: Policy, field: str, kind: str) -> Owner:
    """The shop's rule, unless a person has left this field of this listing to the platform."""
    return Owner.THEIRS if field in listing.theirs else policy.owner(kind)


def _lacking(
    fields: Sequence[str], want: Facts, listing: Listing, seen: Observed, past: Applied, policy: Policy
) -> dict[str, tuple[Change | None, Drift | None]]:
    """A price or stock of a variant that is not over there travels with the variant itself, or not at all."""
    if "variants" not in fields:
        return {}
    missing = [f for f in fields if kind_of(f) in ("price", "stock") and f.partition(":")[2] not in seen.ref.variants]
    joins = _compare("variants", want["variants"], listing, seen, past, policy)[0] is not None
    if not joins and listing.phase is Phase.CREATING:
        return {}
    return {f: (Change(f, None, want[f], "completing") if joins else None, None) for f in missing}


def _blind(listing: Listing, want: Facts, policy: Policy) -> list[Change]:
    past = listing.applied.facts
    return [
        Change(field, past[field], value, "changed")
        for field, value in want.items()
        if lane_of(field) is not Lane.CONTENT
        and field in past
        and past[field] != value
        and _owner(listing, policy, field, kind_of(field)) is Owner.OURS
        and field.partition(":")[2] in listing.ref.variants
    ]


def _finish(
    listing: Listing,
    ref: Ref,
    changes: Sequence[Change],
    drifts: tuple[Drift, ...],
    problems: Sequence[Problem],
    policy: Policy,
    *,
    pending: bool = False,
    as_kind: Callable[[Change], Kind] | None = None,
) -> Plan:
    """Group changes into ops, drop what policy, review or problems forbid, keep back what was refused before."""
    barred = {kind_of(p.field): p.entry for p in sorted(blocking(problems), key=lambda p: not p.entry)}
    ops = [Op(listing.id, kind, ref, tuple(c for c in changes if (as_kind or _kind(ref))(c) is kind)) for kind in Kind]
    ops = sorted(
        (op for op in ops if op.changes and _may(op.kind, listing.phase, policy, barred, pending=pending)),
        key=lambda op: op.rank,
    )
    refused = tuple(op for op in ops if listing.refused.get(op.kind) == op.fingerprint)
    return Plan(listing.id, tuple(op for op in ops if op not in refused), refused, drifts, tuple(problems))


def _kind(ref: Ref) -> Callable[[Change], Kind]:
    """The op that carries a change; price and stock of a variant not there yet belong to the revise that makes it."""

    def of(change: Change) -> Kind:
        head, _, sku = change.field.partition(":")
        if head == "visible":
            return Kind.SHOW if change.after else Kind.HIDE
        if head in ("price", "stock") and sku in ref.variants:
            return Kind.SET_PRICE if head == "price" else Kind.SET_STOCK
        return Kind.REVISE

    return of


def _may(kind: Kind, phase: Phase, policy: Policy, barred: Mapping[str, bool], *, pending: bool) -> bool:
    """`barred`: kinds of fields with a blocking problem, and whether it is one of entry only."""
    verbs = policy.verbs
    if verbs is Verbs.OBSERVE:
        return False
    if verbs is Verbs.CREATE and kind is not Kind.CREATE and phase is not Phase.CREATING:
        return False
    match kind:
        case Kind.HIDE:
            return not pending
        case Kind.SET_STOCK | Kind.ADJUST_STOCK:
            return "stock" not in barred
        case Kind.SET_PRICE:
            return "price" not in barred
        case Kind.CREATE:
            return not barred
        case Kind.SHOW:
            return not barred and not pending
        case Kind.REVISE:
            return all(barred.values()) and not (barred and phase is Phase.CREATING) and not pending
    raise AssertionError(kind)


def _falls(change: Change) -> bool:
    return isinstance(change.before, int) and isinstance(change.after, int) and change.after < change.before
