"""The two seller centres over real HTTP: what a seller does there, and what each answers."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from python_calamine import CalamineError
from sellers import SELLERS, Cells, Seller, book, opened, picture, zipped

from sandbox.seller_centre.postmart_words import POSTMART
from sandbox.seller_centre.voso_words import VOSO

if TYPE_CHECKING:
    from conftest import Running

DOCUMENT = "sandbox-seller-centres.md"
ANH = zipped(mat_ong__jpg=picture())


@pytest.fixture(params=list(SELLERS))
def seller(request: pytest.FixtureRequest, sandbox: Running) -> Seller:
    """A seller who is logged in at one of the two."""
    kind, words = SELLERS[request.param]
    one = kind(sandbox.base(request.param), sandbox.credentials(request.param), words=words)
    one.name = request.param
    assert one.log_in().status_code == 302
    return one


def row(seller: Seller, **values: Any) -> Cells:
    """Cells under the seller centre's headings."""
    return {seller.words[key]: value for key, value in values.items()}


def honey(seller: Seller, **changes: Any) -> Cells:
    words = seller.words
    plain: dict[str, Any] = {
        "row_key": "MO-500#1", "action": words["create"], "group_key": "MO", "sku": "MO-500",
        "title": "Mật ong rừng Hòa Bình", "category": words["leaf"], "price": 180000, "stock": 12,
        "weight": words["half_kilo"], "image": "mat_ong.jpg", "producer": "HTX Ong Xanh",
        "origin": "Hòa Bình", "axis1": words["axis"].format("500 g"),
    }
    return row(seller, **(plain | changes))


def codes(seller: Seller, results: list[Cells]) -> list[str]:
    return [one[seller.words["code"]] for one in results]


def ids(seller: Seller, results: list[Cells]) -> tuple[str, str]:
    first = results[0]
    assert first[seller.words["word"]] == seller.words["ok"], first
    return str(first[seller.words["product_id"]]), str(first[seller.words["variant_id"]])


def exported(seller: Seller, state: str = "") -> list[Cells]:
    """The export's rows without the total."""
    rows = seller.rows_of(seller.export_book(state))
    return [one for one in rows if next(iter(one.values())) != seller.words["total"]]


def states(seller: Seller) -> list[str]:
    return [one[seller.words["state"]] for one in exported(seller)]


def shown(sandbox: Running, seller: Seller) -> dict[str, Any]:
    return sandbox.get("/state", platform=seller.name)[seller.name]


def test_a_wrong_password_opens_nothing(sandbox: Running, seller: Seller) -> None:
    stranger = type(seller)(seller.base, seller.credentials)
    answer = stranger.log_in("wrong")
    assert answer.status_code == 200
    assert "không đúng" in answer.text or "Sai tên" in answer.text
    assert stranger.http.get(seller.base + seller.credentials["login_path"], timeout=5).status_code == 200
    with pytest.raises(AssertionError, match="302"):
        stranger.template("goods")


def test_a_session_ends_when_nobody_uses_it(sandbox: Running, seller: Seller) -> None:
    sandbox.post("/clock", {"advance": 119 * 60})
    seller.template("goods")
    sandbox.post("/clock", {"advance": 121 * 60})
    with pytest.raises(AssertionError, match="302"):
        seller.template("goods")


def test_voso_takes_no_form_without_its_token(sandbox: Running) -> None:
    kind, words = SELLERS["voso"]
    seller = kind(sandbox.base("voso"), sandbox.credentials("voso"), words=words)
    seller.log_in()
    for form in ({}, {"_csrf": "guess"}):
        answer = seller.http.post(seller.base + "/mc/export/create", data=form, timeout=5)
        assert answer.status_code == 400
        assert "_csrf" in answer.text


def test_a_good_row_becomes_a_listing_that_buyers_see(sandbox: Running, seller: Seller) -> None:
    results = seller.send("goods", [honey(seller)], ANH)
    product_id, variant_id = ids(seller, results)
    assert results[0][seller.words["row_key"]] == "MO-500#1"
    assert results[0][seller.words["sku"]] == "MO-500"
    assert product_id != variant_id
    assert variant_id in results[0][seller.words["url"]]
    page = requests.get(results[0][seller.words["url"]], allow_redirects=False, timeout=5)
    assert page.headers["location"] == f"/shop/{product_id}"
    (listing,) = shown(sandbox, seller)["listings"]
    assert (listing["title"], listing["state"]) == ("Mật ong rừng Hòa Bình", "live")
    assert (listing["price"], listing["stock"], listing["skus"]) == (180000, 12, ["MO-500"])
    kept = requests.get(f"{seller.base}/_picture/{listing['picture_ids'][0]}", timeout=5)
    assert kept.content == picture()


