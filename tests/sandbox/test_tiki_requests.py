"""Tiki in a box: product requests from the first check to a verdict."""

import json
import time

import pytest
from shelf import SLOW_SECONDS
from tiki_client import a_variant, attributes, two_variants

STATES = ["queuing", "processing", "bot_awaiting_approve", "awaiting_approve", "approved"]


def test_a_request_passes_its_states_with_the_clock(tiki) -> None:
    tiki.sandbox.switch("tiki", review_seconds=400)
    track_id = tiki.submit()
    seen = [tiki.get(f"/v2/tracking/{track_id}")]
    assert seen[0]["request_id"] is None
    for _ in range(4):
        tiki.wait_for_downloads(track_id)
        tiki.sandbox.post("/clock", {"advance": 101})
        seen.append(tiki.get(f"/v2/tracking/{track_id}"))
    assert [row["state"] for row in seen] == STATES
    assert len(seen[2]["request_id"]) == 19
    assert seen[-1]["reason"] is None


def test_every_variant_becomes_a_product_of_its_own_under_one_master(tiki) -> None:
    products = tiki.create(**two_variants())
    assert [p["original_sku"] for p in products] == ["MO-500", "MO-1KG"]
    assert len({p["product_id"] for p in products}) == 2
    assert len({p["master_id"] for p in products}) == 1
    assert [p["active"] for p in products] == [0, 0]
    assert [(p["price"], p["market_price"]) for p in products] == [(150000, 200000), (280000, 300000)]
    assert all(len(p["sku"]) == 13 and p["entity_type"] == "seller_simple" for p in products)
    assert products[1]["attributes"]["Khối lượng"]["value"] == "1 kg"
    assert tiki.stock(products[0]["product_id"]) == {371835: (7, 7), 371836: (3, 3)}
    shown = tiki.sandbox.get("/state")["tiki"]
    assert (shown["count"], shown["by_state"], shown["duplicates"]) == (2, {"hidden": 2}, [])


def test_products_are_on_at_once_only_if_asked(tiki) -> None:
    assert tiki.create(meta_data={"is_auto_turn_on": True})[0]["active"] == 1


def test_variants_inherit_and_override(tiki) -> None:
    own = a_variant("B", option1="b", name="Tên riêng", description="Riêng", image=f"{tiki.pictures}/b.jpg",
                    attributes={"origin": "Lào"})  # fmt: skip
    first, second = tiki.create(option_attributes=["size"], variants=[a_variant("A", option1="a"), own])
    assert (first["name"], second["name"]) == ("Mật ong hoa nhãn Sơn Tây", "Tên riêng")
    assert second["attributes"]["description"]["value"] == "Riêng"
    assert [p["attributes"]["origin"]["value"] for p in (first, second)] == ["Việt Nam", "Lào"]
    assert first["images"][0]["url"] != second["images"][0]["url"]
    assert second["attributes"]["bulky"]["value"] == "0"


