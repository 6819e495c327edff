"""The core: faults strike where they are told to, the admin counts and refuses in sentences."""

from pathlib import Path

import pytest
import requests

from sandbox.admin import Admin
from sandbox.faults import Faults, Rule
from sandbox.market import Shown, ShownVariant, with_duplicates

DOCS = Path(__file__).parents[2] / "docs"


def a_listing(listing_id: str, sku: str, state: str = "live") -> Shown:
    return Shown(listing_id, "Mật ong", state, (ShownVariant("1", sku, "", 45000, 3),))


def test_a_fault_skips_then_strikes_then_is_used_up() -> None:
    faults = Faults(seed=1)
    faults.add(Rule("shopee", "product.*", "drop_after", count=1, skip=1))
    struck = [faults.take("shopee", "product.add_item", "drop_after") is not None for _ in range(4)]
    assert struck == [False, True, False, False]
    assert faults.take("lazada", "product.add_item", "drop_after") is None


def test_chance_is_the_same_for_the_same_seed() -> None:
    def strikes(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Rule("*", "*", "http", probability=0.5))
        return [faults.take("tiki", "x", "http") is not None for _ in range(40)]

    assert strikes(7) == strikes(7)
    assert 5 < sum(strikes(7)) < 35


def test_two_listings_with_one_sku_are_duplicates_unless_one_is_deleted() -> None:
    marked = with_duplicates([a_listing("1", "A"), a_listing("2", "A"), a_listing("3", "A", "deleted")])
    assert [s.duplicate_of for s in marked] == [None, "1", None]


def test_the_admin_answers_bad_input_with_a_sentence(sandbox) -> None:
    bad = {"/faults": {"nonsense": 1}, "/switches": {"ebay": {}}, "/clock": {}, "/edit": {}}
    for path, body in bad.items():
        answer = requests.post(sandbox.admin + path, json=body, timeout=5)
        assert answer.status_code == 400, path
        assert answer.json()["error"]


def test_the_clock_can_be_advanced_and_reset(sandbox) -> None:
    before = sandbox.world.clock.now()
    assert sandbox.post("/clock", {"advance": 3600})["now"] == pytest.approx(before + 3600, abs=5)
    sandbox.post("/reset")
    assert sandbox.world.clock.now() == pytest.approx(before, abs=5)


def test_every_switch_of_every_platform_is_documented(sandbox) -> None:
    docs = "".join(path.read_text() for path in sorted(DOCS.glob("sandbox*.md")))
    for platform, switches in sandbox.get("/switches").items():
        missing = [name for name in switches if f"`{name}`" not in docs]
        assert not missing, f"{platform}: {missing}"


def test_every_admin_call_is_documented(sandbox) -> None:
    text = (DOCS / "sandbox.md").read_text()
    for route in Admin(sandbox.world).routes():
        assert route.path == "/" or f"{route.method} {route.path}" in text
