import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from connector.domain.product import Certificate, Producer, Product, Variant
from connector.drawing import draw
from connector.motifs import look

TODAY = date(2026, 11, 24)


def a_product(**changes):
    product = Product(
        code="P1",
        producer=Producer("H1", "HTX Ong Vàng", province="Hưng Yên"),
        name="Mật ong hoa nhãn",
        variants=(Variant("MO-1", 150000, pack="500 g"),),
        set_no=4,
    )
    return replace(product, **changes)


def test_the_same_facts_give_the_same_bytes():
    assert draw(a_product()) == draw(a_product())
    assert draw(a_product()) != draw(a_product(name="Mật ong rừng"))


def test_a_picture_is_a_square_jpeg_that_platforms_take():
    picture = Image.open(io.BytesIO(draw(a_product())))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (1000, 1000), "RGB")


@pytest.mark.parametrize("set_no", range(27))
def test_every_product_set_has_a_look(set_no):
    assert look(set_no).caption


def test_stars_are_drawn_only_while_the_certificate_holds():
    held = Certificate(4, "1/QĐ-UBND", "UBND", date(2026, 1, 1), date(2029, 1, 1))
    starless, product = draw(a_product()), a_product(certificate=held)
    assert draw(product, TODAY) != starless
    assert draw(product) == draw(product, date(2030, 1, 1)) == starless


def test_long_and_empty_facts_are_drawn_too():
    draw(a_product(name="Đặc sản " * 40, producer=Producer("H", "Hợp tác xã " * 20), variants=()))
    draw(a_product(name="X" * 200, producer=Producer("H", "")))
