"""What became of rows, and from that of listings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.assisted import errors
from adapters.assisted.carriers import Delivery
from adapters.assisted.errors import Reason
from adapters.assisted.ledger import Sent
from adapters.assisted.rows import Row
from adapters.assisted.sheet import layout_changed, table
from adapters.assisted.template import Template
from connector.domain.listing import Ref, Ticket
from connector.errors import Missing, OutcomeUnknown, Refused, Retry, Trouble
from connector.ports import Outcome, Receipt


@dataclass(frozen=True, slots=True)
class Good:
    listing_id: str
    group_id: str


@dataclass(frozen=True, slots=True)
class Bad:
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    ticket: Ticket


REFUSED_LAYOUT = "layout_refused"  # the file that we sent, so nothing happened; "layout" is a file that we read

Fate = Good | Bad | Waiting | Trouble
Verdict = Good | Bad | None


def verdicts(delivery: Delivery | None, rows: Sequence[Sent], template: Template, pack: str) -> dict[str, Verdict]:
    """By row key; None while the row waits. Raises NeedsConsent if the file was refused for its layout."""
    found: dict[str, Verdict] = {row.key: None for row in rows}
    what = f"{template.id}: {pack}"
    for record in table(delivery.content, template.result, what).records if delivery else ():
        word = template.result.words.get(record["outcome"])
        if word is None and record["outcome"]:
            message = f"{what}: từ lạ ở cột kết quả / unknown outcome «{record['outcome']}»"
            raise Retry(message, after=600, code="unknown_word")
        if word == "file":
            return dict.fromkeys(found, _whole(record["code"], record["reason"], what))
        if record["row_key"] in found and word == "good":
            found[record["row_key"]] = Good(record["listing_id"], record["group_id"])
        elif record["row_key"] in found and word == "bad":
            found[record["row_key"]] = Bad(_reasons(record["code"], record["reason"]))
    return found


def _whole(code: str, words: str, what: str) -> Bad:
    if code == errors.LAYOUT:
        raise layout_changed(what, (), (), words, REFUSED_LAYOUT)
    return Bad(_reasons(code, words))


def _reasons(codes: str, words: str) -> tuple[Reason, ...]:
    """One line per reason where there are several; an uneven count is kept as one."""
    pairs = list(zip(codes.splitlines(), words.splitlines(), strict=False))
    if len(codes.splitlines()) != len(words.splitlines()):
        pairs = [(codes.partition("\n")[0], words)]
    return tuple(Reason(code.strip(), text.strip()) for code, text in pairs) or (Reason("", ""),)


def outcome(fates: Mapping[Row, Fate], ref: Ref, review: Ticket | None, request: str) -> Outcome:
    """One listing from its rows. What any good row carried is written, less what a bad one was to carry."""
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
        return Receipt(grown, wrote=wrote, ticket=review, request_id=request)
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
