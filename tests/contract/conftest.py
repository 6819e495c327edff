"""The sandbox and one shop per platform that has an adapter. A new platform is one entry here."""

from typing import Any

import pytest

from tests.contract.shop import Platform, Shop
from tests.running import _started, sandbox  # noqa: F401  (fixtures)

PLATFORMS = [
    Platform("shopee", create="*add_item", reads=("*get_item_base_info", "*get_item_list")),
    Platform("lazada", create="product.create", reads=("products.get",)),
    Platform("postmart", create="upload", reads=("export",)),
    Platform("voso", create="upload", reads=("export_create", "export")),
]


@pytest.fixture(params=PLATFORMS, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Any) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox)
