from datetime import UTC, datetime

import pytest

from connector.domain.listing import Observed, Ref, State
from connector.domain.matching import How, amounts, match
from tests.builders import a_product, a_variant

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def seen(item: str, title: str, *skus: str, **barcodes: str) -> Observed:
    return Observed(State.LIVE, NOW, Ref(item, dict.fromkeys(skus, "0")), {"title": title}, barcodes=barcodes)


def honey(code: str = "MAT-ONG", sku: str = "MONG-500", name: str = "Mật ong hoa nhãn", **variant: str):  # type: ignore[no-untyped-def]
    return a_product(code=code, name=name, variants=(a_variant(sku, **variant),))


def test_one_sku_on_one_listing_is_sure() -> None:
    (found,) = match([seen("1", "Tên gì cũng được", "MONG-500")], [honey()])
    assert (found.how, found.codes, found.sure) == (How.SKU, ("MAT-ONG",), True)


def test_a_sku_on_two_listings_is_for_a_person() -> None:
    found = match([seen("1", "a", "MONG-500"), seen("2", "b", "MONG-500")], [honey()])
    assert [(f.codes, f.sure) for f in found] == [(("MAT-ONG",), False)] * 2


def test_a_listing_that_mixes_two_products_is_for_a_person() -> None:
    (found,) = match([seen("1", "Bộ quà", "MONG-500", "TRA-100")], [honey(), honey("TRA", "TRA-100")])
    assert (found.codes, found.sure) == (("MAT-ONG", "TRA"), False)


@pytest.mark.parametrize(
    "live", [seen("1", "x", "SHOP-7", **{"SHOP-7": "8934567890123"}), seen("1", "x", "8934567890123")]
)
def test_a_barcode_matches_where_no_sku_does_even_where_the_sku_is_one(live: Observed) -> None:
    (found,) = match([live], [honey(barcode="8934567890123")])
    assert (found.how, found.sure) == (How.BARCODE, True)


def test_a_sku_goes_before_a_barcode() -> None:
    products = [honey(), honey("TRA", "TRA-100", barcode="8934567890123")]
    (found,) = match([seen("1", "x", "MONG-500", **{"MONG-500": "8934567890123"})], products)
    assert found.codes == ("MAT-ONG",)


@pytest.mark.parametrize(
    "title",
    ["Mật ong hoa nhãn 500g", "MAT ONG HOA NHAN hũ 0,5 kg", "[OCOP] Mật ong hoa nhãn nguyên chất 500 gram"],
)
def test_a_name_matches_however_it_is_spelt_and_is_never_sure(title: str) -> None:
    (found,) = match([seen("1", title, "KHAC")], [honey(), honey("NUOC-MAM", "NM-1", "Nước mắm cá cơm")])
    assert (found.how, found.codes, found.sure) == (How.NAME, ("MAT-ONG",), False)


def test_another_pack_is_another_product() -> None:
    (found,) = match([seen("1", "Mật ong hoa nhãn 1 kg", "KHAC")], [honey()])
    assert found.how is How.NONE


def test_the_producers_name_decides_between_alike_products() -> None:
    ours, theirs = honey(), honey("MAT-ONG-2", "MONG-501")
    theirs = a_product(code="MAT-ONG-2", name=ours.name, variants=theirs.variants,
                       producer=type(ours.producer)("HTX-2", "HTX Thanh Xuân"))  # fmt: skip
    (found,) = match([seen("1", "Mật ong hoa nhãn HTX Thanh Xuân 500g", "KHAC")], [ours, theirs])
    assert found.codes == ("MAT-ONG-2", "MAT-ONG")


def test_something_else_is_a_stranger() -> None:
    (found,) = match([seen("1", "Ốp lưng điện thoại", "CASE-1")], [honey()])
    assert (found.how, found.codes) == (How.NONE, ())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0,5 kg", (500, "g")),
        ("500GR", (500, "g")),
        ("1.000 ml", (1000, "ml")),
        ("1,5 lít", (1500, "ml")),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, amount: tuple[float, str]) -> None:
    assert amounts(text) == {amount}
