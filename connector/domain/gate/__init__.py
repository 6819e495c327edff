"""The gate: what the programme, the label law and a channel's policy find in the way of a product. Pure.

A listing that is live may be revised whatever the gate says, for that is how a claim comes down; a blocking finding
keeps a product from being listed or shown. What is published never claims too much (see claims.py), so most
findings only tell the producer what to mend in the record.
"""

from collections.abc import Mapping
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.certificate import certificate
from connector.domain.gate.goods import goods
from connector.domain.gate.label import label
from connector.domain.gate.papers import papers
from connector.domain.gate.texts import health, stars
from connector.domain.ocop import Action
from connector.domain.problem import Problem
from connector.domain.product import Product

_LOOKS = (certificate, stars, health, label, goods)


def gate(
    product: Product, channel_policy: Mapping[str, Action], rules: Rules, today: date, platform: str = ""
) -> tuple[Problem, ...]:
    """What stands in the way. `channel_policy` (a channel's, then a shop's) lies over the rules' own actions; a code
    that nobody decided warns. `platform`: whose papers are asked for; empty: those that any asks for."""
    if product.retired:
        return ()
    actions = {**rules.actions, **channel_policy}
    found = [finding for look in _LOOKS for finding in look(product, rules, today)]
    found += papers(product, rules, today, platform)
    return tuple(
        Problem(code, field, vi, en, blocking=action == Action.BLOCK, entry=True)
        for code, field, vi, en in found
        if (action := actions.get(code, Action.WARN)) != Action.OFF
    )
