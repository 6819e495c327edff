import random
from dataclasses import replace
from datetime import date

import pytest
from python_calamine import load_workbook

from connector.domain.text import SKU_PATTERN
from connector.errors import Complaint
from tests.importing.catalogue import MemoryCatalogue
from tests.importing.files import A_ROW, TODAY, a_csv, a_row, an_xlsx, blocking, imported, warned


def the_product(catalogue):
    (product,) = catalogue.products.values()
    return product


def test_a_good_row_becomes_a_product(tmp_path):
    catalogue = MemoryCatalogue()
    row = a_row(stock=7, description="Ong nuôi ở vườn nhãn.", stars=4, decision="12/QĐ-UBND", issued="20/06/2026")
    result = imported(an_xlsx(tmp_path / "a.xlsx", [row]), catalogue)
    product = the_product(catalogue)
    assert (result.created, result.rejected, result.mapping) == (1, 0, "template")
    assert (product.name, product.set_no, product.producer.province_code) == ("Mật ong hoa nhãn", 4, "33")
    (variant,) = product.variants
    assert (variant.price, variant.pack, variant.weight_g) == (150000, "Chai 500 g", 500)
    assert SKU_PATTERN.fullmatch(variant.sku)
    assert catalogue.stock == {variant.sku: 7}
    assert product.certificate is not None
    assert product.certificate.expires_on == date(2029, 6, 20)
    assert warned(result) == {"weight_derived"}


def test_importing_twice_changes_nothing(tmp_path):
    catalogue = MemoryCatalogue()
    path = a_csv(tmp_path / "a.csv", [a_row(stock=3), a_row(name="Trà sen", pack="", price=90000)])
    assert imported(path, catalogue).created == 2
    again = imported(path, catalogue)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = [
        a_row(code=f"P{n % 4}", name="" if n >= 4 else f"Trà {n}", pack=f"{n + 1}00 g", price=10000 + n)
        for n in range(12)
    ]
    rows += [a_row(name="Bánh", producer="Cơ sở A"), a_row(name="Kẹo", producer="Cơ sở A")]
    straight, mixed = MemoryCatalogue(), MemoryCatalogue()
    imported(a_csv(tmp_path / "a.csv", rows), straight)
    random.Random(1).shuffle(rows)
    imported(a_csv(tmp_path / "b.csv", rows), mixed)
    assert straight.products == mixed.products
    assert len(straight.products["P1"].variants) == 3


def test_a_file_that_shrank_deletes_nothing(tmp_path):
    catalogue = MemoryCatalogue()
    row = a_row(code="P1", description="Lời của chủ thể.", stock=4, size="30x20x10", retired="có")
    imported(a_csv(tmp_path / "a.csv", [row, a_row(name="Trà")]), catalogue)
    before = catalogue.products["P1"]
    imported(a_csv(tmp_path / "b.csv", [A_ROW | {"Mã sản phẩm": "P1", "Giá bán (đồng)": 155000}]), catalogue)
    after = catalogue.products["P1"]
    assert len(catalogue.products) == 2
    assert after.variants[0].price == 155000
    assert replace(after, variants=()) == replace(before, variants=())
    assert list(catalogue.stock.values()) == [4]


def test_good_rows_go_in_and_bad_rows_come_back_with_the_reason_beside_the_cell(tmp_path):
    catalogue = MemoryCatalogue()
    rows = [a_row(), a_row(name="Trà xấu", price="liên hệ"), a_row(name="Bánh", province="Đông Lào")]
    result = imported(a_csv(tmp_path / "a.csv", rows), catalogue)
    assert (result.created, result.rejected) == (1, 2)
    assert blocking(result) == [(3, "price_unreadable"), (4, "province_unknown")]
    assert result.problems[0].column
    assert result.rejects_path == tmp_path / "a-loi.xlsx"
    head, trà, bánh = load_workbook(result.rejects_path).get_sheet_by_index(0).to_python()
    price = head.index("Giá bán (đồng)")
    assert head[price + 1] == "Lỗi: Giá bán (đồng)"
    assert trà[price] == "liên hệ"
    assert trà[price + 1].startswith("Không hiểu giá «liên hệ»")
    assert bánh[price + 1] == ""
    assert trà[0] == 3


def test_the_mended_workbook_of_rejects_can_be_imported(tmp_path):
    catalogue = MemoryCatalogue()
    rows = [a_row(code="P1", pack="500 g"), {"Mã sản phẩm": "P1", "Quy cách": "1 kg", "Giá bán (đồng)": "?"}]
    result = imported(a_csv(tmp_path / "a.csv", rows), catalogue)
    assert (result.created, result.rejected) == (1, 1)
    grid = load_workbook(result.rejects_path).get_sheet_by_index(0).to_python()
    mended = [dict(zip(grid[0], row, strict=True)) | {"Giá bán (đồng)": 280000} for row in grid[1:]]
    again = imported(an_xlsx(tmp_path / "b.xlsx", mended), catalogue)
    assert (again.changed, again.rejected) == (1, 0)
    assert [v.price for v in catalogue.products["P1"].variants] == [150000, 280000]