WRONG = [
    ({"category_id": 1}, 404, "Category not found id: 1"),
    ({"category_id": 4421}, 422, "not primary"),
    ({"category_id": "15077"}, 422, "category_id"),
    ({"name": "ab"}, 422, "name must be between"),
    ({"name": "x" * 256}, 422, "name must be between"),
    ({"description": ""}, 422, "description"),
    ({"image": None}, 422, "image must not be blank"),
    ({"images": None}, 422, "images must not be null"),
    ({"option_attributes": None}, 422, "option_attributes must not be null"),
    ({"option_attributes": ["a", "b", "c"]}, 422, "at most 2"),
    ({"variants": []}, 422, "variants must not be empty"),
    ({"variants": ["x"]}, 422, "variants must be objects"),
    ({"certificate_files": ["x"]}, 422, "certificate_files"),
    ({"option_attributes": [{"a": 1}]}, 422, "option_attributes"),
    ({"market_price": "dear"}, 422, "market_price"),
    ({"option_attributes": ["size", "color"], "variants": [a_variant(option1="a")]}, 422,
     "variants don't match with option_attributes => variants option2 missing"),
    ({"variants": [a_variant(price=0)]}, 422, "variants should have price > 0"),
    ({"variants": [a_variant(sku="")]}, 422, "sku must not be blank"),
    ({"variants": [a_variant(), a_variant("B")]}, 422, "option_attributes is empty"),
    ({"option_attributes": ["s"], "variants": [a_variant(option1="a"), a_variant(option1="b")]}, 422,
     "sku is duplicated"),
    ({"option_attributes": ["s"], "variants": [a_variant(option1="a"), a_variant("B", option1="a")]}, 422,
     "options are duplicated"),
    ({"variants": [a_variant(inventory_type="cross_border")]}, 422,
     "variants inventory_type error => Seller haven't registered inventory_type = cross_border ,"
     "please choose 1 over here : [dropship]"),
    ({"variants": [a_variant(seller_warehouse="1,371835")]}, 422, "Warehouse '[1]' are not found"),
    ({"variants": [a_variant(seller_warehouse=371835)]}, 422, "must be a string"),
    ({"variants": [a_variant(warehouse_stocks=[{"warehouseId": 371837, "qtyAvailable": 1}])]}, 422,
     "Warehouse '[371837]' are not found"),
    ({"variants": [a_variant(warehouse_stocks=[{"warehouseId": 371835, "qtyAvailable": -1}])]}, 422, ">= 0"),
    ({"attributes": attributes(origin=None)}, 400, "Attribute origin is required"),
    ({"attributes": attributes(product_weight_kg="nặng")}, 400, "product_weight_kg must be a number"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "status", "text"), WRONG)
def test_a_wrong_shape_is_told_at_once(tiki, change, status, text) -> None:
    answer, body = tiki.call("POST", "/v2.1/requests", tiki.a_request(**change))
    assert answer == status
    assert text in " ".join(body["errors"])
    assert tiki.get("/v2/tracking") == []


def test_the_inventory_type_may_be_left_out_only_if_there_is_one(tiki) -> None:
    variant = a_variant(inventory_type=None)
    assert tiki.call("POST", "/v2.1/requests", tiki.a_request(variants=[variant]))[0] == 200
    tiki.sandbox.switch("tiki", operation_models=["dropship", "instock"])
    assert tiki.call("POST", "/v2.1/requests", tiki.a_request(variants=[variant]))[0] == 422
    old = a_variant("B", inventory_type="drop_ship")
    assert tiki.create(variants=[old])[0]["original_sku"] == "B"


def test_warehouse_and_min_code_are_needed_where_the_switch_says(tiki) -> None:
    bare = tiki.a_request(variants=[a_variant(seller_warehouse=None)])
    assert tiki.call("POST", "/v2.1/requests", bare)[0] == 200
    tiki.sandbox.switch("tiki", seller_warehouse_required=True)
    assert tiki.call("POST", "/v2.1/requests", bare)[0] == 422
    tiki.sandbox.switch("tiki", min_code_required=True)
    assert "min_code" in tiki.call("POST", "/v2.1/requests", tiki.a_request())[1]["errors"][0]
    coded = tiki.a_request(variants=[a_variant(min_code=25112410301512345)])
    assert tiki.call("POST", "/v2.1/requests", coded)[0] == 200


def test_the_same_seller_sku_is_accepted_and_rejected_later_with_json_in_the_reason(tiki) -> None:
    tiki.create()
    row = tiki.outcome(tiki.submit())
    assert row["state"] == "rejected"
    error = json.loads(row["reason"])["errors"][0]
    assert (error["code"], error["description"]) == (420, "Product code MO-500 is not unique")
    assert tiki.get("/v2.1/products")["paging"]["total"] == 1


def test_of_two_requests_under_way_the_first_one_built_wins(tiki) -> None:
    first, second = tiki.submit(), tiki.submit()
    states = {tiki.outcome(first)["state"], tiki.outcome(second)["state"]}
    assert states == {"approved", "rejected"}
    assert tiki.sandbox.get("/state")["tiki"]["duplicates"] == []


