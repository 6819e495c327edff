"""A write that got only half through is finished by the loop itself; a sold-out variant does not wait for the night."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.scenario import CHANGED
from tests.faults.shop import FaultShop

WRITES = {"shopee": "*update_stock", "lazada": "stock.update", "tiki": "products.update_sku"}


@pytest.mark.parametrize("platform", WRITES)
@pytest.mark.parametrize("fault", ["rate_limit", "drop_before", "drop_after"])
def test_both_variants_are_sold_out_in_the_first_pass_though_the_second_call_failed(
    platform: str, fault: str, morning: Callable[[str], FaultShop]
) -> None:
    shop = morning(platform)
    shop.work()
    shop.put(replace(CHANGED[3], stock={"NHO-6": 0, "LON-6": 0}), cause="sold out")
    shop.sandbox.fault(platform, fault, WRITES[platform], skip=1, count=1)
    shop.work()
    assert {sku: shown[2] for sku, shown in shop.shown().items() if sku.endswith("-6")} == {"NHO-6": 0, "LON-6": 0}
