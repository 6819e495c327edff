"""Tiki in a box: approved products, their price, stock, status and content."""

import pytest
import requests
from tiki_client import a_variant, two_variants


@pytest.fixture
def product_id(tiki) -> int:
    return tiki.create(meta_data={"is_auto_turn_on": True})[0]["product_id"]


def test_price_stock_and_status_are_set_at_once(tiki, product_id) -> None:
    stocks = [{"warehouse_id": 371835, "qty_available": 17}]
    status, body = tiki.put("/v2.1/products/updateSku", product_id=product_id, price=160000, active=0,
                            seller_warehouse="371835, 371836", warehouse_quantities=stocks)  # fmt: skip
    assert (status, body) == (200, {"state": "approved"})
    row = tiki.product(product_id)
    assert (row["price"], row["active"], row["original_sku"]) == (160000, 0, "MO-500")
    assert tiki.stock(product_id) == {371835: (17, 17), 371836: (3, 3)}
    assert tiki.put("/v2/products/updateSku", original_sku="MO-500", active=1)[0] == 200
    assert tiki.product(product_id)["active"] == 1


def test_available_includes_what_open_orders_hold(tiki, product_id) -> None:
    edit = {"platform": "tiki", "sku": "MO-500", "change": {"reserve": {"MO-500": 5}}}
    tiki.sandbox.post("/edit", edit)
    assert tiki.stock(product_id)[371835] == (7, 2)
    stocks = [{"warehouse_id": 371835, "qty_available": 2}]
    tiki.put("/v2.1/products/updateSku", product_id=product_id, warehouse_quantities=stocks)
    assert tiki.stock(product_id)[371835] == (2, 0)


@pytest.mark.parametrize(("body", "status", "text"), [
    ({"price": 19000}, 422, "Price is not valid because less than ten percent listing price"),
    ({"price": 0}, 422, "price"), ({"price": "9"}, 422, "price"), ({"active": 2}, 422, "active"),
    ({"warehouse_quantities": [{"warehouse_id": 15936811, "qty_available": 1}]}, 400,
     "update error [Warehouse '[15936811]' are not found]"),
    ({"warehouse_quantities": [{"warehouse_id": 371835, "qty_available": -1}]}, 422, "qty_available"),
    ({"product_id": 5}, 404, "Product not found"), ({"product_id": None}, 400, "must be provided"),
])  # fmt: skip
def test_wrong_offers_are_refused_and_change_nothing(tiki, product_id, body, status, text) -> None:
    before = tiki.product(product_id)
    answer, told = tiki.put("/v2.1/products/updateSku", **({"product_id": product_id} | body))
    assert (answer, text in told["errors"][0]) == (status, True)
    assert ("meta" in told) == (answer == 400 and "warehouse_quantities" in body)
    assert tiki.product(product_id) == before


@pytest.mark.parametrize(("single", "batch"), [(False, True), (True, False)])
def test_warehouses_left_out_are_zeroed_as_the_switches_say(tiki, product_id, single, batch) -> None:
    tiki.sandbox.switch("tiki", single_update_zeroes_missing=single, batch_zeroes_missing=batch)
    entry = {"product_id": product_id, "warehouse_quantities": [{"warehouse_id": 371835, "qty_available": 9}]}
    tiki.put("/v2.1/products/updateSku", **entry)
    assert tiki.stock(product_id)[371836][0] == (0 if single else 3)
    tiki.put("/v2.1/products/updateSku", product_id=product_id,
             warehouse_quantities=[{"warehouse_id": 371836, "qty_available": 3}])  # fmt: skip
    assert tiki.put("/v2.1/products/updateSkus", data=[entry]) == (200, {"state": "approved"})
    assert tiki.stock(product_id)[371836][0] == (0 if batch else 3)


def test_a_batch_is_all_or_some_as_the_switch_says(tiki) -> None:
    first, second = (p["product_id"] for p in tiki.create(**two_variants()))
    rows = [{"product_id": first, "price": 151000, "status": 1}, {"product_id": second, "price": 1}]
    assert tiki.put("/v2.1/products/updateSkus", data=rows)[0] == 422
    assert tiki.product(first)["price"] == 150000
    tiki.sandbox.switch("tiki", batch_partial="others_applied")
    status, body = tiki.put("/v2.1/products/updateSkus", data=rows)
    assert (status, [row["state"] for row in body["data"]]) == (200, ["approved", "rejected"])
    assert (tiki.product(first)["price"], tiki.product(first)["active"]) == (151000, 1)
    tiki.sandbox.switch("tiki", batch_answer="rows", batch_limit=1)
    assert len(tiki.put("/v2.1/products/updateSkus", data=rows[:1])[1]["data"]) == 1
    assert tiki.put("/v2.1/products/updateSkus", data=rows)[0] == 422
    assert tiki.put("/v2.1/products/updateSkus", data={})[0] == 400