def test_rows_of_one_group_become_variants_of_one_product(sandbox: Running, seller: Seller) -> None:
    second = {"sku": "MO-1000", "axis1": seller.words["axis"].format("1 kg"), "price": 340000}
    results = seller.send("goods", [honey(seller), honey(seller, **second)], ANH)
    assert len({one[seller.words["product_id"]] for one in results}) == 1
    assert len({one[seller.words["variant_id"]] for one in results}) == 2
    product_id, _ = ids(seller, results)
    third = row(
        seller, action=seller.words["create"], product_id=product_id, sku="MO-250", price=95000, stock=4,
        axis1=seller.words["axis"].format("250 g"),
    )
    assert codes(seller, seller.send("goods", [third, third | row(seller, sku="MO-2")])) == ["", "TRUNG_MA"]
    (listing,) = shown(sandbox, seller)["listings"]
    assert listing["skus"] == ["MO-500", "MO-1000", "MO-250"]


def test_bad_rows_come_back_and_good_rows_go_in(sandbox: Running, seller: Seller) -> None:
    bad = honey(seller, row_key="k2", group_key="B", sku="B-1", price=0, category="Không có")
    upload = seller.upload("goods", seller.fill("goods", [bad, honey(seller)]), ANH)
    assert seller.words["part"] in seller.page(upload)
    results = seller.result(upload)
    assert [one[seller.words["word"]] for one in results] == [seller.words["bad"], seller.words["ok"]]
    (back,) = seller.errors(upload)
    assert {heading: back[heading] for heading in bad} == bad
    assert back["Dòng"] == seller.head + 2
    assert back["Mã lỗi"] == "GIA_KHONG_HOP_LE\nNGANH_HANG_SAI"
    assert back["Cột"] == f"{seller.words['price']}\n{seller.words['category']}"
    assert back["Lý do"].count("\n") == 1
    assert shown(sandbox, seller)["count"] == 1


ROW_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "THIEU_COT"),
    ({"image": ""}, "THIEU_COT"),
    ({"action": ""}, "THIEU_COT"),
    ({"action": "LÀM"}, "SAI_KIEU"),
    ({"price": "45.000"}, "SAI_KIEU"),
    ({"stock": -1}, "SAI_KIEU"),
    ({"stock": 1.5}, "SAI_KIEU"),
    ({"sku": "mã có dấu"}, "SAI_KIEU"),
    ({"axis1": "500 g"}, "SAI_KIEU"),
    ({"title": "x" * 121}, "TEN_QUA_DAI"),
    ({"price": 200000, "list_price": 190000}, "GIA_KHONG_HOP_LE"),
    ({"category": "Du lịch"}, "NGANH_HANG_SAI"),
    ({"image": "khong_co.jpg"}, "ANH_LOI"),
    ({"image": "nho.jpg"}, "ANH_LOI"),
    ({"image": "dai.png"}, "ANH_LOI"),
    ({"image": "chu.jpg"}, "ANH_LOI"),
    ({"image": "cut.jpg"}, "ANH_LOI"),
    ({"image": "anh.webp"}, "ANH_LOI"),
    ({"image": "nang.png"}, "ANH_QUA_LON"),
    ({"stars": 4}, "GIAY_TO_THIEU\nGIAY_TO_THIEU"),
    ({"stars": 4, "decision": "12/QĐ", "until": "past"}, "GIAY_TO_HET_HAN"),
    ({"stars": 6}, "SAI_KIEU"),
    ({"stars": 4, "decision": "12/QĐ", "until": "hôm qua"}, "SAI_KIEU"),
    ({"product_id": "999"}, "KHONG_TIM_THAY"),
]


