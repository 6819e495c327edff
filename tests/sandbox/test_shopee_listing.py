"""Shopee's listing path end to end: catalogue, pictures, items and their review."""

import pytest
import requests
from shopee_client import LIFE, MAKER, ORIGIN, Client, a_picture, tiers_of


@pytest.fixture
def shop(sandbox) -> Client:
    sandbox.switch("shopee", settle_seconds=0)
    c = sandbox.credentials("shopee")
    return Client(c["base_url"], c["partner_id"], c["partner_key"], c["shop_id"], c["access_token"])


def base_info(shop: Client, *ids: int) -> list[dict]:
    return shop.read("get_item_base_info", item_id_list=",".join(map(str, ids)))["response"]["item_list"]


# Catalogue


def test_the_tree_has_leaves_and_two_languages(shop) -> None:
    rows = shop.read("get_category", language="vi")["response"]["category_list"]
    parents = {row["parent_category_id"] for row in rows}
    assert all(row["has_children"] == (row["category_id"] in parents) for row in rows)
    assert "Mật ong và siro" in {row["display_category_name"] for row in rows}
    assert shop.read("get_category", language="fr")["error"] == "product.error_invalid_language"


@pytest.mark.parametrize(
    ("title", "leaf"),
    [("Nước mắm cốt cá cơm", 100867), ("Trà hoa cúc thảo mộc", 100877), ("Bình gốm Bát Tràng", 100891)],
)
def test_a_title_recommends_a_leaf(shop, title: str, leaf: int) -> None:
    assert shop.read("category_recommend", item_name=title)["response"]["category_id"][0] == leaf


@pytest.mark.parametrize(
    "spelling",
    [
        [("category_id_list", "100868"), ("category_id_list", "100891")],
        [("category_id_list", "100868,100891")],
        [("category_id_list", "[100868,100891]")],
        [("category_ids", "100868"), ("category_ids[]", "100891")],
    ],
)
def test_attribute_trees_take_every_spelling_of_an_array(shop, spelling) -> None:
    query = [*spelling, ("language", "vn")]
    rows = shop.get("product/get_attribute_tree", query).json()["response"]["list"]
    assert [row["category_id"] for row in rows] == [100868, 100891]
    mandatory = {a["attribute_id"] for a in rows[0]["attribute_tree"] if a["mandatory"]}
    assert mandatory == {100095, 100010, 100706}


def test_brands_are_paged(shop) -> None:
    query = {"offset": 0, "page_size": 5, "category_id": 100888, "status": 1}
    first = shop.read("get_brand_list", **query)["response"]
    assert (len(first["brand_list"]), first["has_next_page"], first["is_mandatory"]) == (5, True, True)
    second = shop.read("get_brand_list", **(query | {"offset": first["next_offset"]}))["response"]
    assert not {b["brand_id"] for b in first["brand_list"]} & {b["brand_id"] for b in second["brand_list"]}


def test_gtin_limit_sits_beside_the_response_or_inside(sandbox, shop) -> None:
    assert "gtin_limit" in shop.read("get_item_limit", category_id=100868)
    sandbox.switch("shopee", gtin_limit_inside=True)
    assert "gtin_limit" in shop.read("get_item_limit")["response"]


def test_a_category_without_pre_order_says_minus_one_and_refuses_it(shop) -> None:
    limits = shop.read("get_item_limit", category_id=100860)["response"]
    assert limits["dts_limit"]["days_to_ship_limit"] == {"min_limit": -1, "max_limit": -1}
    body = shop.an_item(category_id=100860, pre_order={"is_pre_order": True, "days_to_ship": 10})
    assert refused(shop, body) == "error_param_category_not_support_pre_order"


def test_a_carrier_that_is_off_or_masked_cannot_be_enabled(shop) -> None:
    rows = shop.get("logistics/get_channel_list").json()["response"]["logistics_channel_list"]
    usable = {r["logistics_channel_id"] for r in rows if r["enabled"] and r["mask_channel_id"] == 0}
    assert usable == {50021, 50022}
    for channel in {r["logistics_channel_id"] for r in rows} - usable:
        body = shop.an_item(logistic_info=[{"logistic_id": channel, "enabled": True}])
        assert refused(shop, body) == "error_invalid_logistic_info"


