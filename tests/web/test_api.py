"""The API for programs: the same use-cases and walls as the console, told in JSON."""

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import requests
from PIL import Image
from sqlalchemy import text
from typer.testing import CliRunner

from connector import accounts
from connector.cli import app
from connector.store import Draft
from tests.builders import a_producer, a_product, a_variant
from tests.conftest import KEY
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.conftest import Console, Machine, ids, machine_of, two_producers


@pytest.fixture
def an(console: Console) -> Machine:
    """The program of a producer with honey; Binh's tea is another producer's."""
    two_producers(console)
    return machine_of(console, "an")


def jar(**given: Any) -> dict[str, Any]:
    return {"name": "Kẹo lạc Phú Thọ", "variants": [{"price": 30_000, "stock": 7, "pack": "200 g"}], **given}


def pages(machine: Machine, path: str, **params: Any) -> list[Any]:
    """All rows of a list, one by one, as a program would walk it."""
    rows, after = [], None
    while True:
        got = machine("GET", path, params={**params, "limit": 1, **({"after": after} if after else {})})
        assert got.status_code == 200, got.text
        rows += got.json()["items"]
        after = got.json()["next"]
        if after is None:
            return rows


def test_a_product_is_added_read_changed_and_found_without_marks(an: Machine) -> None:
    made = an("POST", "/products", json=jar())
    assert made.status_code == 201, made.text
    product = made.json()
    assert made.headers["Location"] == f"/api/v1/products/{product['id']}"
    assert product["producer"] == a_producer().code
    assert (product["variants"][0]["free"], product["variants"][0]["price"]) == (7, 30_000)
    sku = product["variants"][0]["sku"]
    changed = an(
        "PATCH", f"/products/{product['id']}", json={"brand": "Bà Tư", "variants": [{"sku": sku, "price": 31_000}]}
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["brand"], changed.json()["variants"][0]["price"]) == ("Bà Tư", 31_000)
    assert changed.json()["variants"][0]["free"] == 7, "what is not named stays"
    found = an("GET", "/products", params={"q": "keo lac"}).json()["items"]
    assert [one["id"] for one in found] == [product["id"]]
    assert an("GET", f"/products/{product['id']}").json()["brand"] == "Bà Tư"


def test_what_cannot_be_used_is_told_field_by_field_in_both_languages(an: Machine) -> None:
    got = an("POST", "/products", json=jar(variants=[{"price": 1, "stock": -1}], colour="red"))
    assert got.status_code == 422
    assert got.headers["Content-Type"] == "application/problem+json"
    told = got.json()
    assert {one["field"] for one in told["errors"]} == {"variants[0].price", "variants[0].stock", "colour"}
    assert all(one["vi"] and one["en"] and one["code"] for one in told["errors"])
    taken = an("POST", "/products", json=jar(variants=[{"sku": "CHE-KHAC", "price": 30_000}]))
    assert (taken.status_code, taken.json()["field"], taken.json()["code"]) == (422, "variants[0].sku", "sku_taken")


def test_a_missing_a_wrong_and_a_revoked_token_are_turned_away_with_a_problem(console: Console, an: Machine) -> None:
    assert an("GET", "/me").json()["login"] == "an"
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
        got = requests.get(f"{console.url}/api/v1/me", headers=headers, timeout=30)
        assert (got.status_code, got.json()["code"]) == (401, "unauthorized")
        assert got.headers["WWW-Authenticate"] == "Bearer"
    owner = accounts.machine_owner(console.wired.store, "an")
    kept = console.wired.store.accounts.machines(owner.id)[0]
    assert kept.used_at is not None
    assert an.token not in kept.token
    console.wired.store.accounts.revoke_machine(owner.id, kept.token)
    assert an("GET", "/me").status_code == 401


def test_a_basic_header_that_a_browser_sends_by_itself_does_not_stand_for_a_form_token(console: Console) -> None:
    an, _ = two_producers(console)
    got = an.post("/me/machines", {"name": "x"}, csrf="", headers={"Authorization": "Basic YTpi"})
    assert got.status_code == 403


