"""What people send: pictures that are not what they seem, files that are too large, text that is really code."""

import io
import re
import socket
import struct
import zipfile
import zlib
from html.parser import HTMLParser

import pytest
from PIL import Image
from sqlalchemy import text

from connector import photos
from connector.editing import LABEL
from connector.errors import Complaint
from connector.pictures import PictureFiles
from tests.papers import a_pdf
from tests.web.conftest import Console, Person, ids, machine_of, two_producers
from tests.web.test_walls import an_upload

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def a_photo(size: tuple[int, int] = (1200, 900), kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def a_bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kB that unpacks to gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.fixture
def pictures(tmp_path: object) -> PictureFiles:
    return PictureFiles(tmp_path, "http://x")  # type: ignore[arg-type]


def test_a_large_photo_is_made_smaller_and_upright_and_tells_no_place(pictures: PictureFiles) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Điện thoại"
    kept = pictures.read(photos.take(pictures, a_photo((4000, 3000), exif=exif)))
    with Image.open(io.BytesIO(kept)) as image:
        assert image.format == "JPEG"
        assert image.size == (1500, 2000)
        assert not image.getexif()


def test_a_second_file_glued_to_a_photo_is_gone(pictures: PictureFiles) -> None:
    kept = pictures.read(photos.take(pictures, a_photo() + b"<script>alert(1)</script>PK\x03\x04"))
    assert b"<script" not in kept
    assert b"PK\x03\x04" not in kept


def test_clear_parts_become_white(pictures: PictureFiles) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(out, "PNG")
    kept = pictures.read(photos.take(pictures, out.getvalue()))
    assert Image.open(io.BytesIO(kept)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("an SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a page", b"<html><script>alert(1)</script></html>"),
        ("a GIF", a_photo(kind="GIF")),
        ("half a photo", a_photo()[:2000]),
        ("a bomb", a_bomb()),
        ("a stamp", a_photo((100, 100))),
        ("nothing", b""),
    ],
)
def test_what_is_no_usable_photo_is_refused(pictures: PictureFiles, what: str, content: bytes) -> None:
    with pytest.raises(Complaint):
        photos.take(pictures, content)


def test_a_photo_goes_into_the_form_and_the_shop_window(console: Console) -> None:
    an, _ = two_producers(console)
    got = an.post("/uploads/pictures", files=[("file", ("../../etc/passwd", a_photo(), "image/jpeg"))])
    sha = re.search(r'name="picture" value="([0-9a-f]{64})"', got.text)
    assert sha, got.text
    seen = console.visitor().get(f"/pictures/{sha[1]}.jpg")
    assert seen.headers["Content-Type"] == "image/jpeg"
    small = console.visitor().get(f"/thumbs/{sha[1]}.jpg")
    assert Image.open(io.BytesIO(small.content)).size == (320, 240)


@pytest.mark.parametrize(
    "name", ["..%2f..%2fsecret.key", "%2e%2e/secret.key", "a" * 64 + ".jpg", "x.jpg", "..\\secret.key"]
)
def test_no_name_leads_out_of_the_picture_folder(console: Console, name: str) -> None:
    (console.wired.settings.data / "secret.key").write_text("geheim")
    for kind in ("pictures", "thumbs"):
        got = console.visitor().get(f"/{kind}/{name}")
        assert got.status_code == 404
        assert "geheim" not in got.text


def test_a_body_that_is_too_large_is_stopped_whatever_it_claims(console: Console) -> None:
    an, _ = two_producers(console)
    assert an.post("/products/new", {"name": "x" * 2_000_000}).status_code == 413
    chunks = (b"x" * 100_000 for _ in range(30))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert an.post("/language", chunks, csrf="x", headers=headers).status_code in (403, 413)
    got = an.post("/uploads/pictures", files={"file": ("a.jpg", b"x" * 16_000_000, "image/jpeg")})
    assert got.status_code == 413


def evil_everywhere(console: Console, person: Person) -> int:
    """A product whose every text is code, saved through the form; its producer, papers and listings are no better."""
    honey = ids(console)["MAT-ONG-HOA-NHAN"]
    texts = dict.fromkeys(("name", "short_name", "delivery_area", "decision", "authority", *TEXTS), EVIL)
    form = {**texts, "stars": "4", "issued_on": "2026-01-01", "expires_on": "2030-01-01", "trace_url": f"https://x/{EVIL}",
            "v": "0", "v-0-pack": EVIL[:60], "v-0-price": "50000", "v-0-sku": "MONG-500", "v-0-shown": "0"}  # fmt: skip
    got = person.post(f"/products/{honey}/edit", form)
    if got.status_code == 422:  # the link alone may be refused; all else is taken as it is
        assert person.post(f"/products/{honey}/edit", {**form, "trace_url": ""}).status_code == 303, got.text
    facts = {"kind": "food_safety", "number": EVIL, "issuer": EVIL}
    assert person.post(f"/papers/{honey}", facts, files={"file": (EVIL, a_pdf(), EVIL)}).status_code == 303
    with console.wired.store.engine.begin() as connection:
        values = {"evil": EVIL, "script": "javascript:alert(1)", "honey": honey}
        for statement in _SPOILED:
            connection.execute(text(statement), values)
    return honey


