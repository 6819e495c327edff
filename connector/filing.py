"""Filing a paper that a person gave: what it is, whose it is, how long it holds, and its file; checked all at once."""

from dataclasses import dataclass
from datetime import date

from connector.domain.book import Rules
from connector.domain.ocop import Paper, months_after
from connector.domain.product import PaperHeld
from connector.errors import Complaint
from connector.papers import Kept
from connector.store import Store

_MOST = 200  # characters of a number or an issuer


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person said of a paper. Without an end, one that its kind gives a time to is counted from its issue."""

    kind: str
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def file_paper(store: Store, rules: Rules, product_code: str, kept: Kept, facts: Facts, cause: str) -> bool:
    """File what was kept with the product, or with its producer where the kind is theirs; False if it was known."""
    paper = next((one for one in rules.papers if one.code == facts.kind), None)
    if paper is None:
        known = ", ".join(one.code for one in rules.papers)
        raise Complaint(
            f"Không có loại giấy tờ «{facts.kind}». Có: {known}.", f"No kind of paper “{facts.kind}”. Known: {known}."
        )
    held = PaperHeld(
        facts.kind,
        kept.sha256,
        kept.media,
        " ".join(facts.number.split())[:_MOST],
        " ".join(facts.issuer.split())[:_MOST],
        facts.issued_on,
        _end(paper, facts),
        producers=paper.of == "producer",
    )
    return store.papers.add(product_code, held, cause)


def _end(paper: Paper, facts: Facts) -> date | None:
    issued, until = facts.issued_on, facts.expires_on
    if until is None and issued is not None and paper.months is not None:
        return months_after(issued, paper.months)
    if until is not None and issued is not None and until <= issued:
        raise Complaint("Ngày hết hạn phải sau ngày cấp.", "The end must be after the day of issue.")
    return until