def test_each_fault_of_a_row_has_its_code(seller: Seller) -> None:
    pictures = zipped(
        mat_ong__jpg=picture(), nho__jpg=picture(799), dai__png=picture(800, height=900, form="PNG"),
        chu__jpg=b"not a picture", cut__jpg=picture(1200)[:-2000], anh__webp=picture(form="WEBP"),
        nang__png=picture(form="PNG") + b"\0" * 2_100_000,
    )
    rows, expected = [], []
    for number, (change, code) in enumerate(ROW_FAULTS):
        change = {k: seller.words.get(v, v) if isinstance(v, str) else v for k, v in change.items()}
        rows.append(honey(seller, **({"group_key": f"G{number}", "sku": f"S-{number}"} | change)))
        expected.append(code)
    assert codes(seller, seller.send("goods", rows, pictures)) == expected


def test_a_sku_twice_in_one_file_is_refused_at_the_second(seller: Seller) -> None:
    results = seller.send("goods", [honey(seller), honey(seller, group_key="KHAC")], ANH)
    assert codes(seller, results) == ["", "TRUNG_MA"]


@pytest.mark.parametrize("unique", [False, True])
def test_a_create_row_sent_twice_makes_a_duplicate_unless_skus_are_unique(
    sandbox: Running, seller: Seller, unique: bool
) -> None:
    sandbox.switch(seller.name, sku_unique=unique)
    first, again = (seller.send("goods", [honey(seller)], ANH) for _ in range(2))
    assert codes(seller, first) == [""]
    assert codes(seller, again) == (["TRUNG_MA"] if unique else [""])
    found = shown(sandbox, seller)
    assert found["count"] == (1 if unique else 2)
    assert len(found["duplicates"]) == (0 if unique else 1)


def test_pictures_stay_in_the_album_for_later_files(seller: Seller) -> None:
    assert codes(seller, seller.send("goods", [honey(seller)])) == ["ANH_LOI"]
    assert codes(seller, seller.send("goods", [honey(seller)], ANH)) == [""]
    later = honey(seller, group_key="M2", sku="M-2")
    assert codes(seller, seller.send("goods", [later])) == [""]


@pytest.mark.parametrize("kind", ["goods", "offer", "visibility"])
def test_a_changed_heading_refuses_the_file_and_names_the_column(seller: Seller, kind: str) -> None:
    sheet, cells = opened(seller.template(kind))
    cells[seller.head][1] += " "
    cells.append(["x"] * len(cells[seller.head]))
    upload = seller.upload(kind, book(cells, sheet))
    assert seller.words["refused"] in seller.page(upload)
    told = seller.result(upload)
    assert {one[seller.words["word"]] for one in told} == {seller.words["file_refused"]}
    reasons = [one[seller.words["reason"]] for one in told]
    assert f"Thiếu cột «{cells[seller.head][1].strip()}»." in reasons
    assert f"Cột lạ «{cells[seller.head][1]}»." in reasons


def test_headings_in_another_order_or_one_more_are_refused(sandbox: Running, seller: Seller) -> None:
    sheet, cells = opened(seller.template("offer"))
    swapped = [*cells[:-1], [cells[-1][1], cells[-1][0], *cells[-1][2:]], ["x"] * 6]
    more = [*cells[:-1], [*cells[-1], "Ghi chú"], ["x"] * 7]
    for wrong in (swapped, more):
        told = seller.result(seller.upload("offer", book(wrong, sheet)))
        assert set(codes(seller, told)) == {"THIEU_COT"}
    assert len(told) == 2


def test_decomposed_letters_are_the_same_heading(seller: Seller) -> None:
    sheet, cells = opened(seller.fill("goods", [honey(seller)]))
    apart = [[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in one] for one in cells]
    told = seller.result(seller.upload("goods", book(apart, sheet), ANH))
    assert codes(seller, told) == [""]
    assert exported(seller)[0][seller.words["title"]] == "Mật ong rừng Hòa Bình"


def a_zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack,
        pack.open("xl/worksheets/sheet1.xml", "w") as stream,
    ):
        for _ in range(201):
            stream.write(b"\0" * (1 << 20))
    return buffer.getvalue()


def a_far_cell(seller: Seller) -> bytes:
    """A workbook of a few kilobytes whose only far cell would cost gigabytes."""
    sheet, cells = opened(seller.fill("goods", [honey(seller)]))
    near = book(cells, sheet)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(near)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            new.writestr(entry, data)
    return buffer.getvalue()


