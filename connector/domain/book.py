"""The book of rules: every edition of each, and what holds on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from connector.domain.ocop import Action, Asks, Fact, Goods, Labels, Paper, ProductSet, Programme, Words


@dataclass(frozen=True, slots=True)
class Rules:
    """All that holds on one day. Where a subject had no rule yet, it is None and nothing is demanded."""

    programme: Programme | None = None
    labels: Labels | None = None
    goods: Goods | None = None
    words: Words | None = None
    sets: Mapping[int, ProductSet] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    asks: Mapping[str, Asks] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)

    def kind(self, set_no: int) -> str:
        return self.sets[set_no].kind if set_no in self.sets else ""

    def set_name(self, set_no: int) -> str:
        """What the set is called in the taxonomy of the day; empty for an unknown set."""
        found, taxonomy = self.sets.get(set_no), self.programme.taxonomy if self.programme else ""
        return found.names.get(taxonomy, "") if found else ""

    def must_tell(self, set_no: int) -> tuple[Fact, ...]:
        """The label facts of a product in this set, the always demanded ones first."""
        if self.labels is None:
            return ()
        keys = (*self.labels.always, *self.labels.must.get(self.kind(set_no), ()))
        return tuple(self.facts[key] for key in dict.fromkeys(keys))

    def papers_for(self, set_no: int) -> tuple[Paper, ...]:
        kind = self.kind(set_no)
        return tuple(paper for paper in self.papers if not paper.kinds or kind in paper.kinds)

    def asked(self, set_no: int, platform: str = "") -> tuple[tuple[Paper, bool], ...]:
        """The papers that a platform (empty: any of them) asks for with goods of this set, and whether it must have
        them; in the order of the papers' own list."""
        asks = [one for name, one in self.asks.items() if platform in ("", name)]
        must = {code for one in asks for code in one.must}
        may = {code for one in asks for code in one.may} - must
        return tuple((paper, paper.code in must) for paper in self.papers_for(set_no) if paper.code in must | may)


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...


D = TypeVar("D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Book:
    """Every edition of every rule; ask it for a day."""

    programmes: tuple[Programme, ...] = ()
    labels: tuple[Labels, ...] = ()
    goods: tuple[Goods, ...] = ()
    words: tuple[Words, ...] = ()
    sets: Mapping[int, ProductSet] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    asks: Mapping[str, Asks] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)

    def on(self, day: date) -> Rules:
        return Rules(
            _in_force(self.programmes, day),
            _in_force(self.labels, day),
            _in_force(self.goods, day),
            _in_force(self.words, day),
            self.sets,
            self.facts,
            self.papers,
            self.asks,
            self.actions,
        )


def _in_force(editions: Sequence[D], day: date) -> D | None:
    begun = [edition for edition in editions if edition.valid_from <= day]
    return max(begun, key=lambda edition: edition.valid_from, default=None)
