"""The passport: an address that never changes, a stamp that scans, a page that says what holds today."""

import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from config.communes import communes
from config.ocop import book
from connector.domain.product import Certificate
from connector.errors import Complaint
from connector.passport import Passport, passport, stamp
from connector.passport.page import linked, page
from connector.store import Store
from tests.builders import TODAY, MemoryPictures, a_producer, a_product
from tests.loop.bench import Bench, FixedClock, goods

KEY = b"k" * 32
URL = "https://ocop.example.vn"


def test_the_stamps_of_20_products_scan_at_stamp_size() -> None:
    for product_id in range(1, 21):
        text = stamp.address(URL, product_id * 977, KEY)
        picture = Image.open(io.BytesIO(stamp.png(text, mm=20, dpi=300)))
        assert picture.width <= 20 / 25.4 * 300
        assert round(picture.info["dpi"][0]) == 300
        (read,) = zxingcpp.read_barcodes(picture.convert("L"))
        assert read.text == text
        assert read.ec_level == "Q"


def test_the_quiet_zone_is_four_modules_of_white() -> None:
    picture = Image.open(io.BytesIO(stamp.png("x", mm=29, dpi=254))).convert("L")  # 29 modules: 1 mm, 10 pixels each
    assert picture.size == (290, 290)
    assert picture.crop((0, 0, 290, 40)).getextrema() == (255, 255)
    assert picture.getpixel((45, 45)) == 0


