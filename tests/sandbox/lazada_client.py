"""A Lazada client of the tests' own, which signs by itself, and builders for what it sends."""

import hashlib
import hmac
import json
import time
from typing import Any

import requests
from shelf import a_picture


class Client:
    """A client of the test's own: everything in a form body unless told otherwise."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        self.keys = sandbox.credentials("lazada")
        self.token = self.keys["access_token"]
        self.session = requests.Session()

    def signed(self, path: str, skip_empty: bool = False, **params: str) -> dict[str, str]:
        now = str(int(time.time() * 1000))
        full = {"app_key": self.keys["app_key"], "timestamp": now, "sign_method": "sha256", **params}
        if not path.startswith("/auth"):
            full.setdefault("access_token", self.token)
        text = path + "".join(k + full[k] for k in sorted(full) if full[k] or not skip_empty)
        digest = hmac.new(self.keys["app_secret"].encode(), text.encode(), hashlib.sha256)
        return full | {"sign": digest.hexdigest().upper()}

    def post(self, path: str, files: Any = None, **params: str) -> dict[str, Any]:
        url = self.keys["base_url"] + path
        return self._body(self.session.post(url, data=self.signed(path, **params), files=files, timeout=10))

    def get(self, path: str, **params: str) -> dict[str, Any]:
        url = self.keys["base_url"] + path
        return self._body(self.session.get(url, params=self.signed(path, **params), timeout=10))

    def _body(self, answer: requests.Response) -> dict[str, Any]:
        assert answer.status_code == 200
        return answer.json()

    def write(self, path: str, product: dict[str, Any]) -> dict[str, Any]:
        return self.post(path, payload=json.dumps({"Request": {"Product": product}}, ensure_ascii=False))

    def picture(self, colour: str = "green") -> str:
        answer = self.post("/image/upload", files={"image": ("image", a_picture(colour=colour))})
        return answer["data"]["image"]["url"]

    def create(self, **changes: Any) -> dict[str, Any]:
        return self.write("/product/create", self.a_product(**changes))

    def a_product(self, **changes: Any) -> dict[str, Any]:
        return {
            "PrimaryCategory": "18190204",
            "Images": {"Image": [self.picture()]},
            "Attributes": {"name": "Mật ong hoa nhãn", "description": "<p>Mật ong OCOP 4 sao</p>",
                           "brand": "No Brand", "country_of_origin": "Vietnam", "shelf_life": "730"},
            "Skus": {"Sku": [a_sku()]},
        } | changes  # fmt: skip

    def item(self, item_id: int) -> dict[str, Any]:
        return self.get("/product/item/get", item_id=str(item_id))["data"]

    def products(self, **params: str) -> list[dict[str, Any]]:
        return self.get("/products/get", **({"filter": "all"} | params))["data"].get("products", [])


def a_sku(SellerSku: str = "MO-500", **changes: Any) -> dict[str, Any]:
    return {"SellerSku": SellerSku, "quantity": "10", "price": "150000", "package_length": "20",
            "package_width": "15", "package_height": "5", "package_weight": "0.6"} | changes  # fmt: skip


def two_skus(**changes: Any) -> dict[str, Any]:
    """Two SKUs told apart by the declared axis `Quy cách`."""
    axis = {"name": "Quy cách", "hasImage": "false", "customize": "true",
            "options": {"option": ["500 g", "1 kg"]}}  # fmt: skip
    skus = [a_sku("MO-500", saleProp={"Quy cách": "500 g"}), a_sku("MO-1KG", saleProp={"Quy cách": "1 kg"})]
    return {"variation": {"variation1": axis}, "Skus": {"Sku": skus}} | changes


def said(answer: dict[str, Any]) -> str:
    return " ".join(row["message"] for row in answer.get("detail", ())) or answer.get("message", "")


def offers(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"Skus": {"Sku": list(rows)}}


def stock_of(lazada: Client, item_id: int) -> tuple[int, int]:
    row = lazada.item(item_id)["skus"][0]["multiWarehouseInventories"][0]
    return row["sellableQuantity"], row["totalQuantity"]
