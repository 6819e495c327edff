"""Lazada in a box: pictures, create, update, off, back and away."""

import json
import time
from typing import Any

import pytest
import requests
from lazada_client import a_sku, said, two_skus
from shelf import a_picture, serving

COLOURS = ("red", "blue", "black", "white", "pink", "gray", "brown", "cyan", "gold")


def test_uploaded_pictures_are_hosted_and_measured(lazada) -> None:
    url = lazada.picture()
    assert requests.get(url, timeout=5).content == a_picture()
    bad = [a_picture(200, 600), a_picture(kind="GIF"), b"no picture", a_picture(5200, 400)]
    codes = [lazada.post("/image/upload", files={"image": ("image", data)})["code"] for data in bad]
    assert codes == ["300", "300", "300", "303"]
    assert lazada.post("/image/upload")["code"] == "30"
    lazada.sandbox.switch("lazada", image_max_bytes=1000)
    assert lazada.post("/image/upload", files={"image": ("image", a_picture())})["code"] == "303"


def test_pictures_are_migrated_one_by_one_and_in_batches(lazada) -> None:
    with serving({"a.jpg": a_picture(), "b.png": a_picture(kind="PNG")}) as host:
        one = f"<Request><Image><Url>{host}/a.jpg</Url></Image></Request>"
        assert lazada.post("/image/migrate", payload=one)["data"]["image"]["hash_code"]
        for address in (f"{host}/none.jpg", "https://example.com/a.jpg"):
            wrong = f"<Request><Image><Url>{address}</Url></Image></Request>"
            assert lazada.post("/image/migrate", payload=wrong)["code"] == "302"
        urls = "".join(f"<Url>{host}/{name}</Url>" for name in ("a.jpg", "b.png", "none.jpg"))
        answer = lazada.post("/images/migrate", payload=f"<Request><Images>{urls}</Images></Request>")
        batch = answer["batch_id"]
        assert lazada.get("/image/response/get", batch_id=batch)["data"] == {"images": [], "errors": []}
        lazada.sandbox.post("/clock", {"advance": 1})
        deadline = time.time() + 30
        while len((found := lazada.get("/image/response/get", batch_id=batch)["data"])["images"] + found["errors"]) < 3:
            assert time.time() < deadline
            time.sleep(0.05)
        assert [row["original_url"] for row in found["errors"]] == [f"{host}/none.jpg"]
    too_many = "<Request><Images>" + "<Url>http://127.0.0.1/x</Url>" * 9 + "</Images></Request>"
    assert lazada.post("/images/migrate", payload=too_many)["code"] == "5"


def test_a_created_item_reads_back(lazada) -> None:
    picture = lazada.picture()
    answer = lazada.create(**two_skus(), Images={"Image": [picture]})
    assert (answer["code"], answer["data"]["item_status"]) == ("0", "Active")
    item_id, skus = answer["data"]["item_id"], answer["data"]["sku_list"]
    assert skus[0]["shop_sku"] == f"{item_id}_VNAMZ-{skus[0]['sku_id']}"
    row = lazada.products(sku_seller_list=json.dumps(["MO-1KG"]))[0]
    assert (row["item_id"], row["primary_category"], row["status"]) == (item_id, 18190204, "Active")
    assert row["images"] == [picture]
    assert row["attributes"]["brand"] == "No Brand"
    sku = next(sku for sku in row["skus"] if sku["SellerSku"] == "MO-1KG")
    assert (sku["price"], sku["quantity"], sku["package_length"]) == (150000.0, 10, "20.00")
    assert sku["saleProp"] == {"Quy cách": "1 kg"}
    axis = lazada.item(item_id)["variation"]["Variation1"]
    assert (axis["options"], axis["customize"], axis["hasImage"]) == (["500 g", "1 kg"], True, False)
    shown = lazada.sandbox.get("/state")["lazada"]["listings"][0]
    assert (shown["state"], shown["skus"]) == ("live", ["MO-500", "MO-1KG"])
    assert shown["picture_ids"]


