"""Shopee's variations in the sandbox: tiers, models, and what a change of shape destroys."""

import pytest
from shopee_client import Client, tiers_of

from tests.sandbox.test_shopee_listing import base_info

TIERS = "standardise_tier_variation"


@pytest.fixture
def shop(sandbox) -> Client:
    sandbox.switch("shopee", settle_seconds=0)
    c = sandbox.credentials("shopee")
    return Client(c["base_url"], c["partner_id"], c["partner_key"], c["shop_id"], c["access_token"])


def test_an_item_settles_before_it_takes_variations(sandbox, shop) -> None:
    sandbox.switch("shopee", settle_seconds=5)
    item = shop.add()
    body = tiers_of(item, 50000, 60000)
    assert shop.product("init_tier_variation", body)["error"] == "product.error_item_not_found"
    sandbox.switch("shopee", settle_error="error_busi")
    assert shop.product("init_tier_variation", body)["error"] == "product.error_busi"
    sandbox.post("/clock", {"advance": 5})
    assert shop.product("init_tier_variation", body)["error"] == ""


def test_models_hide_the_items_own_offer(shop) -> None:
    item, ids = shop.add_with_models(50000, 60000)
    (read,) = base_info(shop, item)
    assert read["has_model"] is True
    assert "price_info" not in read
    assert "stock_info_v2" not in read
    models = shop.read("get_model_list", item_id=item)["response"]
    assert [m["model_id"] for m in models["model"]] == ids
    assert models["model"][1]["model_name"] == "Cỡ 1"
    assert models["model"][0]["price_info"][0]["currency"] == "VND"
    assert (
        models["tier_variation"][0]["name"]
        == models["standardise_tier_variation"][0]["variation_name"]
        == "Cỡ"
    )


def test_the_deprecated_spelling_still_works(shop) -> None:
    item, picture = shop.add(), shop.picture_id()
    options = [
        {"option": "Đỏ", "image": {"image_id": picture}},
        {"option": "Xanh", "image": {"image_id": picture}},
    ]
    body = tiers_of(item, 50000, 60000)
    del body["standardise_tier_variation"]
    body["tier_variation"] = [{"name": "Màu", "option_list": options}]
    made = shop.product("init_tier_variation", body)["response"]
    assert made["tier_variation"][0]["option_list"][0]["image"]["image_url"].endswith(picture)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda b: b[TIERS][0].update(variation_name="x" * 15), "error_tier_var_name_too_long"),
        (lambda b: b[TIERS][0]["variation_option_list"][0].update(
            variation_option_name="x" * 21), "error_tier_opt_val_too_long"),
        (lambda b: b[TIERS][0]["variation_option_list"][0].update(
            variation_option_name="Cỡ 1"), "error_model_duplicate_name"),
        (lambda b: b[TIERS][0]["variation_option_list"][0].update(image_id="x"),
         "error_tier_img_partial"),
        (lambda b: b["model"][0].update(tier_index=[1]), "error_model_duplicate_tier_variation_index"),
        (lambda b: b["model"][0].update(tier_index=[2]), "error_model_tier_index_bound"),
        (lambda b: b["model"][0].update(tier_index=[0, 0]), "error_param"),
        (lambda b: b["model"][0].update(original_price=500_000), "error_price_out_of_range"),
        (lambda b: b[TIERS].extend(b[TIERS] * 2), "error_param"),
    ],
)  # fmt: skip
def test_a_bad_structure_has_its_own_code(shop, spoil, code: str) -> None:
    body = tiers_of(shop.add(), 50000, 60000)
    spoil(body)
    assert shop.product("init_tier_variation", body)["error"] == f"product.{code}"


def test_too_many_options_or_models_are_refused(sandbox, shop) -> None:
    item = shop.add()
    sandbox.switch("shopee", options_per_tier=20)
    assert shop.product("init_tier_variation", tiers_of(item, *[50000] * 21))["error"].endswith(
        "error_tier_opt_too_many"
    )
    sandbox.switch("shopee", options_per_tier=60)
    assert shop.product("init_tier_variation", tiers_of(item, *[50000] * 51))["error"].endswith(
        "error_model_count_over_limit"
    )


def test_a_second_initialisation_changes_the_level_and_destroys_all_models(shop) -> None:
    item, old = shop.add_with_models(50000, 60000)
    assert "not change" in shop.product("init_tier_variation", tiers_of(item, 50000))["message"]
    body = tiers_of(item, 50000, 60000)
    options = [{"variation_option_name": "Hộp"}]
    body["standardise_tier_variation"].append({"variation_name": "Gói", "variation_option_list": options})
    for row in body["model"]:
        row["tier_index"] = [*row["tier_index"], 0]
    made = shop.product("init_tier_variation", body)["response"]["model"]
    assert not {m["model_id"] for m in made} & set(old)
    assert (
        shop.product("init_tier_variation", {"item_id": item, "standardise_tier_variation": [], "model": []})[
            "error"
        ]
        == ""
    )
    assert base_info(shop, item)[0]["has_model"] is False


def test_update_tier_variation_keeps_the_named_models_only(shop) -> None:
    item, (first, second) = shop.add_with_models(50000, 60000)
    body = tiers_of(item, 1) | {"model_list": [{"tier_index": [0], "model_id": second}]}
    answer = shop.product("update_tier_variation", body)
    assert answer["error"] == ""
    assert "response" not in answer
    models = shop.read("get_model_list", item_id=item)["response"]["model"]
    assert [m["model_id"] for m in models] == [second]
    body["model_list"] = [{"tier_index": [0], "model_id": first}]
    assert shop.product("update_tier_variation", body)["error"] == "product.error_wrong_modelid"


def test_models_are_added_renamed_and_deleted(sandbox, shop) -> None:
    item, (first, second) = shop.add_with_models(50000, 60000)
    group = tiers_of(item, 1, 2, 3)["standardise_tier_variation"]
    keep = [{"tier_index": [0], "model_id": first}, {"tier_index": [1], "model_id": second}]
    body = {"item_id": item, "standardise_tier_variation": group, "model_list": keep}
    assert shop.product("update_tier_variation", body)["error"] == ""
    row = {"tier_index": [2], "original_price": 70000, "model_sku": "SKU-N", "seller_stock": [{"stock": 1}]}
    (new,) = shop.product("add_model", {"item_id": item, "model_list": [row]})["response"]["model"]
    rename = {"item_id": item, "model": [{"model_id": new["model_id"], "model_sku": "SKU-9"}]}
    assert shop.product("update_model", rename)["error"] == ""
    assert sandbox.get("/state")["shopee"]["listings"][0]["skus"] == ["SKU-0", "SKU-1", "SKU-9"]
    for model_id in (first, second):
        assert shop.product("delete_model", {"item_id": item, "model_id": model_id})["error"] == ""
    assert shop.product("delete_model", {"item_id": item, "model_id": first})["error"].endswith(
        "error_model_invalid_model_id"
    )
    last = {"item_id": item, "model_id": new["model_id"]}
    assert shop.product("delete_model", last)["error"] == "product.error_busi_cannot_delete_all_model"
    sandbox.switch("shopee", delete_last_model=True)
    assert shop.product("delete_model", last)["error"] == ""
    assert shop.read("get_model_list", item_id=item)["response"]["model"] == []


def test_a_simple_item_takes_no_models(shop) -> None:
    row = {"tier_index": [0], "original_price": 70000, "seller_stock": [{"stock": 1}]}
    assert (
        "init_tier_variation"
        in shop.product("add_model", {"item_id": shop.add(), "model_list": [row]})["message"]
    )
