"""The files we know by name. The rows are facts typed for these tests; no seller's sentence among them."""

import pytest

from connector.errors import Complaint
from connector.importing import CONFIG
from connector.importing.columns import BY_KEY, COLUMNS
from connector.importing.mapping import load_namings
from connector.importing.reading import read
from connector.importing.template import write_template
from tests.importing.catalogue import MemoryCatalogue
from tests.importing.files import a_csv, blocking, imported, warned

RAW = {
    "product_id": "26212", "name": "Nước rửa chén - Can 2 lít", "full_name": "OCOP - Nước rửa chén - Can 2 lít",
    "price": "209000", "ocop_rating": "3.0", "origin": "Hoằng Kim", "producer": "HTX Xanh",
    "short_description": "Sản phẩm OCOP tỉnh Thanh Hoá", "description": "", "product_url": "x",
    "ocop_rating_from_list": "",
}  # fmt: skip
FACTS = {
    "goods_id": "26219", "shop_name": "HTX Lúa", "title": "OCOP_Nếp đắng (1.000 g)", "name": "Nếp đắng (1.000 g)",
    "price_vnd": "60000", "pack": "1.000 g", "ship_from_raw": "Quảng Nam", "province_old": "Quảng Nam",
    "province_new_code": "48", "province_new": "Thành phố Đà Nẵng", "star_claimed": "4", "set_guess": "3",
}  # fmt: skip
HANOI = {
    "name": "Bộ ấm chén gốm", "producer": "Công ty Gốm", "stars": "5", "star_year": "2020",
    "commune_new": "Xã Bát Tràng", "producer_in_hanoi": "yes", "price_vnd": "868686", "pack": "",
}  # fmt: skip
LAM_DONG = {
    "name": "Mắm nêm", "producer": "Công ty Biển", "stars": "3", "decision_number": "3981/QĐ-UBND",
    "issued_at": "2026-08-05", "expires_at": "2029-08-05", "issuing_authority": "UBND tỉnh Lâm Đồng",
    "new_commune": "Phường Phan Thiết", "new_province": "Lâm Đồng", "new_province_code": "68",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "mapping"),
    [
        (RAW, "buudien_raw"),
        (FACTS, "buudien_facts"),
        (HANOI, "hanoi_sample"),
        (LAM_DONG | {"price": "50000"}, "lam_dong"),
    ],
)
def test_a_known_file_is_recognised_by_its_headings(tmp_path, row, mapping):
    result = imported(a_csv(tmp_path / "a.csv", [row]))
    assert (result.mapping, result.created, result.rejected) == (mapping, 1, 0)


def test_a_crawled_listing_gets_its_province_from_words_and_its_stars_stay_a_claim(tmp_path):
    catalogue = MemoryCatalogue()
    result = imported(a_csv(tmp_path / "a.csv", [RAW]), catalogue)
    product = catalogue.products["BD-26212"]
    assert (product.name, product.producer.province, product.set_no) == ("Nước rửa chén - Can 2 lít", "Thanh Hoá", 19)
    assert product.certificate is None
    assert {"stars_unproven", "set_guessed", "weight_derived"} == warned(result)
    assert product.variants[0].weight_g == 2000


def test_the_facts_file_prefers_the_new_province_code(tmp_path):
    catalogue = MemoryCatalogue()
    imported(a_csv(tmp_path / "a.csv", [FACTS]), catalogue)
    product = catalogue.products["BD-26219"]
    assert (product.producer.province_code, product.variants[0].pack, product.set_no) == ("48", "1.000 g", 3)


def test_a_producer_outside_hanoi_is_not_put_there(tmp_path):
    catalogue = MemoryCatalogue()
    imported(a_csv(tmp_path / "a.csv", [HANOI, HANOI | {"producer_in_hanoi": "no", "name": "Dưa"}]), catalogue)
    assert sorted(p.producer.province_code for p in catalogue.products.values()) == ["", "01"]


def test_a_register_of_decisions_asks_for_prices_and_keeps_certificates(tmp_path):
    assert blocking(imported(a_csv(tmp_path / "a.csv", [LAM_DONG]))) == [(2, "price_missing")]
    catalogue = MemoryCatalogue()
    imported(a_csv(tmp_path / "b.csv", [LAM_DONG | {"price": "50.000đ"}]), catalogue)
    (product,) = catalogue.products.values()
    assert product.certificate is not None
    assert (product.certificate.number, product.certificate.made_up) == ("3981/QĐ-UBND", False)


def test_every_mapping_names_columns_that_exist_and_the_template_names_all():
    namings = load_namings(CONFIG / "mappings")
    assert set(namings) == {"template", "buudien_raw", "buudien_facts", "hanoi_sample", "lam_dong"}
    assert set(namings["template"].columns) == {c.key for c in COLUMNS} - {"province_text"}
    assert all(BY_KEY[key].vi == names[0] for key, names in namings["template"].columns.items())


def test_a_mapping_with_an_unknown_column_is_named(tmp_path):
    (tmp_path / "x.toml").write_text('title = "x"\n[columns]\ncolour = ["c"]\n')
    with pytest.raises(Complaint, match=r"x\.toml.*colour"):
        load_namings(tmp_path)


def test_the_template_reads_back_with_its_own_headings(tmp_path):
    path = tmp_path / "mau.xlsx"
    write_template(path, CONFIG)
    contents = read(path)
    assert [sheet.name for sheet in contents.sheets] == ["Sản phẩm", "Ví dụ", "Hướng dẫn"]
    assert contents.sheets[0].grid[0][1] == "Tên sản phẩm\nProduct name"
    with pytest.raises(Complaint, match="chưa có sản phẩm nào"):
        imported(path)


def test_the_templates_examples_are_good_rows(tmp_path):
    path = tmp_path / "mau.xlsx"
    write_template(path, CONFIG)
    head, *rows = read(path).sheets[1].grid
    result = imported(a_csv(tmp_path / "a.csv", [dict(zip(head, row, strict=True)) for row in rows]))
    assert (result.created, result.rejected) == (2, 0)
