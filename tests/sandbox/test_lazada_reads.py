"""Lazada in a box: lists, review, limits, and faults as a client meets them."""

import json
import time

import pytest
import requests
from lazada_client import a_sku, offers, said


@pytest.mark.parametrize(("params", "code"), [
    ({"filter": "nice"}, "36"), ({"limit": "51"}, "19"), ({"limit": "0"}, "19"), ({"offset": "10001"}, "14"),
    ({"offset": "-1"}, "14"), ({"update_after": "yesterday"}, "17"), ({"update_after": "2026-01-01"}, "17"),
    ({"sku_seller_list": "A,B"}, "70"), ({"sku_seller_list": json.dumps(["A"] * 101)}, "70"),
    ({"update_after": "2026-01-01T00:00:00+0700", "limit": "50", "offset": "10000"}, "0"),
])  # fmt: skip
def test_lists_check_their_parameters(lazada, params, code) -> None:
    assert lazada.get("/products/get", **params)["code"] == code


def test_lists_page_and_filter_by_time(lazada) -> None:
    for at in range(5):
        lazada.create(Skus={"Sku": [a_sku(f"P-{at}")]})
    pages = [lazada.get("/products/get", limit="2", offset=str(at))["data"] for at in (0, 2, 4)]
    ids = [row["item_id"] for page in pages for row in page["products"]]
    assert [len(page["products"]) for page in pages] == [2, 2, 1]
    assert len(set(ids)) == 5
    assert {page["total_products"] for page in pages} == {5}
    lazada.sandbox.post("/clock", {"advance": 60})
    since = time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(lazada.sandbox.world.clock.now() - 5))
    assert lazada.products(update_after=since) == []
    lazada.write("/product/update", {"ItemId": str(ids[3]), "Attributes": {"name": "Mới"}})
    assert [row["item_id"] for row in lazada.products(update_after=since)] == [ids[3]]
    assert lazada.products(create_after=since) == []
    assert len(lazada.products(create_before=since)) == 5


def test_nothing_found_has_no_products_key(lazada) -> None:
    assert lazada.get("/products/get")["data"] == {}
    lazada.sandbox.switch("lazada", empty_data="total_only")
    assert lazada.get("/products/get")["data"] == {"total_products": 0}


def test_a_new_item_may_appear_late_in_lists_but_not_by_id(lazada) -> None:
    lazada.sandbox.switch("lazada", index_lag_seconds=30)
    made = lazada.create()["data"]
    assert lazada.products(sku_seller_list='["MO-500"]') == []
    assert lazada.item(made["item_id"])["item_id"] == made["item_id"]
    lazada.sandbox.post("/clock", {"advance": 31})
    assert len(lazada.products(sku_seller_list='["MO-500"]')) == 1


def test_a_sold_out_item_is_live_and_sold_out(lazada) -> None:
    lazada.create(Skus={"Sku": [a_sku(quantity="0")]})
    assert len(lazada.products(filter="sold-out")) == len(lazada.products(filter="live")) == 1
    sku = lazada.products(options="1")[0]["skus"][0]
    assert (sku["RealTimeStock"], sku["FulfillmentBySellable"]) == (0, 0)


def test_one_item_is_read_by_id_in_either_style(lazada, made) -> None:
    item_id = str(made["item_id"])
    assert lazada.get("/product/item/get")["code"] == "200"
    assert lazada.get("/product/item/get", item_id="5")["code"] == "208"
    lazada.sandbox.switch("lazada", item_get_style="camel", ids="string")
    row = lazada.get("/product/item/get", item_id=item_id)["data"]
    assert row["itemId"] == item_id
    assert {"item_id", "images"}.isdisjoint(row)
    assert len(row["productImageList"]) == 1


