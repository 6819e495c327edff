"""Lazada in a box: signature, gateway, tokens and reference data."""

import json
import time

import pytest
import requests
from lazada_client import said

from sandbox.lazada.sign import signature

PAYLOAD = (
    '{"Request":{"Product":{"Skus":{"Sku":[{"ItemId":"1","SkuId":"2","SellerSku":"Áo-01","Quantity":"5"}]}}}}'
)
BASE = {"app_key": "123456", "access_token": "test", "timestamp": "1517820392000", "sign_method": "sha256"}
FOO = {"foo": "1", "bar": "2", "foo_bar": "3", "foobar": "4"}
VECTORS = [
    ("helloworld", "/order/get", BASE | {"order_id": "1234"},
     "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"),
    ("1234", "/test/api", FOO, "988085883BF9D32D251478D23122C7ECC91518CDF63BA22F792000A378F52409"),
    ("secret", "/test/api", FOO, "C9E42CE09BA9FE95ECCB17111AA4E3F41D1C82F000435219C75936A427D9C945"),
    ("test-secret", "/order/cancel",
     {"app_key": "123456", "timestamp": "1700000000000", "sign_method": "sha256",
      "access_token": "test-token"},
     "91375F42B474CECEE7172759B6400E74F10FBB6E9E9E145EA2A27DFA17556B18"),
    ("helloworld", "/product/price_quantity/update", BASE | {"payload": PAYLOAD},
     "176B7B8F1B29754CBF75DE1D7E1808C115697F75ADBEDFFEDC9BFD6A09E6B620"),
    ("helloworld", "/image/upload", BASE,
     "EBC4092AACB304569E1D3C9A0BA10576BBECC6229792B6EEF003152AA4F42C96"),
    ("helloworld", "/auth/token/create",
     {"app_key": "123456", "timestamp": "1517820392000", "sign_method": "sha256", "code": "0_123456_abc"},
     "0D52457FD491BF975C61D79A2670D291BCEB362492D2513CD9C7441CEACC5B3C"),
]  # fmt: skip

@pytest.mark.parametrize(("secret", "path", "params", "sign"), VECTORS)
def test_published_signatures_come_out(secret, path, params, sign) -> None:
    assert signature(secret, path, params) == sign


def test_parameters_may_travel_in_every_known_style(lazada) -> None:
    path = "/product/price_quantity/update"
    url, full = lazada.keys["base_url"] + path, lazada.signed(path, payload=PAYLOAD)
    system = {key: value for key, value in full.items() if key != "payload"}
    answers = [
        requests.post(url, data=full, timeout=5),
        requests.post(url, params=system, data={"payload": PAYLOAD}, timeout=5),
        requests.post(url, params=full, timeout=5),
        requests.post(url, params=system, json={"payload": PAYLOAD}, timeout=5),
        requests.get(url, params=full, timeout=5),
        requests.post(url, data=full, files={"image": b"unsigned"}, timeout=5),
    ]
    assert [answer.json()["code"] for answer in answers] == ["501"] * 6
    assert all("ITEM_NOT_FOUND" in said(answer.json()) for answer in answers)


@pytest.mark.parametrize("php", [False, True])
def test_nested_json_members_are_signed_as_json_text(lazada, php) -> None:
    nested = {"Request": {"Product": {"Skus": {"Sku": [{"SkuId": "2", "SellerSku": "Áo/1"}]}}}}
    text = json.dumps(nested, ensure_ascii=php, separators=(",", ":"))
    text = text.replace("/", "\\/") if php else text
    path = "/product/price_quantity/update"
    full = lazada.signed(path, payload=text)
    del full["payload"]
    answer = requests.post(lazada.keys["base_url"] + path, params=full, json={"payload": nested}, timeout=5)
    assert answer.json()["code"] == "501"


