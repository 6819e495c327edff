"""Lazada in a box: prices, stock, campaigns and half-failed batches."""


import pytest
from lazada_client import offers, said, stock_of, two_skus


def test_quantity_is_the_total_and_sellable_what_is_free(lazada, made) -> None:
    item_id, sku = made["item_id"], {"SkuId": str(made["sku_list"][0]["sku_id"])}
    change = {"withhold": {"MO-500": 2}, "occupy": {"MO-500": 1}}
    lazada.sandbox.post("/edit", {"platform": "lazada", "sku": "MO-500", "change": change})
    assert stock_of(lazada, item_id) == (7, 10)
    path = "/product/price_quantity/update"
    assert lazada.write(path, offers(sku | {"Quantity": "20", "Price": "99000"}))["data"] == {}
    assert stock_of(lazada, item_id) == (17, 20)
    assert lazada.item(item_id)["skus"][0]["price"] == 99000.0
    assert lazada.write(path, offers(sku | {"Quantity": "2"}))["code"] == "501"
    assert lazada.write(path, offers(sku | {"Quantity": "-2"}))["code"] == "501"
    sellable = "/product/stock/sellable/update"
    assert lazada.write(sellable, offers(sku | {"SellableQuantity": "5"}))["code"] == "0"
    assert stock_of(lazada, item_id) == (5, 8)
    adjust = "/product/stock/sellable/adjust"
    assert lazada.write(adjust, offers(sku | {"SellableQuantity": "-2"}))["code"] == "0"
    assert stock_of(lazada, item_id) == (3, 6)
    assert lazada.write(adjust, offers(sku | {"SellableQuantity": "-4"}))["code"] == "212"
    assert stock_of(lazada, item_id) == (3, 6)


def test_quantity_in_reads_follows_the_switch(lazada, made) -> None:
    change = {"occupy": {"MO-500": 4}}
    lazada.sandbox.post("/edit", {"platform": "lazada", "sku": "MO-500", "change": change})
    assert lazada.item(made["item_id"])["skus"][0]["quantity"] == 6
    lazada.sandbox.switch("lazada", quantity_reads="total")
    assert lazada.item(made["item_id"])["skus"][0]["quantity"] == 10


def test_a_campaign_locks_stock_and_content(lazada, made) -> None:
    item_id, sku = made["item_id"], {"SkuId": str(made["sku_list"][0]["sku_id"])}
    edit = {"platform": "lazada", "sku": "MO-500", "change": {"campaign_lock": {"MO-500": 6}}}
    lazada.sandbox.post("/edit", edit)
    answer = lazada.write("/product/stock/sellable/update", offers(sku | {"SellableQuantity": "5"}))
    assert "negative sellable on channel inventory" in said(answer)
    answer = lazada.write("/product/price_quantity/update", offers(sku | {"Quantity": "9"}))
    assert "may not decrease stocks" in said(answer)
    lazada.sandbox.post("/edit", edit | {"change": {"campaign_block": True}})
    change = {"ItemId": str(item_id), "Attributes": {"name": "Mới"}}
    assert "THD_IC_ERR_F_IC_ABILITY_PG" in said(lazada.write("/product/update", change))
    images = offers(sku | {"Images": {"Image": [lazada.picture("red")]}})
    assert lazada.write("/images/set", images)["code"] == "504"


def test_a_locked_item_takes_no_edits(lazada, made) -> None:
    edit = {"platform": "lazada", "sku": "MO-500", "change": {"ban": "hàng cấm"}}
    lazada.sandbox.post("/edit", edit)
    row = lazada.item(made["item_id"])
    assert (row["status"], row["subStatus"]) == ("Suspended", "Lock")
    assert row["rejectReason"][0]["violationDetail"] == "hàng cấm"
    change = {"ItemId": str(made["item_id"]), "Attributes": {"name": "Mới"}}
    assert lazada.write("/product/update", change)["code"] == "4155"


@pytest.mark.parametrize("mode", ["others_applied", "nothing_applied"])
def test_one_bad_sku_of_a_batch_leaves_the_others_as_the_switch_says(lazada, mode) -> None:
    lazada.sandbox.switch("lazada", partial_failure=mode)
    made = lazada.create(**two_skus())["data"]["sku_list"]
    prices = ("170000", "0")
    rows = [{"SkuId": str(m["sku_id"]), "Price": price} for m, price in zip(made, prices, strict=True)]
    answer = lazada.write("/product/price_quantity/update", offers(*rows))
    assert (answer["code"], [row["seller_sku"] for row in answer["detail"]]) == ("501", ["MO-1KG"])
    prices = [sku["price"] for sku in lazada.products()[0]["skus"]]
    assert prices == ([170000.0, 150000.0] if mode == "others_applied" else [150000.0, 150000.0])