@pytest.mark.parametrize("what", ["nothing", "text", "bomb", "far", "empty", "long", "cut"])
def test_a_file_that_is_no_good_workbook_is_refused(sandbox: Running, seller: Seller, what: str) -> None:
    sandbox.switch(seller.name, max_rows=3)
    data = {
        "nothing": lambda: b"",
        "text": lambda: "Mã dòng;Thao tác".encode(),
        "bomb": a_zip_bomb,
        "far": lambda: a_far_cell(seller),
        "empty": lambda: seller.template("goods"),
        "long": lambda: seller.fill("goods", [honey(seller)] * 4),
        "cut": lambda: seller.fill("goods", [honey(seller)])[:-400],
    }[what]()
    told = seller.result(seller.upload("goods", data, ANH))
    assert codes(seller, told) == ["TEP_HONG"]
    assert shown(sandbox, seller)["count"] == 0


def test_a_broken_or_overfull_picture_zip_refuses_the_file(sandbox: Running, seller: Seller) -> None:
    overfull = zipped(**{f"anh{n}": b"" for n in range(2001)})
    for pictures in (ANH[:-30], b"PK nothing", overfull):
        told = seller.result(seller.upload("goods", seller.fill("goods", [honey(seller)]), pictures))
        assert codes(seller, told) == ["TEP_HONG"]
    assert shown(sandbox, seller)["count"] == 0


def test_price_and_stock_change_at_once_and_leave_the_approval_alone(
    sandbox: Running, seller: Seller
) -> None:
    _, variant = ids(seller, seller.send("goods", [honey(seller)], ANH))
    sandbox.switch(seller.name, approval_delay=3600)
    told = seller.send("offer", [row(seller, variant_id=variant, price=175000, stock="0")])
    assert codes(seller, told) == [""]
    (one,) = exported(seller)
    assert (int(one[seller.words["price"]]), int(one[seller.words["stock"]])) == (175000, 0)
    assert one[seller.words["state"]] == seller.words["sold_out"]
    seller.send("offer", [row(seller, variant_id=variant, stock=3)])
    (one,) = exported(seller)
    assert (int(one[seller.words["price"]]), one[seller.words["state"]]) == (175000, seller.words["live"])


def test_changed_content_waits_for_approval_again(sandbox: Running, seller: Seller) -> None:
    _, variant = ids(seller, seller.send("goods", [honey(seller)], ANH))
    sandbox.switch(seller.name, approval_delay=60)
    change = row(seller, action=seller.words["change"], variant_id=variant, title="Mật ong hoa nhãn")
    assert codes(seller, seller.send("goods", [change])) == [""]
    assert states(seller) == [seller.words["pending"]]
    assert shown(sandbox, seller)["by_state"] == {"review": 1}
    sandbox.post("/clock", {"advance": 61})
    (one,) = exported(seller)
    assert one[seller.words["title"]] == "Mật ong hoa nhãn"
    assert one[seller.words["state"]] == seller.words["live"]
    assert int(one[seller.words["price"]]) == 180000
    assert one[seller.words["sku"]] == "MO-500"


def test_refusals_come_from_the_seed_with_a_reason(sandbox: Running, seller: Seller) -> None:
    sandbox.switch(seller.name, refusal_rate=0.5)
    rows = [honey(seller, group_key=f"G{n}", sku=f"S-{n}") for n in range(20)]
    seller.send("goods", rows, ANH)
    first = exported(seller)
    refused = [one for one in first if one[seller.words["state"]] != seller.words["live"]]
    assert 3 <= len(refused) <= 17
    assert all(one[seller.words["export_reason"]] for one in refused)
    sandbox.post("/reset")
    sandbox.switch(seller.name, refusal_rate=0.5)
    seller.log_in()
    seller.send("goods", rows, ANH)
    assert states(seller) == [one[seller.words["state"]] for one in first]


def test_a_promotion_holds_the_price_but_not_the_stock(sandbox: Running, seller: Seller) -> None:
    product, variant = ids(seller, seller.send("goods", [honey(seller)], ANH))
    sandbox.post("/edit", {"platform": seller.name, "listing_id": product, "change": {"promotion": True}})
    told = seller.send("offer", [
        row(seller, variant_id=variant, price=1000),
        row(seller, variant_id=variant, price=180000, stock=5),
    ])
    assert codes(seller, told) == ["GIA_BI_KHOA", ""]
    (one,) = exported(seller)
    assert (int(one[seller.words["price"]]), int(one[seller.words["stock"]])) == (180000, 5)
    assert "khuyến mãi" in one[seller.words["export_reason"]]


