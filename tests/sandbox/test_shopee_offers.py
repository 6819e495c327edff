"""Shopee's prices, stock, visibility, lists and hand edits, with partial failures and promotion locks."""

import pytest
import requests
from shopee_client import Client


@pytest.fixture
def shop(sandbox) -> Client:
    sandbox.switch("shopee", settle_seconds=0)
    c = sandbox.credentials("shopee")
    return Client(c["base_url"], c["partner_id"], c["partner_key"], c["shop_id"], c["access_token"])


def price(item: int, **by_model: int) -> dict:
    rows = [{"model_id": int(id[1:]), "original_price": value} for id, value in by_model.items()]
    return {"item_id": item, "price_list": rows}


def stock(item: int, *pairs: tuple[int, int]) -> dict:
    rows = [{"model_id": id, "seller_stock": [{"stock": pieces}]} for id, pieces in pairs]
    return {"item_id": item, "stock_list": rows}


def list_all(shop: Client, **query) -> dict:
    query = {"offset": 0, "page_size": 100, "item_status": "NORMAL"} | query
    return shop.read("get_item_list", **query)


# Prices


def test_a_price_is_set_with_and_without_model_id_zero(shop) -> None:
    item = shop.add()
    answer = shop.product("update_price", {"item_id": item, "price_list": [{"original_price": 88000.6}]})
    assert answer["response"]["success_list"] == [{"original_price": 88001}]
    answer = shop.product("update_price", price(item, m0=77000))
    assert answer["response"]["success_list"] == [{"original_price": 77000}]


def test_a_half_failed_price_write_is_a_success_with_a_failure_list(shop) -> None:
    item, (first, _) = shop.add_with_models(50000, 60000)
    answer = shop.product("update_price", price(item, **{f"m{first}": 55000, "m9": 55000}))
    assert answer["error"] == ""
    assert answer["response"]["failure_list"] == [
        {"model_id": 9, "failed_reason": "model ID not exist in sku"}
    ]
    assert answer["response"]["success_list"] == [{"model_id": first, "original_price": 55000}]


def test_the_ratio_is_judged_against_models_that_were_not_sent(shop) -> None:
    item, (first, _) = shop.add_with_models(50000, 60000)
    answer = shop.product("update_price", price(item, **{f"m{first}": 301000}))
    assert answer["error"] == "product.error_update_price_fail"
    assert answer["response"]["failure_list"][0]["model_id"] == first
    assert shop.product("update_price", price(item, **{f"m{first}": 300000}))["error"] == ""


def test_an_item_with_models_is_not_priced_without_one(shop) -> None:
    item, _ = shop.add_with_models(50000, 60000)
    answer = shop.product("update_price", {"item_id": item, "price_list": [{"original_price": 50000}]})
    assert answer["error"] == "product.error_update_price_fail"
    assert answer["response"]["failure_list"]


def test_more_than_fifty_rows_are_refused(shop) -> None:
    rows = {f"m{n}": 50000 for n in range(51)}
    assert "50" in shop.product("update_price", price(shop.add(), **rows))["message"]


# Stock


def test_stock_is_absolute_and_untouched_where_not_sent(shop) -> None:
    item, (first, _) = shop.add_with_models(50000, 60000)
    answer = shop.product("update_stock", stock(item, (first, 0)))
    assert answer["response"]["success_list"] == [{"model_id": first, "location_id": "", "stock": 0}]
    models = shop.read("get_model_list", item_id=item)["response"]["model"]
    assert [m["stock_info_v2"]["summary_info"]["total_available_stock"] for m in models] == [0, 5]


def test_a_half_failed_stock_write_has_no_error(shop) -> None:
    item, (first, _) = shop.add_with_models(50000, 60000)
    answer = shop.product("update_stock", stock(item, (first, 7), (9, 7)))
    assert answer["error"] == ""
    assert [row["model_id"] for row in answer["response"]["failure_list"]] == [9]


def test_a_wholly_failed_stock_write_has_two_readings(sandbox, shop) -> None:
    item, _ = shop.add_with_models(50000, 60000)
    answer = shop.product("update_stock", stock(item, (9, 7)))
    assert answer["error"] == "product.error_busi_update_stock_failed"
    assert answer["response"]["failure_list"]
    sandbox.switch("shopee", all_stock_failed_documented=False)
    assert shop.product("update_stock", stock(item, (9, 7)))["error"] == "product.error_busi"


