"""The desk page by page, over a shop that really sold on the sandbox: what it shows, what its buttons do, who may."""

import re
from typing import Any

import pytest

from connector.models import RESULTS
from connector.store import Draft
from connector.store.scope import Scope
from tests.builders import a_producer, a_product, a_variant
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.conftest import Console, Person
from tests.web.scenes import SHOP, TITLE
from web.desk.differ import apart

EVERYONE = Scope(None)
PAGES = (
    "/desk",
    "/desk/now",
    "/desk/certificates",
    "/desk/drifts",
    "/desk/approvals",
    "/desk/runs",
    "/desk/matrix",
    "/desk/shops",
    "/metrics",
)


@pytest.fixture
def drifted(console: Console, sandbox: Any) -> Console:  # noqa: F811
    scenes.a_drifted_shop(console, sandbox)
    return console


def an_operator(console: Console) -> Person:
    return console.person("an", role="operator")


def a_known_producer(console: Console) -> Person:
    console.wired.store.products.put([Draft(1, a_product())], "test")
    return console.person("ba-sau", producer=a_producer().code)


def the_drift(console: Console) -> int:
    found = console.wired.store.inbox(EVERYONE).drifts(which="ask")
    assert [(d["field"], d["observed"]) for d in found] == [("title", TITLE)]
    return int(found[0]["id"])


def test_no_desk_route_is_open_to_producers(console: Console) -> None:
    producer = a_known_producer(console)
    staff = [
        (method, re.sub(r"\{\w+\}", "1", path))
        for path, methods in console.app.openapi()["paths"].items()
        if path.startswith(("/desk", "/metrics"))
        for method in methods
    ]
    assert len(staff) > 20
    for method, path in staff:
        got = producer.get(path) if method == "get" else producer.post(path, {"choice": "retry"})
        assert (got.status_code, "Trang này không dành cho bạn" in got.text) == (403, True), path


def test_a_producer_and_a_stranger_see_nothing_of_the_desk(drifted: Console) -> None:
    producer = drifted.person("ba-sau", producer=a_producer().code)
    for path in PAGES:
        assert producer.get(path).status_code == 403, path
        assert drifted.visitor().get(path).status_code == 303, path
    producer.get("/me")
    assert producer.post("/desk/drifts", {"id": the_drift(drifted), "choice": "keep"}).status_code == 403
    assert producer.post(f"/desk/shops/{SHOP}/pause").status_code == 403


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_renders_over_an_empty_store_and_over_a_full_one(
    console: Console,
    sandbox: Any,  # noqa: F811
    language: str,
) -> None:
    boss = console.person("sep", role="admin")
    boss.post("/language", {"language": language})
    for path in (*PAGES, "/desk/users", "/questions"):
        assert boss.get(path).status_code == 200, path
    scenes.a_drifted_shop(console, sandbox)
    more = (
        "/desk/listings/1",
        "/desk/listings/1/why?field=title",
        f"/desk/shops/{SHOP}",
        "/desk/runs/1",
        "/desk/runs/1/now",
        f"/desk/approvals/{SHOP}",
        "/desk/runs/1?result=blocked",
    )
    for path in (*PAGES, *more, "/desk/users"):
        got = boss.get(path)
        assert got.status_code == 200, path
        assert "Undefined" not in got.text


@pytest.mark.parametrize(
    "path", ["/desk/listings/99", "/desk/runs/99", "/desk/runs/99/now", "/desk/listings/99/why?field=title"]
)
def test_what_is_not_there_is_said_to_be_not_there(console: Console, path: str) -> None:
    assert an_operator(console).get(path).status_code == 404


def test_the_desk_says_what_is_fresh_and_what_waits(drifted: Console) -> None:
    shown = an_operator(drifted).get("/desk").text
    assert "Mới: mọi tin đã xem trong 24 giờ" in shown
    assert "1 điểm lệch chờ người quyết" in shown
    assert 'aria-label="shopee-1: dưới 1 giờ 3"' in shown