def test_xml_makes_the_same_item(lazada) -> None:
    xml = f"""<?xml version="1.0" encoding="UTF-8"?><Request><Product>
    <PrimaryCategory>18190204</PrimaryCategory>
    <Images><Image>{lazada.picture()}</Image></Images><Attributes><name>Mật ong &amp; sáp</name>
    <description><![CDATA[<p>Ngon</p>]]></description><brand_id>39704</brand_id>
    <country_of_origin>Việt Nam</country_of_origin><shelf_life>365</shelf_life></Attributes>
    <Skus><Sku><SellerSku>X-1</SellerSku><quantity>3</quantity><price>90000</price>
    <package_length>20</package_length><package_width>15</package_width><package_height>5</package_height>
    <package_weight>0.3</package_weight></Sku></Skus></Product></Request>"""
    row = lazada.item(lazada.post("/product/create", payload=xml)["data"]["item_id"])
    assert row["attributes"]["name"] == "Mật ong & sáp"
    assert row["attributes"]["description"] == "<p>Ngon</p>"


@pytest.mark.parametrize(("style", "code", "keys"), [
    ("detail", "500", {"field", "message", "seller_sku"}),
    ("detail_code", "500", {"field", "message", "seller_sku", "code"}),
    ("top", "4118", {"field", "message", "seller_sku", "code"}),
])  # fmt: skip
def test_a_validation_code_stands_where_the_switch_says(lazada, style, code, keys) -> None:
    lazada.sandbox.switch("lazada", validation_style=style)
    answer = lazada.create(Skus={"Sku": [a_sku(price="0")]})
    assert answer["code"] == code
    assert set(answer["detail"][0]) == keys


def test_a_seller_sku_is_unique_in_the_store_or_only_in_the_item(lazada, made) -> None:
    assert "outerId already exists" in said(lazada.create())
    lazada.sandbox.switch("lazada", seller_sku_unique="per_item")
    assert lazada.create()["code"] == "0"
    assert len(lazada.products(sku_seller_list='["MO-500"]')) == 2
    assert lazada.sandbox.get("/state")["lazada"]["duplicates"][0]["sku"] == "MO-500"


def test_new_skus_join_an_item_that_has_variations(lazada, made) -> None:
    joining = {"AssociatedSku": "MO-500", "Skus": {"Sku": [a_sku("MO-2KG", saleProp={"flavor": "A"})]}}
    assert lazada.write("/product/create", joining)["code"] == "209"
    lazada.create(**two_skus(Skus={"Sku": [
        a_sku("V-500", saleProp={"Quy cách": "500 g"}), a_sku("V-1KG", saleProp={"Quy cách": "1 kg"})
    ]}))  # fmt: skip
    joining = {"AssociatedSku": "V-500", "Skus": {"Sku": [a_sku("V-2KG", saleProp={"Quy cách": "2 kg"})]}}
    answer = lazada.write("/product/create", joining)
    assert [row["seller_sku"] for row in answer["data"]["sku_list"]] == ["V-2KG"]
    row = lazada.item(answer["data"]["item_id"])
    assert len(row["skus"]) == 3
    assert row["variation"]["Variation1"]["options"] == ["500 g", "1 kg", "2 kg"]
    taken = {"AssociatedSku": "V-500", "Skus": {"Sku": [a_sku("V-X", saleProp={"Quy cách": "2 kg"})]}}
    assert "CHK_SKU_PROPS_DUPLICATE" in said(lazada.write("/product/create", taken))


def test_an_update_changes_only_what_it_names(lazada, made) -> None:
    item_id, sku_id = made["item_id"], made["sku_list"][0]["sku_id"]
    before = lazada.item(item_id)
    answer = lazada.write("/product/update", {
        "ItemId": str(item_id), "Attributes": {"name": "Mật ong rừng"},
        "Skus": {"Sku": [{"SkuId": str(sku_id), "price": "160000", "quantity": "7", "SellerSku": "OTHER"}]},
    })  # fmt: skip
    assert answer["data"]["item_status"] == "Active"
    after = lazada.item(item_id)
    assert after["attributes"] == before["attributes"] | {"name": "Mật ong rừng"}
    sku = after["skus"][0]
    assert (sku["price"], sku["quantity"], sku["SellerSku"]) == (160000.0, 7, "MO-500")
    assert after["images"] == before["images"]
    assert int(after["updated_time"]) > int(before["updated_time"])


