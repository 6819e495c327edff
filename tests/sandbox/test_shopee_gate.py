"""Shopee's gateway: signatures by the printed vectors, the clock window, tokens and their rotation."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from shopee_client import Client, sign

from sandbox.shopee.sign import digest, owner_base, public_base

K1 = "test_partner_key_0123456789abcdef"
K2 = "57615053704d6470644f554a78656d50484143644964436a5568777544524579"


@pytest.fixture
def shop(sandbox) -> Client:
    c = sandbox.credentials("shopee")
    return Client(c["base_url"], c["partner_id"], c["partner_key"], c["shop_id"], c["access_token"])


@pytest.mark.parametrize(
    ("base", "with_k1", "with_k2"),
    [
        (
            public_base(2001887, "/api/v2/public/get_shops_by_partner", 1655714431),
            "8d0b8105220f3a6129ce1147cf82f1a00c6fe57966b2f04e7426734fb219e01a",
            "60ab8c4a535009ab33b8a0029ee18a667ef6eaeb16481ed3d573a5059122d4df",
        ),
        (
            owner_base(
                2001887,
                "/api/v2/shop/get_shop_info",
                1655714431,
                "59777174636562737266615546704c6d",
                14701711,
            ),
            "fae2453506d0e74461bff5acf9985e736a81491c37c1c77537598bc991c034fc",
            "b914bea03c13799deb036bb9d10e689f5a6bade160c44af568646f1ef7d796c1",
        ),
        (
            owner_base(
                2001887,
                "/api/v2/global_product/get_category",
                1655714431,
                "09777174636962737266615546704c6d",
                1000000,
            ),
            "0c04e500e19baefae45c64a967c05b5a93cb88b106801c7412402943b0011a19",
            "a50a2229b148e76048e21ad69a9d619885a21bd4aa7738bc524e1207df73a151",
        ),
        (
            public_base(847892, "/api/v2/auth/token/get", 1657263479),
            "6225f749a55bd5125ab4d037a47796d596ddc4d776a5d8a624cc4b20c00be041",
            "2f9611364b7b4654e73ef4467e2d54c3e75c9e2f7cfbb5b8fd3b2e01f3dfddf3",
        ),
    ],
)
def test_signatures_equal_the_published_vectors(base: str, with_k1: str, with_k2: str) -> None:
    assert digest(K1, base) == with_k1
    assert digest(K2, base) == with_k2


def test_the_digest_is_plain_hmac_sha256() -> None:
    rfc = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert digest("Jefe", "what do ya want for nothing?") == rfc


def test_a_wrong_signature_is_refused_with_403_and_without_prefix(shop) -> None:
    shop.partner_key += "0"
    answer = shop.get("shop/get_shop_info")
    assert (answer.status_code, answer.json()["error"], answer.json()["message"]) == (
        403,
        "error_sign",
        "Wrong sign.",
    )


def test_a_public_signature_does_not_open_a_shop_call(shop) -> None:
    path = "/api/v2/shop/get_shop_info"
    query = shop.signed(path, shop=False) | {"access_token": shop.token, "shop_id": shop.shop_id}
    assert requests.get(shop.base + path, params=query, timeout=5).json()["error"] == "error_sign"


def test_shop_and_merchant_together_are_a_wrong_signature(shop) -> None:
    assert shop.get("shop/get_shop_info", {"merchant_id": 1}).json()["message"] == "Wrong sign."


@pytest.mark.parametrize(("age", "passes"), [(290, True), (310, False), (-310, False)])
def test_a_timestamp_is_good_for_five_minutes(shop, age: int, passes: bool) -> None:
    path = "/api/v2/shop/get_shop_info"
    query = shop.signed(path, timestamp=int(time.time()) - age)
    body = requests.get(shop.base + path, params=query, timeout=5).json()
    assert (body["error"] == "") is passes
    assert passes or body["message"] == "Timestamp is expired."


@pytest.mark.parametrize("field", ["partner_id", "timestamp", "sign", "access_token"])
def test_a_missing_common_parameter_is_named(shop, field: str) -> None:
    path = "/api/v2/shop/get_shop_info"
    query = shop.signed(path)
    del query[field]
    body = requests.get(shop.base + path, params=query, timeout=5).json()
    assert (body["error"], body["message"]) == ("error_param", f"There is no {field} in query.")


def test_another_partner_is_the_wrong_environment(shop) -> None:
    shop.partner_id += 1
    assert shop.get("shop/get_shop_info").json()["error"] == "invalid_partner_id"


def test_an_unrouted_path_is_a_bare_404(shop) -> None:
    answer = shop.get("product/get_dts_limit")
    assert (answer.status_code, answer.json()) == (404, {"error": "error_not_found"})


def test_the_status_of_refusals_is_a_switch(sandbox, shop) -> None:
    sandbox.switch("shopee", gateway_status=200)
    shop.token = "0" * 32
    answer = shop.get("shop/get_shop_info")
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_acceess_token")
    sandbox.switch("shopee", dead_token_code="error_auth")
    assert shop.get("shop/get_shop_info").json()["message"] == "Invalid access_token."


def test_an_access_token_lives_four_hours(sandbox, shop) -> None:
    sandbox.post("/clock", {"advance": 4 * 3600 - 60})
    assert shop.get("shop/get_shop_info").json()["region"] == "VN"
    sandbox.post("/clock", {"advance": 120})
    assert shop.get("shop/get_shop_info").json()["error"] == "invalid_acceess_token"


def refresh(shop: Client, token: str) -> dict:
    body = {"refresh_token": token, "partner_id": shop.partner_id, "shop_id": shop.shop_id}
    return shop.post("auth/access_token/get", body, shop=False).json()


def test_refreshing_rotates_both_and_the_old_access_token_lives_five_more_minutes(sandbox, shop) -> None:
    first = sandbox.credentials("shopee")["refresh_token"]
    new = refresh(shop, first)
    assert new["expire_in"] == 14400
    assert new["refresh_token"] != first
    assert shop.get("shop/get_shop_info").json()["shop_name"]
    sandbox.post("/clock", {"advance": 310})
    assert shop.get("shop/get_shop_info").json()["error"] == "invalid_acceess_token"
    shop.token = new["access_token"]
    assert shop.get("shop/get_shop_info").json()["shop_name"]


def test_a_spent_refresh_token_is_refused_or_graced(sandbox, shop) -> None:
    first = sandbox.credentials("shopee")["refresh_token"]
    new = refresh(shop, first)
    again = refresh(shop, first)
    assert (again["error"], again["message"]) == ("error_auth", "Invalid refresh_token.")
    sandbox.switch("shopee", refresh_grace=True)
    graced = refresh(shop, first)
    assert graced["access_token"] == new["access_token"]
    sandbox.post("/clock", {"advance": 4 * 3600 + 1})
    assert refresh(shop, first)["error"] == "error_auth"


def test_a_refresh_token_lives_thirty_days(sandbox, shop) -> None:
    sandbox.post("/clock", {"advance": 30 * 86400 + 1})
    assert refresh(shop, sandbox.credentials("shopee")["refresh_token"])["error"] == "refresh_token_expired"


def test_the_link_brings_a_code_that_is_good_once(sandbox, shop) -> None:
    query = {
        "partner_id": shop.partner_id,
        "auth_type": "seller",
        "redirect_uri": "http://localhost:1/back",
        "state": "x1",
    }
    answer = requests.get(f"{shop.base}/auth", params=query, allow_redirects=False, timeout=5)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["x1"]
    body = {"code": back["code"][0], "partner_id": shop.partner_id, "shop_id": int(back["shop_id"][0])}
    pair = shop.post("auth/token/get", body, shop=False).json()
    assert pair["shop_id_list"] == [shop.shop_id]
    assert shop.post("auth/token/get", body, shop=False).json()["error"] == "invalid_code"


def test_the_older_link_is_signed_and_can_wait_for_a_click(sandbox, shop) -> None:
    sandbox.switch("shopee", auto_consent=False)
    path = "/api/v2/shop/auth_partner"
    query = shop.signed(path, shop=False) | {"redirect": "http://localhost:1/back"}
    page = requests.get(shop.base + path, params=query, timeout=5)
    assert "Cho phép" in page.text
    query["sign"] = "0" * 64
    assert requests.get(shop.base + path, params=query, timeout=5).json()["error"] == "error_sign"


def test_a_redirect_to_a_foreign_host_has_its_own_body(sandbox, shop) -> None:
    sandbox.switch("shopee", redirect_hosts=["ocop.example"])
    query = {"partner_id": shop.partner_id, "redirect_uri": "http://evil.example/"}
    body = requests.get(f"{shop.base}/auth", params=query, timeout=5).json()
    assert (body["code"], body["error"]) == (1, "error_param")


def test_a_cancelled_shop_is_no_longer_linked(shop) -> None:
    requests.get(f"{shop.base}/cancel_auth", params={"partner_id": shop.partner_id}, timeout=5)
    assert shop.get("shop/get_shop_info").json()["error"] == "shop_no_linked"
    assert shop.get("public/get_shops_by_partner", shop=False).json()["authed_shop_list"] == []


def test_the_pace_is_limited_per_shop_when_switched_on(sandbox, shop) -> None:
    sandbox.switch("shopee", calls_per_second=3, rate_limit_status=429)
    answers = [shop.get("shop/get_shop_info") for _ in range(5)]
    assert [a.status_code for a in answers].count(429) == 2
    assert answers[-1].json()["error"] == "error_rate_limit"


def test_a_merchant_signature_is_the_same_glue_with_another_id(shop) -> None:
    base = owner_base(1, "/api/v2/x", 2, "t", 9)
    assert digest(K1, base) == sign(K1, 1, "/api/v2/x", 2, "t", 9)
