"""The sandbox and one shop per platform that has an adapter. A new platform is one entry here."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from connector.ports import Connection
from tests.contract.shop import Platform, Shop
from tests.running import _started, sandbox  # noqa: F401  (fixtures)


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
        meanwhile=lambda shop: time.sleep(0.02),  # pictures are downloaded in real time
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


@pytest.fixture(params=PLATFORMS, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Any) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox)