def test_a_drift_is_kept_from_the_inbox_and_the_platform_gets_our_title(
    drifted: Console,
    sandbox: Any,  # noqa: F811
) -> None:
    an = an_operator(drifted)
    shown = an.get("/desk/drifts").text
    assert "<mark>Mật ong hoa rừng số 0" in shown
    assert f"<mark>{TITLE}</mark>" in shown
    done = an.post("/desk/drifts", {"id": the_drift(drifted), "choice": "keep", "which": "ask", "shop": ""})
    assert "Giữ của ta: 1 điểm" in an.get(done.headers["Location"]).text
    scenes.work(drifted)
    assert TITLE not in scenes.live_titles(sandbox)
    story = an.get("/desk/listings/1/why?field=title").text
    assert "an giữ của ta" in story


def test_a_producer_answers_what_an_operator_asked_and_another_cannot(
    drifted: Console,
    sandbox: Any,  # noqa: F811
) -> None:
    drift = the_drift(drifted)
    an_operator(drifted).post("/desk/drifts", {"id": drift, "choice": "ask"})
    sau = drifted.person("ba-sau", producer=a_producer().code)
    assert TITLE in sau.get("/questions").text
    other = a_product(code="KHAC", producer=a_producer(code="KHAC", name="HTX Khác"), variants=(a_variant("KHAC-1"),))
    drifted.wired.store.products.put([Draft(1, other)], "test")
    thief = drifted.person("trom", producer="KHAC")
    assert TITLE not in thief.get("/questions").text
    got = thief.post("/questions", {"id": drift, "choice": "take"})
    assert "told=take.0.0.0" in got.headers["Location"]
    sau.get("/questions")
    assert "told=take.1.0.0" in sau.post("/questions", {"id": drift, "choice": "take"}).headers["Location"]
    assert drifted.wired.store.inbox(EVERYONE).listing(1)["theirs"] == ["title"]  # type: ignore[index]


def test_a_runs_numbers_add_up_on_its_page(drifted: Console) -> None:
    shown = an_operator(drifted).get("/desk/runs/1").text
    sums = shown.split('class="legend sums"')[1].split("</p>")[0]
    planned, *counts = map(int, re.findall(r">(\d+) ", sums))
    assert planned == sum(counts) == 3
    assert len(RESULTS) == 7


def test_a_run_opened_by_hand_is_a_row_that_a_sweep_would_find(drifted: Console) -> None:
    an = an_operator(drifted)
    got = an.post(f"/desk/shops/{SHOP}/reconcile")
    assert got.headers["Location"].startswith("/desk/runs/2")
    assert [run.cause for run in drifted.wired.store.runs.open_runs()] == ["by hand of an"]


def test_what_is_stuck_is_tried_again_or_parked_with_one_click(console: Console, sandbox: Any) -> None:  # noqa: F811
    products = scenes.goods(2)
    scenes.a_shop(console, sandbox)
    scenes.put(console, [scenes.replace(products[0], pictures=()), products[1]])
    scenes.work(console)
    an = an_operator(console)
    shown = an.get("/desk").text
    cause = dict(re.findall(r'name="(platform|kind|code|field)" value="(.*?)"', shown.split('class="cause"')[1]))
    assert (cause["kind"], cause["field"]) == ("blocked", "pictures")
    assert "told=park.1.0.0" in an.post("/desk/causes", {**cause, "choice": "park"}).headers["Location"]
    assert console.wired.store.inbox(EVERYONE).listing(1)["phase"] == "parked"  # type: ignore[index]
    parked = {"platform": "shopee", "kind": "parked", "code": "parked", "field": ""}
    assert "told=retry.1.0.0" in an.post("/desk/causes", {**parked, "choice": "retry"}).headers["Location"]
    assert an.post("/desk/causes", {**parked, "choice": "burn"}).headers["Location"].startswith("/desk")


def test_an_approval_shows_what_would_change_before_it_lets_it(console: Console, sandbox: Any) -> None:  # noqa: F811
    products = scenes.goods(12)
    scenes.a_shop(console, sandbox)
    scenes.put(console, products)
    scenes.work(console)
    scenes.put(console, scenes.repriced(products, 200))
    scenes.work(console)
    an = an_operator(console)
    assert "sẽ chạm 12 trên 12 tin" in an.get("/desk/approvals").text
    shown = an.get(f"/desk/approvals/{SHOP}").text
    assert re.search(r"60\.000 ₫|60\.000", shown)
    assert "120.000" in shown
    assert an.post(f"/desk/approvals/{SHOP}", {"choice": "approve"}).status_code == 303
    assert "Không có gì chờ duyệt" in an.get("/desk/approvals").text
    scenes.work(console)
    assert console.wired.store.inbox(EVERYONE).listing(1)["applied"]["price:SKU-0000"] == 120_000  # type: ignore[index]


