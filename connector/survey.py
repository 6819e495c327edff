"""What stands in the way of a producer's products, before any shop is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate import gate
from connector.domain.ocop import Action, Paper
from connector.domain.problem import Problem
from connector.domain.product import Product
from connector.store import Store

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Stand:
    """One product with the gate's findings and the papers that its listings should be able to attach."""

    product: Product
    problems: tuple[Problem, ...]
    papers: tuple[Paper, ...]


def survey(
    store: Store,
    rules: Rules,
    today: date,
    producer: str = "",
    policy: Mapping[str, Action] | None = None,
    platform: str = "",
) -> Iterator[Stand]:
    """Every product of a producer (empty: of all), in order of code. `policy`: a channel's and shop's own actions;
    `platform`: whose papers are asked for (empty: those that any asks for)."""
    after = ""
    while codes := store.products.codes(_PAGE, after, producer):
        goods = store.products.by_code(codes)
        for code in codes:
            product = goods[code].product
            papers = rules.papers_for(product.set_no)
            yield Stand(product, gate(product, policy or {}, rules, today, platform), papers)
        after = codes[-1]
