"""What goes out together is answered one by one, whatever becomes of the answer."""

from dataclasses import replace

import pytest

from connector.errors import OutcomeUnknown, Retry
from tests.builders import a_product, a_variant
from tests.contract.shop import Shop, desired_on

WRITES = {
    "shopee": ("*update_stock", "*update_price", "*unlist_item"),
    "lazada": ("stock.*", "product.*"),
    "tiki": ("products.update_sku",),
    "postmart": ("upload",),
    "voso": ("upload",),
}


@pytest.mark.parametrize("fault", ["drop_after", "garbage", "http_after"])
@pytest.mark.parametrize("change", ["stock", "price", "visible"])
def test_when_the_answer_to_a_batch_is_lost_each_of_its_listings_is_told_so(
    shop: Shop, change: str, fault: str
) -> None:
    for number in (1, 2):
        variant = a_variant(f"MONG-{number}")
        shop.want(desired_on(shop, a_product(code=f"P{number}", variants=(variant,))), number)
    shop.converge()
    for number, was in list(shop.wanted.items()):
        offer = replace(was.offers[0], quantity=4) if change == "stock" else replace(was.offers[0], price=140_000)
        shop.want(replace(was, visible=False) if change == "visible" else replace(was, offers=(offer,)), number)
    ops = [op for number in shop.wanted for op in shop.plan(number).ops]
    assert {op.listing for op in ops} == {1, 2}
    for endpoint in WRITES[shop.platform.name]:
        shop.fault(fault, endpoint)
    outcomes = shop.carry_out(ops)
    assert set(outcomes) == {1, 2}
    if fault != "garbage":  # half a page may still say all that is read of it
        assert all(isinstance(outcome, OutcomeUnknown | Retry) for outcome in outcomes.values()), outcomes
    shop.mend()
    shop.converge()
    assert all(not shop.plan(number).ops for number in shop.wanted)
