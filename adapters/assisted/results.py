"""What a result workbook says of the rows of a pack."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.assisted import errors
from adapters.assisted.carriers import Delivery
from adapters.assisted.errors import Reason
from adapters.assisted.ledger import Sent
from adapters.assisted.sheet import layout_changed, table
from adapters.assisted.template import Template
from connector.errors import Retry


@dataclass(frozen=True, slots=True)
class Good:
    listing_id: str
    group_id: str


@dataclass(frozen=True, slots=True)
class Bad:
    reasons: tuple[Reason, ...]


REFUSED_LAYOUT = "layout_refused"  # the file that we sent, so nothing happened; "layout" is a file that we read

Verdict = Good | Bad | None


def verdicts(delivery: Delivery | None, rows: Sequence[Sent], template: Template, pack: str) -> dict[str, Verdict]:
    """By row key; None while the row waits. Raises NeedsConsent if the file was refused for its layout."""
    found: dict[str, Verdict] = {row.key: None for row in rows}
    what = f"{template.id}: {pack}"
    for record in table(delivery.content, template.result, what, template).records if delivery else ():
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