def test_nothing_goes_in_where_the_rejects_cannot_be_written(tmp_path):
    catalogue = MemoryCatalogue()
    path = a_csv(tmp_path / "a.csv", [a_row(), a_row(name="Trà", price="?")])
    with pytest.raises(Complaint, match="Không ghi được tệp các dòng lỗi"):
        imported(path, catalogue, rejects=tmp_path)
    assert catalogue.products == {}


def test_rows_of_one_code_are_variants_told_apart_by_an_axis_or_by_their_pack(tmp_path):
    catalogue = MemoryCatalogue()
    rows = [
        a_row(code="P1", axis="Vị", value="Cay", pack="100 g"),
        {"Mã sản phẩm": "P1", "Giá trị phân loại 1": "Ngọt", "Giá bán (đồng)": 40000, "Quy cách": "100 g"},
        a_row(code="P2", name="Trà", pack="1 kg", price=200000),
        {"Mã sản phẩm": "P2", "Quy cách": "500 g", "Giá bán (đồng)": 110000},
    ]
    imported(a_csv(tmp_path / "a.csv", rows), catalogue)
    first, second = catalogue.products["P1"], catalogue.products["P2"]
    assert (first.axes, sorted(v.options for v in first.variants)) == (("Vị",), [("Cay",), ("Ngọt",)])
    assert (second.axes, [v.options for v in second.variants]) == (("Quy cách",), [("500 g",), ("1 kg",)])
    assert len({v.sku for p in (first, second) for v in p.variants}) == 4


def test_a_single_product_keeps_its_sku_when_its_pack_is_corrected_or_a_second_pack_comes(tmp_path):
    catalogue = MemoryCatalogue()
    imported(a_csv(tmp_path / "a.csv", [a_row(code="P1", pack="500g")]), catalogue)
    sku = catalogue.products["P1"].variants[0].sku
    imported(a_csv(tmp_path / "b.csv", [a_row(code="P1", pack="Hũ 550 g")]), catalogue)
    (variant,) = catalogue.products["P1"].variants
    assert (variant.sku, variant.pack, variant.weight_g) == (sku, "Hũ 550 g", 550)
    imported(
        a_csv(tmp_path / "c.csv", [a_row(code="P1", pack="Hũ 550 g"), a_row(code="P1", pack="Hũ 1 kg")]), catalogue
    )
    assert len(catalogue.products["P1"].variants) == 2
    assert sku in {v.sku for v in catalogue.products["P1"].variants}


def test_a_fault_of_the_whole_product_sends_back_all_its_rows(tmp_path):
    rows = [a_row(code="P1", stars=7), a_row(code="P1", pack="1 kg"), a_row(name="Trà")]
    result = imported(a_csv(tmp_path / "a.csv", rows))
    assert (result.created, result.rejected) == (1, 2)
    assert blocking(result) == [(2, "stars_out_of_range"), (3, "product_at_fault")]


def test_rows_of_one_product_may_not_contradict_each_other(tmp_path):
    rows = [a_row(code="P1"), a_row(code="P1", pack="1 kg", name="Mật ong rừng")]
    assert blocking(imported(a_csv(tmp_path / "a.csv", rows))) == [(2, "rows_disagree"), (3, "rows_disagree")]


def test_a_sku_stands_for_one_thing_in_the_file_and_in_the_catalogue(tmp_path):
    catalogue = MemoryCatalogue()
    rows = [a_row(sku="MO-1"), a_row(name="Trà", sku="mo-1"), a_row(name="Bánh", sku="B 1")]
    assert blocking(imported(a_csv(tmp_path / "a.csv", rows), catalogue)) == [
        (2, "sku_twice"), (3, "sku_twice"), (4, "sku_malformed"),
    ]  # fmt: skip
    imported(a_csv(tmp_path / "b.csv", [a_row(sku="MO-1")]), catalogue)
    taken = imported(a_csv(tmp_path / "c.csv", [a_row(name="Trà", sku="MO-1")]), catalogue)
    assert blocking(taken) == [(2, "sku_taken")]


def test_the_same_row_twice_is_taken_once_and_two_that_differ_go_back(tmp_path):
    once = imported(a_csv(tmp_path / "a.csv", [a_row(), a_row()]))
    assert (once.created, once.rejected) == (1, 0)
    assert "row_repeated" in warned(once)
    twice = imported(a_csv(tmp_path / "b.csv", [a_row(), a_row(price=160000)]))
    assert blocking(twice) == [(2, "variant_twice"), (3, "variant_twice")]