def test_warehouses_are_an_array_only_for_shops_that_have_several(sandbox, shop) -> None:
    answer = shop.get("shop/get_warehouse_detail").json()
    assert (answer["error"], answer["response"]) == ("warehouse.error_not_in_whitelist", None)
    sandbox.switch("shopee", warehouses=["VN10AA1UZ", "VN10AA2UZ"])
    rows = shop.get("shop/get_warehouse_detail").json()["response"]
    assert [row["location_id"] for row in rows] == ["VN10AA1UZ", "VN10AA2UZ"]


# Pictures


@pytest.mark.parametrize("by_shop", [False, True])
def test_a_picture_uploads_under_both_signatures_and_can_be_fetched(shop, by_shop: bool) -> None:
    picture = a_picture()
    info = shop.upload(picture, shop=by_shop).json()["response"]["image_info"]
    assert info["image_id"].startswith("vn-11134207-")
    assert requests.get(info["image_url_list"][0]["image_url"], timeout=5).content == picture


@pytest.mark.parametrize(
    "data", [a_picture(16), b"not a picture", a_picture(600, "GIF")], ids=["tiny", "text", "gif"]
)
def test_what_is_no_proper_picture_is_refused(shop, data: bytes) -> None:
    answer = shop.upload(data).json()
    assert (answer["error"], answer["message"]) == (
        "product.error_param",
        "image is invalid or not supported",
    )


def test_one_bad_picture_among_good_ones_fails_alone(shop) -> None:
    answer = shop.upload(a_picture(), b"rubbish").json()
    assert answer["error"] == ""
    assert [row["error"] for row in answer["response"]["image_info_list"]] == ["", "product.error_param"]


# Creating


def refused(shop: Client, body: dict) -> str:
    answer = shop.product("add_item", body)
    assert "response" not in answer, answer
    return answer["error"].removeprefix("product.")


def test_an_added_item_is_live_and_reads_back_with_the_known_differences(shop) -> None:
    answer = shop.product("add_item", shop.an_item(original_price=99000.4))
    made = answer["response"]
    assert made["price_info"] == {"current_price": 99000, "original_price": 99000}
    assert made["weight"] == 0.65
    assert answer["debug_message"] == ""
    (read,) = base_info(shop, made["item_id"])
    assert read["price_info"][0]["original_price"] == 99000
    assert read["weight"] == "0.65"
    assert read["brand"] == {"brand_id": 0, "original_brand_name": "NoBrand"}
    assert read["deboost"] == "FALSE"
    assert read["stock_info_v2"]["seller_stock"] == [{"location_id": "VNZ", "stock": 10, "if_saleable": True}]
    assert shop.read("get_model_list", item_id=made["item_id"])["response"] == {
        "tier_variation": [],
        "model": [],
        "standardise_tier_variation": [],
    }


def test_adding_twice_makes_two_listings(sandbox, shop) -> None:
    first, second = shop.add(), shop.add()
    twins = sandbox.get("/state")["shopee"]["duplicates"]
    assert twins == [{"sku": "MAT-ONG-1", "listing_ids": [str(first), str(second)]}]


