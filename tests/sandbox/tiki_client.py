"""A Tiki client of the tests' own and builders for what it sends."""

import time
from concurrent.futures import wait
from typing import Any

import requests


class Client:
    """Bearer calls under /integration; `told` is the decoded answer with its status."""

    def __init__(self, sandbox: Any, pictures: str) -> None:
        self.sandbox, self.pictures = sandbox, pictures
        self.keys = sandbox.credentials("tiki")
        self.token = self.keys["access_token"]
        self.session = requests.Session()

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.keys["base_url"] + path
        answer = self.session.request(method, url, json=body, params=query, headers=headers, timeout=10)
        return answer.status_code, answer.json()

    def get(self, path: str, **query: Any) -> Any:
        status, body = self.call("GET", path, **query)
        assert status == 200, body
        return body

    def put(self, path: str, **body: Any) -> tuple[int, Any]:
        return self.call("PUT", path, body)

    def a_request(self, **changes: Any) -> dict[str, Any]:
        return {
            "category_id": 15077, "name": "Mật ong hoa nhãn Sơn Tây", "description": "<p>OCOP 4 sao</p>",
            "market_price": 200000, "attributes": attributes(), "image": f"{self.pictures}/a.jpg",
            "images": [], "option_attributes": [], "variants": [a_variant()],
        } | changes  # fmt: skip

    def submit(self, **changes: Any) -> str:
        status, body = self.call("POST", "/v2.1/requests", self.a_request(**changes))
        assert (status, body["state"]) == (200, "queuing"), body
        return body["track_id"]

    def outcome(self, track_id: str) -> dict[str, Any]:
        """The tracking row once the request is final; the clock is pushed, downloads are waited for."""
        deadline = time.time() + 30
        final = ("approved", "rejected", "deleted", "update_product_approved")
        while (row := self.get(f"/v2/tracking/{track_id}"))["state"] not in final:
            assert time.time() < deadline, row
            self.sandbox.post("/clock", {"advance": 1})
        return row

    def wait_for_downloads(self, track_id: str) -> None:
        """Until the pictures of a request are fetched: real time, which the clock cannot push."""
        downloads = self.sandbox.world.markets["tiki"].tickets[track_id].downloads
        wait(list(downloads.values()), timeout=10)

    def renew(self) -> None:
        """Another access token for the same client."""
        keys = (self.keys["client_id"], self.keys["client_secret"])
        body = {"grant_type": "client_credentials"}
        answer = requests.post(self.keys["token_url"], data=body, auth=keys, timeout=5)
        self.token = answer.json()["access_token"]

    def create(self, **changes: Any) -> list[dict[str, Any]]:
        """An approved request's products."""
        row = self.outcome(self.submit(**changes))
        assert row["state"] == "approved", row
        return self.get(f"/v2/requests/{row['request_id']}")["products"]

    def product(self, product_id: int) -> dict[str, Any]:
        return self.get(f"/v2.1/products/{product_id}", includes="inventory,images,attributes")

    def stock(self, product_id: int) -> dict[int, tuple[int, int]]:
        """Available and sellable by warehouse."""
        rows = self.product(product_id)["inventory"]["warehouse_stocks"]
        return {row["warehouse_id"]: (row["quantity_available"], row["quantity_sellable"]) for row in rows}


def attributes(**changes: Any) -> dict[str, Any]:
    return {"brand": "OEM", "origin": "Việt Nam", "brand_country": "Việt Nam", "product_weight_kg": 0.6,
            "product_length": 10, "product_width": 10, "product_height": 15, "expiry_time": "24 tháng",
            "product_top_features": "Mật ong nguyên chất"} | changes  # fmt: skip


def a_variant(sku: str = "MO-500", **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "price": 150000, "inventory_type": "dropship", "seller_warehouse": "371835,371836",
            "warehouse_stocks": [{"warehouseId": 371835, "qtyAvailable": 7},
                                 {"warehouseId": 371836, "qtyAvailable": 3}]} | changes  # fmt: skip


def two_variants(**changes: Any) -> dict[str, Any]:
    kilo = a_variant("MO-1KG", option1="1 kg", price=280000, market_price=300000)
    pair = [a_variant("MO-500", option1="500 g"), kilo]
    return {"option_attributes": ["Khối lượng"], "variants": pair} | changes