def test_small_pictures_are_dropped_without_a_word(tiki) -> None:
    product = tiki.create(images=[f"{tiki.pictures}/small.jpg", f"{tiki.pictures}/b.jpg"])[0]
    assert len(product["images"]) == 2  # a and b
    row = tiki.outcome(tiki.submit(variants=[a_variant("B")], image=f"{tiki.pictures}/small.jpg"))
    assert (row["state"], row["reason"]) == ("rejected", "product media is empty")


@pytest.mark.parametrize("address", ["{}/none.jpg", "{}/text.jpg", "https://example.com/a.jpg", "nonsense"])
def test_pictures_that_cannot_be_fetched_leave_nothing(tiki, address) -> None:
    row = tiki.outcome(tiki.submit(image=address.format(tiki.pictures)))
    assert (row["state"], row["reason"]) == ("rejected", "product media is empty")


def test_a_slow_picture_holds_the_request_in_processing_but_not_the_marketplace(tiki) -> None:
    track_id = tiki.submit(image=f"{tiki.pictures}/slow.jpg")
    asked = time.monotonic()
    tiki.sandbox.post("/clock", {"advance": 60})
    assert tiki.get(f"/v2/tracking/{track_id}")["state"] == "processing"
    assert time.monotonic() - asked < SLOW_SECONDS
    tiki.wait_for_downloads(track_id)
    assert tiki.outcome(track_id)["state"] == "approved"


def test_fashion_wants_taller_pictures(tiki) -> None:
    fashion = {"category_id": 9151, "attributes": attributes(material=["Lụa"])}
    assert tiki.outcome(tiki.submit(**fashion))["reason"] == "product media is empty"
    assert tiki.create(**fashion, image=f"{tiki.pictures}/tall.jpg")


def test_a_value_outside_the_list_is_rejected_in_review(tiki) -> None:
    row = tiki.outcome(tiki.submit(attributes=attributes(brand="No brand")))
    assert row["reason"].startswith("Giá trị không tồn tại trong danh sách quy định")


def test_missing_attributes_may_show_only_in_review(tiki) -> None:
    tiki.sandbox.switch("tiki", missing_attribute="async")
    row = tiki.outcome(tiki.submit(attributes=attributes(origin=None)))
    assert row["reason"] == "Attribute origin is required"


def test_a_price_below_a_tenth_of_the_list_price_is_rejected(tiki) -> None:
    row = tiki.outcome(tiki.submit(market_price=2_000_000))
    assert "less than ten percent" in row["reason"]


@pytest.mark.parametrize(("required", "category", "state"), [
    ("restricted", 23175, "rejected"), ("restricted", 15077, "approved"), ("all", 15077, "rejected"),
    ("none", 23175, "approved"),
])  # fmt: skip
def test_certificates_are_wanted_where_the_switch_says(tiki, required, category, state) -> None:
    tiki.sandbox.switch("tiki", required_documents=required)
    row = tiki.outcome(tiki.submit(category_id=category))
    assert row["state"] == state
    if state == "rejected":
        assert row["reason"].startswith("Category legal document is missing document_id = ")


def test_certificates_are_fetched_and_checked_by_the_legal_team(tiki) -> None:
    tiki.sandbox.switch("tiki", review_seconds=500)
    file = {"url": f"{tiki.pictures}/text.jpg", "type": "category", "document_id": 23}
    track_id = tiki.submit(category_id=23175, certificate_files=[file])
    tiki.wait_for_downloads(track_id)
    tiki.sandbox.post("/clock", {"advance": 250})
    assert tiki.get(f"/v2/tracking/{track_id}")["state"] == "md_awaiting_approve"
    assert tiki.outcome(track_id)["state"] == "approved"