def test_a_product_locked_for_violation_is_neither_changed_nor_shown(
    sandbox: Running, seller: Seller
) -> None:
    product, variant = ids(seller, seller.send("goods", [honey(seller)], ANH))
    sandbox.post("/edit", {"platform": seller.name, "sku": "MO-500", "change": {"ban": "Hàng giả"}})
    change = row(seller, action=seller.words["change"], variant_id=variant, title="Tên khác")
    show = row(seller, action=seller.words["show"], product_id=product)
    assert codes(seller, seller.send("goods", [change])) == ["BI_KHOA"]
    assert codes(seller, seller.send("visibility", [show])) == ["BI_KHOA"]
    (one,) = exported(seller)
    assert (one[seller.words["state"]], one[seller.words["export_reason"]]) == (
        seller.words["locked"], "Hàng giả"
    )
    assert shown(sandbox, seller)["by_state"] == {"banned": 1}


def test_hide_show_and_remove(sandbox: Running, seller: Seller) -> None:
    second = honey(seller, sku="MO-1000", axis1=seller.words["axis"].format("1 kg"))
    results = seller.send("goods", [honey(seller), second], ANH)
    product, variant = ids(seller, results)

    def act(action: str, **whom: str) -> list[str]:
        rows = [row(seller, action=seller.words[action], **whom)]
        assert codes(seller, seller.send("visibility", rows)) == [""]
        return states(seller)

    assert act("hide", product_id=product) == [seller.words["hidden"]] * 2
    assert act("show", variant_id=variant) == [seller.words["live"]] * 2
    assert act("remove", variant_id=variant) == [seller.words["live"]]
    assert act("remove", product_id=product) == []
    again = seller.send("visibility", [row(seller, action=seller.words["show"], product_id=product)])
    assert codes(seller, again) == ["KHONG_TIM_THAY"]
    assert shown(sandbox, seller)["by_state"] == {"deleted": 1}


def test_a_sku_that_is_not_the_ids_is_refused(seller: Seller) -> None:
    _, variant = ids(seller, seller.send("goods", [honey(seller)], ANH))
    told = seller.send("offer", [row(seller, variant_id=variant, sku="KHAC-1", stock=1)])
    assert codes(seller, told) == ["TRUNG_MA"]


def test_a_dash_empties_and_an_empty_cell_leaves(sandbox: Running, seller: Seller) -> None:
    full = honey(seller, papers="ATTP-1", list_price=200000)
    _, variant = ids(seller, seller.send("goods", [full], ANH))
    sandbox.switch(seller.name, papers_required="food")
    change = row(seller, action=seller.words["change"], variant_id=variant)
    emptied = change | row(seller, papers="-")
    above = change | row(seller, price=250000)
    told = seller.send("goods", [change, emptied, above, above | row(seller, list_price=0)])
    assert codes(seller, told) == ["", "GIAY_TO_THIEU", "GIA_KHONG_HOP_LE", ""]


@pytest.mark.parametrize("rule", ["ocop", "food", "none"])
def test_papers_are_asked_for_as_the_switch_says(sandbox: Running, seller: Seller, rule: str) -> None:
    sandbox.switch(seller.name, papers_required=rule)
    rows = [honey(seller), honey(seller, group_key="B", sku="B-1", stars=4, papers="ATTP-1")]
    expected = {
        "ocop": ["", "GIAY_TO_THIEU\nGIAY_TO_THIEU"],
        "food": ["GIAY_TO_THIEU", "GIAY_TO_THIEU\nGIAY_TO_THIEU"],
        "none": ["", ""],
    }
    assert codes(seller, seller.send("goods", rows, ANH)) == expected[rule]


def test_one_bad_row_refuses_all_when_the_switch_says_so(sandbox: Running, seller: Seller) -> None:
    sandbox.switch(seller.name, whole_file=True)
    bad = honey(seller, group_key="B", sku="B-1", price=0)
    upload = seller.upload("goods", seller.fill("goods", [honey(seller), bad]), ANH)
    assert codes(seller, seller.result(upload)) == ["CA_TEP", "GIA_KHONG_HOP_LE"]
    assert seller.words["none"] in seller.page(upload)
    assert shown(sandbox, seller)["count"] == 0


