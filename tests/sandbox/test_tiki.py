"""Tiki in a box: OAuth, the gateway's rules, reference data."""

import pytest
import requests


def token(tiki, *, basic: bool = True, **fields: str) -> tuple[int, dict]:
    keys = (tiki.keys["client_id"], tiki.keys["client_secret"])
    secrets = {} if basic else {"client_id": keys[0], "client_secret": keys[1]}
    auth = keys if basic else None
    answer = requests.post(tiki.keys["token_url"], data=fields | secrets, auth=auth, timeout=5)
    return answer.status_code, answer.json()


def a_code(tiki, scope: str = "product offline", back: str = "http://127.0.0.1/back") -> str:
    query = {"response_type": "code", "client_id": tiki.keys["client_id"], "redirect_uri": back,
             "scope": scope, "state": "long-enough"}  # fmt: skip
    page = requests.get(tiki.keys["auth_url"], params=query, allow_redirects=False, timeout=5)
    target = page.headers["location"]
    assert target.startswith(f"{back}?code=")
    assert target.endswith("state=long-enough")
    return target.split("code=")[1].split("&")[0]


def test_an_in_house_app_gets_a_token_without_a_refresh_token(tiki) -> None:
    status, body = token(tiki, grant_type="client_credentials", scope="")
    assert (status, body["token_type"], body["expires_in"]) == (200, "bearer", 3600)
    assert "refresh_token" not in body
    tiki.token = body["access_token"]
    assert tiki.get("/v2/sellers/me")["name"] == "Gian hàng OCOP Hà Nội"
    assert tiki.get("/v2/sellers/me/warehouses", type=1)["paging"]["total"] == 2


def test_a_public_app_exchanges_a_code_once_and_rotates_refresh_tokens(tiki) -> None:
    exchange = {"grant_type": "authorization_code", "code": a_code(tiki),
                "redirect_uri": "http://127.0.0.1/back"}  # fmt: skip
    _, first = token(tiki, **exchange)
    assert token(tiki, **exchange)[1]["error"] == "invalid_grant"
    refresh = {"grant_type": "refresh_token", "client_id": tiki.keys["client_id"]}
    status, second = token(tiki, **refresh, refresh_token=first["refresh_token"])
    assert status == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == "product offline"
    status, body = token(tiki, **refresh, refresh_token=first["refresh_token"])
    assert (status, body["error"]) == (400, "invalid_grant")


def test_a_code_dies_and_is_bound_to_its_address(tiki) -> None:
    fields = {"grant_type": "authorization_code", "code": a_code(tiki)}
    assert token(tiki, **fields, redirect_uri="http://127.0.0.1/else")[1]["error"] == "invalid_grant"
    late = {"grant_type": "authorization_code", "code": a_code(tiki), "redirect_uri": "http://127.0.0.1/back"}
    tiki.sandbox.post("/clock", {"advance": 601})
    assert token(tiki, **late)[1]["error"] == "invalid_grant"


def test_a_consent_may_be_refused_or_lack_its_state(tiki) -> None:
    tiki.sandbox.fault("tiki", "deny", "oauth.auth", count=1)
    query = {"client_id": tiki.keys["client_id"], "redirect_uri": "http://127.0.0.1/b",
             "state": "long-enough"}  # fmt: skip
    page = requests.get(tiki.keys["auth_url"], params=query, allow_redirects=False, timeout=5)
    assert "error=access_denied&error_code=403" in page.headers["location"]
    short = query | {"state": "s"}
    page = requests.get(tiki.keys["auth_url"], params=short, allow_redirects=False, timeout=5)
    assert "error=invalid_state" in page.headers["location"]
    assert requests.get(tiki.keys["auth_url"], params={"client_id": "1"}, timeout=5).status_code == 400


@pytest.mark.parametrize(("method", "basic", "post"), [("either", 200, 200), ("basic", 200, 401),
                                                       ("post", 401, 200)])  # fmt: skip
def test_the_client_proves_itself_as_the_app_was_made(tiki, method, basic, post) -> None:
    tiki.sandbox.switch("tiki", client_auth=method)
    assert token(tiki, grant_type="client_credentials")[0] == basic
    assert token(tiki, basic=False, grant_type="client_credentials")[0] == post