@pytest.mark.parametrize("skip_empty", [True, False])
def test_empty_values_may_be_signed_or_not(lazada, skip_empty) -> None:
    full = lazada.signed("/category/tree/get", skip_empty, language_code="")
    answer = requests.get(lazada.keys["base_url"] + "/category/tree/get", params=full, timeout=5)
    assert answer.json()["code"] == "0"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sign": "0" * 64}, "IncompleteSignature"), ({"sign": None}, "MissingParameter"),
     ({"app_key": None}, "MissingParameter"), ({"app_key": "9"}, "InvalidAppKey"),
     ({"sign_method": "md5"}, "IncompleteSignature"), ({"timestamp": "1517820392000"}, "IllegalTimestamp"),
     ({"timestamp": "soon"}, "IllegalTimestamp"), ({"filter": "live"}, "IncompleteSignature")],
)  # fmt: skip
def test_the_gateway_refuses_what_is_not_rightly_signed(lazada, change, code) -> None:
    full = {k: v for k, v in (lazada.signed("/products/get") | change).items() if v is not None}
    answer = requests.get(lazada.keys["base_url"] + "/products/get", params=full, timeout=5).json()
    assert (answer["code"], answer["type"]) == (code, "ISV")
    assert answer["request_id"]


@pytest.mark.parametrize(("seconds", "code"), [(7100, "0"), (-7100, "0"), (7300, "IllegalTimestamp")])
def test_a_clock_may_be_two_hours_off(lazada, seconds, code) -> None:
    stamp = str(int((time.time() + seconds) * 1000))
    assert lazada.get("/category/tree/get", timestamp=stamp)["code"] == code


def test_a_timestamp_may_be_written_as_utc(lazada) -> None:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert lazada.get("/category/tree/get", timestamp=stamp)["code"] == "0"


def test_paths_tokens_and_partner_are_checked(lazada) -> None:
    assert lazada.get("/no/such/path")["code"] == "InvalidApiPath"
    assert lazada.get("/products/get", access_token="x")["code"] == "IllegalAccessToken"
    assert lazada.get("/category/tree/get", access_token="x")["code"] == "0"
    lazada.sandbox.switch("lazada", partner_id_required=True)
    assert lazada.get("/products/get")["code"] == "MissingParameter"
    assert lazada.get("/products/get", partner_id="test")["code"] == "0"


def test_an_expired_token_is_refreshed_without_prolonging_the_consent(lazada) -> None:
    lazada.sandbox.post("/clock", {"advance": 864_001})
    assert lazada.get("/products/get")["code"] == "IllegalAccessToken"
    answer = lazada.post("/auth/token/refresh", refresh_token=lazada.keys["refresh_token"])
    assert answer["code"] == "0"
    assert answer["refresh_token"] != lazada.keys["refresh_token"]
    assert answer["refresh_expires_in"] == pytest.approx(4_320_000 - 864_001, abs=10)
    assert answer["country_user_info_list"][0]["seller_id"] == lazada.keys["seller_id"]
    assert "data" not in answer
    lazada.token = answer["access_token"]
    assert lazada.get("/products/get")["code"] == "0"
    lazada.sandbox.post("/clock", {"advance": 4_320_000})
    answer = lazada.post("/auth/token/refresh", refresh_token=answer["refresh_token"])
    assert answer["code"] == "IllegalRefreshToken"


def test_a_token_may_die_by_fault(lazada) -> None:
    lazada.sandbox.fault("lazada", "dead_token", "products.get", count=1)
    assert [lazada.get("/products/get")["code"] for _ in range(2)] == ["IllegalAccessToken", "0"]


def test_a_refresh_may_keep_its_token_or_be_impossible(lazada) -> None:
    lazada.sandbox.switch("lazada", refresh_rotates=False)
    answer = lazada.post("/auth/token/refresh", refresh_token=lazada.keys["refresh_token"])
    assert answer["refresh_token"] == lazada.keys["refresh_token"]
    lazada.sandbox.switch("lazada", service_market_app=True)
    answer = lazada.post("/auth/token/refresh", refresh_token=lazada.keys["refresh_token"])
    assert answer["code"] == "AUTH_TYPE_UNSUPPORTED"


