"""Shops on the console: letting us in, rules seen before they are saved, and settings that give nothing away."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from connector import decisions
from connector.store import Draft
from tests.builders import a_producer
from tests.connect.browser import APP, agree
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.conftest import Console, Person, two_producers
from tests.web.scenes import SHOP


def a_shop_of(console: Console, sandbox: Any, platform: str, producer: str | None) -> str:  # noqa: F811
    """Of its credentials only the app is known; nobody has agreed to anything yet."""
    held = sandbox.credentials(platform)
    code = f"{platform}-{producer or 'chung'}".lower()
    known = {name: str(held[name]) for name in APP[platform]}
    console.wired.store.shops.add(code, platform, name="Của riêng", producer=producer, credentials=known)
    return code


def went(person: Person, code: str) -> dict[str, str]:
    """Press the button, follow the link, agree; what the platform sends the browser back with."""
    assert person.get(f"/shops/{code}/connect").status_code == 200
    shown = person.post(f"/shops/{code}/connect")
    link = re.search(r'href="(http://[^"]+)" rel="noreferrer"', shown.text)
    assert link, shown.text
    return agree(link[1].replace("&amp;", "&"))


@pytest.mark.parametrize("platform", ["shopee", "lazada"])
def test_a_producer_lets_us_into_their_own_shop(console: Console, sandbox: Any, platform: str) -> None:  # noqa: F811
    an, binh = two_producers(console)
    code = a_shop_of(console, sandbox, platform, a_producer().code)
    assert "chưa kết nối" in an.get("/shops").text
    back = an.get(f"/connect/{platform}/callback", params=went(an, code))
    assert f"Đã kết nối {code}" in back.text
    assert back.headers["Referrer-Policy"] == "no-referrer"
    assert "chưa kết nối" not in an.get("/shops").text
    assert console.wired.store.shops.vault(console.wired.store.shops.get(code).id).tokens()
    assert (binh.get(f"/shops/{code}/connect").status_code, code in binh.get("/shops").text) == (404, False)
    assert binh.post(f"/shops/{code}/connect").status_code == 404


def test_another_browser_cannot_finish_what_this_one_began(console: Console, sandbox: Any) -> None:  # noqa: F811
    an, binh = two_producers(console)
    code = a_shop_of(console, sandbox, "shopee", a_producer().code)
    answer = went(an, code)
    got = binh.get("/connect/shopee/callback", params=answer)
    assert (got.status_code, "Trình duyệt này không mở" in got.text) == (400, True)
    assert an.get("/connect/shopee/callback", params=answer).status_code == 200


def test_a_shared_shop_is_for_staff_to_connect(console: Console, sandbox: Any) -> None:  # noqa: F811
    an, _ = two_producers(console)
    code = a_shop_of(console, sandbox, "shopee", None)
    assert "gian hàng chung" in an.get("/shops").text
    assert an.get(f"/shops/{code}/connect").status_code == 404
    boss = console.person("sep", role="operator")
    assert "Kết nối" in boss.get(f"/desk/shops/{code}").text
    shops = console.wired.store.shops
    shops.pause(shops.get(code).id, "token hết hạn", needs_consent=True)
    assert "Sàn không nhận quyền cũ nữa" in boss.get(f"/desk/shops/{code}").text
    assert boss.get("/connect/shopee/callback", params=went(boss, code)).status_code == 200
    assert shops.get(code).active


def test_a_shop_without_an_apps_key_says_which_one_is_missing(console: Console) -> None:
    console.wired.store.shops.add("shopee-9", "shopee")
    boss = console.person("sep", role="operator")
    assert boss.get("/shops/shopee-9/connect").status_code == 200
    got = boss.post("/shops/shopee-9/connect")
    assert (got.status_code, "partner_id" in got.text) == (422, True)
    for path in ("/desk/shops/shopee-9", "/desk/carry", "/desk/settings"):
        assert boss.get(path).status_code == 200, path


def test_a_channel_without_consent_says_so(console: Console, sandbox: Any) -> None:  # noqa: F811
    console.wired.store.shops.add("postmart-1", "postmart")
    boss = console.person("sep", role="operator")
    assert "Sàn này không có bước cấp quyền" in boss.get("/shops/postmart-1/connect").text
    assert boss.post("/shops/postmart-1/connect").status_code == 422


def rows(page: str) -> dict[str, tuple[str, str]]:
    """By SKU the price and number cells of the preview, bare."""
    found = re.findall(
        r'class="code">(SKU-\d+)<.*?<td class="number">(.*?)</td>\s*<td class="number">(.*?)</td>', page, re.S
    )
    return {sku: (bare(price), bare(number)) for sku, price, number in found}


def bare(cell: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", cell).split())


def test_rules_are_shown_with_their_effect_here_and_elsewhere_before_they_are_saved(console: Console) -> None:
    store = console.wired.store
    store.shops.add(SHOP, "shopee", verbs="sync")
    store.shops.add("lazada-1", "lazada", verbs="sync", rules={"price": {"markup_percent": 50}})
    scenes.put(console, scenes.goods(3))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE listing SET phase = 'live'"))
    boss = console.person("sep", role="operator")
    boss.get(f"/desk/shops/{SHOP}")
    form = {"verbs": "sync", "markup_percent": "10", "share_percent": "50", "hide_below": "6"}
    page = boss.post(f"/desk/shops/{SHOP}/rules/preview", form).text
    assert rows(page)["SKU-0000"] == ("60.000 ₫ 66.000 ₫", "10 → 0")
    assert "lazada-1 90.000 ₫ × 10" in page
    assert re.findall(r"<b[^>]*>(\d+)</b><span>", page) == ["3", "3", "3", "3"]
    assert store.shops.get(SHOP).policy.price.markup_percent == 0  # nothing was saved
    assert boss.post(f"/desk/shops/{SHOP}/rules/preview", {**form, "share_percent": "140"}).status_code == 422


def test_the_preview_says_when_the_guard_would_stop_the_rules(console: Console) -> None:
    store = console.wired.store
    store.shops.add(SHOP, "shopee", verbs="sync")
    scenes.put(console, scenes.goods(12))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE listing SET phase = 'live'"))
    boss = console.person("sep", role="operator")
    boss.get(f"/desk/shops/{SHOP}")
    dearer = {"verbs": "sync", "markup_percent": "10"}
    assert "Chạm 12 trên 12 tin" in boss.post(f"/desk/shops/{SHOP}/rules/preview", dearer).text
    theirs = boss.post(f"/desk/shops/{SHOP}/rules/preview", {**dearer, "owner_price": "theirs"}).text
    assert "Chạm" not in theirs
    assert "Giá không phải của ta" in theirs


def test_saving_rules_leaves_an_adopted_listing_its_own_owners(console: Console) -> None:
    store = console.wired.store
    store.shops.add(SHOP, "shopee", verbs="sync")
    scenes.put(console, scenes.goods(1))
    with store.engine.begin() as connection:
        connection.execute(text("""UPDATE listing SET owners = '{"title": "theirs", "price": "theirs"}'"""))
    boss = console.person("sep", role="operator")
    boss.get(f"/desk/shops/{SHOP}")
    shown = {f"owner_{kind}": "ours" for kind in decisions.OWNED}
    boss.post(f"/desk/shops/{SHOP}/rules", {"verbs": "sync", "cap": "5", **shown, "owner_price": "ask"})
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT owners FROM listing")).scalar_one() == {"title": "theirs"}


def test_settings_say_where_they_come_from_and_nothing_secret(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://ocop:rat-bi-mat@db.example:5432/ocop?password=rat-bi-mat"
    settings = console.wired.settings.model_copy(update={"database_url": url})
    console.app.state.wired = replace(console.wired, settings=settings)
    monkeypatch.setenv("DATABASE_URL", url)
    console.wired.store.shops.add(SHOP, "shopee", credentials={"partner_key": "chìa-khóa-bí-mật", "partner_id": "77"})
    boss = console.person("sep", role="operator")
    page = boss.get("/desk/settings").text
    assert "postgresql://ocop@db.example:5432/ocop" in page
    assert "từ môi trường" in page
    assert "partner_key" in page
    for secret in ("rat-bi-mat", "chìa-khóa-bí-mật", *(key.get_secret_value() for key in settings.secret_keys)):
        assert secret not in page
    console.wired.store.products.put([Draft(1, scenes.goods(1)[0])], "test")
    assert console.person("ba-sau", producer=a_producer().code).get("/desk/settings").status_code == 403
