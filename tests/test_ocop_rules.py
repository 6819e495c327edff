"""The rules as data: complete, dated, and refused where they are wrong."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from config.channels import channels
from config.communes import communes
from config.ocop import FOLDER, actions, book
from connector.domain.ocop import Action, Confidence, months_after
from connector.errors import Complaint

NOW = book().on(date(2026, 11, 24))


def test_the_edition_in_force_is_the_latest_begun() -> None:
    decisions = [book().on(day).programme for day in (date(2023, 2, 23), date(2025, 6, 30), date(2026, 5, 22))]
    assert [p.decision if p else None for p in decisions] == [None, "148/QĐ-TTg", "26/2026/QĐ-TTg"]


def test_three_stars_were_a_matter_of_the_district_until_july_2025() -> None:
    for day, by in ((date(2025, 6, 30), "district"), (date(2025, 7, 1), "province"), (date(2026, 6, 1), "province")):
        programme = book().on(day).programme
        assert programme is not None
        assert programme.recogniser(3) == by
        assert programme.recogniser(5) == "ministry"
        assert programme.recogniser(2) == ""


@pytest.mark.parametrize(
    ("score", "stars"), [(100, 5), (90, 5), (89.9, 4), (70, 4), (50, 3), (49.9, 2), (30, 2), (0, 1)]
)
def test_a_bound_belongs_to_the_band_above_it(score: float, stars: int) -> None:
    assert NOW.programme is not None
    band = NOW.programme.band(score)
    assert (band.stars, band.certified) == (stars, stars >= 3)


def test_the_26_sets_have_their_names_by_taxonomy_and_only_tourism_has_no_parcel() -> None:
    assert sorted(NOW.sets) == list(range(1, 27))
    assert [no for no, one in NOW.sets.items() if not one.parcel] == [26]
    earlier = book().on(date(2026, 5, 21))
    assert [no for no in NOW.sets if NOW.set_name(no) != earlier.set_name(no)] == [16, 18, 19, 20]
    assert NOW.sets[13].sector == "Thực phẩm"  # coffee is food here, whatever shops file it under


def test_every_kind_has_its_label_and_every_rule_its_confidence() -> None:
    assert NOW.labels is not None
    assert {one.kind for one in NOW.sets.values()} == set(NOW.labels.must) == set(NOW.labels.kind_confidence)
    for one in (NOW.programme, NOW.labels, NOW.goods, NOW.words):
        assert one is not None
        assert one.source
        assert isinstance(one.confidence, Confidence)
    for no in NOW.sets:
        assert all(fact.example for fact in NOW.must_tell(no))
        assert NOW.papers_for(no)


def test_a_certificate_ends_after_whole_months() -> None:
    assert months_after(date(2026, 8, 5), 36) == date(2029, 8, 5)
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2025, 12, 31), 2) == date(2026, 2, 28)


def test_a_wrong_rule_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "ocop", tmp_path / "ocop")
    shutil.copytree(FOLDER / "admin", tmp_path / "admin")
    (tmp_path / "ocop" / "gate.toml").write_text('label_missing = "perhaps"\n')
    with pytest.raises(Complaint, match=r"gate\.toml.*label_missing"):
        book(tmp_path)
    with pytest.raises(Complaint, match=r"shopee\.toml"):
        actions({"label_missing": "yes"}, "shopee.toml")


@pytest.mark.parametrize(
    ("commune", "district", "province", "code"),
    [
        ("Xã Bát Tràng", "", "Hà Nội", "00577"),
        ("xa bat trang", "", "TP Hà Nội", "00577"),
        ("Phường Bến Nghé", "Quận 1", "Thành phố Hồ Chí Minh", "26740"),
        ("Thị trấn Ba Chẽ", "Huyện Ba Chẽ", "Quảng Ninh", "06978"),
        ("Xã Ea Kiết", "Cư M’gar", "Đắk Lắk", "24265"),
        ("00577", "", "", "00577"),
    ],
)
def test_a_commune_is_known_old_or_new_with_or_without_marks(
    commune: str, district: str, province: str, code: str
) -> None:
    found = communes().find(commune, district, province)
    assert found.commune is not None
    assert found.commune.code == code


def test_a_divided_commune_is_answered_with_what_it_may_be_now_the_likeliest_first() -> None:
    found = communes().find("Phường Cống Vị", "Ba Đình", "Hà Nội")
    assert found.commune is None
    assert [commune.name for commune in found.suggestions] == ["Phường Ngọc Hà", "Phường Giảng Võ"]


def test_an_address_in_one_line_is_read_and_an_unknown_province_finds_nothing() -> None:
    found = communes().find_in("Thôn 3, xã Đạ Ròn, huyện Đơn Dương, tỉnh Lâm Đồng")
    assert found.commune is not None
    assert found.commune.full == "Xã Đơn Dương, Tỉnh Lâm Đồng"
    assert communes().find("Xã Bát Tràng", "", "Atlantis") == communes().find("Xã Không Có")


def test_every_old_commune_leads_to_one_of_todays() -> None:
    book_ = communes()
    assert len(book_.by_code) == 3321
    targets = {old.new_code for found in book_.old_by_name.values() for old in found}
    assert targets <= set(book_.by_code)
    assert sum(len(found) for found in book_.old_by_name.values()) == 10602


def test_a_channel_file_says_what_blocks_there_and_a_wrong_word_is_named(tmp_path: Path) -> None:
    text = 'platform = "x"\nname = "X"\nadapter = "a.B"\nbase_url = ""\n[gate]\nlabel_missing = "{}"\n'
    (tmp_path / "x.toml").write_text(text.format("block"))
    assert channels(tmp_path)["x"].gate == {"label_missing": Action.BLOCK}
    (tmp_path / "x.toml").write_text(text.format("stop"))
    with pytest.raises(Complaint, match=r"x\.toml.*label_missing"):
        channels(tmp_path)
