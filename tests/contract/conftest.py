"""The sandbox and one shop per platform that has an adapter. A new platform is one entry here.

The contract suite also runs in the other position of every reading that a platform leaves open (positions.py): a few
laws drawn from a seed for each (SEED=n draws others), all of them with SWITCHES=all (`make switches`).
"""

import os
import time
from random import Random
from typing import Any

import pytest

from tests.contract.positions import POSITIONS, Position
from tests.contract.shop import Platform, Shop
from tests.running import _started, sandbox  # noqa: F401  (fixtures)


def variants_as_one(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each variant is a product of its own at Tiki: rows of one title are one listing, unless they share a SKU."""
    skus = [sku for row in rows for sku in row["skus"]]
    if len(set(skus)) < len(skus):
        return rows
    return list({row["title"]: row for row in rows}.values())


PLATFORMS = [
    Platform("shopee", create="*add_item", reads=("*get_item_base_info", "*get_item_list")),
    Platform("lazada", create="product.create", reads=("products.get",), doubles={"seller_sku_unique": "per_item"}),
    Platform(
        "tiki",
        create="requests.create",
        reads=("products.*",),
        meanwhile=lambda shop: time.sleep(0.02),  # pictures are downloaded in real time
        listings=variants_as_one,
        doubles=None,
        tells_bans=False,
    ),
    Platform("postmart", create="upload", reads=("export",)),
    Platform("voso", create="upload", reads=("export_create", "export")),
]


_BY_NAME = {platform.name: platform for platform in PLATFORMS}
_SUITE = ("test_contract", "test_batches")
_OWN = ("test_shopee",)  # with shops of its own
_DRAWN = 2  # laws for each position, when not all are asked for


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    if "shop" not in metafunc.fixturenames or module in _OWN:
        return
    if module not in _SUITE:
        metafunc.parametrize("shop", PLATFORMS, indirect=True, ids=str)
        return
    if os.environ.get("SWITCHES") == "all":
        met: list[Position | Platform] = list(POSITIONS)
    else:
        met = [*PLATFORMS, *(p for p in POSITIONS if metafunc.definition.name in _laws(metafunc.module, p))]
    metafunc.parametrize("shop", met, indirect=True, ids=str)


def _laws(module: Any, position: Position) -> list[str]:
    """The laws of this module that a position is tried with."""
    laws = sorted(name for name in vars(module) if name.startswith("test_") and name not in position.excused)
    return Random(f"{os.environ.get('SEED', '1')} {module.__name__} {position}").sample(laws, min(_DRAWN, len(laws)))


@pytest.fixture
def shop(request: pytest.FixtureRequest, sandbox: Any) -> Shop:  # noqa: F811
    met: Position | Platform = request.param
    if isinstance(met, Platform):
        return Shop.open(met, sandbox)
    law = request.function.__name__
    if law in met.excused:
        pytest.skip(met.excused[law])
    if met.sandbox:
        sandbox.switch(met.platform, **met.sandbox)
    settings = {name: value() if callable(value) else value for name, value in met.settings.items()}
    return Shop.open(_BY_NAME[met.platform], sandbox, **settings)
