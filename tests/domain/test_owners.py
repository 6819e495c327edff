"""An adopted listing's own owners come before the shop's."""

from datetime import UTC, datetime

import pytest

from connector.domain.listing import Listing, Observed, Phase, Ref, State
from connector.domain.plan import Kind, plan
from connector.domain.rules import Owner, Policy, Verbs

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SYNC = Policy(Verbs.SYNC)
LIVE = Observed(
    State.LIVE, NOW, Ref("1", {"A": "a"}), {"title": "theirs", "variants": ("A",), "price:A": 5, "stock:A": 1}
)
WANT = {"title": "ours", "variants": ("A", "B"), "price:A": 7, "stock:A": 1, "price:B": 9, "stock:B": 2}


def adopted(**owners: Owner) -> Listing:
    return Listing(1, LIVE.ref, Phase.LIVE, owners=owners)


def test_what_is_theirs_in_one_listing_is_left_there_only() -> None:
    theirs = dict.fromkeys(("title", "variants", "price", "stock"), Owner.THEIRS)
    assert plan(adopted(**theirs), WANT, LIVE, SYNC).ops == ()
    assert {op.kind for op in plan(adopted(), WANT, LIVE, SYNC).ops} == {Kind.REVISE, Kind.SET_PRICE}


@pytest.mark.parametrize("owner", [Owner.THEIRS, Owner.ASK])
def test_the_price_of_a_variant_that_is_not_ours_to_add_is_not_written(owner: Owner) -> None:
    made = plan(adopted(variants=owner, title=Owner.THEIRS), WANT, LIVE, SYNC)
    assert [sorted(op.values) for op in made.ops] == [["price:A"]]


def test_the_price_of_a_variant_we_add_goes_along_with_it() -> None:
    (revise,) = [op for op in plan(adopted(), WANT, LIVE, SYNC).ops if op.kind is Kind.REVISE]
    assert set(revise.values) == {"title", "variants", "price:B", "stock:B"}