LONG_TAGS = "Mật ong nguyên chất, quay tay, lọc một lần. " * 4 + "#ocop " * 19
ONE_GRAM = {"value_id": 0, "original_value_name": "một", "value_unit": "g"}
POST_ECONOMY = [{"logistic_id": 50022, "enabled": True}]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item_name": "  "}, "error_item_name_empty"),
        ({"item_name": "Mật ong"}, "error_item_name_is_too_short"),
        ({"item_name": "x" * 121}, "error_title_exceeds_max_length"),
        ({"item_name": "Mật ong hoa nhãn\n"}, "error_title_character_forbidden"),
        ({"description": "ngắn"}, "error_desc_length_min_limit"),
        ({"description": LONG_TAGS}, "error_desc_hash_tag_over_limit"),
        ({"image": {"image_id_list": []}}, "error_image_num_min"),
        ({"image": {"image_id_list": ["vn-11134207-none"]}}, "error_param"),
        ({"category_id": 100629}, "error_incalid_category"),
        ({"category_id": 1}, "error_invalid_category"),
        ({"category_id": 100880}, "error_forbidden_category"),
        ({"attribute_list": [ORIGIN, LIFE]}, "error_less_required_attribute"),
        ({"attribute_list": [ORIGIN, LIFE, MAKER, {"attribute_id": 5}]}, "error_invalid_category_attribute"),
        ({"attribute_list": [{"attribute_id": 100095, "attribute_value_list": [{"value_id": 7}]}]},
         "error_invalid_attribute_value"),
        ({"attribute_list": [{"attribute_id": 100706, "attribute_value_list": [{"value_id": 9}]}]},
         "error_value_id_must_equal_zero"),
        ({"attribute_list": [{"attribute_id": 100706, "attribute_value_list": [{"value_id": 0}]}]},
         "error_value_name_required"),
        ({"attribute_list": [{"attribute_id": 100963, "attribute_value_list": [ONE_GRAM]}]},
         "error_invalid_attribute_value"),
        ({"category_id": 100888, "brand": None}, "error_less_required_brand"),
        ({"brand": {"brand_id": 0}}, "error_incalid_brand"),
        ({"brand": {"brand_id": 9, "original_brand_name": "x"}}, "error_invalid_brand"),
        ({"original_price": 999}, "error_price_exceed_min_limitt"),
        ({"original_price": 120_000_001}, "error_price_exceed_max_limitt"),
        ({"original_price": "99000"}, "error_invalid_price"),
        ({"weight": 0}, "error_param"),
        ({"logistic_info": [{"logistic_id": 50022, "enabled": False}]}, "error_invalid_logistic_info"),
        ({"logistic_info": [{"logistic_id": 50021, "enabled": True}]}, "error_param"),
        ({"weight": 25, "logistic_info": POST_ECONOMY}, "error_invalid_logistic_info"),
        ({"pre_order": {"is_pre_order": True, "days_to_ship": 3}}, "error_invalid_days_to_ship"),
        ({"pre_order": {"is_pre_order": True, "days_to_ship": 31}}, "error_param_dts_exceeds_max_limit"),
        ({"item_sku": "S" * 101}, "error_param"),
        ({"seller_stock": [{"stock": 1_000_000}]}, "error_param"),
    ],
)  # fmt: skip
def test_a_bad_field_has_its_own_code(shop, changes: dict, code: str) -> None:
    assert refused(shop, shop.an_item(**changes)) == code


def test_a_child_attribute_counts_only_under_its_parent_value(shop) -> None:
    child = {"attribute_id": 100999, "attribute_value_list": [{"value_id": 3001}]}
    parent = {"attribute_id": 100998, "attribute_value_list": [{"value_id": 1301}]}
    shop.add(attribute_list=[ORIGIN, LIFE, MAKER, parent, child])
    body = shop.an_item(attribute_list=[ORIGIN, LIFE, MAKER, child])
    assert refused(shop, body) == "error_invalid_category_attribute"


def test_missing_fields_and_broken_bodies_read_as_measured(shop) -> None:
    answer = shop.product("delete_item", {})
    assert answer["error"] == "product.error_param"
    assert answer["message"] == "invalid field ItemId: value must  Not Null"
    assert shop.post("product/add_item").json()["message"] == "EOF"


def test_the_served_limits_are_the_enforced_ones(sandbox, shop) -> None:
    sandbox.switch("shopee", title_limit=[20, 40])
    served = shop.read("get_item_limit")["response"]["item_name_length_limit"]
    assert served == {"min_limit": 20, "max_limit": 40}
    assert refused(shop, shop.an_item(item_name="x" * 41)) == "error_title_exceeds_max_length"
    sandbox.switch("shopee", item_count_limit=0)
    assert refused(shop, shop.an_item()) == "error_reach_shop_item_limit"


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [
        ("price_limit", [100_000, 200_000], "error_price_exceed_min_limitt"),
        ("stock_limit", [11, 20], "error_param"),
        ("description_limit", [500, 3000], "error_desc_length_min_limit"),
        ("image_count_limit", [2, 9], "error_image_num_min"),
        ("dimension_mandatory", True, "error_param"),
        ("forbidden_categories", [100868], "error_forbidden_category"),
    ],
)
def test_an_item_within_the_defaults_is_refused_by_a_tighter_limit(
    sandbox, shop, switch: str, value: object, code: str
) -> None:
    shop.add()
    sandbox.switch("shopee", **{switch: value})
    assert refused(shop, shop.an_item()) == code


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [
        ("tier_name_limit", [3, 14], "error_tier_var_name_too_long"),
        ("option_name_limit", [5, 20], "error_tier_opt_val_too_long"),
        ("models_per_item", 1, "error_model_count_over_limit"),
        ("price_ratio", 1.1, "error_price_out_of_range"),
    ],
)
def test_a_structure_within_the_defaults_is_refused_by_a_tighter_limit(
    sandbox, shop, switch: str, value: object, code: str
) -> None:
    shop.add_with_models(50000, 60000)
    item = shop.add()
    sandbox.switch("shopee", **{switch: value})
    assert shop.product("init_tier_variation", tiers_of(item, 50000, 60000))["error"] == f"product.{code}"