def test_reviewers_reject_by_switch_by_fault_and_by_hand(tiki) -> None:
    tiki.sandbox.fault("tiki", "reject", "requests.create_product", count=1, params={"reason": "Ảnh xấu"})
    assert tiki.outcome(tiki.submit())["reason"] == "Ảnh xấu"
    tiki.sandbox.switch("tiki", reject_reason="Sai cấu hình")
    assert tiki.outcome(tiki.submit())["reason"] == "Sai cấu hình"
    track_id = tiki.submit()
    edit = {"platform": "tiki", "listing_id": track_id, "change": {"reject": "Thiếu giấy"}}
    tiki.sandbox.post("/edit", edit)
    assert tiki.outcome(track_id)["reason"] == "Thiếu giấy"
    assert tiki.sandbox.get("/state")["tiki"]["by_state"] == {"refused": 3}


def test_a_rejected_request_is_replayed_under_the_same_track_id(tiki) -> None:
    tiki.sandbox.fault("tiki", "reject", "requests.create_product", count=1)
    track_id = tiki.submit()
    assert tiki.call("POST", f"/v2/tracking/{track_id}/replay")[0] == 422
    assert tiki.outcome(track_id)["state"] == "rejected"
    status, body = tiki.call("POST", f"/v2/tracking/{track_id}/replay")
    assert (status, body) == (200, {"track_id": track_id, "state": "queuing"})
    assert tiki.outcome(track_id)["state"] == "approved"


def test_a_request_is_deleted_while_it_is_not_final(tiki) -> None:
    tiki.sandbox.switch("tiki", review_seconds=100)
    track_id = tiki.submit()
    assert tiki.call("GET", "/v2/requests/findBy", track_id=track_id)[0] == 404  # not built yet
    tiki.wait_for_downloads(track_id)
    tiki.sandbox.post("/clock", {"advance": 60})
    row = tiki.get("/v2/requests/findBy", track_id=track_id)["data"][0]
    assert row["state"] == "bot_awaiting_approve"
    status, body = tiki.call("DELETE", f"/v2/requests/{row['request_id']}")
    assert (status, body) == (200, {"request_id": row["request_id"], "state": "deleted"})
    assert tiki.call("DELETE", f"/v2/requests/{row['request_id']}")[0] == 422
    tiki.sandbox.post("/clock", {"advance": 600})
    assert tiki.get(f"/v2/tracking/{track_id}")["state"] == "deleted"
    other = tiki.submit()
    assert tiki.call("DELETE", "/v2/requests/findBy", track_id=other)[1]["state"] == "deleted"
    assert tiki.call("DELETE", "/v2/requests/123")[0] == 404


def test_requests_and_trackings_are_listed(tiki) -> None:
    tiki.create()
    tiki.outcome(tiki.submit())
    page = tiki.get("/v2/requests", include="products")
    assert [row["state"] for row in page["data"]] == ["rejected", "approved"]
    assert [len(row["products"]) for row in page["data"]] == [0, 1]
    assert page["data"][0]["reasons"]
    assert page["data"][1]["approved_at"]
    assert [row["state"] for row in tiki.get("/v2/requests", state="approved")["data"]] == ["approved"]
    assert len(tiki.get("/v2/tracking", limit=1)) == 1
    assert tiki.get("/v2/tracking", created_at_max="2020-01-01 00:00:00") == []
    assert tiki.call("GET", "/v2/tracking", created_at_max="gestern")[0] == 400


def test_the_parent_may_stand_among_the_products_of_a_request(tiki) -> None:
    tiki.sandbox.switch("tiki", request_lists_master=True)
    parent, child = tiki.create()
    assert (parent["entity_type"], parent["original_sku"]) == ("master_simple", None)
    assert parent["product_id"] == child["master_id"]


def test_a_track_id_is_kept_for_thirty_days(tiki) -> None:
    track_id = tiki.submit()
    request_id = tiki.outcome(track_id)["request_id"]
    tiki.sandbox.switch("tiki", expires_in=10_000_000)
    tiki.renew()
    tiki.sandbox.post("/clock", {"advance": 31 * 86400})
    assert tiki.call("GET", f"/v2/tracking/{track_id}")[0] == 404
    assert tiki.get(f"/v2/requests/{request_id}")["state"] == "approved"