def test_an_update_needs_ids_and_attributes(lazada, made) -> None:
    item_id, sku_id = str(made["item_id"]), str(made["sku_list"][0]["sku_id"])
    wrong = [
        ({"Attributes": {}}, "1"), ({"ItemId": "5", "Attributes": {}}, "4137"), ({"ItemId": item_id}, "5"),
        ({"ItemId": item_id, "Attributes": {}, "Skus": {"Sku": [{"SellerSku": "MO-500"}]}}, "4216"),
        ({"ItemId": item_id, "Attributes": {}, "Skus": {"Sku": [{"SkuId": "5"}]}}, "4136"),
        ({"ItemId": item_id, "Attributes": {}, "Skus": {"Sku": [{"SkuId": sku_id}] * 51}}, "4171"),
        ({"ItemId": item_id, "Attributes": {}, "PrimaryCategory": "18190200"}, "4134"),
        ({"ItemId": item_id, "Attributes": {"name": ""}}, "501"),
    ]  # fmt: skip
    assert [lazada.write("/product/update", product)["code"] for product, _ in wrong] == [c for _, c in wrong]


def test_an_item_goes_off_and_comes_back_and_is_removed(lazada, made) -> None:
    item_id, sku_id = made["item_id"], made["sku_list"][0]["sku_id"]
    body = json.dumps({"Request": {"Product": {"ItemId": item_id}}})
    assert lazada.post("/product/deactivate", payload=body)["code"] == "MissingParameter"
    assert lazada.post("/product/deactivate", apiRequestBody=body)["code"] == "0"
    assert lazada.item(item_id)["status"] == "InActive"
    assert lazada.post("/product/deactivate", apiRequestBody=body)["code"] == "E0004"
    back = {"ItemId": str(item_id), "Attributes": {},
            "Skus": {"Sku": [{"SkuId": str(sku_id), "Status": "active"}]}}  # fmt: skip
    assert lazada.write("/product/update", back)["data"]["item_status"] == "Active"
    skus = f"<Skus><SkuId>{sku_id}</SkuId></Skus>"
    xml = f"<Request><Product><ItemId>{item_id}</ItemId>{skus}</Product></Request>"
    assert lazada.post("/product/deactivate", apiRequestBody=xml)["code"] == "0"
    assert [row["item_id"] for row in lazada.products(filter="inactive")] == [item_id]
    name = f"SkuId_{item_id}_{sku_id}"
    assert lazada.post("/product/remove", sku_id_list=json.dumps([name]))["code"] == "0"
    assert lazada.products() == []
    assert lazada.products(filter="deleted")[0]["status"] == "Deleted"
    answer = lazada.post("/product/remove", sku_id_list=json.dumps([name]))
    assert (answer["code"], name in said(answer)) == ("503", True)
    assert lazada.create()["code"] == "0"  # the seller SKU is free again


def test_deactivating_and_removing_name_their_errors(lazada, made) -> None:
    def off(product: dict[str, Any]) -> str:
        body = json.dumps({"Request": {"Product": product}})
        return lazada.post("/product/deactivate", apiRequestBody=body)["code"]

    item_id = made["item_id"]
    assert off({"Skus": {"SkuId": [1]}}) == "E0001"
    assert off({"ItemId": 1}) == "E0002"
    assert off({"ItemId": item_id, "Skus": {"SkuId": [1]}}) == "E0003"
    assert off({"ItemId": item_id, "Skus": {"SellerSku": ["MO-500"]}}) == "4193"
    assert lazada.post("/product/remove", seller_sku_list='["MO-500"]')["code"] == "6"
    assert lazada.post("/product/remove", sku_id_list="x")["code"] == "5"
    assert lazada.post("/product/remove", sku_id_list=json.dumps(["SkuId_1_1"] * 51))["code"] == "204"
    assert lazada.post("/product/remove")["code"] == "30"


def test_skus_leave_a_variation_but_not_all_of_them(lazada) -> None:
    made = lazada.create(**two_skus())["data"]
    ids = [{"SkuId": str(row["sku_id"])} for row in made["sku_list"]]
    node = {"ItemId": str(made["item_id"]), "variation": {"Variation1": {"name": "Quy cách"}}}
    answer = lazada.write("/product/sku/remove", node | {"Skus": {"Sku": ids}})
    assert "CAN_NOT_REMOVE_ALL_SKU" in said(answer)
    wrong = node | {"variation": {"Variation1": {"name": "Màu"}}, "Skus": {"Sku": ids[:1]}}
    assert lazada.write("/product/sku/remove", wrong)["code"] == "209"
    assert lazada.write("/product/sku/remove", node | {"Skus": {"Sku": ids[:1]}})["code"] == "0"
    assert len(lazada.item(made["item_id"])["skus"]) == 1