def test_a_shop_is_paused_resumed_and_gets_other_rules(drifted: Console) -> None:
    an, shops = an_operator(drifted), drifted.wired.store.shops
    an.post(f"/desk/shops/{SHOP}/pause", {"because": "kiểm kho <b>"})
    assert (shops.get(SHOP).active, shops.get(SHOP).paused_because) == (False, "kiểm kho <b>")
    assert "kiểm kho &lt;b&gt;" in an.get("/desk").text
    an.post(f"/desk/shops/{SHOP}/resume")
    assert shops.get(SHOP).active
    form = {"verbs": "sync", "floor": "45.000 đ", "cap": "5", "owner_price": "ask"}
    assert an.post(f"/desk/shops/{SHOP}/rules", form).status_code == 303
    policy = shops.get(SHOP).policy
    assert (policy.price.floor, policy.stock.cap, policy.stock.share_percent) == (45_000, 5, 100)
    assert (policy.owner("price"), policy.owner("title")) == ("ask", "ask")
    for wrong in ({"floor": "nhiều"}, {"share_percent": "140"}, {"owner_price": "nobody"}, {"verbs": "all"}):
        assert an.post(f"/desk/shops/{SHOP}/rules", {"verbs": "sync", **wrong}).status_code == 422, wrong


def test_the_metrics_are_read_with_a_machine_token_and_by_prometheus(drifted: Console) -> None:
    an = an_operator(drifted)
    token = re.search(r"ocop_[\w-]{20,}", an.post("/me/machines", {"name": "prometheus"}).text)
    assert token
    got = drifted.visitor().get("/metrics", headers={"Authorization": f"Bearer {token[0]}"})
    assert got.headers["Content-Type"].startswith("text/plain")
    figures = dict(line.rsplit(" ", 1) for line in got.text.splitlines() if not line.startswith("#"))
    assert figures['ocop_listings{phase="live",platform="shopee",shop="shopee-1"}'] == "3.0"
    assert figures["ocop_oversold_pieces"] == "0.0"
    assert figures['ocop_drift_open{platform="shopee",resolution="ask",verdict="edited"}'] == "1.0"
    assert float(figures['ocop_live_age_seconds{platform="shopee",shop="shopee-1"}']) < 60
    assert any(name.startswith("ocop_calls_total{") and float(n) > 0 for name, n in figures.items())
    assert drifted.visitor().get("/metrics").status_code == 303


def test_an_admin_invites_and_shuts_out_and_an_operator_does_not(console: Console) -> None:
    boss, an = console.person("sep", role="admin"), an_operator(console)
    assert an.get("/desk/users").status_code == 403
    shown = boss.post("/desk/users", {"name": "Chị Hà", "role": "operator", "producer": ""}).text
    assert re.search(r"/invitations/[\w-]{20,}", shown)
    assert boss.post("/desk/users", {"role": "king"}).status_code == 422
    ids = {row["login"]: row["id"] for row in console.wired.store.accounts.page("", 9)}
    boss.post(f"/desk/users/{ids['an']}", {"choice": "shut"})
    assert an.get("/desk").status_code == 303
    assert console.visitor().sign_in("an").status_code == 422
    assert boss.post(f"/desk/users/{ids['sep']}", {"choice": "shut"}).status_code == 422
    boss.post(f"/desk/users/{ids['an']}", {"choice": "allow"})
    assert console.visitor().sign_in("an").status_code == 303


def test_two_texts_show_where_they_differ_and_never_as_markup() -> None:
    ours, theirs = apart("Mật ong <b>rừng</b> 500 g", "Mật ong <b>nhãn</b> 500 g")
    assert ours == "Mật ong &lt;b&gt;<mark>rừng</mark>&lt;/b&gt; 500 g"
    assert theirs == "Mật ong &lt;b&gt;<mark>nhãn</mark>&lt;/b&gt; 500 g"
    long_ours, long_theirs = apart("a " * 300 + "x", "a " * 300 + "y")
    assert long_ours.endswith("<mark>x</mark>")
    assert len(long_theirs) < 80
    assert apart(None, ["a", "b"]) == ("", "<mark>a, b</mark>")