def test_a_partial_failure_may_come_with_code_zero_or_by_fault(lazada) -> None:
    made = lazada.create(**two_skus())["data"]["sku_list"]
    rows = [{"SkuId": str(row["sku_id"]), "Quantity": "44"} for row in made]
    lazada.sandbox.fault("lazada", "partial", "product.price_quantity", count=2, params={"skus": ["MO-500"]})
    assert lazada.write("/product/price_quantity/update", offers(*rows))["code"] == "501"
    lazada.sandbox.switch("lazada", partial_code="0")
    answer = lazada.write("/product/price_quantity/update", offers(*rows))
    assert (answer["code"], answer["detail"][0]["seller_sku"]) == ("0", "MO-500")
    assert [sku["quantity"] for sku in lazada.products()[0]["skus"]] == [10, 44]


def test_a_batch_names_skus_by_id_and_has_fifty_at_most(lazada, made) -> None:
    path, sku_id = "/product/price_quantity/update", str(made["sku_list"][0]["sku_id"])
    assert lazada.write(path, offers(*[{"SkuId": sku_id, "Price": "5000"}] * 51))["code"] == "4171"
    assert "no longer supported" in said(lazada.write(path, offers({"SellerSku": "MO-500", "Price": "5000"})))
    wrong_item = {"ItemId": "5", "SkuId": sku_id, "Price": "5000"}
    assert "ITEM_NOT_FOUND" in said(lazada.write(path, offers(wrong_item)))
    several = {"SkuId": sku_id, "MultiWarehouseInventories": {"MultiWarehouseInventory": [
        {"WarehouseCode": "dropshipping", "Quantity": "33"}]}}  # fmt: skip
    assert lazada.write(path, offers(several))["code"] == "501"
    lazada.sandbox.switch("lazada", multi_warehouse=True)
    assert lazada.write(path, offers(several))["code"] == "0"
    assert stock_of(lazada, made["item_id"]) == (33, 33)


def test_numbers_in_a_json_sku_are_refused_or_taken(lazada, made) -> None:
    row = {"SkuId": made["sku_list"][0]["sku_id"], "Price": 155000}
    assert lazada.write("/product/price_quantity/update", offers(row))["code"] == "1001"
    lazada.sandbox.switch("lazada", sku_values="any")
    assert lazada.write("/product/price_quantity/update", offers(row))["code"] == "0"


def test_sale_prices_show_and_clear_only_where_the_switch_lets_them(lazada, made) -> None:
    sku = {"SkuId": str(made["sku_list"][0]["sku_id"])}
    path = "/product/price_quantity/update"
    sale = {"SalePrice": "120000", "SaleStartDate": "2026-12-01", "SaleEndDate": "2026-12-31"}
    assert lazada.write(path, offers(sku | sale))["code"] == "0"
    row = lazada.item(made["item_id"])["skus"][0]
    assert (row["special_price"], row["special_to_date"]) == (120000.0, "2026-12-31")
    assert lazada.write(path, offers(sku | {"SalePrice": "0"}))["code"] == "501"
    lazada.sandbox.switch("lazada", clear_special_price="zero_clears")
    assert lazada.write(path, offers(sku | {"SalePrice": "0"}))["code"] == "0"
    assert lazada.item(made["item_id"])["skus"][0]["special_price"] == 0.0
    lazada.sandbox.switch("lazada", special_price_min_ratio=0.5)
    assert "RATE_OUT_OF_RANGE" in said(lazada.write(path, offers(sku | {"SalePrice": "1000"})))


def test_sku_pictures_are_replaced(lazada, made) -> None:
    sku, red = {"SkuId": str(made["sku_list"][0]["sku_id"])}, lazada.picture("red")
    assert lazada.write("/images/set", offers(sku | {"Images": {"Image": [red]}}))["data"] == {}
    assert lazada.item(made["item_id"])["skus"][0]["Images"] == [red]
    outside = offers(sku | {"Images": {"Image": ["https://x.vn/p/a.jpg"]}})
    assert "BIZ_CHECK_EXIST_OUTER_IMAGE" in said(lazada.write("/images/set", outside))
    assert lazada.write("/images/set", offers({"SkuId": "7", "Images": {"Image": [red]}}))["code"] == "4136"
    assert lazada.write("/images/set", offers(sku | {"Images": {"Image": [red] * 9}}))["code"] == "203"
