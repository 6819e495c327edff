"""Papers on the console: a telephone's photo, the certificate's scan, the pack for a platform, and who may see them."""

import io
import re
import zipfile

import pytest
from sqlalchemy import text

from connector.papers import MOST_BYTES
from tests.papers import a_paper_photo, a_pdf, a_zip
from tests.web.conftest import Console, Person, ids, two_producers
from tests.web.test_products import form_of

CODE = "MAT-ONG-HOA-NHAN"


@pytest.fixture
def an(console: Console) -> Person:
    return two_producers(console)[0]


def send(person: Person, product: int, content: bytes, name: str = "scan.pdf", **facts: str) -> int:
    given = {"kind": "food_safety", **facts}
    got = person.post(f"/papers/{product}", given, files={"file": (name, content, "text/html")})
    return got.status_code


def test_a_paper_is_sent_seen_packed_and_taken_away(console: Console, an: Person) -> None:
    honey = ids(console)[CODE]
    assert "Còn thiếu" in an.get(f"/papers/{honey}").text
    facts = {"number": "9/ATTP", "issuer": "Sở Y tế", "issued_on": "2026-02-01", "expires_on": "01/02/2029"}
    assert send(an, honey, a_paper_photo(), "../../evil.html", **facts) == 303
    assert send(an, honey, a_pdf(), kind="self_declaration") == 303
    page = an.get(f"/papers/{honey}").text
    assert "9/ATTP · Sở Y tế · đến 01/02/2029 · JPEG" in page
    assert "2 tệp" in an.get(f"/products/{honey}").text

    files = re.findall(rf"/papers/{honey}/file/\d+", page)
    photo, document = (an.get(path) for path in files)
    assert (photo.headers["Content-Type"], document.headers["Content-Type"]) == ("image/jpeg", "application/pdf")
    assert document.headers["Content-Disposition"].startswith("attachment")
    assert document.content == a_pdf()
    for got in (photo, document):
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got.headers["Content-Security-Policy"]
        assert "evil" not in got.headers["Content-Disposition"]
        assert "no-store" in got.headers["Cache-Control"]

    pack = an.get(f"/papers/{honey}/pack/tiki")
    with zipfile.ZipFile(io.BytesIO(pack.content)) as archive:
        assert len(archive.namelist()) == 3
        assert "BỘ GIẤY TỜ GỬI TIKI" in archive.read("MUC_LUC.txt").decode("utf-8-sig")
    assert an.get(f"/papers/{honey}/pack/nowhere").status_code == 404

    gone = files[0].rsplit("/", 1)[1]
    assert an.post(f"/papers/{honey}/{gone}/remove").status_code == 303
    assert an.get(files[0]).status_code == 404


@pytest.mark.parametrize("content", [b"<svg/>", a_zip(), a_pdf() + a_zip(), a_paper_photo() + a_pdf(), b"MZ"])
def test_what_is_no_paper_is_refused_on_every_way_in(console: Console, an: Person, content: bytes) -> None:
    honey = ids(console)[CODE]
    assert send(an, honey, content) == 422
    assert an.post("/uploads/papers", files={"file": ("a.pdf", content, "application/pdf")}).status_code == 422
    assert not (console.wired.settings.data / "papers").exists()


def test_a_paper_that_is_too_large_is_stopped(console: Console, an: Person) -> None:
    honey = ids(console)[CODE]
    assert send(an, honey, b"%PDF-1.7" + b"0" * MOST_BYTES) == 422
    assert send(an, honey, b"%PDF-1.7" + b"0" * (MOST_BYTES + 2_000_000)) == 413


@pytest.mark.parametrize("facts", [{"kind": "diploma"}, {"issued_on": "hôm qua"}])
def test_what_cannot_be_right_is_told(console: Console, an: Person, facts: dict[str, str]) -> None:
    assert send(an, ids(console)[CODE], a_pdf(), **facts) == 422
    assert an.post(f"/papers/{ids(console)[CODE]}", {"kind": "food_safety"}).status_code == 422


def test_the_scan_in_the_form_is_filed_with_what_the_form_says_of_the_certificate(console: Console, an: Person) -> None:
    got = an.post("/uploads/papers", files={"file": ("IMG.jpg", a_paper_photo("PNG"), "image/png")})
    scan = re.search(r'name="scan" value="([^"]+)"', got.text)
    assert scan
    held = {"stars": "4", "decision": "77/QĐ-UBND", "authority": "UBND tỉnh Lâm Đồng", "issued_on": "2026-08-05"}
    wrong = an.post("/products/new", form_of(**held, scan=scan[1], name=""))
    assert scan[1] in wrong.text  # a fault elsewhere does not lose it
    assert an.post("/products/new", form_of(**held, scan=scan[1])).status_code == 303
    code = next(code for code in ids(console) if code not in (CODE, "CHE-KHAC"))
    (paper,) = console.wired.store.papers.of(code)
    assert (paper.kind, paper.number, paper.issuer) == ("ocop_certificate", "77/QĐ-UBND", "UBND tỉnh Lâm Đồng")
    assert f"{paper.expires_on}" == "2029-08-05"


def test_a_scan_that_another_sent_or_that_is_made_up_is_not_filed(console: Console) -> None:
    an, binh = two_producers(console)
    got = binh.post("/uploads/papers", files={"file": ("a.pdf", a_pdf(), "application/pdf")})
    scan = re.search(r'name="scan" value="([^"]+)"', got.text)
    assert scan
    for number, given in enumerate((scan[1], scan[1].replace(scan[1][0], "9", 1), "1:" + "0" * 64, "", "é.é")):
        assert an.post("/products/new", form_of(name=f"Miến {number}", scan=given)).status_code == 303
    with console.wired.store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM paper")).scalar_one() == 0