def test_several_warehouses_must_all_be_named(sandbox, shop) -> None:
    sandbox.switch("shopee", warehouses=["VN1", "VN2"])
    both = [{"location_id": "VN1", "stock": 3}, {"location_id": "VN2", "stock": 4}]
    item = shop.add(seller_stock=both)
    rows = {"item_id": item, "stock_list": [{"seller_stock": [{"location_id": "VN1", "stock": 9}]}]}
    reasons = [row["failed_reason"] for row in shop.product("update_stock", rows)["response"]["failure_list"]]
    assert reasons == ["Lack of location_id, please double check."]
    rows["stock_list"][0]["seller_stock"] = [{"stock": 9}]
    assert "multi warehouse" in str(shop.product("update_stock", rows)["response"])


def test_price_and_stock_writes_do_not_move_the_update_time(sandbox, shop) -> None:
    item = shop.add()
    before = list_all(shop)["response"]["item"][0]["update_time"]
    sandbox.post("/clock", {"advance": 60})
    shop.product("update_price", price(item, m0=50000))
    shop.product("update_stock", stock(item, (0, 3)))
    assert list_all(shop)["response"]["item"][0]["update_time"] == before
    shop.product("update_item", {"item_id": item, "item_name": "Mật ong hoa nhãn loại một"})
    assert list_all(shop, update_time_from=before + 1)["response"]["total_count"] == 1


# Promotion


def promote(sandbox, item: int, **more) -> None:
    body = {"price": 40000, "reserved": 4, "seconds": 600} | more
    sandbox.post("/edit", {"platform": "shopee", "listing_id": str(item), "change": {"promotion": body}})


def test_a_promotion_holds_the_price_and_its_reserve(sandbox, shop) -> None:
    item = shop.add()
    promote(sandbox, item)
    assert shop.product("update_price", price(item, m0=50000))["error"] == (
        "product.error_cannt_edit_price_in_promotion"
    )
    assert shop.product("update_stock", stock(item, (0, 3)))["error"] == "product.error_param"
    assert shop.product("update_stock", stock(item, (0, 9)))["error"] == ""
    (read,) = shop.read("get_item_base_info", item_id_list=item)["response"]["item_list"]
    assert read["price_info"][0]["current_price"] == 40000
    assert read["stock_info_v2"]["summary_info"] == {"total_reserved_stock": 4, "total_available_stock": 5}
    (row,) = shop.read("get_item_promotion", item_id_list=item)["response"]["success_list"]
    assert row["promotion"][0]["promotion_id"] > 2**53


def test_a_promotion_locks_hiding_deleting_naming_and_restructuring(sandbox, shop) -> None:
    item = shop.add()
    promote(sandbox, item)
    hide = shop.product("unlist_item", {"item_list": [{"item_id": item, "unlist": True}]})
    assert hide["error"] == "product.error_cannt_unlisted_in_promotion"
    assert hide["response"]["failure_list"][0]["failed_reason"].startswith("Can't unlist")
    assert shop.product("delete_item", {"item_id": item})["error"].endswith("error_cannt_delete_in_promotion")
    rename = {"item_id": item, "item_name": "Mật ong hoa vải loại một"}
    assert shop.product("update_item", rename)["error"].endswith("error_cannt_edit_name_in_promotion")


def test_a_promotion_ends_by_the_clock_and_may_lock_stock_outright(sandbox, shop) -> None:
    item = shop.add()
    promote(sandbox, item)
    sandbox.switch("shopee", promotion_locks_stock=True)
    assert shop.product("update_stock", stock(item, (0, 9)))["error"].endswith(
        "error_cannt_edit_stock_in_promotion"
    )
    sandbox.post("/clock", {"advance": 601})
    assert shop.product("update_price", price(item, m0=50000))["error"] == ""


# Visibility


def test_hiding_and_showing_report_item_by_item(shop) -> None:
    item = shop.add()
    rows = [{"item_id": item, "unlist": True}, {"item_id": 1, "unlist": True}]
    answer = shop.product("unlist_item", {"item_list": rows})
    assert answer["error"] == ""
    assert answer["response"]["success_list"] == [{"item_id": item, "unlist": True}]
    assert [row["item_id"] for row in answer["response"]["failure_list"]] == [1]
    assert list_all(shop, item_status="UNLIST")["response"]["total_count"] == 1
    shop.product("unlist_item", {"item_list": [{"item_id": item, "unlist": False}]})
    assert list_all(shop)["response"]["total_count"] == 1


def test_all_failed_has_a_code_and_the_list(shop) -> None:
    rows = [{"item_id": 1, "unlist": True}, {"item_id": 2, "unlist": True}]
    answer = shop.product("unlist_item", {"item_list": rows})
    assert answer["error"] == "product.error_unlist_item_all_failed"
    assert len(answer["response"]["failure_list"]) == 2