def test_stars_in_a_title_are_a_claim_and_no_certificate(tmp_path):
    catalogue = MemoryCatalogue()
    result = imported(a_csv(tmp_path / "a.csv", [a_row(name="OCOP 4 SAO - MẬT ONG")]), catalogue)
    assert the_product(catalogue).name == "MẬT ONG"
    assert the_product(catalogue).certificate is None
    assert "stars_unproven" in warned(result)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stars": 4, "decision": "1/QĐ", "issued": "20/06/2020"}, "certificate_expired"),
        ({"stars": 4, "decision": "1/QĐ"}, "certificate_incomplete"),
        ({"stars": 4}, "stars_unproven"),
        ({"set_no": ""}, "set_guessed"),
        ({"pack": ""}, "weight_assumed"),
    ],
)
def test_what_a_person_should_know_is_told_without_stopping(tmp_path, changes, code):
    result = imported(a_csv(tmp_path / "a.csv", [a_row(**changes)]))
    assert result.created == 1
    assert code in warned(result)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "name_missing"),
        ({"producer": " "}, "producer_missing"),
        ({"price": ""}, "price_missing"),
        ({"price": "-5000"}, "price_out_of_range"),
        ({"stock": "nhiều"}, "stock_unreadable"),
        ({"weight": "nặng"}, "weight_unreadable"),
        ({"barcode": "12"}, "barcode_malformed"),
        ({"size": "to"}, "size_unreadable"),
        ({"set_no": "99"}, "set_unknown"),
        ({"retired": "có lẽ"}, "yes_or_no"),
        ({"issued": "31/02/2026"}, "date_unreadable"),
        ({"axis": "Vị"}, "options_incomplete"),
        ({"name": "Mật ong " * 100}, "text_too_long"),
        ({"stars": 4, "decision": "1/QĐ", "issued": "20/06/2026", "expires": "20/06/2025"}, "certificate_dates"),
    ],
)
def test_each_fault_has_its_own_sentence_in_both_languages(tmp_path, changes, code):
    result = imported(a_csv(tmp_path / "a.csv", [a_row(**changes)]))
    assert blocking(result) == [(2, code)]
    fault = next(found.problem for found in result.problems if found.problem.blocking)
    assert fault.vi != fault.en
    assert "{" not in fault.vi + fault.en


def test_formulas_errors_and_merged_cells_are_read_as_a_person_sees_them(tmp_path):
    rows = [
        a_row(code="P1", pack="500 g"),
        {"Quy cách": "1 kg"},
        a_row(name="Trà"),
        a_row(name="Bánh"),
        a_row(name="Kẹo"),
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    price, code, producer = (columns.index(name) for name in ("Giá bán (đồng)", "Mã sản phẩm", "Chủ thể"))

    def touch(sheet):
        sheet.merge_range(1, code, 2, code, "P1")
        sheet.merge_range(1, producer, 2, producer, "HTX Ong Vàng")
        sheet.write_formula(1, price, "=100000+50000", None, 150000)
        sheet.write_formula(2, price, "=B1*2", None, 280000)
        sheet.write_formula(3, price, "=NA()", None, "#N/A")
        sheet.write_formula(4, price, "=B1", None, "")

    catalogue = MemoryCatalogue()
    result = imported(an_xlsx(tmp_path / "a.xlsx", rows, touch), catalogue)
    assert blocking(result) == [(4, "error_cell"), (5, "formula_without_value")]
    assert [v.price for v in catalogue.products["P1"].variants] == [150000, 280000]


def test_a_merged_price_is_not_spread_over_variants(tmp_path):
    rows = [a_row(code="P1", pack="500 g"), {"Mã sản phẩm": "P1", "Quy cách": "1 kg"}]
    price = list(rows[0]).index("Giá bán (đồng)")
    path = an_xlsx(tmp_path / "a.xlsx", rows, lambda sheet: sheet.merge_range(1, price, 2, price, 150000))
    assert blocking(imported(path)) == [(3, "price_missing")]


def test_headings_may_stand_below_a_title_and_be_called_otherwise(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Danh sách sản phẩm\n\nSTT;Tên SP;Nhà sản xuất;Giá;SL\n1;Trà sen;HTX Sen;90.000;5\n", encoding="utf-8"
    )
    catalogue = MemoryCatalogue()
    assert imported(path, catalogue).mapping == "template"
    assert the_product(catalogue).name == "Trà sen"


def test_progress_and_completion_are_called(tmp_path):
    seen = []
    catalogue = MemoryCatalogue()
    imported(
        a_csv(tmp_path / "a.csv", [a_row()]),
        catalogue,
        progress=lambda done, total: seen.append((done, total)),
        complete=lambda product: replace(product, pictures=product.pictures or ("f" * 64,)),
    )
    assert seen[-1] == (1, 1)
    assert the_product(catalogue).pictures == ("f" * 64,)


def test_an_unknown_mapping_or_headings_nobody_knows_are_answered_with_the_choice(tmp_path):
    path = a_csv(tmp_path / "a.csv", [{"x": 1, "y": 2}])
    with pytest.raises(Complaint, match=r"--mapping: .*template"):
        imported(path)
    with pytest.raises(Complaint, match=r"Chọn một trong: .*lam_dong"):
        imported(path, mapping="nope")


def test_a_certificate_holds_today(tmp_path):
    catalogue = MemoryCatalogue()
    row = a_row(stars=4, decision="12/QĐ-UBND", issued=46193)
    imported(an_xlsx(tmp_path / "a.xlsx", [row]), catalogue)
    assert the_product(catalogue).certificate.holds_on(TODAY)