@pytest.mark.parametrize("only_one", [False, True])
def test_one_category_per_file(sandbox: Running, seller: Seller, only_one: bool) -> None:
    sandbox.switch(seller.name, one_category_per_file=only_one)
    rows = [honey(seller), honey(seller, group_key="T", sku="T-1", category=seller.words["other_leaf"])]
    assert codes(seller, seller.send("goods", rows, ANH)) == (["TEP_HONG"] if only_one else ["", ""])


@pytest.mark.parametrize("after", ["on_sale", "warehouse"])
def test_approved_goods_are_on_sale_or_wait_to_be_shown(sandbox: Running, seller: Seller, after: str) -> None:
    sandbox.switch(seller.name, after_approval=after)
    product, _ = ids(seller, seller.send("goods", [honey(seller)], ANH))
    assert states(seller) == [seller.words["live" if after == "on_sale" else "hidden"]]
    seller.send("visibility", [row(seller, action=seller.words["show"], product_id=product)])
    assert states(seller) == [seller.words["live"]]


def test_the_second_export_layout_has_other_headings_for_the_same_facts(
    sandbox: Running, seller: Seller
) -> None:
    seller.send("goods", [honey(seller)], ANH)
    first = exported(seller)[0]
    sandbox.switch(seller.name, export_layout="v2")
    second = exported(seller)[0]
    assert list(first) != list(second)
    assert {"MO-500", "Mật ong rừng Hòa Bình", seller.words["live"]} <= set(second.values())
    assert {str(v) for v in second.values()} <= {str(v) for v in first.values()}


def test_the_export_bends_to_its_switches(sandbox: Running, seller: Seller) -> None:
    seller.send("goods", [honey(seller)], ANH)
    words = seller.words
    sandbox.switch(seller.name, export_total_row=True, export_numbers_as_text=False, export_dates="dmy")
    body, total = seller.rows_of(seller.export_book())
    assert isinstance(body[words["price"]], float)
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d(:\d\d)?", body[words["updated"]])
    assert next(iter(total.values())) == words["total"]
    assert (total[words["stock"]], total[words["title"]]) == (12, "1 dòng")
    sandbox.switch(
        seller.name, export_total_row=False, export_numbers_as_text=True, export_dates="ymd",
        export_sku_column=False,
    )
    (body,) = seller.rows_of(seller.export_book())
    assert body[words["price"]] == "180000"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", body[words["updated"]])
    assert words["sku"] not in body


def test_an_export_of_one_state_is_partial(seller: Seller) -> None:
    rows = [honey(seller), honey(seller, group_key="B", sku="B-1", stock=0)]
    seller.send("goods", rows, ANH)
    (one,) = exported(seller, seller.words["sold_out"])
    assert one[seller.words["sku"]] == "B-1"


def test_the_template_may_change_overnight(sandbox: Running, seller: Seller) -> None:
    old = seller.fill("goods", [honey(seller)])
    sandbox.fault(seller.name, "template_v2", "upload", count=1)
    told = seller.result(seller.upload("goods", old, ANH, version=1))
    assert set(codes(seller, told)) == {"THIEU_COT"}
    assert codes(seller, seller.result(seller.upload("goods", old, ANH))) == [""]


def test_version_two_of_the_templates_works_when_it_is_in_force(sandbox: Running, seller: Seller) -> None:
    dialect = {"postmart": POSTMART, "voso": VOSO}[seller.name]
    old, new = dialect.sheets["goods", 1], dialect.sheets["goods", 2]
    renamed = {old.heading(key): new.heading(key) for _, key in old.columns}
    sandbox.switch(seller.name, template_version=2)
    sheet, cells = opened(seller.template("goods"))
    mine = {renamed[heading]: value for heading, value in honey(seller).items()}
    data = book([*cells, [mine.get(heading, "") for heading in cells[seller.head]]], sheet)
    assert codes(seller, seller.result(seller.upload("goods", data, ANH, version=2))) == [""]


def test_a_slow_centre_says_so_until_it_has_taken_the_rows(sandbox: Running, seller: Seller) -> None:
    sandbox.fault(seller.name, "slow_accept", "upload", count=1, params={"seconds": 90})
    upload = seller.upload("goods", seller.fill("goods", [honey(seller)]), ANH)
    assert seller.result(upload)[0][seller.words["word"]] == seller.words["waiting_row"]
    assert f'"{seller.words["waiting"]}"' in seller.history()
    assert exported(seller) == []
    sandbox.post("/clock", {"advance": 91})
    assert seller.result(upload)[0][seller.words["word"]] == seller.words["ok"]
    assert len(exported(seller)) == 1


