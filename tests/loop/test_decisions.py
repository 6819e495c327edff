"""What people decide about drift and about what is stuck, carried through the loop on the real store."""

from typing import Any

import pytest

from connector import decisions
from connector.errors import Complaint
from connector.store import Store
from connector.store.scope import Scope
from connector.why import why
from tests.builders import a_producer
from tests.loop.bench import Bench, goods, repriced

EVERYONE = Scope(None)


def an_edited_title(store: Store, owner: str = "ask", **shop: Any) -> tuple[Bench, int]:
    """One of three listings got another title over there; the night has found it."""
    bench = Bench(store).shop(owners={"title": owner}, **shop)
    bench.goods(goods(3)).sync()
    bench.edit("SKU-0001", title="Tên ai đó sửa trên sàn")
    bench.night()
    found = store.inbox(EVERYONE).drifts()
    assert [d["field"] for d in found] == ["title"]
    return bench, found[0]["id"]


def test_keeping_ours_writes_it_once_and_a_later_edit_asks_again(store: Store) -> None:
    bench, drift = an_edited_title(store)
    assert decisions.on_drifts(store, EVERYONE, [drift], "keep", "an").done == 1
    assert store.inbox(EVERYONE).drifts(which="ask") == []
    bench.sync()
    assert bench.platform.live()["2"]["title"] == "Mật ong số 1 500 g"
    assert store.inbox(EVERYONE).drifts() == []
    bench.edit("SKU-0001", title="Lại có người sửa")
    bench.night()
    assert [d["resolution"] for d in store.inbox(EVERYONE).drifts()] == ["ask"]


def test_keeping_ours_asks_again_when_the_live_value_has_moved_meanwhile(store: Store) -> None:
    bench, drift = an_edited_title(store)
    bench.edit("SKU-0001", title="Một tên khác nữa")
    decisions.on_drifts(store, EVERYONE, [drift], "keep", "an")
    bench.sync()
    assert bench.platform.live()["2"]["title"] == "Một tên khác nữa"
    assert [d["observed"] for d in store.inbox(EVERYONE).drifts(which="ask")] == ["Một tên khác nữa"]


def test_taking_theirs_leaves_that_field_of_that_listing_alone(store: Store) -> None:
    bench, drift = an_edited_title(store)
    assert decisions.on_drifts(store, EVERYONE, [drift], "take", "an").done == 1
    bench.goods(repriced(goods(3, short_name="đổi"), 200)).sync()
    bench.night()
    live = bench.platform.live()["2"]
    assert live["title"] == "Tên ai đó sửa trên sàn"
    assert live["price:SKU-0001"] == 102_000
    assert [d["resolution"] for d in store.inbox(EVERYONE).drifts()] == ["keep"]
    decisions.own_again(store, EVERYONE, 2, "title", "an")
    assert store.inbox(EVERYONE).listing(2)["theirs"] == []  # type: ignore[index]
    with pytest.raises(Complaint):
        decisions.own_again(store, EVERYONE, 2, "title", "an")


def test_a_taken_field_can_be_ours_again(store: Store) -> None:
    bench, drift = an_edited_title(store)
    decisions.on_drifts(store, EVERYONE, [drift], "take", "an")
    bench.night()
    assert decisions.on_drifts(store, EVERYONE, [drift], "keep", "an").done == 1
    bench.sync()
    assert bench.platform.live()["2"]["title"] == "Mật ong số 1 500 g"


def test_a_vanished_listing_is_made_again_or_left_as_people_say(store: Store) -> None:
    bench = Bench(store).shop(owners={"existence": "ask"})
    bench.goods(goods(3)).sync()
    bench.platform.deleted |= {"1", "2"}
    bench.night()
    gone = sorted(store.inbox(EVERYONE).drifts(which="ask"), key=lambda d: d["product"])
    assert [(d["field"], d["verdict"]) for d in gone] == [("listing", "removed")] * 2
    decisions.on_drifts(store, EVERYONE, [gone[0]["id"]], "keep", "an")
    decisions.on_drifts(store, EVERYONE, [gone[1]["id"]], "take", "an")
    bench.sync()
    bench.night()
    assert len(bench.platform.live()) == 2
    assert bench.platform.duplicates() == 0
    assert [d["resolution"] for d in store.inbox(EVERYONE).drifts()] == ["keep"]


def test_what_is_not_open_not_ours_or_cannot_be_decided_is_not_decided(store: Store) -> None:
    _, drift = an_edited_title(store, verbs="sync")
    assert decisions.on_drifts(store, Scope(999), [drift], "keep", "kẻ lạ").done == 0
    store.shops.set_rules(1, cause="test", verbs="observe")
    assert decisions.on_drifts(store, EVERYONE, [drift], "keep", "an").barred == 1
    with pytest.raises(Complaint):
        decisions.on_drifts(store, EVERYONE, [drift], "burn", "an")
    with pytest.raises(Complaint):
        decisions.on_drifts(store, EVERYONE, [], "keep", "an")


def test_a_listing_that_a_worker_holds_is_busy(store: Store) -> None:
    bench, drift = an_edited_title(store)
    store.work.claim_these([2], bench.clock.now())
    assert decisions.on_drifts(store, EVERYONE, [drift], "keep", "an").busy == 1
    assert decisions.on_stuck(store, [2], "park", "an").busy == 1


def test_a_question_stands_at_its_producer_only(store: Store) -> None:
    _, drift = an_edited_title(store)
    mine, other = Scope(store.accounts.producer_id(a_producer().code)), Scope(999)
    assert store.inbox(mine).drifts(asked=True) == []
    decisions.on_drifts(store, EVERYONE, [drift], "ask", "an")
    assert [d["id"] for d in store.inbox(mine).drifts(asked=True)] == [drift]
    assert store.inbox(other).drifts(asked=True) == []
    decisions.on_drifts(store, mine, [drift], "take", "bà Sáu")
    assert store.inbox(mine).drifts(asked=True) == []


def test_why_tells_who_decided(store: Store) -> None:
    bench, drift = an_edited_title(store)
    decisions.on_drifts(store, EVERYONE, [drift], "keep", "an")
    bench.sync()
    steps = why(store, "shop", "P0001", "title").steps
    decided = [step for step in steps if step.what == "decided"]
    assert [(step.value, step.cause, step.detail) for step in decided] == [
        ("Tên ai đó sửa trên sàn", "an keeps ours", "keep")
    ]
    assert any(step.what == "written" and step.cause == "an keeps ours" for step in steps)


def test_a_refused_listing_goes_again_when_told_and_a_parked_one_waits(store: Store) -> None:
    bench = Bench(store).shop()
    bench.platform.refuse["Mật ong số 1 500 g"] = "Tên bị cấm"
    bench.goods(goods(3)).sync()
    cause = store.desk(EVERYONE).causes()[0]
    assert (cause["kind"], cause["code"], cause["n"]) == ("refused", "refused", 1)
    ids = store.desk(EVERYONE).stuck(cause)
    bench.platform.refuse.clear()
    decisions.on_stuck(store, ids, "park", "an")
    bench.sync()
    assert len(bench.platform.live()) == 2
    assert [c["kind"] for c in store.desk(EVERYONE).causes()] == ["parked"]
    assert decisions.on_stuck(store, ids, "retry", "an").done == 1
    bench.sync()
    assert (len(bench.platform.live()), store.desk(EVERYONE).causes()) == (3, [])