def test_a_token_is_never_more_than_an_operator_and_may_be_narrowed_to_one_producer(console: Console) -> None:
    two_producers(console)
    console.person("sep", role="admin")
    boss, narrow = machine_of(console, "sep"), machine_of(console, "sep", a_producer().code)
    assert boss("GET", "/me").json()["role"] == "operator"
    assert (
        requests.get(
            f"{console.url}/desk/users", headers={"Authorization": f"Bearer {boss.token}"}, timeout=10
        ).status_code
        == 403
    )
    assert {one["code"] for one in pages(boss, "/products")} > {one["code"] for one in pages(narrow, "/products")}
    assert narrow("GET", "/me").json()["role"] == "producer"
    assert narrow("GET", "/runs").status_code == 403
    assert narrow("GET", f"/products/{ids(console)['CHE-KHAC']}").status_code == 404


def test_no_call_shows_or_touches_what_is_another_producers(console: Console, an: Machine) -> None:
    """Every route of the document, walked with a foreign token and with bodies that would be good."""
    with console.wired.store.engine.connect() as connection:
        listing = connection.execute(
            text("SELECT l.id FROM listing l JOIN product p ON p.id = product_id WHERE code = 'CHE-KHAC'")
        )
        foreign = {"product_id": ids(console)["CHE-KHAC"], "sku": "CHE-KHAC", "listing_id": listing.scalar_one()}
    foreign |= {"run_id": 1, "code": "shopee-1"}
    bodies = {
        "/stock/{sku}": {"count": 99},
        "/stock/{sku}/movements": {"by": 5, "because": "x"},
        "/prices": {"prices": [{"sku": "CHE-KHAC", "price": 66_000}]},
        "/products/{product_id}": {"name": "Của tôi"},
        "/products": jar(variants=[{"sku": "CHE-KHAC", "price": 66_000}]),
        "/drifts/decisions": {"ids": [1], "choice": "keep"},
    }
    document = an.console.app.openapi()["paths"]
    walked = 0
    for path, methods in document.items():
        if not path.startswith("/api/v1/"):
            continue
        short = path.removeprefix("/api/v1")
        filled = re.sub(r"\{(\w+)\}", lambda found: str(foreign[found[1]]), short)
        for method in methods:
            got = an(method.upper(), filled, json=bodies.get(short), params={"field": "title"})
            assert got.status_code < 500, (method, path)
            if "{product_id}" in path or "{sku}" in path or "{listing_id}" in path:
                assert got.status_code == 404, (method, path, got.text)
            assert "Chè" not in got.text, (method, path)
            walked += 1
    assert walked > 20
    tea = console.wired.store.products.by_code(["CHE-KHAC"])["CHE-KHAC"]
    assert (tea.product.name, tea.product.variants[0].price) == ("Chè KHAC", a_variant("CHE-KHAC").price)
    assert tea.free["CHE-KHAC"] == 0


def test_stock_is_counted_and_moved_with_a_reason_that_is_kept(an: Machine) -> None:
    sku = an("POST", "/products", json=jar()).json()["variants"][0]["sku"]
    for _ in range(2):
        assert an("PUT", f"/stock/{sku}", json={"count": 12}).json()["on_hand"] == 12
    assert an("POST", f"/stock/{sku}/movements", json={"by": -2, "because": "vỡ"}).json()["free"] == 10
    assert an("POST", f"/stock/{sku}/movements", json={"by": 0, "because": "x"}).status_code == 422
    moves = pages(an, f"/stock/{sku}/movements")
    assert [one["delta"] for one in moves] == [-2, 5, 7], "newest first, and nothing for a count that was right"
    assert moves[0]["cause"] == "API, an: vỡ"


