"""The pages a person looks at: listings with prices and states, searched, paged and safe."""

import pytest
import requests
from shopee_client import Client

from sandbox.storefront import dong, plain


@pytest.fixture
def shop(sandbox) -> Client:
    c = sandbox.credentials("shopee")
    return Client(c["base_url"], c["partner_id"], c["partner_key"], c["shop_id"], c["access_token"])


def page(url: str, **query: str) -> str:
    answer = requests.get(url, params=query, timeout=5)
    assert answer.status_code == 200
    return answer.text


def test_prices_are_written_the_vietnamese_way() -> None:
    assert [dong(0), dong(45000), dong(1234567)] == ["0 ₫", "45.000 ₫", "1.234.567 ₫"]


def test_descriptions_lose_markup_and_keep_lines() -> None:
    assert plain("<p>Một&nbsp;hai</p><p>ba<br/>bốn</p>") == "Một\xa0hai\nba\nbốn"


def test_the_grid_shows_pictures_prices_and_states(sandbox, shop) -> None:
    assert "chưa có mặt hàng" in page(shop.base)
    item = shop.add()
    hidden = shop.add(item_name="Nước mắm cốt cá cơm", item_sku="MAM-1", item_status="UNLIST")
    html = page(shop.base)
    for text in (
        "SÀN THỬ",
        "99.000 ₫",
        "Còn 10",
        f"/shop/{item}",
        f"/shop/{hidden}",
        "Đã ẩn",
        "/_picture/vn-",
    ):
        assert text in html
    assert f"/shop/{item}" not in page(shop.base, q="mam-1")
    assert f"/shop/{hidden}" not in page(shop.base, state="live")


def test_a_listing_has_a_page_of_its_own(shop) -> None:
    item = shop.add()
    html = page(f"{shop.base}/shop/{item}")
    assert "MAT-ONG-1" in html
    assert "Mật ong nguyên chất" in html
    missing = requests.get(f"{shop.base}/shop/1", timeout=5)
    assert (missing.status_code, "Không có mặt hàng" in missing.text) == (404, True)


def test_markup_in_titles_and_questions_stays_text(shop) -> None:
    shop.add(item_name="<script>alert(1)</script> mật ong")
    assert "<script>alert" not in page(shop.base, q="<script>alert(1)</script>")


def test_the_grid_is_paged(shop) -> None:
    picture = {"image_id_list": [shop.picture_id()]}
    for _ in range(61):
        shop.add(image=picture)
    assert page(shop.base).count('class="card') == 60
    assert page(shop.base, page="2").count('class="card') == 1
    assert "Trang 2 / 2" in page(shop.base, page="2")


def test_the_admin_page_links_every_shop_and_counts(sandbox, shop) -> None:
    shop.add()
    shop.add()
    html = page(sandbox.admin)
    assert f"{shop.base}/" in html
    assert "1 mã trùng" in html