def test_status_three_hides_a_product(tiki, product_id) -> None:
    tiki.put("/v2.1/products/updateSkus", data=[{"product_id": product_id, "status": 3}])
    assert tiki.product(product_id)["is_hidden"] is True
    assert tiki.get("/v2.1/products")["data"] == []
    tiki.put("/v2.1/products/updateSkus", data=[{"product_id": product_id, "status": 2}])
    assert tiki.get("/v2.1/products")["data"][0]["active"] == 0


def test_approved_may_have_no_effect_or_a_late_one(tiki, product_id) -> None:
    def write(price: int) -> int:
        body = {"product_id": product_id, "price": price}
        assert tiki.put("/v2.1/products/updateSku", **body) == (200, {"state": "approved"})
        return tiki.product(product_id)["price"]

    tiki.sandbox.fault("tiki", "no_effect", "products.update_sku", count=1)
    assert write(160000) == 150000
    assert write(161000) == 161000
    tiki.sandbox.switch("tiki", approved_without_effect=True)
    assert write(162000) == 161000
    tiki.sandbox.switch("tiki", approved_without_effect=False, apply_lag_seconds=30)
    assert write(163000) == 161000
    tiki.sandbox.post("/clock", {"advance": 31})
    assert tiki.product(product_id)["price"] == 163000


def test_products_of_others_may_not_be_changed(tiki, product_id) -> None:
    tiki.sandbox.post("/edit", {"platform": "tiki", "sku": "MO-500", "change": {"foreign": True}})
    status, body = tiki.put("/v2.1/products/updateSku", product_id=product_id, price=160000)
    assert (status, body["errors"]) == (403, ["you do not have permission to update this product"])
    info = {"product_id": product_id, "attributes": {"description": "x"}}
    assert tiki.call("POST", "/v2/requests/updateProductInfo", info)[0] == 403


def test_a_seller_sku_is_given_anew_and_stays_unique(tiki) -> None:
    first, second = (p["product_id"] for p in tiki.create(**two_variants()))
    path = "/v2/products/updateOriginalSku"
    assert tiki.call("POST", path, {"product_id": first, "original_sku": "NEW"})[1] == {"state": "approved"}
    assert tiki.call("POST", path, {"product_id": second, "original_sku": "NEW"})[0] == 422
    assert tiki.get("/v2.1/products/findBy", original_sku="NEW")["data"][0]["product_id"] == first
    assert tiki.get("/v2.1/products/findBy", original_sku="MO-500")["data"] == []


def test_content_is_changed_through_a_tracked_request(tiki, product_id) -> None:
    body = {"product_id": product_id, "name": "Mật ong rừng", "image": f"{tiki.pictures}/b.jpg",
            "attributes": {"description": "Mới", "expiry_time": "12 tháng"}}  # fmt: skip
    before = tiki.product(product_id)
    status, told = tiki.call("POST", "/v2/requests/updateProductInfo", body)
    assert (status, told["state"]) == (200, "queuing")
    assert tiki.outcome(told["track_id"])["state"] == "update_product_approved"
    after = tiki.product(product_id)
    assert after["name"] == "Mật ong rừng"
    assert after["attributes"]["description"]["value"] == "Mới"
    assert after["attributes"]["expiry_time"]["value"] == "12 tháng"
    assert after["images"] != before["images"]
    assert after["price"] == before["price"]
    wrong = body | {"attributes": {"origin": "Narnia"}}
    row = tiki.outcome(tiki.call("POST", "/v2/requests/updateProductInfo", wrong)[1]["track_id"])
    assert row["reason"].startswith("Giá trị không tồn tại")
    assert tiki.call("POST", "/v2/requests/updateProductInfo", {"product_id": 5})[0] == 404


