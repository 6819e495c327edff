"""Which words claim stars, and what is left of a text when nothing supports them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.domain.claims import claims, honest_prose, honest_title


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("Mật ong OCOP 4 sao", [4]),
        ("OCOP - Mật ong hoa nhãn 5 SAO 500g", [0, 5]),
        ("Mật ong đạt chuẩn OCOP bốn sao cấp tỉnh năm 2023", [4]),
        ("Trà ★★★★ Tân Cương", [4]),
        ("Trà OCOP_4*", [4]),
        ("Đạt 3 sao", [3]),
        ("Trà sao vàng, sao suốt", []),
        ("Hoa hồi tám cánh sao", []),
        ("Chè sao 3 lần", []),
        ("Mỗi năm sao thuốc một lần", []),
        ("Homestay như khách sạn 5 sao", []),
        ("Dây chuyền 45 sao, 1.5 sao", []),
        ("Cocopeat", []),
    ],
)
def test_a_claim_of_stars_is_told_from_the_same_word_in_other_use(text: str, stars: list[int]) -> None:
    assert [claim.stars for claim in claims(text)] == stars


def test_potential_five_stars_is_never_five() -> None:
    (claim,) = claims("Gạo ST25 tiềm năng 5 sao")
    assert claim.potential
    assert not claim.stands_on(4)
    assert honest_title("Mật ong OCOP 4 sao, tiềm năng 5 sao", 4) == "Mật ong OCOP 4 sao"


@pytest.mark.parametrize(
    ("name", "held", "honest"),
    [
        ("Mật ong hoa nhãn (OCOP 4 sao) hũ 500 g", 0, "Mật ong hoa nhãn hũ 500 g"),
        ("Mật ong hoa nhãn (OCOP 4 sao) hũ 500 g", 4, "Mật ong hoa nhãn (OCOP 4 sao) hũ 500 g"),
        ("Mật ong hoa nhãn (OCOP 4 sao) hũ 500 g", 3, "Mật ong hoa nhãn hũ 500 g"),
        ("Nước mắm - OCOP 4 sao - Phú Quốc", 0, "Nước mắm - Phú Quốc"),
        ("OCOP_Trà sen", 0, "Trà sen"),
        ("Trà sao vàng  Mộc Châu", 0, "Trà sao vàng  Mộc Châu"),
    ],
)
def test_a_name_keeps_all_but_the_claim_it_may_not_make(name: str, held: int, honest: str) -> None:
    assert honest_title(name, held) == honest


def test_prose_loses_the_claim_and_not_the_sentence_it_stands_in() -> None:
    text = (
        "Mật ong OCOP 4 sao của hợp tác xã được lấy từ vườn nhãn lâu năm. "
        "Sản phẩm đạt chứng nhận OCOP 4 sao năm 2023.\n"
        "Giữ nơi khô mát."
    )
    assert honest_prose(text, 0) == "Mật ong của hợp tác xã được lấy từ vườn nhãn lâu năm.\nGiữ nơi khô mát."
    assert honest_prose(text, 4) == text


_WORDS = st.lists(
    st.sampled_from(
        ["OCOP", "4 sao", "5 sao", "tiềm năng", "đạt", "mật ong", "sao vàng", "★★★", "(", ")", "-", ".", "\n"]
    ),
    max_size=8,
).map(" ".join)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the words
@given(_WORDS, st.sampled_from([0, 3, 4, 5]))
def test_what_is_published_never_claims_more_than_is_held(text: str, held: int) -> None:
    for made in (honest_title, honest_prose):
        honest = made(text, held)
        assert all(claim.stands_on(held) for claim in claims(honest))
        assert made(honest, held) == honest
