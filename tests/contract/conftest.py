"""The sandbox and one shop per platform that has an adapter. A new platform is one entry here.

The contract suite also runs in the other position of every reading that a platform leaves open (positions.py): a few
laws drawn from a seed for each (SEED=n draws others), all of them with SWITCHES=all (`make switches`).
"""

import hashlib
import hmac
import json
import os
from random import Random
from typing import Any

import pytest

from connector.ports import Connection
from tests.contract.positions import POSITIONS, Position
from tests.contract.shop import Platform, Shop
from tests.running import _started, downloaded, sandbox  # noqa: F401  (fixtures)


def variants_as_one(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each variant is a product of its own at Tiki: rows of one title are one listing, unless they share a SKU."""
    skus = [sku for row in rows for sku in row["skus"]]
    if len(set(skus)) < len(skus):
        return rows
    return list({row["title"]: row for row in rows}.values())


def shopee_push(connection: Connection, order: str) -> bytes:
    data = {"items": [], "ordersn": order, "status": "READY_TO_SHIP", "completed_scenario": "", "update_time": 1}
    shop = int(connection.vault.credentials()["shop_id"].get_secret_value())
    return json.dumps({"data": data, "shop_id": shop, "code": 3, "timestamp": 1}, separators=(",", ":")).encode()


def shopee_sign(connection: Connection, url: str, body: bytes) -> dict[str, str]:
    key = connection.vault.credentials()["partner_key"].get_secret_value()
    return {"authorization": hmac.new(key.encode(), url.encode() + b"|" + body, hashlib.sha256).hexdigest()}


def lazada_push(connection: Connection, order: str) -> bytes:
    data = {"order_status": "pending", "trade_order_id": order, "trade_order_line_id": "1", "status_update_time": 1}
    seller = connection.vault.credentials()["seller_id"].get_secret_value()
    push = {"seller_id": seller, "message_type": 0, "data": data, "timestamp": 1, "site": "lazada_vn"}
    return json.dumps(push, separators=(",", ":")).encode()


def lazada_sign(connection: Connection, url: str, body: bytes) -> dict[str, str]:
    secrets = connection.vault.credentials()
    key, app = secrets["app_secret"].get_secret_value(), secrets["app_key"].get_secret_value()
    return {"authorization": hmac.new(key.encode(), app.encode() + body, hashlib.sha256).hexdigest()}


PLATFORMS = [
    Platform(
        "shopee",
        create="*add_item",
        reads=("*get_item_base_info", "*get_item_list"),
        order_reads=("*get_order_list", "*get_order_detail"),
        push=shopee_push,
        sign=shopee_sign,
    ),
    Platform(
        "lazada",
        create="product.create",
        reads=("products.get",),
        doubles={"seller_sku_unique": "per_item"},
        order_reads=("orders.get", "orders.items"),
        push=lazada_push,
        sign=lazada_sign,
    ),
    Platform(
        "tiki",
        create="requests.create",
        reads=("products.*",),
        meanwhile=lambda shop: downloaded(shop.sandbox),
        listings=variants_as_one,
        doubles=None,
        tells_bans=False,
        order_reads=("orders.list",),
        parts=False,
    ),
    Platform(
        "postmart",
        create="upload",
        reads=("export",),
        order_reads=("order_export",),
        parts=False,
        exact=60,  # its workbooks tell minutes
    ),
    Platform("voso", create="upload", reads=("export_create", "export"), order_reads=("order_export",), parts=False),
]


_BY_NAME = {platform.name: platform for platform in PLATFORMS}
_LISTING = ("test_contract", "test_batches")
_SUITE = (*_LISTING, "test_orders")
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
        met: list[Position | Platform] = [p for p in POSITIONS if _felt(p, module)]
    else:
        felt = (p for p in POSITIONS if _felt(p, module))
        met = [*PLATFORMS, *(p for p in felt if metafunc.definition.name in _laws(metafunc.module, p))]
    metafunc.parametrize("shop", met, indirect=True, ids=str)


def _felt(position: Position, module: str) -> bool:
    return module == position.module if position.module else module in _LISTING


def _laws(module: Any, position: Position) -> list[str]:
    """The laws of this module that a position is tried with."""
    laws = sorted(name for name in vars(module) if name.startswith("test_") and name not in position.excused)
    return Random(f"{os.environ.get('SEED', '1')} {module.__name__} {position}").sample(laws, min(_DRAWN, len(laws)))


@pytest.fixture
def shop(request: pytest.FixtureRequest, sandbox: Any) -> Shop:  # noqa: F811
    met: Position | Platform = request.param
    if isinstance(met, Platform):
        return Shop.open(met, sandbox)
    for excused, why in met.excused.items():
        law, _, case = excused.partition(":")
        if request.function.__name__ == law and request.node.name.endswith(f"{case}]"):
            pytest.skip(why)
    if met.sandbox:
        sandbox.switch(met.platform, **met.sandbox)
    settings = {name: value() if callable(value) else value for name, value in met.settings.items()}
    return Shop.open(_BY_NAME[met.platform], sandbox, **settings)