TEXTS = ("description", "brand", *(name for name in LABEL if name not in ("trace_url", "alcohol_percent")))
_SPOILED = (
    "UPDATE producer SET name = :evil, address = :evil, commune = :evil, province = :evil, kind = :evil",
    "UPDATE shop SET name = :evil",
    """UPDATE product SET axes = jsonb_build_array(CAST(:evil AS text)), label = label || jsonb_build_object(
       'trace_url', CAST(:script AS text), 'alcohol_percent', CAST(:evil AS text)) WHERE id = :honey""",
    "UPDATE variant SET options = jsonb_build_array(CAST(:evil AS text)), barcode = :evil WHERE product_id = :honey",
    """UPDATE listing SET phase = 'live', observed_state = 'live', observed_at = now(), url = :script,
       reason = :evil, observed = jsonb_build_object('price:MONG-500', 50000, 'title', CAST(:evil AS text))
       WHERE product_id = :honey""",
    """INSERT INTO problem (listing_id, code, field, vi, en, blocking)
       SELECT id, 'x', :evil, :evil, :evil, true FROM listing
       WHERE product_id = :honey""",
    """INSERT INTO change (product_id, field, before, after, cause) VALUES (:honey, :evil,
       to_jsonb(CAST(:evil AS text)), to_jsonb(CAST(:evil AS text)), :evil)""",
)


def test_code_in_any_text_stays_text_on_the_product_and_on_its_passport(console: Console) -> None:
    an, _ = two_producers(console)
    honey = evil_everywhere(console, an)
    pages = {path: an.get(path) for path in ("/products", f"/products/{honey}", f"/products/{honey}/edit",
                                             f"/products/{honey}/listings", f"/papers/{honey}")}  # fmt: skip
    passport = re.search(r'href="http://[^"]+(/p/[a-z2-7]{16})"', pages[f"/products/{honey}"].text)
    assert passport
    pages["passport"] = console.visitor().get(passport[1])
    for path, page in pages.items():
        assert page.status_code == 200, path
        assert page.text.count("&lt;img src=x") + page.text.count("\\u003cimg src=x") > 0, path  # it is there, as text
        seen = Markup()
        seen.feed(page.text)
        assert seen.wrong == [], path
    assert pages["passport"].text.count("&lt;img src=x") > 10
    assert "script-src" not in pages["passport"].headers["Content-Security-Policy"]
    index = an.get(f"/papers/{honey}/pack/shopee")
    assert zipfile.ZipFile(io.BytesIO(index.content)).namelist()[-1] == "MUC_LUC.txt"


def test_code_in_any_text_stays_text_on_the_desk(console: Console) -> None:
    an, _ = two_producers(console)
    evil_everywhere(console, an)
    with console.wired.store.engine.begin() as connection:
        for statement in _SPOILED_DESK:
            connection.execute(text(statement), {"evil": EVIL, "script": "javascript:alert(1)"})
    boss = console.person("sep", role="admin")
    listing = re.findall(r'/desk/listings/(\d+)', boss.get("/desk/drifts").text)[0]
    for path in ("/desk", "/desk/now", "/desk/drifts", "/desk/runs", "/desk/runs/1", "/desk/matrix", "/desk/shops",
                 "/desk/shops/shopee-1", f"/desk/listings/{listing}", f"/desk/listings/{listing}/why?field=title",
                 "/desk/certificates", "/desk/users", "/products/new", "/orders"):  # fmt: skip
        page = boss.get(path)
        assert page.status_code == 200, path
        seen = Markup()
        seen.feed(page.text)
        assert seen.wrong == [], path


_SPOILED_DESK = (
    "UPDATE shop SET state = 'paused', paused_because = :evil",
    "UPDATE account SET name = :evil",
    """INSERT INTO run (shop_id, state, cause, note, planned, applied, unchanged, superseded, blocked, refused, failed,
       unknown) SELECT id, 'healing', :evil, :evil, 0, 0, 0, 0, 0, 0, 0, 0 FROM shop""",
    """INSERT INTO drift (listing_id, run_id, field, desired, observed, verdict, resolution)
       SELECT id, 1, 'title', to_jsonb(CAST(:script AS text)), to_jsonb(CAST(:evil AS text)), 'edited', 'ask'
       FROM listing""",
    """INSERT INTO attempt
       (listing_id, kind, changes, cause, started_at, finished_at, outcome, code, detail, request_id)
       SELECT id, 'revise', jsonb_build_array(jsonb_build_object('field', 'title', 'before', CAST(:evil AS text),
              'after', CAST(:evil AS text), 'reason', 'changed')), :evil, now(), now(), 'refused', :evil, :evil, :evil
       FROM listing""",
    "UPDATE listing SET phase = 'refused', reason = :evil, cause = :evil, item = 'x' || id",
    """INSERT INTO shop_order (shop_id, number, raw_state, placed_at, updated_at)
       SELECT id, :evil, :evil, now(), now() FROM shop""",
    """INSERT INTO order_line (order_id, line, sku, external, pieces, quantity, reserved, state, cancelled, returned,
       sold, cancelled_after, came_back) SELECT id, '1', :evil, :evil, 1, 1, 0, 'open', 0, 0, 0, 0, 0
       FROM shop_order""",
)