def test_exports_can_be_half_strange_or_cut(sandbox: Running, seller: Seller) -> None:
    seller.send("goods", [honey(seller, group_key=f"G{n}", sku=f"S-{n}") for n in range(6)], ANH)
    where = "export" if seller.name == "postmart" else "export_create"
    sandbox.fault(seller.name, "half_rows", where, count=1)
    assert len(exported(seller)) == 3
    sandbox.fault(seller.name, "state_word_unknown", where, count=1)
    assert states(seller).count("Đang rà soát nội dung") == 2
    sandbox.fault(seller.name, "truncated_export", where, count=1)
    with pytest.raises(CalamineError):
        opened(seller.export_book())
    assert len(exported(seller)) == 6


def test_an_upload_whose_answer_is_lost_can_be_found_in_the_history(sandbox: Running, seller: Seller) -> None:
    data = seller.fill("goods", [honey(seller)])
    sandbox.fault(seller.name, "drop_after", "upload", count=1)
    with pytest.raises(requests.ConnectionError):
        seller.upload("goods", data, ANH)
    found = re.search(r'data-(?:ma|id)="([^"]+)" data-(?:tep|name)="goi.xlsx"', seller.history())
    assert found
    assert codes(seller, seller.result(found[1])) == [""]


def test_every_page_is_labelled_and_opens(seller: Seller) -> None:
    seller.send("goods", [honey(seller), honey(seller, group_key="B", sku="B-1", price=0)], ANH)
    paths = {
        "postmart": ["/ncc/", "/ncc/san-pham", "/ncc/nhap-hang", "/ncc/lich-su", "/ncc/xuat-hang"],
        "voso": ["/mc/dashboard", "/mc/product/index", "/mc/product/import", "/mc/import/index",
                 "/mc/export/index"],
    }[seller.name]
    for path in paths:
        assert "SÀN THỬ - không phải Bưu điện hay Viettel Post" in seller.get(path).decode()
    lost = seller.http.get(seller.base + "/ncc/khong-co", timeout=5)
    assert (lost.status_code, "Không có trang này" in lost.text) == (404, True)


def test_seller_words_never_become_markup(seller: Seller) -> None:
    seller.send("goods", [honey(seller, title="<script>alert(1)</script>", row_key="=1+1")], ANH)
    page = "/ncc/san-pham" if seller.name == "postmart" else "/mc/product/index"
    assert "<script>" not in seller.get(page).decode()


def test_a_form_without_a_kind_or_with_a_broken_body_is_answered_with_a_page(seller: Seller) -> None:
    where = {"postmart": "/ncc/nhap-hang", "voso": "/mc/product/import"}[seller.name]
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\nbroken"):
        answer = seller.http.post(seller.base + where, data=body, headers=headers, timeout=5)
        assert answer.status_code == 400
        assert "SÀN THỬ" in answer.text


def test_only_uploads_count_as_writes(sandbox: Running, seller: Seller) -> None:
    since = sandbox.world.clock.now()
    seller.send("goods", [honey(seller)], ANH)
    exported(seller)
    log = sandbox.get("/log", since=since)["platforms"][seller.name]
    assert log["writes"] == 1


@pytest.mark.parametrize("dialect", [POSTMART, VOSO], ids=["postmart", "voso"])
def test_the_document_names_every_heading_word_and_category_column(dialect: Any) -> None:
    text = (Path(__file__).parents[2] / "docs" / DOCUMENT).read_text()
    flat = re.sub(r"[\s>]+", " ", text)
    for sheet in dialect.sheets.values():
        assert " · ".join(sheet.headings) in flat
        assert sheet.code in flat.replace("`2`", "2") or sheet.code.endswith("-2")
    for columns in (dialect.results, *dialect.exports.values()):
        assert " · ".join(heading for heading, _ in columns) in flat
    said = (dialect.states, dialect.progress, dialect.row_words)
    words = [word for words in said for word in words.values()] + list(dialect.actions)
    assert [word for word in words if f"`{word}`" not in flat] == []
