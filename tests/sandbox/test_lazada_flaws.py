"""Lazada in a box: what it refuses, and under which code."""


import pytest
from lazada_client import a_sku, said, two_skus

COLOURS = ("red", "blue", "black", "white", "pink", "gray", "brown", "cyan", "gold")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "30"), ("<Request>", "5"), ("hello", "4132"), ("<Other/>", "5"), ("<Request/>", "30"),
     ("{broken", "4132"), ('{"Request":{"Other":1}}', "5"),
     ('{"Request":{"Product":{"Skus":{"Sku":{"SkuId":"1"}}}}}', "1001"),
     ('{"Request":{"Product":{"Skus":{"Sku":[{"SkuId":1}]}}}}', "1001"),
     ('<!DOCTYPE r [<!ENTITY a "b">]><Request>&a;</Request>', "5")],
)  # fmt: skip
def test_payloads_of_a_wrong_shape_have_codes_of_their_own(lazada, text, code) -> None:
    assert lazada.post("/product/price_quantity/update", payload=text)["code"] == code


BROKEN = [
    ({"Attributes": {"name": ""}}, "CHK_BASIC_REQUIRED"),
    ({"Attributes": {"name": "ê" * 130}}, "THD_IC_ERR_F_PRODUCT_00_15_004"),
    ({"Attributes": {"name": "Mật ong <ngon>"}}, "BIZ_CHECK_PROP_SPECIAL_CHAR"),
    ({"Attributes": {"name": "Hàng giả"}}, "BIZ_CHECK_CAT_PROP_SENSITIVE_WORDS"),
    ({"Attributes": {"description": "x" * 25_001}}, "CHK_CATPROP_CPV_MAX_LEGNTH"),
    ({"Attributes": {"description": '<img src="https://x.vn/a.jpg">'}}, "BIZ_CHECK_EXIST_OUTER_IMAGE"),
    ({"Attributes": {"brand": ""}}, "BIZ_CHECK_CAT_PROP_MANDATORY"),
    ({"Attributes": {"brand": "Chưa ai biết"}}, "THD_BRAND_ID_IS_NOT_VALID_IN_CATEGORY"),
    ({"Attributes": {"brand_id": "210900"}}, "BIZ_CHECK_BRAND_PERMISSION_TIER_TWO"),
    ({"Attributes": {"country_of_origin": ""}}, "BIZ_CHECK_CAT_PROP_MANDATORY"),
    ({"Attributes": {"country_of_origin": "Narnia"}}, "CHK_CATPROP_CPV_NOT_ENUM"),
    ({"Attributes": {"shelf_life": "lâu"}}, "CHECK_CAT_PROP_INVALID_NUMBER"),
    ({"Attributes": {"shelf_life": "99999"}}, "CHECK_CAT_PROP_INVALID_NUMBER"),
    ({"Attributes": {"food_feature": "Organic,Organic"}}, "CHK_CATPROP_CPV_TEXT_REPEAT"),
    ({"PrimaryCategory": "18190406"}, "BIZ_CHECK_RESTRICTED_CATEGORY"),
    ({"Images": {"Image": []}}, "BIZ_CHECK_MAIN_IMAGE_REQUIRE"),
    ({"Images": {"Image": ["https://vn-live.slatic.net/p/a.jpg"]}}, "BIZ_CHECK_EXIST_OUTER_IMAGE"),
    ({"sku": {"SellerSku": ""}}, "SELLER_SKU_INVALID"),
    ({"sku": {"SellerSku": "A|B"}}, "SELLER_SKU_INVALID"),
    ({"sku": {"price": ""}}, "CHK_BASIC_REQUIRED"),
    ({"sku": {"price": "0"}}, "BIZ_CHECK_PRICE_IS_ZERO"),
    ({"sku": {"price": "1000.5"}}, "BIZ_CHECK_PRICE_PRECISION_INVALID"),
    ({"sku": {"special_price": "150000"}}, "BIZ_CHECK_SPECIAL_PRICE_GREATER_THAN_PRICE"),
    ({"sku": {"special_price": "9.5"}}, "BIZ_CHECK_SPECIAL_PRICE_PRECISION_INVALID"),
    ({"sku": {"special_price": "0"}}, "BIZ_CHECK_SPECIAL_PRICE_RATE_OUT_OF_RANGE"),
    ({"sku": {"special_from_date": "2026-12-01 00:00:00"}}, "BIZ_CHECK_SPECIAL_PRICE_FROM_DATE"),
    ({"sku": {"special_price": "9", "special_from_date": "2026-12-02 00:00:00",
              "special_to_date": "2026-12-01 00:00:00"}}, "BIZ_CHECK_SPECIAL_PRICE_FROM_DATE"),
    ({"sku": {"price": "1" + "0" * 400}}, "BIZ_CHECK_PRICE_PRECISION_INVALID"),
    ({"sku": {"quantity": "1" + "0" * 400}}, "THD_INVENTORY_ERR_INV_PARAM_ILLEGAL"),
    ({"sku": {"quantity": "-1"}}, "THD_INVENTORY_ERR_INV_PARAM_ILLEGAL"),
    ({"sku": {"package_weight": ""}}, "CHK_BASIC_REQUIRED"),
    ({"sku": {"package_weight": "0.123"}}, "BIZ_CHECK_PACKAGE_DECIMAL_INVALID"),
    ({"sku": {"package_weight": "41"}}, "BIZ_CHECK_MAX_PACKAGE_WEIGHT"),
    ({"sku": {"package_length": "290"}}, "BIZ_CHECK_MAX_PACKAGE_DIMENISIONS"),
    ({"skus": [{}, {}]}, "BIZ_CHECK_SELLER_SKU_DUPLICATE"),
    ({"skus": [{}, {"SellerSku": "B"}]}, "BIZ_CHECK_SKU_NOT_CONTAIN_SALEPROP"),
    ({"skus": [{"saleProp": {"flavor": "A"}}, {"SellerSku": "B", "saleProp": {"flavor": "A"}}]},
     "CHK_SKU_PROPS_DUPLICATE"),
    ({"skus": [{"saleProp": {"flavor": "A"}}, {"SellerSku": "B", "saleProp": {"size": "L"}}]},
     "CHK_SKU_PROPS_NOT_MATCH_SALE_PROP"),
    ({"skus": [{"saleProp": {"flavor": "A"}}, {"SellerSku": "B", "saleProp": {"flavor": ""}}]},
     "CHK_SKU_PROPS_NOT_IDENTICAL"),
    ({"sku": {"saleProp": {"flavor": "A"}, "flavor": "A"}}, "BIZ_CHECK_SALEPROP_AND_OLD_PARAM_REPEAT"),
    ({"sku": {"saleProp": {"made_up": "A"}}}, "BIZ_CHECK_SALEPROP_ATTRIBUTE_INVALID"),
    ({"axes": [{"name": "made_up"}]}, "VARIATION_CATEGORY_ATTRIBUTE_INVALID"),
    ({"axes": [{"name": "một cái tên dài quá", "customize": "true"}]}, "VARIATION_NAME_LENGTH_LIMIT"),
    ({"axes": [{"name": "flavor"}, {"name": "size"}, {"name": "net_weight"}]}, "VARIATION_SIZE_LIMIT"),
    ({"axes": [{"name": "flavor"}, {"name": "size", "hasImage": "true"}]}, "NOT_SUPPORT_THUMBNAIL"),
    ({"axes": [{"name": "flavor", "options": {"option": ["x" * 21]}}]}, "VARIATION_OPTION_LENGTH_LIMIT"),
    ({"axes": [{"name": "flavor", "options": {"option": ["a", "A"]}}]}, "VARIATION_OPTION_DUPLICATE"),
    ({"axes": [{"name": "flavor", "options": {"option": [str(n) for n in range(51)]}}]},
     "OPTIONS_SIZE_LIMIT"),
    ({"axes": [{"name": "flavor", "hasImage": "true"}], "sku": {"saleProp": {"flavor": "A"}}},
     "SKU_VARIATION_IMAGES_MISSING"),
    ({"axes": [{"name": "flavor", "options": {"option": ["B"]}}], "sku": {"saleProp": {"flavor": "A"}}},
     "SKU_VARIATION_OPTION_NOT_EXIST"),
    ({"axes": [{"name": "flavor"}, {"name": "size"}], "sku": {"saleProp": {"flavor": "A"}}},
     "SKU_VARIATION_NAME_MISSING"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "business"), BROKEN)
