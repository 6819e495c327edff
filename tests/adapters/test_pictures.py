import io

import pytest
from PIL import Image

from adapters.pictures import Frame, fit
from connector.errors import Refused

FRAME = Frame(min_side=500, max_side=2000, max_bytes=300_000)


def drawn(width: int, height: int, form: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "teal").save(out, form)
    return out.getvalue()


def noisy(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_fits_is_left_alone() -> None:
    picture = drawn(600, 600)
    assert fit(picture, FRAME) is picture


@pytest.mark.parametrize("size", [(100, 100), (3000, 3000), (1000, 600), (60, 900)])
def test_other_pictures_are_made_square_within_the_limits(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(fit(drawn(*size), FRAME))) as image:
        assert image.width == image.height
        assert 500 <= image.width <= 2000


def test_the_same_bytes_give_the_same_bytes() -> None:
    picture = drawn(900, 700, "GIF", "P")
    assert fit(picture, FRAME) == fit(picture, FRAME)


def test_a_heavy_picture_loses_quality_then_size_until_it_is_light_enough() -> None:
    fitted = fit(noisy(1600), FRAME)
    assert len(fitted) <= FRAME.max_bytes
    with Image.open(io.BytesIO(fitted)) as image:
        assert image.width >= 500


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (600, 600), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(fit(out.getvalue(), FRAME))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_what_is_no_picture_is_refused_in_words() -> None:
    with pytest.raises(Refused) as refused:
        fit(b"<html>", FRAME)
    assert refused.value.problems[0].code == "picture_unreadable"
