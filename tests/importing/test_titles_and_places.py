import unicodedata

import pytest

from connector.importing import CONFIG
from connector.importing.places import load_places
from connector.importing.sets import load_sets
from connector.importing.titles import read_title
from connector.importing.values import Unfit

PLACES = load_places(CONFIG / "admin")
SETS = load_sets(CONFIG / "admin")


@pytest.mark.parametrize(
    ("written", "name", "claimed"),
    [
        ("OCOP - Miến gạo", "Miến gạo", None),
        ("OCOP_BƯỞI DA XANH_1KG", "BƯỞI DA XANH_1KG", None),
        ("Ocop - Thịt trâu", "Thịt trâu", None),
        ("✓OCOP–Dâu sấy", "Dâu sấy", None),
        ("OCOP Kho bò", "Kho bò", None),
        ("OCOP 4 SAO _ SỮA CHUA_120gr", "SỮA CHUA_120gr", 4),
        ("OCOP 4*_KHÔ CÁ_400g", "KHÔ CÁ_400g", 4),
        ("Na Chi Lăng đạt tiêu chuẩn OCOP 3 sao (1 thùng)", "Na Chi Lăng (1 thùng)", 3),
        ("SẦU RIÊNG 4 SAO 1 TRÁI", "SẦU RIÊNG 1 TRÁI", 4),
        ("Chè đinh - Đạt chuẩn 3 sao OCOP quốc gia", "Chè đinh", 3),
        ("Bưởi Ba Sao", "Bưởi Ba Sao", None),
        ("OCOP", "OCOP", None),
    ],
)
def test_the_programmes_words_leave_the_title_and_stars_are_noted(written, name, claimed):
    title = read_title(written)
    assert (title.name, title.claimed) == (name, claimed)


def test_a_title_may_limit_delivery_to_its_province():
    assert read_title("Bí xanh 0,5kg (chỉ giao nội tỉnh Thanh Hóa)").local
    assert not read_title("Bí xanh 0,5kg").local


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Hà Nội", "01"), ("tp. ha noi", "01"), ("01", "01"), ("1", "01"), ("Thanh Hoá", "38"), ("THANH HÓA", "38"),
        ("Quảng Nam", "48"), ("Bà Rịa Vũng Tàu", "79"), ("Bà Rịa - Vũng Tàu", "79"), ("Tỉnh Bắc Kạn", "19"),
        ("Thừa Thiên Huế", "46"), ("TP.HCM", "79"), ("Đăk Lăk", "66"), ("Xã Bát Tràng, Hà Nội", "01"),
        (unicodedata.normalize("NFD", "Đồng Tháp"), "82"), ("Thành phố Đồng Nai", "75"),
    ],
)  # fmt: skip
def test_a_province_is_found_by_any_of_its_names(written, code):
    found = PLACES.find(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("written", ["Hoằng Kim", "99", "Hà", "không rõ"])
def test_what_is_no_province_is_not_guessed(written):
    assert PLACES.find(written) is None


def test_a_province_is_read_from_text_only_when_named_as_one():
    assert PLACES.find_in("OCOP Ninh Bình - Tinh bột sắn dây").code == "37"
    assert PLACES.find_in("TRÀ TÀ XÙA - SƠN LA").code == "14"
    assert PLACES.find_in("Bột nghệ an toàn") is None
    long_text = "Chúng tôi giao hàng tận nơi tại Hà Nội và nhiều nơi khác trong cả nước. " * 3
    assert PLACES.find_in(long_text) is None
    assert PLACES.find_in(f"{long_text} Sản xuất tại huyện Nông Cống, tỉnh Thanh Hoá.").code == "38"


def test_every_old_province_leads_to_a_new_one():
    assert len(PLACES.by_code) == 34
    assert len({province.code for province in PLACES.by_name.values()}) == 34


def test_a_set_is_read_by_number_or_name_and_guessed_by_the_head_of_the_name():
    assert SETS.read("13. Cà phê, ca cao") == SETS.read(13) == SETS.read("cà phê, ca cao") == 13
    for cell in ("27", "0", "đồ chơi"):
        with pytest.raises(Unfit, match="set_unknown"):
            SETS.read(cell)
    guesses = {
        "Chuối sấy dẻo": 7,
        "Nước mắm cá cơm": 9,
        "Miến dong Bình Liêu": 6,
        "Mật ong hoa nhãn": 4,
        "Rượu nếp": 14,
    }
    assert {name: SETS.guess(name) for name in guesses} == guesses
    assert SETS.guess("Zzz") == 0
