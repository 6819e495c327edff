"""A platform's real sheet is learned from its headings: proposed, never guessed over, and columns never shift."""

import io
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.assisted.learn import learn
from adapters.assisted.template import template
from adapters.assisted.workbook import Sheet, upload_sheet, written
from config.channels import save_template, synonyms
from connector.errors import Complaint
from connector.ports import Proposal
from tests.builders import a_channel
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)
from tests.sandbox.sellers import Seller, signed_in

LAYOUT = a_channel("postmart").settings["layout"]
REAL = (
    ("STT", ""),
    ("Tên sản phẩm (*)", "title"),
    ("Danh mục", "category"),
    ("Ma SKU", "sku"),
    ("Giá bán lẻ (đ)", "price"),
    ("Kho hàng", "stock"),
    ("CÂN NẶNG (g)", "weight_g"),
    ("Hình ảnh 1", "image1"),
    ("Mô tả sản phẩm", "description"),
    ("Chính sách đổi trả", ""),
    ("Nơi sản xuất", "producer"),
    ("Nguồn gốc", "origin"),
)


def a_sheet(*headings: str, above: int = 0, name: str = "Mẫu") -> bytes:
    return written(Sheet(name, headings, [], [20] * len(headings), header_row=above + 1, above=["Biểu mẫu"] * above))


def learned(content: bytes, kind: str = "") -> Proposal:
    return learn(content, "mau.xlsx", LAYOUT, synonyms(), kind)


def keys(made: Proposal) -> dict[str, str]:
    return {pair.heading: pair.key for pair in made.pairs}


def test_a_real_sheet_is_mapped_by_synonyms_with_or_without_marks() -> None:
    made = learned(a_sheet(*(heading for heading, _ in REAL)))
    assert (made.kind, made.header_row, made.lacking) == ("content", 1, [])
    assert keys(made) == dict(REAL)
    assert all(62 <= pair.sure <= 100 for pair in made.pairs if pair.key)
    assert [pair.column for pair in made.pairs] == list("ABCDEFGHIJKL")


def test_decomposed_letters_and_headings_further_down_are_found() -> None:
    made = learned(a_sheet(*(unicodedata.normalize("NFD", heading) for heading, _ in REAL), above=3))
    assert made.header_row == 4
    assert "title" in keys(made).values()


def test_a_strange_column_keeps_its_place_and_stays_empty(tmp_path: Path) -> None:
    made = learned(a_sheet(*(heading for heading, _ in REAL)))
    layout = template(tomllib.loads(save_template("postmart", made.layout, tmp_path).read_text()))
    content = written(upload_sheet("content", [{"title": "Mật ong", "stock": 7, "producer": "HTX"}], layout))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Mẫu").to_python()
    assert rows[0] == [heading for heading, _ in REAL]
    assert rows[1] == ["", "Mật ong", "", "", "", 7, "", "", "", "", "HTX", ""]


def test_what_is_written_is_a_new_version_that_says_it_is_unverified(tmp_path: Path) -> None:
    made = learned(a_sheet(*(heading for heading, _ in REAL)))
    path = save_template("postmart", made.layout, tmp_path)
    kept = template(tomllib.loads(path.read_text()))
    assert (path.name, kept.version, kept.status, kept.id) == ("2.toml", 2, "unverified", "postmart")
    assert kept.export == template(LAYOUT).export
    with pytest.raises(Complaint, match=r"2\.toml"):
        save_template("postmart", made.layout, tmp_path)


def test_a_sheet_without_a_column_that_it_must_have_stops_and_names_it() -> None:
    made = learned(a_sheet("Tên sản phẩm", "Danh mục", "Giá bán", "Ảnh 1"), "content")
    assert (set(made.lacking), made.layout) == ({"sku", "stock"}, {})


def test_the_sheet_in_use_is_recognised_as_such() -> None:
    content = written(upload_sheet("content", [], template(LAYOUT)))
    made = learned(content)
    assert made.same
    assert {pair.sure for pair in made.pairs} == {100}


def test_a_file_that_looks_like_nothing_of_ours_is_refused() -> None:
    with pytest.raises(Complaint, match="tiêu đề"):
        learned(a_sheet("Họ tên học sinh", "Lớp", "Điểm"))
    with pytest.raises(Complaint, match="không mở được"):
        learned(b"not a workbook")


@pytest.fixture(params=["postmart", "voso"])
def seller(request: pytest.FixtureRequest, sandbox: Running) -> Seller:  # noqa: F811
    sandbox.switch(request.param, template_version=2, export_layout="v2")
    return signed_in(request.param, sandbox)


def test_the_second_layout_of_each_seller_centre_is_learned_whole(seller: Seller, tmp_path: Path) -> None:
    """The sandbox's own second version, renamed and reordered, against what we know of the first."""
    paths = {
        "postmart": ("/ncc/mau/san_pham.xlsx", "/ncc/mau/gia_ton.xlsx", "/ncc/mau/an_hien.xlsx"),
        "voso": tuple(f"/mc/product/template?type={kind}" for kind in ("tin", "gia", "trang-thai")),
    }[seller.name]
    layout: Any = a_channel(seller.name).settings["layout"]
    found = {}
    for path in paths:
        made = learn(seller.get(path), path, layout, synonyms(), version=9)
        assert made.lacking == []
        layout, found[made.kind] = made.layout, made
        theirs = [pair.heading for pair in made.pairs]
        ours = template(layout)
        written_heads = CalamineWorkbook.from_filelike(io.BytesIO(written(upload_sheet(made.kind, [], ours))))  # type: ignore[arg-type]
        assert written_heads.get_sheet_by_index(0).to_python()[ours.file.header_row - 1] == theirs
    assert set(found) == {"content", "offers", "status"}
    assert [p.heading for made in found.values() for p in made.pairs if not p.key] == []
