"""The laws of the pure heart, for any legs Hypothesis can think of."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from connector.domain.drift import Resolution, Verdict
from connector.domain.listing import Applied, Facts, Listing, Observed, Phase, Ref, State, fingerprint, kind_of
from connector.domain.plan import Kind, plan
from connector.domain.problem import Problem
from connector.domain.rules import Owner, Policy, Verbs

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SKUS = ("AAA", "BBB")
FIELDS = ("title", "description", "attr:origin", "price:AAA", "price:BBB", "stock:AAA", "stock:BBB", "visible")
TEXT = st.sampled_from(["Miến dong", "miến  dong", "Miến dong Bình Lư", "Chè Thái Nguyên", ""])


def value(field: str) -> st.SearchStrategy[object]:
    if field == "visible":
        return st.just(True)
    return st.integers(0, 5).map(lambda n: n * 700) if ":" in field and "attr" not in field else TEXT


WANT: st.SearchStrategy[Facts] = st.fixed_dictionaries({field: value(field) for field in FIELDS})  # type: ignore[assignment]
SOME: st.SearchStrategy[Facts] = st.fixed_dictionaries({}, optional={field: value(field) for field in FIELDS})  # type: ignore[assignment]
OWNERS = st.dictionaries(st.sampled_from(["title", "price", "stock", "attributes", "visible"]), st.sampled_from(Owner))
POLICIES = st.builds(Policy, verbs=st.sampled_from(Verbs), owners=OWNERS)
SYNC = st.builds(Policy, verbs=st.just(Verbs.SYNC), owners=OWNERS)
PHASES = st.sampled_from([Phase.LIVE, Phase.CREATING, Phase.WAITING])
REF = Ref("9", {sku: sku.lower() for sku in SKUS})


def observed(facts: Facts, **more: object) -> Observed:
    return Observed(State.LIVE, NOW, REF, facts, **more)  # type: ignore[arg-type]


def listing(applied: Facts, unconfirmed: Facts = {}, phase: Phase = Phase.LIVE) -> Listing:  # noqa: B006
    return Listing(1, REF, phase, Applied(applied, unconfirmed))


def after(live: Facts, made: object) -> Facts:
    return {**live, **{c.field: c.after for op in made.ops for c in op.changes}}  # type: ignore[attr-defined]


@given(WANT, SOME, SOME, SYNC, PHASES)
def test_a_plan_carried_out_leaves_nothing_to_do(
    want: Facts, live: Facts, applied: Facts, policy: Policy, phase: Phase
) -> None:
    one = listing(applied, phase=phase)
    made = plan(one, want, observed(live), policy)
    written = {c.field: c.after for op in made.ops for c in op.changes}
    then = Listing(1, REF, phase, one.applied.wrote(written, live))
    assert plan(then, want, observed(after(live, made)), policy).ops == ()


@given(WANT, SOME, SOME, POLICIES, PHASES)
def test_planning_twice_gives_the_same_plan(
    want: Facts, live: Facts, applied: Facts, policy: Policy, phase: Phase
) -> None:
    one = listing(applied, phase=phase)
    assert plan(one, want, observed(live), policy) == plan(one, want, observed(live), policy)


@given(WANT, SOME, SOME, SYNC, st.randoms())
def test_the_order_of_facts_does_not_matter(
    want: Facts, live: Facts, applied: Facts, policy: Policy, chance: object
) -> None:
    def shuffled(facts: Facts) -> Facts:
        items = list(facts.items())
        chance.shuffle(items)  # type: ignore[attr-defined]
        return dict(items)

    def shape(made: object) -> object:
        return {(op.kind, frozenset(op.changes)) for op in made.ops}, frozenset(made.drifts)  # type: ignore[attr-defined]

    plain = plan(listing(applied), want, observed(live), policy)
    mixed = plan(listing(shuffled(applied)), shuffled(want), observed(shuffled(live)), policy)
    assert shape(plain) == shape(mixed)
    assert fingerprint(want) == fingerprint(shuffled(want))


@example(  # we have changed our mind about what the platform rewrote and a person gave away since
    {"attr:origin": "Miến dong Bình Lư"},
    {"attr:origin": "miến  dong"},
    {"attr:origin": "Miến dong"},
    {"attr:origin": ""},
    Policy(verbs=Verbs.SYNC, owners={"attributes": Owner.THEIRS}),
)
@given(WANT, SOME, SOME, SOME, POLICIES)
def test_nothing_is_written_that_we_do_not_own(
    want: Facts, live: Facts, applied: Facts, unconfirmed: Facts, policy: Policy
) -> None:
    for seen in (observed(live), None):
        for op in plan(listing(applied, unconfirmed), want, seen, policy).ops:
            for change in op.changes:
                owner = policy.owner(kind_of(change.field))
                assert owner is not Owner.THEIRS
                assert owner is Owner.OURS or change.reason in ("changed", "lost")


@given(WANT, SOME, SOME, st.sampled_from([Verbs.OBSERVE, Verbs.CREATE]))
def test_a_shop_that_may_not_sync_is_never_changed(want: Facts, live: Facts, applied: Facts, verbs: Verbs) -> None:
    policy = Policy(verbs=verbs)
    assert plan(listing(applied), want, observed(live), policy).ops == ()
    absent = plan(Listing(1), want, Observed(State.ABSENT, NOW), policy)
    assert [op.kind for op in absent.ops] == ([] if verbs is Verbs.OBSERVE else [Kind.CREATE])


@given(WANT, SOME, SYNC)
def test_what_a_promotion_holds_is_never_written(want: Facts, live: Facts, policy: Policy) -> None:
    held = observed(live, held=frozenset(FIELDS))
    made = plan(listing(want), want, held, policy)
    assert made.ops == ()
    assert {d.verdict for d in made.drifts} <= {Verdict.PROMOTION}


@given(WANT, SOME, SOME, SYNC)
def test_a_parked_listing_is_left_to_the_person(want: Facts, live: Facts, applied: Facts, policy: Policy) -> None:
    assert plan(listing(applied, phase=Phase.PARKED), want, observed(live), policy).ops == ()


@given(WANT, SOME, SYNC)
def test_a_blocking_problem_stops_content_but_never_a_sale_of_the_last_piece(
    want: Facts, live: Facts, policy: Policy
) -> None:
    problem = Problem("title_long", "title", "Tên dài quá.", "Title too long.")
    kinds = {op.kind for op in plan(listing(want), want, observed(live), policy, [problem]).ops}
    assert kinds <= {Kind.SET_PRICE, Kind.SET_STOCK, Kind.HIDE}


@given(WANT, POLICIES)
def test_a_refused_create_waits_for_a_change_but_not_of_the_stock(want: Facts, policy: Policy) -> None:
    absent = Observed(State.ABSENT, NOW)
    made = plan(Listing(1), want, absent, policy)
    for op in made.ops:
        refused = Listing(1, refused={op.kind: op.fingerprint})
        assert plan(refused, want, absent, policy).ops == ()
        assert plan(refused, {**want, "stock:AAA": 99}, absent, policy).ops == ()
        assert plan(refused, {**want, "title": "Tên khác"}, absent, policy).ops != ()


@given(st.sampled_from(FIELDS[:-1]), WANT, st.data())
def test_edited_lost_and_normalised_are_told_apart(field: str, want: Facts, data: st.DataObject) -> None:
    policy = Policy(verbs=Verbs.SYNC)
    other = data.draw(value(field).filter(lambda v: v != want[field]))
    live = {**want, field: other}

    def verdict(applied: Applied) -> tuple[Verdict, Resolution, bool]:
        made = plan(Listing(1, REF, Phase.LIVE, applied), want, observed(live), policy)
        (drift,) = made.drifts
        return drift.verdict, drift.resolution, bool(made.ops)

    assert verdict(Applied(want)) == (Verdict.EDITED, Resolution.HEAL, True)
    assert verdict(Applied(want, {field: other})) == (Verdict.LOST, Resolution.HEAL, True)
    if field == "title":
        spaced = {**want, "title": "MIẾN   DONG"}
        made = plan(
            listing({**want, "title": "Miến dong"}, {"title": None}),
            {**want, "title": "Miến dong"},
            observed(spaced),
            policy,
        )
        assert [(d.verdict, d.resolution) for d in made.drifts] == [(Verdict.NORMALISED, Resolution.ACCEPT)]
        assert made.ops == ()


@given(WANT, SOME)
def test_a_confirmed_value_is_no_longer_suspected_lost(want: Facts, live: Facts) -> None:
    past = Applied().wrote(want, {}).confirm({**live})
    assert all(live.get(field) != want[field] or field not in live for field in past.unconfirmed)
    assert set(past.unconfirmed) | {f for f in live if live[f] == want[f]} >= set(want)