def test_prices_of_many_are_set_all_or_none(console: Console, an: Machine) -> None:
    sku = an("POST", "/products", json=jar()).json()["variants"][0]["sku"]
    both = [{"sku": sku, "price": 40_000}, {"sku": "CHE-KHAC", "price": 40_000}]
    refused = an("PUT", "/prices", json={"prices": both})
    assert (refused.status_code, refused.json()["field"]) == (422, "prices[1].sku")
    assert an("PUT", "/prices", json={"prices": both[:1]}).json() == {"changed": 1, "unchanged": 0}
    assert an("PUT", "/prices", json={"prices": both[:1]}).json() == {"changed": 0, "unchanged": 1}


def test_a_picture_is_taken_and_shown_by_its_content(an: Machine) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(drawn, "PNG")
    sent = an("POST", "/pictures", data=drawn.getvalue(), headers={"Content-Type": "image/png"})
    assert sent.status_code == 201
    made = an("POST", "/products", json=jar(pictures=[sent.json()["sha256"]]))
    assert made.json()["pictures"] == [sent.json()["sha256"]]
    lost = an("POST", "/products", json=jar(name="Khác", pictures=["0" * 64]))
    assert (lost.status_code, lost.json()["code"]) == (422, "unknown_picture")
    assert an("POST", "/pictures", data=b"<svg/>").status_code == 422


def test_lists_are_walked_by_key_to_the_end_without_a_gap_or_a_double(console: Console) -> None:
    products = [a_product(code=f"P{i}", name=f"Mứt {i % 3}", variants=(a_variant(f"MUT-{i}"),)) for i in range(7)]
    console.wired.store.products.put([Draft(i, one) for i, one in enumerate(products)], "test")
    console.wired.store.shops.add("shopee-1", "shopee")
    console.person("sep", role="operator")
    boss = machine_of(console, "sep")
    assert sorted(one["code"] for one in pages(boss, "/products")) == [f"P{i}" for i in range(7)]
    numbers = [one["id"] for one in pages(boss, "/listings")]
    assert len(numbers) == 7
    assert numbers == sorted(set(numbers))
    assert [one["code"] for one in pages(boss, "/shops")] == ["shopee-1"]
    assert boss("GET", "/products", params={"after": "nonsense"}).json()["code"] == "cursor"


def test_too_many_calls_are_told_when_to_come_back(console: Console, an: Machine, monkeypatch: Any) -> None:
    monkeypatch.setattr(console.app.state, "wired", _slower(console))
    codes = [an("GET", "/me").status_code for _ in range(5)]
    assert codes[:2] == [200, 200]
    assert codes[-1] == 429
    told = an("GET", "/me")
    assert told.json()["code"] == "too_fast"
    assert 0 < int(told.headers["Retry-After"]) <= 60


def _slower(console: Console) -> Any:
    return replace(console.wired, settings=console.wired.settings.model_copy(update={"api_per_minute": 2}))


def test_a_body_that_is_too_large_is_refused_unread(an: Machine) -> None:
    got = an("POST", "/products", data=b"x" * 1_100_000, headers={"Content-Type": "application/json"})
    assert (got.status_code, got.headers["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/products?q=%00", "/listings/99999999999999999999", "/runs?after=9" + "9" * 30, "/nowhere"]
)
def test_what_no_row_can_have_is_an_answer_and_no_crash(console: Console, an: Machine, path: str) -> None:
    got = an("GET", path)
    assert got.status_code in (404, 422, 403)
    assert got.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/products?q=%00",
        "/products?after=1:%00",
        "/desk/runs/99999999999999999999",
        "/desk/runs?before=99999999999999999999",
        "/desk/drifts?which=nonsense",
    ],
)
def test_the_pages_answer_to_nonsense_with_a_page(console: Console, path: str) -> None:
    boss = console.person("sep", role="operator")
    got = boss.get(path)
    assert got.status_code == 404
    assert "text/html" in got.headers["Content-Type"]