def test_quality_check_waits_passes_or_rejects(lazada) -> None:
    lazada.sandbox.switch("lazada", qc="delay", qc_seconds=10)
    made = lazada.create()["data"]
    assert made["item_status"] == "Pending QC"
    assert len(lazada.products(filter="pending")) == 1
    lazada.sandbox.post("/clock", {"advance": 11})
    assert lazada.item(made["item_id"])["status"] == "Active"
    lazada.sandbox.switch("lazada", qc="reject")
    change = {"ItemId": str(made["item_id"]), "Attributes": {"name": "Mới"}}
    assert lazada.write("/product/update", change)["data"]["item_status"] == "Pending QC"
    lazada.sandbox.post("/clock", {"advance": 11})
    row = lazada.products(filter="rejected")[0]
    assert (row["status"], row["subStatus"]) == ("Suspended", "Live Reject")
    second = lazada.create(Skus={"Sku": [a_sku("B")]})["data"]
    lazada.sandbox.post("/clock", {"advance": 11})
    row = lazada.item(second["item_id"])
    assert (row["status"], row["subStatus"], bool(row["rejectReason"])) == ("InActive", "Reject", True)
    lazada.sandbox.switch("lazada", qc="delay", qc_on_update=False)
    assert lazada.write("/product/update", change)["data"]["item_status"] == "Active"


def test_an_item_that_was_live_without_a_check_is_live_rejected(lazada, made) -> None:
    lazada.sandbox.switch("lazada", qc="reject", qc_seconds=0)
    lazada.write("/product/update", {"ItemId": str(made["item_id"]), "Attributes": {"name": "Mới"}})
    assert lazada.item(made["item_id"])["subStatus"] == "Live Reject"


def test_a_price_jump_goes_to_quality_check_only_by_the_legacy_rule(lazada, made) -> None:
    lazada.sandbox.switch("lazada", qc="delay")
    sku = {"SkuId": str(made["sku_list"][0]["sku_id"])}
    lazada.write("/product/price_quantity/update", offers(sku | {"Price": "1500000"}))
    assert lazada.item(made["item_id"])["status"] == "Active"
    lazada.sandbox.switch("lazada", price_jump_qc=True)
    lazada.write("/product/price_quantity/update", offers(sku | {"Price": "150000"}))
    assert lazada.item(made["item_id"])["status"] == "Pending QC"


def test_the_seller_has_limits_and_licences(lazada, made) -> None:
    limit = lazada.get("/product/seller/item/limit")
    assert (limit["success"], limit["data"]["onlineItemCount"]) == (True, 1)
    lazada.sandbox.switch("lazada", item_limit=1)
    assert "BIZ_CHECK_ITEM_HAS_REACH_LIMIT" in said(lazada.create(Skus={"Sku": [a_sku("B")]}))
    lazada.sandbox.switch("lazada", item_limit=10, alcohol_allowed=True)
    wine = lazada.create(PrimaryCategory="18190406", Skus={"Sku": [a_sku("C")]})
    assert wine["code"] == "0"
    lazada.sandbox.switch("lazada", lazmall=True)
    assert "No brand cannot be selected" in said(lazada.create(Skus={"Sku": [a_sku("D")]}))


def test_a_closed_shop_takes_no_writes_and_an_unverified_one_nothing(lazada) -> None:
    lazada.sandbox.switch("lazada", seller_status="inactive")
    upload = {"image": ("image", b"x")}
    assert lazada.post("/image/upload", files=upload)["code"] == "SellerNotActive"
    assert lazada.get("/products/get")["code"] == "0"
    lazada.sandbox.switch("lazada", seller_status="unverified")
    assert lazada.get("/products/get")["code"] == "SellerNotVerified"


def test_titles_count_bytes_or_letters(lazada) -> None:
    product = lazada.a_product()
    product["Attributes"]["name"] = "ê" * 130
    assert lazada.write("/product/create", product)["code"] == "500"
    lazada.sandbox.switch("lazada", title_limit="chars")
    assert lazada.write("/product/create", product)["code"] == "0"


