"""lazop-sdk (PyPI, Lazada's own client repackaged) from consent to list. Only its server_url is set."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ground import a_picture, agreed, ask, sandbox, shown
from lazop_sdk import LazopClient, LazopRequest


class Seller:
    def __init__(self, client: LazopClient, token: str | None = None) -> None:
        self.client, self.token = client, token

    def call(self, path: str, method: str = "POST", file: bytes | None = None, **params: str) -> Any:
        request = LazopRequest(path, method)
        for name, value in params.items():
            request.add_api_param(name, value)
        if file is not None:
            request.add_file_param("image", file)
        answer = self.client.execute(request, self.token)
        assert answer.code == "0", answer.body
        return answer.body.get("data", answer.body)

    def write(self, path: str, product: dict[str, Any]) -> Any:
        return self.call(path, payload=json.dumps({"Request": {"Product": product}}, ensure_ascii=False))


def test_lazop_sdk_completes_the_listing_path() -> None:
    with sandbox() as admin:
        given = ask(f"{admin}/credentials")["lazada"]
        query = {"response_type": "code", "client_id": given["app_key"], "redirect_uri": "http://127.0.0.1:1/back"}
        back = parse_qs(urlsplit(agreed(f"{given['authorize_url']}?{urlencode(query)}")).query)
        anonymous = Seller(LazopClient(given["auth_url"], given["app_key"], given["app_secret"]))
        pair = anonymous.call("/auth/token/create", code=back["code"][0])
        pair = anonymous.call("/auth/token/refresh", refresh_token=pair["refresh_token"])
        seller = Seller(LazopClient(given["base_url"], given["app_key"], given["app_secret"]), pair["access_token"])

        picture = seller.call("/image/upload", file=a_picture())["image"]["url"]
        sku = {
            "SellerSku": "MO-500",
            "quantity": "10",
            "price": "150000",
            "package_length": "20",
            "package_width": "15",
            "package_height": "5",
            "package_weight": "0.6",
        }
        about = {
            "name": "Mật ong hoa nhãn",
            "description": "<p>Mật ong OCOP 4 sao</p>",
            "brand": "No Brand",
            "country_of_origin": "Vietnam",
            "shelf_life": "730",
        }
        product = {
            "PrimaryCategory": "18190204",
            "Images": {"Image": [picture]},
            "Attributes": about,
            "Skus": {"Sku": [sku]},
        }
        made = seller.write("/product/create", product)
        item, number = str(made["item_id"]), str(made["sku_list"][0]["sku_id"])

        key = {"ItemId": item, "SkuId": number, "SellerSku": "MO-500"}
        seller.write("/product/price_quantity/update", {"Skus": {"Sku": [{**key, "Price": "165000"}]}})
        seller.write("/product/stock/sellable/update", {"Skus": {"Sku": [{**key, "SellableQuantity": "4"}]}})

        read = seller.call("/product/item/get", "GET", item_id=item)
        assert read["skus"][0]["SellerSku"] == "MO-500"
        listed = seller.call("/products/get", "GET", filter="live", limit="50", offset="0")["products"]
        assert [str(each["item_id"]) for each in listed] == [item]
        offers = [(v["sku"], v["price"], v["stock"]) for v in shown(admin, "lazada")[0]["variants"]]
        assert offers == [("MO-500", 165000, 4)]