def test_runs_drift_plans_and_listings_are_what_the_desk_shows(
    console: Console,
    sandbox: Any,  # noqa: F811
) -> None:
    scenes.a_drifted_shop(console, sandbox)
    console.person("sep", role="operator")
    boss = machine_of(console, "sep")
    run = pages(boss, "/runs")[0]
    assert (run["state"], run["planned"], sum(run["counts"].values()) + run["open"]) == ("done", 3, 3)
    assert (
        len(pages(boss, f"/runs/{run['id']}/listings", result="unchanged"))
        + len(pages(boss, f"/runs/{run['id']}/listings", result="blocked"))
        >= 2
    )
    drift = pages(boss, "/drifts")[0]
    assert (drift["field"], drift["observed"], drift["resolution"]) == ("title", scenes.TITLE, "ask")
    listing = boss("GET", f"/listings/{drift['listing_id']}").json()
    assert listing["observed"]["title"] == scenes.TITLE
    assert pages(boss, f"/listings/{listing['id']}/attempts")[-1]["kind"] == "create"
    steps = boss("GET", f"/listings/{listing['id']}/why", params={"field": "title"}).json()["steps"]
    assert "drift" in {one["what"] for one in steps}
    plan = boss(
        "POST", f"/products/{listing['product_id']}/plan", json={"variants": [{"sku": "SKU-0000", "price": 99_000}]}
    ).json()
    assert plan[0]["ops"][0]["changes"][0] == {
        "field": "price:SKU-0000",
        "before": 60_000,
        "after": 99_000,
        "reason": "changed",
    }
    assert boss("GET", f"/products/{listing['product_id']}").json()["variants"][0]["price"] == 60_000, (
        "a look changes nothing"
    )
    decided = boss("POST", "/drifts/decisions", json={"ids": [drift["id"]], "choice": "keep"})
    assert decided.json() == {"done": 1, "busy": 0, "barred": 0}
    assert boss("POST", f"/products/{listing['product_id']}/publish").status_code == 202
    scenes.work(console)
    assert scenes.TITLE not in scenes.live_titles(sandbox)
    started = boss("POST", f"/shops/{scenes.SHOP}/runs")
    assert (started.status_code, started.json()["state"]) == (202, "scanning")


def test_the_document_is_for_those_who_may_sign_in_and_loads_nothing_from_elsewhere(console: Console) -> None:
    an, _ = two_producers(console)
    page = an.get("/api")
    assert page.status_code == 200
    assert "/api/v1/products" in page.text
    assert set(re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', page.text)) == set()
    document = an.get("/api/openapi.json").json()
    assert set(document["components"]["schemas"]) >= {"ProductOut", "Report"}
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    assert console.visitor().get("/api").status_code == 303


def test_tokens_are_made_listed_and_revoked_on_the_command_line(console: Console, monkeypatch: Any) -> None:
    two_producers(console)
    settings = console.wired.settings
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "OCOP_DATA": str(settings.data),
        "OCOP_SECRET_KEYS": KEY,
        "OCOP_LANGUAGE": "en",
    }

    def ocop(*words: str) -> str:
        done = CliRunner().invoke(app, ["token", *words], env=environment)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    made = Machine(console, ocop("add", "an", "kế toán").strip().splitlines()[-1])
    assert made("GET", "/me").json()["login"] == "an"
    shown = json.loads(ocop("list", "an", "--json"))
    assert [(one["name"], bool(one["used_at"])) for one in shown] == [("kế toán", True)]
    assert made.token not in ocop("list", "an")
    ocop("revoke", "an", shown[0]["mark"])
    assert made("GET", "/me").status_code == 401


def test_a_token_made_on_the_account_page_is_shown_once(console: Console) -> None:
    two_producers(console)
    boss = console.person("sep", role="operator")
    page = boss.post("/me/machines", {"name": "web HTX", "producer": a_producer().code}).text
    token = re.search(r"ocop_[\w-]{40,}", page)
    assert token
    assert token[0] not in boss.get("/me").text
    assert Machine(console, token[0])("GET", "/me").json()["role"] == "producer"