def test_the_smallest_picture_and_the_status_of_refusals_are_switches(sandbox, shop) -> None:
    sandbox.switch("shopee", image_min_pixels=10, business_status=400)
    assert shop.upload(a_picture(16)).json()["error"] == ""
    assert shop.post("product/add_item", {}).status_code == 400


def test_codes_lose_their_prefix_by_switch(sandbox, shop) -> None:
    sandbox.switch("shopee", code_prefix=False)
    assert shop.product("add_item", shop.an_item(category_id=1))["error"] == "error_invalid_category"


def test_a_review_keeps_an_item_waiting_and_may_end_in_a_ban(sandbox, shop) -> None:
    sandbox.switch("shopee", review_seconds=60, ban_words=["thần dược"])
    good, bad = shop.add(), shop.add(item_name="Mật ong thần dược chữa bách bệnh")
    assert [i["item_status"] for i in base_info(shop, good, bad)] == ["REVIEWING", "REVIEWING"]
    sandbox.post("/clock", {"advance": 61})
    assert [i["item_status"] for i in base_info(shop, good, bad)] == ["NORMAL", "BANNED"]
    body = shop.read("get_item_violation_info", item_id_list=f"{bad},99")
    assert "error" not in body
    first, unknown = body["response"]["item_list"]
    assert first["item_status_details"][0]["violation_reason"]
    assert unknown["fail_error"]


# Updating


def test_an_update_merges_and_lists_replace(shop) -> None:
    item = shop.add()
    answer = shop.product("update_item", {"item_id": item, "item_name": "Mật ong hoa nhãn Ba Vì, mới"})
    assert answer["error"] == ""
    (read,) = base_info(shop, item)
    assert (read["item_name"], read["item_sku"]) == ("Mật ong hoa nhãn Ba Vì, mới", "MAT-ONG-1")
    broken = shop.product("update_item", {"item_id": item, "attribute_list": [ORIGIN]})
    assert broken["error"] == "product.error_less_required_attribute"
    shop.product("update_item", {"item_id": item, "item_sku": "", "original_price": 5})
    (read,) = base_info(shop, item)
    assert (read["item_sku"], read["price_info"][0]["original_price"]) == ("", 99000)


def test_the_echo_of_a_status_may_be_stale(sandbox, shop) -> None:
    item = shop.add()
    hide = {"item_id": item, "item_status": "UNLIST"}
    assert shop.product("update_item", hide)["response"]["item_status"] == "NORMAL"
    assert base_info(shop, item)[0]["item_status"] == "UNLIST"
    sandbox.switch("shopee", stale_echo=False)
    show = {"item_id": item, "item_status": "NORMAL"}
    assert shop.product("update_item", show)["response"]["item_status"] == "NORMAL"


def test_edits_may_be_reviewed_again_and_carriers_passed_over(sandbox, shop) -> None:
    item = shop.add()
    sandbox.switch("shopee", review_edits=True, review_seconds=30, update_takes_logistics=False)
    other = [{"logistic_id": 50015, "enabled": True}]
    assert shop.product("update_item", {"item_id": item, "logistic_info": other})["error"] == ""
    (read,) = base_info(shop, item)
    assert (read["item_status"], read["logistic_info"][0]["logistic_id"]) == ("REVIEWING", 50022)
    sandbox.switch("shopee", update_takes_logistics=True)
    answer = shop.product("update_item", {"item_id": item, "logistic_info": other})
    assert answer["error"] == "product.error_invalid_logistic_info"