def test_a_consent_gives_a_code_that_works_once_and_for_half_an_hour(lazada) -> None:
    query = {"response_type": "code", "client_id": lazada.keys["app_key"], "state": "s1",
             "redirect_uri": "http://127.0.0.1/back"}  # fmt: skip
    page = requests.get(lazada.keys["authorize_url"], params=query, allow_redirects=False, timeout=5)
    target = page.headers["location"]
    assert target.startswith("http://127.0.0.1/back?code=0_123456_")
    assert "state=s1" in target
    code = target.split("code=")[1].split("&")[0]
    answer = lazada.post("/auth/token/create", code=code)
    assert answer["country_user_info"][0]["country"] == "vn"
    lazada.token = answer["access_token"]
    assert lazada.get("/seller/get")["data"]["seller_id"] == lazada.keys["seller_id"]
    assert lazada.post("/auth/token/create", code=code)["code"] == "InvalidCode"
    lazada.sandbox.post("/clock", {"advance": 1801})
    assert lazada.post("/auth/token/create", code=lazada.keys["auth_code"])["code"] == "InvalidCode"


def test_tokens_are_answered_without_the_rest_prefix_too(lazada) -> None:
    url = lazada.sandbox.base("lazada") + "/auth/token/create"
    full = lazada.signed("/auth/token/create", code=lazada.keys["auth_code"])
    assert requests.get(url, params=full, timeout=5).json()["access_token"]


def test_the_category_tree_speaks_two_languages_and_every_leaf_has_attributes(lazada) -> None:
    tree = lazada.get("/category/tree/get", language_code="vi_VN")["data"]
    leaves, nodes = [], list(tree)
    while nodes:
        node = nodes.pop()
        nodes += node.get("children", [])
        leaves += [node] if node["leaf"] else []
    assert len(leaves) > 25
    assert "Mật ong & sản phẩm từ ong" in {leaf["name"] for leaf in leaves}
    assert lazada.get("/category/tree/get")["data"][0]["name"] == "Groceries"
    for leaf in leaves:
        rows = lazada.get("/category/attributes/get", primary_category_id=str(leaf["category_id"]))["data"]
        assert {"name", "brand", "package_weight"} <= {row["name"] for row in rows if row["is_mandatory"]}
        assert any(row["is_sale_prop"] for row in rows)


def test_attributes_of_no_leaf_are_refused(lazada) -> None:
    assert lazada.get("/category/attributes/get")["code"] == "MissingParameter"
    assert lazada.get("/category/attributes/get", primary_category_id="1")["code"] == "4227"
    assert lazada.get("/category/attributes/get", primary_category_id="18190200")["code"] == "57"


def test_brands_page_and_an_overloaded_call_succeeds_empty(lazada) -> None:
    first = lazada.get("/category/brands/query", startRow="0", pageSize="100")["data"]
    rest = lazada.get("/category/brands/query", startRow="100", pageSize="100")["data"]
    assert len(first["module"]) == 100
    assert len(first["module"]) + len(rest["module"]) == first["total_record"]
    assert "No Brand" in {row["name"] for row in first["module"] + rest["module"]}
    lazada.sandbox.fault("lazada", "empty_page", "category.brands", count=1)
    answer = lazada.get("/category/brands/query", startRow="0", pageSize="100")
    assert (answer["code"], answer["success"], answer["data"]["module"]) == ("0", True, [])
    lazada.sandbox.switch("lazada", brands_per_second=1)
    pages = [lazada.get("/category/brands/query", startRow="0", pageSize="5") for _ in range(3)]
    assert [len(page["data"]["module"]) for page in pages[1:]] == [0, 0]


def test_a_category_is_suggested_by_name(lazada) -> None:
    answer = lazada.get("/product/category/suggestion/get", product_name="Mật ong rừng")
    assert answer["data"]["categorySuggestions"][0]["categoryId"] == 18190204
    assert lazada.get("/product/category/suggestion/get", product_name="xyzzy")["code"] == "701"
