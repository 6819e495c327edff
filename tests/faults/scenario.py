"""A day's work that has every kind of it: create, revise, price, stock, recreate, and a hand edit for the night."""

from dataclasses import replace

from connector.domain.product import Product
from connector.store import Draft
from tests.builders import a_picture, a_product, a_product_in_two_sizes, a_variant
from tests.faults.shop import FaultShop


def _honey(n: int, price: int, name: str = "") -> Product:
    return a_product(
        code=f"P{n}",
        name=name or f"Mật ong rừng tràm số {n}",
        variants=(a_variant(f"RUNG-{n}", price),),
        pictures=(a_picture(f"ong {n}"),),
    )


def _two_sizes(n: int, small: int, large: int) -> Product:
    made = a_product_in_two_sizes(code=f"P{n}", name=f"Mật ong hoa nhãn số {n}", pictures=(a_picture(f"hai {n}"),))
    first, second = made.variants
    sizes = (replace(first, sku=f"NHO-{n}", price=small), replace(second, sku=f"LON-{n}", price=large))
    return replace(made, variants=sizes)


def _draft(product: Product, *stocks: int) -> Draft:
    return Draft(0, product, dict(zip((v.sku for v in product.variants), stocks, strict=True)))


BEFORE = (
    _draft(_honey(1, 50_000), 10),
    _draft(_honey(2, 60_000), 10),
    _draft(_honey(3, 70_000), 10),
    _draft(_honey(4, 80_000), 10),
    _draft(_honey(5, 90_000), 10),
    _draft(_two_sizes(6, 70_000, 120_000), 10, 10),
)
CHANGED = (
    _draft(_honey(1, 55_000), 10),  # price
    _draft(_honey(2, 60_000), 0),  # sold out
    _draft(_honey(3, 70_000, "Mật ong rừng tràm U Minh loại một"), 10),  # title
    _draft(_two_sizes(6, 75_000, 120_000), 10, 4),  # one price, one stock
    _draft(_honey(7, 40_000), 5),  # new
    _draft(_two_sizes(8, 65_000, 110_000), 6, 7),  # new, in two sizes
)
DELETED_THERE, EDITED_THERE = "RUNG-4", "RUNG-5"
WANTED = {
    "RUNG-1": (55_000, 10),
    "RUNG-2": (60_000, 0),
    "RUNG-3": (70_000, 10),
    "RUNG-4": (80_000, 10),
    "RUNG-5": (90_000, 10),
    "NHO-6": (75_000, 10),
    "LON-6": (120_000, 4),
    "RUNG-7": (40_000, 5),
    "NHO-8": (65_000, 6),
    "LON-8": (110_000, 7),
}


def a_day(shop: FaultShop) -> None:
    """Six listings stand as wanted; then work of every kind comes up."""
    shop.put(*BEFORE)
    shop.work()
    assert len(shop.shown()) == 7, shop.listings()
    shop.put(*CHANGED, cause="edit")
    for sku, change in ((DELETED_THERE, {"delete": True}), (EDITED_THERE, {"price": {EDITED_THERE: 99_000}})):
        shop.sandbox.post("/edit", {"platform": shop.platform, "sku": sku, "change": change})
    shop.store.shops.set_rules(1, cause="look at all")


def the_law_holds(shop: FaultShop) -> tuple[int, bool]:
    """No fault strikes any more. Two passes: the loop by itself, then a night. Then all is as wanted, once, and the
    next night writes nothing. Answers the rounds of the first pass and whether it alone sufficed."""
    shop.mend()
    rounds = shop.work()
    sufficed = _state(shop) == WANTED
    shop.night()
    assert _state(shop) == WANTED, shop.listings()
    assert not shop.duplicates()
    wrong = {sku: shown for sku, shown in shop.shown().items() if shown[0] != "live"}
    assert not wrong
    assert [title for title in shop.titles() if "U Minh loại một" in title]
    before = shop.writes()
    run = shop.night()
    assert (run.state, run.planned, run.unchanged) == ("done", 8, 8), [run, *shop.listings()]
    assert shop.writes() == before
    assert not shop.runs_that_do_not_add_up()
    return rounds, sufficed


def _state(shop: FaultShop) -> dict[str, tuple[int, int]]:
    return {sku: (price, stock) for sku, (_, price, stock) in shop.shown().items()}
