import unicodedata
from datetime import date

import pytest

from connector.importing import values
from connector.importing.packs import find_pack, spell_pack
from connector.importing.sheet import Broken
from connector.importing.text import clean, clean_lines
from connector.importing.values import Unfit


@pytest.mark.parametrize(
    "cell",
    [
        "209.000đ",
        "209,000 VND",
        "209000",
        209000,
        209000.0,
        "209.000,00",
        "209,000.00",
        "209 000 đồng",
        "209K",
        "₫209.000",
        "209.000 ₫/hộp",
        "209.000\xa0đ",
        "209000.0",
        "VND 209,000",
        "0,209 triệu",
    ],
)
def test_a_price_is_read_however_it_is_written(cell):
    assert values.price(cell) == 209000


def test_a_decimal_part_of_zero_is_not_a_price_of_millions():
    assert values.price("12.500,00") == 12500


@pytest.mark.parametrize(
    "cell", ["liên hệ", "50.000 - 60.000", "12.3.4", "209.5", 1500.5, True, date(2026, 1, 1), "1,2,3", "²"]
)
def test_a_price_that_is_none_is_unreadable(cell):
    with pytest.raises(Unfit, match="price_unreadable"):
        values.price(cell)


@pytest.mark.parametrize("cell", [0, "0", -5000, "-5.000đ", 209, "3.000.000.000"])
def test_a_price_nobody_can_mean_is_refused(cell):
    with pytest.raises(Unfit, match="price_out_of_range"):
        values.price(cell)


@pytest.mark.parametrize(("cell", "count"), [("25", 25), (25.0, 25), ("1.200", 1200), ("0", 0), ("12 hộp", 12)])
def test_a_stock_is_a_whole_number(cell, count):
    assert values.pieces(cell) == count


@pytest.mark.parametrize("cell", ["nhiều", -1, "2,5", True])
def test_a_stock_that_is_no_count_is_refused(cell):
    with pytest.raises(Unfit, match="stock_unreadable"):
        values.pieces(cell)


@pytest.mark.parametrize(
    ("text", "spelled", "grams"),
    [
        ("1.000 g", "1.000 g", 1000),
        ("500gram", "500 g", 500),
        ("(200Gram)", "200 g", 200),
        ("Hộp 25 gói x 2gr", "Hộp 25 gói x 2 g", 50),
        ("Can 2 lít", "Can 2 lít", 2000),
        ("1,5kg", "1,5 kg", 1500),
        ("500g x 2 gói", "500 g x 2 gói", 1000),
        ("2x10ml", "2x10 ml", 20),
        ("330ml/ thùng/24 chai", "330 ml/ thùng/24 chai", 7920),
        ("combo 03 chai 10 mL", "combo 03 chai 10 ml", 30),
        ("250gam", "250 g", 250),
        ("500g/10 cái", "500 g/10 cái", 500),
        ("COMBO 20 BỊCH 1,5KG", "COMBO 20 BỊCH 1,5 kg", 1500),
    ],
)
def test_a_pack_is_spelled_one_way_and_weighed(text, spelled, grams):
    assert spell_pack(text) == spelled
    found = find_pack(text)
    assert found is not None
    assert found.total_grams == grams


@pytest.mark.parametrize("text", ["", "Hộp 20 túi", "D60cm", "0 g", "Loại 2", "ST25", "4 sao"])
def test_what_names_no_amount_has_no_pack(text):
    assert find_pack(text) is None


@pytest.mark.parametrize(
    "cell", ["05/08/2026", "5-8-2026", "5.8.2026", "2026-08-05", "2026-08-05 00:00:00", 46239, "46239"]
)
def test_a_date_is_read_however_it_is_written(cell):
    assert values.day(cell) == date(2026, 8, 5)


@pytest.mark.parametrize("cell", ["31/02/2026", "2026", "hôm qua", 12, "13/13/2026", "1/1/1900"])
def test_a_date_that_is_none_is_refused(cell):
    with pytest.raises(Unfit, match="date_unreadable"):
        values.day(cell)


@pytest.mark.parametrize(("cell", "count"), [("4", 4), (4.0, 4), ("4 sao", 4), ("4.0", 4), ("⭐⭐⭐", 3), ("5*", 5)])
def test_stars_are_read(cell, count):
    assert values.stars(cell) == count


@pytest.mark.parametrize("cell", [2, "1 sao", "6", "bốn", "đạt"])
def test_only_certified_stars_are_taken(cell):
    with pytest.raises(Unfit, match="stars_out_of_range"):
        values.stars(cell)


def test_a_malformed_sku_comes_with_a_suggestion():
    with pytest.raises(Unfit) as caught:
        values.sku("mật ong/500")
    assert caught.value.values["hint"] == "MAT-ONG-500"
    assert values.sku("mo-500_a.1") == "MO-500_A.1"


def test_other_cells_are_read_or_refused():
    assert values.size("20 x 15,2 x 10 cm") == (20, 16, 10)
    assert values.grams("0,5 kg") == 500
    assert values.barcode(8936012345678) == "8936012345678"
    assert values.yes("Có") is True
    assert values.yes("không") is False
    for parse, cell in ((values.size, "20x15"), (values.grams, "nặng"), (values.barcode, "12"), (values.yes, "chắc")):
        with pytest.raises(Unfit):
            parse(cell)


def test_a_cell_that_excel_cannot_show_is_named():
    with pytest.raises(Unfit, match="error_cell"):
        values.usable(Broken("#N/A"), values.words)
    with pytest.raises(Unfit, match="formula_without_value"):
        values.usable(Broken(), values.words)


def test_text_is_composed_and_freed_of_entities_and_invisible_marks():
    assert clean(unicodedata.normalize("NFD", "Mật\u00a0ong &amp; sữa\u200b")) == "Mật ong & sữa"
    assert clean_lines("<p>Một</p>Hai<br/>Ba &lt;5 kg") == "Một\nHai\nBa <5 kg"
