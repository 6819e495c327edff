"""A small Shopee client of the tests' own, from the printed rules, sharing nothing with the sandbox."""

import hashlib
import hmac
import io
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import requests
from PIL import Image

SESSION = requests.Session()
"""One connection for all tests: opening one per call would cost more than the calls."""

ORIGIN = {"attribute_id": 100095, "attribute_value_list": [{"value_id": 1001}]}
LIFE = {"attribute_id": 100010, "attribute_value_list": [{"value_id": 0, "original_value_name": "9 tháng"}]}
MAKER = {
    "attribute_id": 100706,
    "attribute_value_list": [{"value_id": 0, "original_value_name": "HTX Ba Vì"}],
}


def sign(key: str, *parts: object) -> str:
    return hmac.new(key.encode(), "".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


@cache
def a_picture(side: int = 600, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "orange").save(out, kind)
    return out.getvalue()


@dataclass
class Client:
    base: str
    partner_id: int
    partner_key: str
    shop_id: int
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def signed(self, path: str, *, shop: bool = True, timestamp: int | None = None) -> dict[str, Any]:
        at = timestamp or int(time.time())
        owner = (self.token, self.shop_id) if shop else ()
        query = {
            "partner_id": self.partner_id,
            "timestamp": at,
            "sign": sign(self.partner_key, self.partner_id, path, at, *owner),
        }
        return query | ({"access_token": self.token, "shop_id": self.shop_id} if shop else {})

    def get(self, name: str, query: Any = (), *, shop: bool = True) -> requests.Response:
        path = f"/api/v2/{name}"
        pairs = list(query.items()) if isinstance(query, dict) else list(query)
        params = [*self.signed(path, shop=shop).items(), *pairs]
        return SESSION.get(self.base + path, params=params, timeout=5)

    def post(self, name: str, body: Any = None, *, shop: bool = True) -> requests.Response:
        path = f"/api/v2/{name}"
        return SESSION.post(self.base + path, params=self.signed(path, shop=shop), json=body, timeout=5)

    def upload(self, *images: bytes, shop: bool = False) -> requests.Response:
        path = "/api/v2/media_space/upload_image"
        files = [("image", ("a.png", image, "image/png")) for image in images]
        return SESSION.post(self.base + path, params=self.signed(path, shop=shop), files=files, timeout=5)

    def product(self, name: str, body: Any) -> dict[str, Any]:
        return dict(self.post(f"product/{name}", body).json())

    def read(self, name: str, **query: Any) -> dict[str, Any]:
        return dict(self.get(f"product/{name}", query).json())

    def picture_id(self) -> str:
        return str(self.upload(a_picture()).json()["response"]["image_info"]["image_id"])

    def add(self, **changes: Any) -> int:
        """Adds an item and gives its id; refusals fail the test."""
        answer = self.product("add_item", self.an_item(**changes))
        assert answer["error"] == "", answer
        return int(answer["response"]["item_id"])

    def an_item(self, **changes: Any) -> dict[str, Any]:
        body = {
            "item_name": "Mật ong hoa nhãn Ba Vì 500 ml",
            "description": "Mật ong nguyên chất, quay tay, lọc một lần. " * 4,
            "original_price": 99000,
            "weight": 0.65,
            "category_id": 100868,
            "item_sku": "MAT-ONG-1",
            "seller_stock": [{"stock": 10}],
            "logistic_info": [{"logistic_id": 50022, "enabled": True}],
            "attribute_list": [ORIGIN, LIFE, MAKER],
            "brand": {"brand_id": 0, "original_brand_name": "No Brand"},
        } | changes
        if "image" not in body:
            body["image"] = {"image_id_list": [self.picture_id()]}
        return {key: value for key, value in body.items() if value is not None}

    def add_with_models(self, *prices: int) -> tuple[int, list[int]]:
        """An item with one group of sizes; gives the item's and the models' ids."""
        item_id = self.add()
        answer = self.product("init_tier_variation", tiers_of(item_id, *prices))
        assert answer["error"] == "", answer
        return item_id, [model["model_id"] for model in answer["response"]["model"]]


def tiers_of(item_id: int, *prices: int) -> dict[str, Any]:
    options = [{"variation_option_id": 0, "variation_option_name": f"Cỡ {n}"} for n in range(len(prices))]
    rows = [
        {"tier_index": [n], "original_price": price, "model_sku": f"SKU-{n}", "seller_stock": [{"stock": 5}]}
        for n, price in enumerate(prices)
    ]
    group = {"variation_id": 0, "variation_name": "Cỡ", "variation_option_list": options}
    return {"item_id": item_id, "standardise_tier_variation": [group], "model": rows}
