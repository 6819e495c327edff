"""A platform looks at what we sent: we wait with it, what is edited meanwhile goes out once, and a no is final until
something that it depends on changes. The real loop, on every platform with an interface."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.store import Draft, Store
from tests.builders import a_product
from tests.faults.shop import FaultShop

PLATFORMS = ("shopee", "lazada", "tiki")
# How long a review takes, and how one says no (a ban is Shopee's way: nothing of it comes back by itself).
SLOW = {
    "shopee": {"review_seconds": 120.0, "review_edits": True},
    "lazada": {"qc": "delay", "qc_seconds": 120.0},
    "tiki": {"review_seconds": 120.0},
}
NO = {
    "shopee": {"review_seconds": 5.0, "ban_words": ["nhãn"]},
    "lazada": {"qc": "reject", "qc_seconds": 5.0},
    "tiki": {"reject_reason": "Ảnh có chữ quảng cáo"},
}
YES = {"shopee": {"ban_words": []}, "lazada": {"qc": "instant"}, "tiki": {"reject_reason": ""}}

Begin = Callable[[str], FaultShop]


@pytest.fixture
def begin(store: Store, sandbox: Any, tmp_path: Path) -> Begin:
    return lambda platform: FaultShop.opened(platform, store, sandbox, tmp_path / "packs")


def honey(**changes: Any) -> Draft:
    product = a_product(**changes)
    return Draft(0, product, {variant.sku: 7 for variant in product.variants})


def revisions(shop: FaultShop) -> int:
    """Content writes on what stands, as the platform counted them."""
    endpoints = {"shopee": "product.update_item", "lazada": "product.update", "tiki": "requests.update_info"}
    calls = shop.sandbox.get("/calls", platform=shop.platform, limit=100_000)
    return sum(call["endpoint"] == endpoints[shop.platform] for call in calls)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_edits_during_a_review_go_out_once_when_it_is_over(platform: str, begin: Begin) -> None:
    shop = begin(platform)
    shop.sandbox.switch(platform, **SLOW[platform])
    shop.put(honey())
    shop.round()
    assert shop.store.reads.standings(shop.now())[0].phases == {"waiting": 1} or platform == "shopee"
    for number in (1, 2, 3):
        shop.put(honey(name=f"Mật ong hoa nhãn Hưng Yên mùa {number}"), cause=f"edit {number}")
        shop.round()
    assert revisions(shop) == 0
    shop.work()
    assert shop.titles() == {"Mật ong hoa nhãn Hưng Yên mùa 3 500 g"}
    assert revisions(shop) == 1
    assert shop.duplicates() == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_no_is_told_with_its_reason_and_not_asked_again(platform: str, begin: Begin) -> None:
    shop = begin(platform)
    shop.sandbox.switch(platform, **NO[platform])
    shop.put(honey())
    shop.work()
    shop.night()
    written = shop.writes()
    for _ in range(2):
        shop.night()
    assert shop.writes() == written
    (problem,) = [p for p in shop.store.reads.problems(1) if p["code"].startswith("platform_")]
    assert shop.listings()
    reason = {"shopee": "", "lazada": "", "tiki": "quảng cáo"}[platform]
    assert reason in problem["vi"]
    assert len(problem["vi"]) > 30
    assert problem["vi"] != problem["en"]


@pytest.mark.parametrize("platform", ["lazada", "tiki"])
def test_what_was_mended_is_sent_again_by_itself(platform: str, begin: Begin) -> None:
    shop = begin(platform)
    shop.sandbox.switch(platform, **NO[platform])
    shop.put(honey())
    shop.work()
    shop.sandbox.switch(platform, **YES[platform])
    shop.put(replace(honey(), stock={"MONG-500": 3}), cause="a piece was sold")
    written = shop.writes()
    shop.night()
    assert shop.shown().get("MONG-500", ("",))[0] != "live"  # a piece more or less mends nothing
    assert shop.writes() - written <= 1  # its stock, at most
    shop.put(honey(name="Mật ong hoa vải Bắc Giang"), cause="mended")
    shop.work()
    shop.night()
    assert shop.shown()["MONG-500"][0] == "live"
    assert shop.duplicates() == []