def test_wrong_grants_and_scopes_are_named(tiki) -> None:
    assert token(tiki, grant_type="password")[1]["error"] == "unsupported_grant_type"
    assert token(tiki, grant_type="client_credentials", scope="moon")[1]["error"] == "invalid_scope"
    answer = requests.post(tiki.keys["token_url"], data={"grant_type": "client_credentials"}, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_token_ends_and_its_scope_counts(tiki) -> None:
    tiki.sandbox.switch("tiki", expires_in=60)
    _, body = token(tiki, grant_type="client_credentials", scope="inventory")
    tiki.token = body["access_token"]
    assert body["expires_in"] == 60
    assert tiki.call("GET", "/v2.1/products")[0] == 403
    assert tiki.call("GET", "/v2/sellers/me/warehouses")[0] == 200
    tiki.sandbox.post("/clock", {"advance": 61})
    status, body = tiki.call("GET", "/v2/sellers/me/warehouses")
    assert (status, list(body)) == (401, ["errors"])
    tiki.token = token(tiki, grant_type="client_credentials", scope="all")[1]["access_token"]
    assert tiki.call("GET", "/v2.1/products")[0] == 200


def test_a_token_may_die_by_fault(tiki) -> None:
    tiki.sandbox.fault("tiki", "dead_token", "products.list", count=1)
    assert [tiki.call("GET", "/v2.1/products")[0] for _ in range(2)] == [401, 200]


def test_the_legacy_header_works_only_behind_its_switch(tiki) -> None:
    url, headers = f"{tiki.keys['base_url']}/v2/sellers/me", {"tiki-api": tiki.keys["tiki_api"]}
    assert requests.get(url, headers=headers, timeout=5).status_code == 401
    tiki.sandbox.switch("tiki", legacy_header=True)
    assert requests.get(url, headers=headers, timeout=5).status_code == 200


def test_versions_and_methods_are_strict(tiki) -> None:
    assert tiki.call("POST", "/v2/requests", {})[0] == 405
    assert tiki.call("POST", "/v1/requests", {})[0] == 404
    assert tiki.call("POST", "/v2.1/products/updateSku", {})[0] == 405
    assert tiki.call("PUT", "/v2/requests/updateProductInfo", {})[0] == 405
    assert tiki.call("GET", "/v9/products")[0] == 404


def test_a_body_that_is_no_json_object_is_refused(tiki) -> None:
    url, headers = f"{tiki.keys['base_url']}/v2.1/requests", {"Authorization": f"Bearer {tiki.token}"}
    for body in (b"{", b"[]", b'{"category_id":15077,"variants":[{"sku":{}}],"images":[],"image":"x"}'):
        answer = requests.post(url, data=body, headers=headers, timeout=5)
        assert answer.status_code in {400, 422}
        assert answer.json()["errors"]


def test_too_many_calls_are_429(tiki) -> None:
    tiki.sandbox.switch("tiki", calls_per_second=2)
    statuses = [tiki.call("GET", "/v2/sellers/me")[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    tiki.sandbox.post("/clock", {"advance": 2})
    assert tiki.call("GET", "/v2/sellers/me")[0] == 200


def test_the_gateway_may_turn_away_default_user_agents(tiki) -> None:
    url, headers = f"{tiki.keys['base_url']}/v2/sellers/me", {"Authorization": f"Bearer {tiki.token}"}
    tiki.sandbox.switch("tiki", filter_user_agents=True)
    answer = requests.get(url, headers=headers, timeout=5)
    assert (answer.status_code, "html" in answer.headers["content-type"]) == (403, True)
    assert requests.get(url, headers=headers | {"User-Agent": "ocop/1"}, timeout=5).status_code == 200


def test_a_seller_who_may_not_update_has_writes_refused_until_told_otherwise(tiki) -> None:
    tiki.sandbox.switch("tiki", can_update_product=False)
    assert tiki.get("/v2/sellers/me")["can_update_product"] == 0
    assert tiki.call("POST", "/v2.1/requests", tiki.a_request())[0] == 403
    path = "/v2/sellers/me/updateCanUpdateProduct"
    assert tiki.call("POST", path, {"can_update_product": 1})[1] == {"message": "success"}
    assert tiki.call("POST", "/v2.1/requests", tiki.a_request())[0] == 200


def test_categories_are_searched_and_only_primary_ones_have_attributes(tiki) -> None:
    rows = tiki.get("/v2/categories", isPrimary="true")["data"]
    assert len(rows) > 25
    assert all(row["is_primary"] for row in rows)
    assert all(tiki.get(f"/v2/categories/{row['id']}/attributes")["data"] for row in rows)
    assert [row["id"] for row in tiki.get("/v2/categories", name="mật ong")["data"]] == [15077]
    assert {row["parent_id"] for row in tiki.get("/v2/categories", parent=4421)["data"]} == {4421}
    parents = tiki.get("/v2/categories/15077", includeParents="true")["parents"]
    assert [row["id"] for row in parents] == [4421, 4384]
    assert tiki.call("GET", "/v2/categories/1") == (404, {"errors": ["Category not found id: 1"]})
    assert tiki.get("/v2/categories/15077/optionLabels")["data"]


def test_attribute_values_are_searched_and_paged(tiki) -> None:
    rows = tiki.get("/v2/categories/15077/attributes")["data"]
    brand = next(row for row in rows if row["code"] == "brand")
    assert (brand["input_type"], brand["is_required"]) == ("select", True)
    path = f"/v2/attributes/{brand['id']}/values"
    page = tiki.get(path, limit=50)
    assert (len(page["data"]), page["paging"]["last_page"]) == (50, 3)
    assert [row["value"] for row in tiki.get(path, q="oem")["data"]] == ["OEM"]
    assert tiki.call("GET", "/v2/attributes/1/values")[0] == 404
