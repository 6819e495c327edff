"""pyshopee (PyPI, module pyshopee2) from consent to list. Only its host is set.

Its own `upload_image` sends JSON, which no Shopee takes; the picture goes out through its request builder and signature
with the file attached.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from ground import a_picture, agreed, ask, sandbox, shown
from pyshopee2 import Client
from requests import Session

BACK = "http://127.0.0.1:1/back"


def upload(client: Client) -> str:
    request = client._build_request("media_space/upload_image", "POST", {})
    request.headers, request.files = {}, {"image": ("honey.jpg", a_picture(), "image/jpeg")}
    answer = Session().send(request.prepare(), timeout=10).json()
    return str(answer["response"]["image_info"]["image_id"])


def said(answer: dict[str, Any]) -> dict[str, Any]:
    assert not answer.get("error"), answer
    return dict(answer["response"])


def test_pyshopee_completes_the_listing_path() -> None:
    with sandbox() as admin:
        given = ask(f"{admin}/credentials")["shopee"]
        Client.BASE_URL = given["base_url"]
        client = Client(given["shop_id"], given["partner_id"], given["partner_key"], BACK)

        back = parse_qs(urlsplit(agreed(client.shop_authorization(BACK))).query)
        client.code, client.shop_id = back["code"][0], int(back["shop_id"][0])
        access, _, refresh = client.get_token()
        assert client.get_access_token(client.shop_id, client.partner_id, client.partner_key, refresh)[0] != access

        categories = said(client.product.get_category(language="vi"))["category_list"]
        assert 100868 in [each["category_id"] for each in categories]
        origin = {"attribute_id": 100095, "attribute_value_list": [{"value_id": 1001}]}
        life = {"attribute_id": 100010, "attribute_value_list": [{"value_id": 0, "original_value_name": "9 tháng"}]}
        maker = {"attribute_id": 100706, "attribute_value_list": [{"value_id": 0, "original_value_name": "HTX Ba Vì"}]}
        made = said(
            client.product.add_item(
                item_name="Mật ong hoa nhãn Ba Vì 500 ml",
                description="Mật ong nguyên chất, quay tay, lọc một lần. " * 4,
                original_price=99000,
                weight=0.65,
                category_id=100868,
                item_sku="MAT-ONG-1",
                seller_stock=[{"stock": 10}],
                logistic_info=[{"logistic_id": 50022, "enabled": True}],
                attribute_list=[origin, life, maker],
                brand={"brand_id": 0, "original_brand_name": "No Brand"},
                image={"image_id_list": [upload(client)]},
            )
        )
        item = made["item_id"]
        ask(f"{admin}/clock", {"advance": 6})
        sizes = [{"variation_option_id": 0, "variation_option_name": name} for name in ("250 ml", "500 ml")]
        tier = {"variation_id": 0, "variation_name": "Cỡ", "variation_option_list": sizes}
        rows = [
            {"tier_index": [n], "original_price": 90000, "model_sku": sku, "seller_stock": [{"stock": 5}]}
            for n, sku in enumerate(("NHO", "LON"))
        ]
        said(client.product.init_tier_variation(item_id=item, standardise_tier_variation=[tier], model=rows))
        models = said(client.product.get_model_list(item_id=item))["model"]
        ids = {model["model_sku"]: model["model_id"] for model in models}

        prices = [{"model_id": ids["NHO"], "original_price": 95000}]
        stocks = [{"model_id": ids["LON"], "seller_stock": [{"stock": 3}]}]
        said(client.product.update_price(item_id=item, price_list=prices))
        said(client.product.update_stock(item_id=item, stock_list=stocks))

        base = said(client.product.get_item_base_info(item_id_list=str(item)))["item_list"]
        assert base[0]["item_name"] == "Mật ong hoa nhãn Ba Vì 500 ml"
        listed = said(client.product.get_item_list(offset=0, page_size=50, item_status="NORMAL"))["item"]
        assert [each["item_id"] for each in listed] == [item]
        offers = {v["sku"]: (v["price"], v["stock"]) for v in shown(admin, "shopee")[0]["variants"]}
        assert offers == {"NHO": (95000, 5), "LON": (90000, 3)}
