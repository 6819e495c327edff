"""The two seller centres over real HTTP: who comes in, and what becomes of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sellers import (
    ANH,
    SELLERS,
    Seller,
    at,
    codes,
    exported,
    honey,
    ids,
    picture,
    row,
    shown,
    signed_in,
    states,
    zipped,
)

if TYPE_CHECKING:
    from conftest import Running


@pytest.fixture(params=list(SELLERS))
def seller(request: pytest.FixtureRequest, sandbox: Running) -> Seller:
    """A seller who is logged in at one of the two."""
    return signed_in(request.param, sandbox)


def test_a_wrong_password_opens_nothing(sandbox: Running, seller: Seller) -> None:
    stranger = at(seller.name, sandbox)
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
    seller = signed_in("voso", sandbox)
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


@pytest.mark.parametrize("after", ["on_sale", "warehouse"])
def test_approved_goods_are_on_sale_or_wait_to_be_shown(sandbox: Running, seller: Seller, after: str) -> None:
    sandbox.switch(seller.name, after_approval=after)
    product, _ = ids(seller, seller.send("goods", [honey(seller)], ANH))
    assert states(seller) == [seller.words["live" if after == "on_sale" else "hidden"]]
    seller.send("visibility", [row(seller, action=seller.words["show"], product_id=product)])
    assert states(seller) == [seller.words["live"]]