def test_a_smeared_stamp_still_scans() -> None:
    text = stamp.address(URL, 7, KEY)
    picture = Image.open(io.BytesIO(stamp.png(text, mm=25, dpi=300))).convert("L")
    side = picture.width // 7
    picture.paste(255, (picture.width // 2, picture.width // 2, picture.width // 2 + side, picture.width // 2 + side))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_a_stamp_too_small_to_scan_is_refused_with_the_size_it_needs() -> None:
    with pytest.raises(Complaint, match=r"ít nhất 10 mm"):
        stamp.png(stamp.address(URL, 7, KEY), mm=8, dpi=300)


def test_the_svg_is_as_wide_as_asked() -> None:
    drawn = stamp.svg(stamp.address(URL, 7, KEY), 25)
    assert re.search(r'width="25(\.0*)?mm"', drawn)
    assert "<script" not in drawn


def test_an_address_never_changes() -> None:
    """Printed stamps hold these: a change of the format is a change of every pack in the country."""
    assert stamp.address("https://ocop.example.vn/", 1, KEY) == "https://ocop.example.vn/p/aaaaaanpxwe3x53n"


@given(st.integers(0, 2**32 - 1))
def test_a_token_opens_to_its_product_and_to_nothing_with_another_key(number: int) -> None:
    said = stamp.token(number, KEY)
    assert re.fullmatch("[a-z2-7]{16}", said)
    assert stamp.opened(said, KEY) == stamp.opened(said.upper(), KEY) == number
    assert stamp.opened(said, b"other" * 7) is None


@pytest.mark.parametrize("said", ["", "x", "aaaaaaaaaaaaaaaa", "../../etc/passwd", "é" * 16, "a" * 400])
def test_what_is_no_token_of_ours_opens_to_nothing(said: str) -> None:
    assert stamp.opened(said, KEY) is None


def made(store: Store, code: str = "MAT-ONG-HOA-NHAN", day: date = TODAY) -> Passport:
    return passport(
        store,
        code,
        public_url=URL,
        book=book(),
        day=day,
        communes=communes(),
        platforms={"memory": "Sàn thử"},
    )


@pytest.fixture
def bench(store: Store) -> Bench:
    bench = Bench(store, clock=FixedClock(), book=book()).shop(name="HTX Chiến Thắng")
    bench.clock.at = bench.clock.at.replace(year=2030)
    return bench.goods([a_product(name="Mật ong <b>nhãn</b> OCOP 4 sao", producer=a_producer(commune="xã Bát Tràng"))])


def markup_of(html: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def test_the_page_tells_who_made_it_what_certifies_it_and_where_it_is_on_sale(bench: Bench) -> None:
    bench.sync()
    html = page(made(bench.store), MemoryPictures())
    for said in (
        "Mật ong &lt;b&gt;nhãn&lt;/b&gt; OCOP 4 sao",
        "Xã Bát Tràng, Thành phố Hà Nội",
        "OCOP 4 sao, đến 01/06/2028 (dữ liệu mẫu)",
        "100% mật ong hoa nhãn",
        "Sàn thử",
        "HTX Chiến Thắng",
        "120.000 ₫",
        "còn hàng",
        "data:image/jpeg;base64,",
    ):
        assert said in html
    assert "<b>nhãn" not in html
    assert not re.search(r'(src|href)="(?!data:|https://ocop\.example\.vn/p/)', html)  # nothing to load from elsewhere


def test_the_markup_is_a_product_with_its_offer_and_certification(bench: Bench) -> None:
    bench.sync()
    told = markup_of(page(made(bench.store), MemoryPictures()))
    assert told == linked(made(bench.store), MemoryPictures())
    assert (told["@type"], told["sku"]) == ("Product", "MAT-ONG-HOA-NHAN")
    (offer,) = told["offers"]
    assert (offer["price"], offer["priceCurrency"]) == (120_000, "VND")
    assert offer["availability"] == "https://schema.org/InStock"
    assert told["hasCertification"]["certificationIdentification"] == "1234/QĐ-UBND"


def test_after_the_end_the_page_claims_nothing_and_keeps_the_history(bench: Bench) -> None:
    late = made(bench.store, day=date(2028, 6, 1))
    html = page(late, MemoryPictures())
    assert "Hiện không có chứng nhận OCOP còn hiệu lực" in html
    assert "đã hết hạn" in html
    assert "hasCertification" not in markup_of(html)
    assert late.name == "Mật ong <b>nhãn</b>"


def test_the_history_holds_every_decision_the_newest_first(bench: Bench) -> None:
    code = "MAT-ONG-HOA-NHAN"
    new = Certificate(5, "77/QĐ", "Bộ NN&MT", TODAY, TODAY + timedelta(days=1096))
    bench.store.certificates.withdraw(code, "", TODAY, "failed a check")
    bench.store.certificates.renew(code, new, "ranked again")
    told = made(bench.store)
    assert [(c.stars, c.withdrawn_on) for c in told.history] == [(5, None), (4, TODAY)]
    assert told.held == new
    assert "thu hồi 24/11/2026" in page(told, MemoryPictures())


def test_sold_out_and_paused_shops_are_told_apart(bench: Bench) -> None:
    bench.sync()
    bench.edit("MONG-500", **{"stock:MONG-500": 0})
    bench.night(heal=False)
    assert [s.in_stock for s in made(bench.store).selling] == [False]
    bench.store.shops.pause(bench.store.shops.get("shop").id, "holiday")
    assert made(bench.store).selling == ()


def test_the_key_is_made_once_and_a_second_one_is_not_taken(store: Store) -> None:
    key = store.passports.key()
    store.passports.keep_key(b"x" * 32)
    assert store.passports.key() == key
    assert len(key) == 32


def test_an_address_leads_back_to_its_product(store: Store) -> None:
    Bench(store).goods(goods(3))
    token = made(store, "P0001").address.rpartition("/")[2]
    number = stamp.opened(token, store.passports.key())
    assert number is not None
    assert store.passports.product_code(number) == "P0001"


def test_a_product_without_picture_or_certificate_has_a_page_too(store: Store) -> None:
    Bench(store).goods([a_product(certificate=None, pictures=("0" * 64,), producer=a_producer(commune=""))])

    class Gone(MemoryPictures):
        def read(self, sha256: str) -> bytes:
            raise Complaint("mất", "gone")

    html = page(made(store), Gone())
    assert "<img" not in html
    assert "Chưa từng được công nhận" in html


def test_an_unknown_product_is_complained_about(store: Store) -> None:
    with pytest.raises(Complaint, match="Không có sản phẩm"):
        made(store, "XXX")