def test_products_are_paged_newest_first_and_filtered(tiki) -> None:
    assert tiki.get("/v2.1/products")["paging"] == {
        "total": 0, "per_page": 20, "current_page": 1, "last_page": 0, "from": 0, "to": 0}  # fmt: skip
    variants = [a_variant(f"V-{at:02d}", option1=str(at)) for at in range(55)]
    tiki.create(option_attributes=["size"], variants=variants)
    page = tiki.get("/v2.1/products", limit=100)
    assert (len(page["data"]), page["paging"]["last_page"], page["paging"]["from"]) == (50, 2, 0)
    assert page["data"][0]["original_sku"] == "V-54"
    rest = tiki.get("/v2.1/products", limit=50, page=2)
    assert (len(rest["data"]), rest["paging"]["from"], rest["paging"]["to"]) == (5, 50, 55)
    assert tiki.call("GET", "/v2.1/products", limit=101)[0] == 400
    assert tiki.call("GET", "/v2.1/products", page=0)[0] == 400
    tiki.put("/v2.1/products/updateSku", original_sku="V-07", active=1)
    assert [p["original_sku"] for p in tiki.get("/v2.1/products", active=1)["data"]] == ["V-07"]
    assert tiki.get("/v2.1/products", category_id=1)["data"] == []
    assert len(tiki.get("/v2.1/products", name="MẬT ONG")["data"]) == 20
    assert tiki.get("/v2.1/products", created_to_date="2020-01-01 00:00:00")["data"] == []
    assert tiki.call("GET", "/v2.1/products", created_to_date="2020")[0] == 400


def test_short_pages_still_add_up_to_the_last_page(tiki) -> None:
    tiki.sandbox.switch("tiki", short_pages=True)
    tiki.create(option_attributes=["s"], variants=[a_variant(f"V-{at}", option1=str(at)) for at in range(5)])
    first = tiki.get("/v2.1/products", limit=3)
    assert (len(first["data"]), first["paging"]["last_page"]) == (2, 3)
    pages = [tiki.get("/v2.1/products", limit=3, page=at)["data"] for at in (1, 2, 3)]
    assert len({p["product_id"] for page in pages for p in page}) == 5


def test_ids_and_active_have_the_shape_of_the_switches(tiki, product_id) -> None:
    new = tiki.get("/v2.1/products")["data"][0]
    old = tiki.get("/v2/products")["data"][0]
    assert (new["product_id"], "id" in new, new["active"]) == (product_id, False, 1)
    assert (old["id"], "product_id" in old) == (product_id, False)
    tiki.sandbox.switch("tiki", id_field="id", active_as="string")
    row = tiki.get(f"/v2.1/products/{product_id}")
    assert (row["id"], row["active"]) == (product_id, "1")


def test_extra_blocks_come_only_when_asked_for(tiki, product_id) -> None:
    listed = tiki.get("/v2.1/products", include="inventory,images")["data"][0]
    assert listed["inventory"]["fulfillment_type"] == "dropship"
    assert requests.get(listed["images"][0]["url"], timeout=5).headers["content-type"] == "image/jpeg"
    bare = tiki.get(f"/v2.1/products/{product_id}")
    assert {"inventory", "images", "seller"}.isdisjoint(bare)
    assert tiki.get(f"/v2.1/products/{product_id}", includes="seller")["seller"]["name"]
    assert tiki.call("GET", "/v2.1/products/5")[0] == 404


def test_the_list_may_lag_behind_while_the_detail_does_not(tiki, product_id) -> None:
    tiki.sandbox.switch("tiki", list_lag_seconds=60)
    assert tiki.get("/v2.1/products")["data"] == []
    assert tiki.product(product_id)["product_id"] == product_id
    tiki.sandbox.post("/clock", {"advance": 61})
    assert len(tiki.get("/v2.1/products")["data"]) == 1


def test_a_hand_edit_is_seen_by_the_next_read(tiki, product_id) -> None:
    change = {"title": "Khác", "price": {"MO-500": 1000}, "stock": {"MO-500": 4}, "visible": False}
    tiki.sandbox.post("/edit", {"platform": "tiki", "sku": "MO-500", "change": change})
    row = tiki.product(product_id)
    assert (row["name"], row["price"], row["active"]) == ("Khác", 1000, 0)
    assert sum(sellable for _, sellable in tiki.stock(product_id).values()) == 4
    tiki.sandbox.post("/edit", {"platform": "tiki", "sku": "MO-500", "change": {"delete": True}})
    assert tiki.call("GET", f"/v2.1/products/{product_id}")[0] == 404
    tiki.create()  # the seller SKU is free again