def test_unused_attributes_are_filled_unless_told_not_to_and_unknown_ones_dropped(lazada) -> None:
    product = lazada.a_product()
    product["Attributes"] |= {"made_up": "x"}
    row = lazada.item(lazada.write("/product/create", product)["data"]["item_id"])
    assert row["attributes"]["storage_condition"] == "Room temperature"
    assert "made_up" not in row["attributes"]
    plain = product | {"disableAutoFillAttribute": "true", "Skus": {"Sku": [a_sku("B")]}}
    row = lazada.item(lazada.write("/product/create", plain)["data"]["item_id"])
    assert "storage_condition" not in row["attributes"]
    lazada.sandbox.switch("lazada", auto_fill=False)
    row = lazada.item(lazada.create(Skus={"Sku": [a_sku("C")]})["data"]["item_id"])
    assert "storage_condition" not in row["attributes"]


def test_too_many_calls_are_banned_for_a_while(lazada) -> None:
    lazada.sandbox.switch("lazada", calls_per_second=2, ban_seconds=3)
    answers = [lazada.get("/products/get") for _ in range(4)]
    assert [answer["code"] for answer in answers] == ["0", "0", "ApiCallLimit", "ApiCallLimit"]
    assert "this ban will last 3 seconds" in answers[-1]["message"]
    assert lazada.get("/category/tree/get")["code"] == "0"
    lazada.sandbox.post("/clock", {"advance": 4})
    assert lazada.get("/products/get")["code"] == "0"


def test_price_and_stock_paths_share_one_limit(lazada, made) -> None:
    lazada.sandbox.switch("lazada", inventory_per_second=1)
    sku = {"SkuId": str(made["sku_list"][0]["sku_id"])}
    answers = [
        lazada.write("/product/price_quantity/update", offers(sku | {"Price": "99000"})),
        lazada.write("/product/stock/sellable/update", offers(sku | {"SellableQuantity": "5"})),
    ]
    assert [answer["code"] for answer in answers] == ["0", "ApiCallLimit"]


def test_a_lost_answer_leaves_the_item_behind_and_the_log_knows(lazada) -> None:
    lazada.sandbox.fault("lazada", "drop_after", "product.create", count=1)
    with pytest.raises(requests.ConnectionError):
        lazada.create()
    assert len(lazada.products(sku_seller_list='["MO-500"]')) == 1
    lazada.sandbox.fault("lazada", "rate_limit", "products.get", count=1)
    assert lazada.get("/products/get")["code"] == "ApiCallLimit"
    log = lazada.sandbox.get("/log")["platforms"]["lazada"]
    assert log["by_fault"] == {"drop_after": 1, "rate_limit": 1}
    assert log["writes"] == 2  # the picture and the create
    assert log["failed"] == 1


def test_a_hand_edit_is_seen_by_the_next_read(lazada, made) -> None:
    change = {"title": "Tên khác", "price": {"MO-500": 1000}, "stock": {"MO-500": 3}, "visible": False}
    lazada.sandbox.post("/edit", {"platform": "lazada", "sku": "MO-500", "change": change})
    row = lazada.item(made["item_id"])
    assert (row["attributes"]["name"], row["status"]) == ("Tên khác", "InActive")
    assert (row["skus"][0]["price"], row["skus"][0]["quantity"]) == (1000.0, 3)
    lazada.sandbox.post("/edit", {"platform": "lazada", "sku": "MO-500", "change": {"delete": True}})
    assert lazada.products() == []
    bad = {"platform": "lazada", "listing_id": "5", "change": {"title": "x"}}
    assert requests.post(lazada.sandbox.admin + "/edit", json=bad, timeout=5).status_code == 400


def test_the_storefront_shows_the_item(lazada, made) -> None:
    page = requests.get(f"{lazada.sandbox.base('lazada')}/shop/{made['item_id']}", timeout=5)
    assert "Mật ong hoa nhãn" in page.text
    assert "150.000 ₫" in page.text