class Markup(HTMLParser):
    """Finds what a browser would run or follow: foreign elements, handlers, addresses that are code."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        ours = given.get("src", "").startswith("/static/") or given.get("type") == "application/ld+json"
        if (tag == "script" and not ours) or given.get("src") == "x":
            self.wrong.append(tag)
        for name, value in given.items():
            if name.startswith("on") or (name in ("href", "src", "action") and value.lower().startswith("javascript:")):
                self.wrong.append(f"{tag} {name}")


def test_a_link_in_place_of_a_picture_is_never_fetched(console: Console) -> None:
    """Pictures come as files only: an address in a file, a form, a call or a record leads our server nowhere, however
    it spells this machine. So there is nothing that a redirect or a name that resolves otherwise later could turn."""
    an, _ = two_producers(console)
    honey = ids(console)["MAT-ONG-HOA-NHAN"]
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        port = trap.getsockname()[1]
        hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]")
        link, *others = (f"http://{host}:{port}/latest/meta-data" for host in hosts)
        form = {
            "name": "Mật ong",
            "v": "0",
            "v-0-price": "50000",
            "v-0-sku": "MONG-500",
            "v-0-shown": "0",
            "v-0-stock": "0",
        }
        said = {**form, "picture": link, "trace_url": link, "pictures": link}
        assert an.post(f"/products/{honey}/edit", said).status_code in (303, 422)
        rows = f"Tên sản phẩm,Giá bán (đồng),Ảnh,Hình ảnh,Link ảnh\nMứt gừng,50000,{link},{link},{link}\n"
        an_upload(an, rows + "".join(f"Mứt {n},50000,{one},{one},{one}\n" for n, one in enumerate(others)))
        an.get("/me")
        paper = a_pdf(f"/OpenAction <</S /URI /URI ({link})>>".encode())
        assert an.post(f"/papers/{honey}", {"kind": "trademark"}, files={"file": ("a.pdf", paper)}).status_code >= 303
        machine = machine_of(console, "an")
        assert machine("PATCH", f"/products/{honey}", json={"pictures": [link]}).status_code == 422
        assert machine("POST", "/pictures", data=link, headers={"Content-Type": "image/jpeg"}).status_code == 422
        for path in (f"/products/{honey}", f"/products/{honey}/edit", f"/products/{honey}/stamp.png"):
            an.get(path)
        sent = an.post("/uploads/pictures", {"file": link, "url": link})
        assert "img" not in sent.text
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{link}"/></svg>'.encode()
        assert an.post("/uploads/pictures", files={"file": ("a.jpg", svg, "image/jpeg")}).status_code == 422
        with pytest.raises(TimeoutError):
            trap.accept()
    goods = console.wired.store.products.by_code(list(ids(console)))
    assert link not in str([one.product.pictures for one in goods.values()])


def test_code_in_texts_stays_text_on_every_page(console: Console) -> None:
    an, _ = two_producers(console)
    honey = ids(console)["MAT-ONG-HOA-NHAN"]
    texts = dict.fromkeys(("name", "description", "brand", "ingredients", "usage", "storage", "warnings"), EVIL)
    form = {**texts, "v": "0", "v-0-pack": EVIL[:60], "v-0-price": "50000", "v-0-sku": "MONG-500", "v-0-shown": "0"}
    assert an.post(f"/products/{honey}/edit", form).status_code == 303
    upload = an_upload(an, f'Tên sản phẩm,Giá bán (đồng)\n"{EVIL.replace(chr(34), chr(34) * 2)}",rẻ\n')
    for path in ("/products", f"/products/{honey}", f"/products/{honey}/edit", "/imports", f"/imports/{upload}"):
        page = an.get(path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text, path
        assert "<script>alert" not in page.text, path
    searched = an.get("/products", params={"q": EVIL})
    assert "<img src=x" not in searched.text
    broken = an.post(f"/products/{honey}/edit", {**form, "v-0-price": EVIL})
    assert broken.status_code == 422
    assert "<img src=x" not in broken.text
