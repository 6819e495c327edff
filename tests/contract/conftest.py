"""The sandbox and one shop per platform that has an adapter. A new platform is one entry here."""

from typing import Any

import pytest

from tests.contract.shop import Platform, Shop
from tests.sandbox.conftest import _started, sandbox  # noqa: F401  (fixtures)

PLATFORMS = [
    Platform("shopee", create="*add_item", reads=("*get_item_base_info", "*get_item_list")),
    Platform("lazada", create="product.create", reads=("products.get",)),
]


@pytest.fixture(params=PLATFORMS, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Any) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox)