def test_a_banned_item_cannot_be_hidden(sandbox, shop) -> None:
    item = shop.add()
    sandbox.post("/edit", {"platform": "shopee", "sku": "MAT-ONG-1", "change": {"ban": "Thiếu giấy phép"}})
    answer = shop.product("unlist_item", {"item_list": [{"item_id": item, "unlist": True}]})
    assert answer["error"] == "product.error_busi_cannot_delist_reviewing_or_banned_item"
    (row,) = shop.read("get_item_violation_info", item_id_list=item)["response"]["item_list"]
    assert row["item_status_details"][0]["violation_reason"] == "Thiếu giấy phép"


def test_a_deleted_item_stays_readable_and_cannot_be_edited(shop) -> None:
    item = shop.add()
    assert shop.product("delete_item", {"item_id": item})["response"] == {}
    (read,) = shop.read("get_item_base_info", item_id_list=item)["response"]["item_list"]
    assert read["item_status"] == "SELLER_DELETE"
    assert shop.product("update_item", {"item_id": item})["error"] == "product.error_item_uneditable"
    assert shop.product("update_price", price(item, m0=50000))["error"] == "product.error_update_price_fail"
    assert list_all(shop, item_status="SELLER_DELETE")["response"]["total_count"] == 1


# Lists


def test_pages_carry_next_offset_only_while_there_is_more(shop) -> None:
    picture = {"image_id_list": [shop.picture_id()]}
    ids = [shop.add(image=picture) for _ in range(5)]
    first = list_all(shop, page_size=3)
    assert "warning" not in first
    assert (first["response"]["next_offset"], first["response"]["next"]) == (3, "3")
    last = list_all(shop, page_size=3, offset=3)["response"]
    assert (last["next"], last["has_next_page"]) == ("", False)
    assert "next_offset" not in last
    assert [r["item_id"] for r in first["response"]["item"] + last["item"]] == ids


def test_a_page_over_the_limits_is_refused(sandbox, shop) -> None:
    assert list_all(shop, page_size=101)["error"] == "product.error_param"
    assert list_all(shop, item_status="LIVE")["error"] == "product.error_param_item_status"
    sandbox.switch("shopee", offset_limit=10)
    assert "use the next field" in list_all(shop, offset=11)["message"]
    assert list_all(shop, offset=11, next="11")["error"] == ""


def test_an_empty_list_may_lack_the_list(sandbox, shop) -> None:
    assert list_all(shop)["response"]["item"] == []
    sandbox.switch("shopee", empty_list_absent=True)
    assert "item" not in list_all(shop)["response"]


@pytest.mark.parametrize("spelling", ["NORMAL,UNLIST", "[NORMAL,UNLIST]", '["NORMAL","UNLIST"]'])
def test_statuses_take_every_spelling(shop, spelling: str) -> None:
    picture = {"image_id_list": [shop.picture_id()]}
    shop.add(image=picture)
    shop.add(image=picture, item_status="UNLIST")
    assert list_all(shop, item_status=spelling)["response"]["total_count"] == 2


def test_lists_lag_behind_by_switch_while_details_do_not(sandbox, shop) -> None:
    sandbox.switch("shopee", list_lag_seconds=30)
    item = shop.add()
    assert list_all(shop)["response"]["total_count"] == 0
    assert shop.read("search_item", page_size=10, item_sku="MAT-ONG-1")["response"]["item_id_list"] == []
    assert shop.read("get_item_base_info", item_id_list=item)["response"]["item_list"]
    sandbox.post("/clock", {"advance": 31})
    assert list_all(shop)["response"]["total_count"] == 1
    shop.product("unlist_item", {"item_list": [{"item_id": item, "unlist": True}]})
    assert list_all(shop)["response"]["item"][0]["item_status"] == "NORMAL"


def test_unknown_ids_are_left_out_or_refused(sandbox, shop) -> None:
    assert shop.read("get_item_base_info", item_id_list="1,2")["response"]["item_list"] == []
    sandbox.switch("shopee", unknown_ids_missing=False)
    assert shop.read("get_item_base_info", item_id_list="1,2")["error"] == "product.error_item_not_found"
    many = ",".join(map(str, range(51)))
    assert shop.read("get_item_extra_info", item_id_list=many)["error"] == "product.error_param"


def test_search_needs_a_question_and_has_two_readings_of_a_sku(sandbox, shop) -> None:
    assert "must set one of" in shop.read("search_item", page_size=10)["message"]
    item, _ = shop.add_with_models(50000, 60000)

    def hits(**query) -> list[int]:
        return shop.read("search_item", page_size=10, **query)["response"]["item_id_list"]

    assert hits(item_sku="MAT-ONG-1") == hits(item_name="hoa nhãn") == [item]
    assert hits(item_sku="MAT-ONG", item_name="hoa nhãn") == hits(item_sku="SKU-1") == []
    sandbox.switch("shopee", search_sku_exact=False, search_sees_model_sku=True)
    assert hits(item_sku="mat-ong") == hits(item_sku="SKU-1") == [item]


