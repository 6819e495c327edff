"""What became of a listing, from what became of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.assisted import errors
from adapters.assisted.results import Bad, Good
from adapters.assisted.rows import Row
from connector.domain.listing import Ref, Ticket
from connector.errors import Missing, OutcomeUnknown, Refused, Retry, Trouble
from connector.ports import Outcome, Receipt


@dataclass(frozen=True, slots=True)
class Waiting:
    """The row is out; its result is not back."""

    ticket: Ticket


Fate = Good | Bad | Waiting | Trouble


def outcome(fates: Mapping[Row, Fate], ref: Ref, review: Ticket | None, request: str) -> Outcome:
    """One listing from its rows. What any good row carried is written, less what a bad one was to carry."""
    if not fates:
        return Missing("no variant over there is known that could carry this")
    for fate in fates.values():
        if isinstance(fate, OutcomeUnknown):
            return fate
    grown = now if (now := _grown(fates, ref)) != ref else None  # an op planned before has not seen later ids
    waiting = [fate for fate in fates.values() if isinstance(fate, Waiting)]
    if waiting:
        return Receipt(grown, ticket=waiting[0].ticket, request_id=request, detail=waiting[0].ticket.id)
    good = [row for row, fate in fates.items() if isinstance(fate, Good)]
    if len(good) < len(fates):
        rest = {row: fate for row, fate in fates.items() if row not in good}
        lost = frozenset().union(*(row.own for row in rest))
        wrote = frozenset().union(*(row.own | row.shared for row in good)) - lost
        if not wrote:
            return _trouble(rest)
        half_made = not ref and review is not None
        return Receipt(grown, wrote, replace(review, settling=True) if half_made and review else review, request)
    return Receipt(grown, ticket=review, request_id=request)


def _grown(fates: Mapping[Row, Fate], ref: Ref) -> Ref:
    """The ids with those that good rows brought, less the variants that were taken away."""
    for row, fate in fates.items():
        if isinstance(fate, Good) and row.creates:
            ref = Ref(fate.group_id or ref.item or fate.listing_id, {**ref.variants, row.sku: fate.listing_id})
        elif isinstance(fate, Good) and row.upload == "status" and "variants" in row.own:
            ref = replace(ref, variants={sku: one for sku, one in ref.variants.items() if sku != row.sku})
    return ref


def _trouble(fates: Mapping[Row, Fate]) -> Outcome:
    bad = {row: fate for row, fate in fates.items() if isinstance(fate, Bad)}
    if not bad:
        return next(f for f in fates.values() if isinstance(f, Retry | Refused | Missing))
    codes = [reason.code for fate in bad.values() for reason in fate.reasons]
    if set(codes) == {errors.NOT_FOUND}:
        return Missing("; ".join(r.words for fate in bad.values() for r in fate.reasons), code=errors.NOT_FOUND)
    if set(codes) == {errors.NOT_TRIED}:
        return Retry("; ".join(r.words for fate in bad.values() for r in fate.reasons), code=errors.NOT_TRIED)
    problems = dict.fromkeys(reason.problem(row.sku) for row, fate in bad.items() for reason in fate.reasons)
    return Refused(tuple(problems), code=codes[0])