def test_a_broken_product_is_refused_with_its_code(lazada, change, business) -> None:
    change = dict(change)
    product = lazada.a_product()
    product["Attributes"] |= change.pop("Attributes", {})
    own = change.pop("sku", {})
    product["Skus"] = {"Sku": [a_sku(**own | more) for more in change.pop("skus", [{}])]}
    if axes := change.pop("axes", None):
        product["variation"] = {f"variation{at}": axis for at, axis in enumerate(axes, 1)}
    answer = lazada.write("/product/create", product | change)
    assert answer["code"] in {"500", "209"}
    assert business in said(answer)
    assert lazada.products() == []


def test_a_known_picture_at_a_foreign_host_is_foreign(lazada) -> None:
    copied = lazada.picture().replace("127.0.0.1", "cdn.example.com")
    assert "BIZ_CHECK_EXIST_OUTER_IMAGE" in said(lazada.create(Images={"Image": [copied]}))


def test_pictures_have_a_number_and_all_skus_or_none_have_them(lazada) -> None:
    urls = [lazada.picture(colour) for colour in COLOURS]
    assert "CHK_IMAGE_MAX_ITEMS" in said(lazada.create(Images={"Image": urls}))
    assert "BIZ_CHECK_MAIN_IMAGE_DUPLICATE" in said(lazada.create(Images={"Image": urls[:1] * 2}))
    product = two_skus()
    product["Skus"]["Sku"][0]["Images"] = {"Image": urls[:1]}
    assert "THD_IC_ERR_FC_IC_SKU_IMAGE_001" in said(lazada.create(**product))
    product["Skus"]["Sku"][1]["Images"] = {"Image": urls[1:2]}
    assert lazada.create(**product, Images={"Image": []})["code"] == "0"


def test_categories_are_checked_at_the_top_level(lazada) -> None:
    assert lazada.create(PrimaryCategory="18190200")["code"] == "4134"
    assert lazada.create(PrimaryCategory="77")["code"] == "201"
    assert lazada.create(PrimaryCategory="")["code"] == "1"