def test_search_pages_by_an_opaque_cursor(shop) -> None:
    picture = {"image_id_list": [shop.picture_id()]}
    ids = [shop.add(image=picture) for _ in range(3)]
    first = shop.read("search_item", page_size=2, item_name="mật ong")["response"]
    second = shop.read("search_item", page_size=2, item_name="mật ong", offset=first["next_offset"])[
        "response"
    ]
    assert first["item_id_list"] + second["item_id_list"] == ids
    assert (first["total_count"], second["next_offset"]) == (3, "")


# Hand edits and faults


def test_a_hand_edit_changes_what_the_api_reads(sandbox, shop) -> None:
    item = shop.add()
    change = {"title": "Tên sửa tay trên sàn", "price": {"MAT-ONG-1": 12000}, "stock": {"MAT-ONG-1": 1}}
    sandbox.post("/edit", {"platform": "shopee", "sku": "MAT-ONG-1", "change": change})
    (read,) = shop.read("get_item_base_info", item_id_list=item)["response"]["item_list"]
    assert (read["item_name"], read["price_info"][0]["original_price"]) == ("Tên sửa tay trên sàn", 12000)
    sandbox.post("/edit", {"platform": "shopee", "listing_id": str(item), "change": {"visible": False}})
    assert sandbox.get("/state")["shopee"]["by_state"] == {"hidden": 1}
    sandbox.post("/edit", {"platform": "shopee", "listing_id": str(item), "change": {"delete": True}})
    assert sandbox.get("/state")["shopee"]["count"] == 0


def test_a_bad_hand_edit_is_refused_with_a_sentence(sandbox, shop) -> None:
    shop.add()
    for change in ({"colour": 1}, {"price": {"NO-SUCH": 1}}, {"title": "x"}):
        body = {"platform": "shopee", "sku": "MAT-ONG-1", "change": change}
        answer = requests.post(f"{sandbox.admin}/edit", json=body, timeout=5)
        assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_a_lost_reply_keeps_its_effect_and_a_dropped_call_has_none(sandbox, shop) -> None:
    body = shop.an_item()
    sandbox.fault("shopee", "drop_after", "product.add_item", count=1)
    with pytest.raises(requests.ConnectionError):
        shop.product("add_item", body)
    sandbox.fault("shopee", "drop_before", "product.add_item", count=1)
    with pytest.raises(requests.ConnectionError):
        shop.product("add_item", body)
    assert sandbox.get("/state")["shopee"]["count"] == 1
    counts = sandbox.get("/log")["platforms"]["shopee"]
    assert counts["by_fault"] == {"drop_after": 1, "drop_before": 1}
    assert counts["by_endpoint"]["product.add_item"] == 2


@pytest.mark.parametrize(
    ("kind", "params", "status"),
    [
        ("http", {"status": 502, "body": "<h1>Bad gateway</h1>"}, 502),
        ("rate_limit", {}, 200),
        ("garbage", {}, 200),
    ],
)
def test_other_faults_answer_what_was_asked(sandbox, shop, kind: str, params: dict, status: int) -> None:
    sandbox.fault("shopee", kind, "product.get_category", count=1, params=params)
    answer = shop.get("product/get_category")
    assert answer.status_code == status
    if kind == "rate_limit":
        assert answer.json()["error"] == "error_rate_limit"
    if kind == "garbage":
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
    assert shop.read("get_category")["error"] == ""


def test_shopees_own_faults_are_asked_for_by_name(sandbox, shop) -> None:
    item, (first, second) = shop.add_with_models(50000, 60000)
    sandbox.fault("shopee", "partial", "product.update_stock", count=1)
    answer = shop.product("update_stock", stock(item, (first, 7), (second, 7)))
    assert [row["model_id"] for row in answer["response"]["failure_list"]] == [first]
    sandbox.fault("shopee", "busy_database", "product.update_stock", count=1)
    busy = shop.product("update_stock", stock(item, (first, 7)))
    assert (busy["error"], busy["message"]) == ("product.error_busi", "Too many connections")
    sandbox.fault("shopee", "dead_token", "*", count=1)
    assert shop.get("shop/get_shop_info").json()["error"] == "invalid_acceess_token"
    sandbox.fault("shopee", "error", "*", count=1, params={"code": "error_system_busy", "message": "later"})
    assert shop.read("get_category")["error"] == "product.error_system_busy"


def test_a_body_of_the_wrong_shape_is_a_parameter_error(shop) -> None:
    answer = shop.product("update_stock", {"item_id": shop.add(), "stock_list": ["x"]})
    assert (answer["error"], answer["message"]) == ("product.error_param", "parameter invalid")
