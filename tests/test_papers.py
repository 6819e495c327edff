"""Papers: what is kept and what is refused, whose they are, and the pack that a platform gets."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from config.ocop import book
from connector.cli import app
from connector.errors import Complaint
from connector.filepack import INDEX, file_pack, zipped
from connector.filing import Facts, file_paper
from connector.papers import MOST_BYTES, PaperFiles
from connector.store import Store
from tests.builders import TODAY, a_producer, a_product, a_variant
from tests.loop.bench import Bench
from tests.papers import a_paper_photo, a_pdf, a_zip
from tests.test_ocop_commands import _here, ocop  # noqa: F401  (fixture)

CODE = "MAT-ONG-HOA-NHAN"
RULES = book().on(TODAY)


@pytest.fixture
def files(tmp_path: Path) -> PaperFiles:
    return PaperFiles(tmp_path / "papers")


@pytest.fixture
def bench(store: Store) -> Bench:
    bench = Bench(store, book=book()).shop()
    other = a_product(code="TRA", name="Trà sen", variants=(a_variant("TRA-1"),))
    elsewhere = a_product(code="KHAC", producer=a_producer(code="HTX-B"), variants=(a_variant("KHAC-1"),))
    return bench.goods([a_product(), other, elsewhere])


def give(bench: Bench, files: PaperFiles, kind: str, content: bytes | None = None, **facts: object) -> bool:
    said = Facts(kind, **facts)  # type: ignore[arg-type]
    kept = files.take(content or a_pdf(b"/X (" + kind.encode() + b")"))
    return file_paper(bench.store, RULES, CODE, kept, said, "test")


# ---- files


def test_a_pdf_is_kept_as_it_is_and_a_photo_is_drawn_anew(files: PaperFiles) -> None:
    kept = files.take(a_pdf())
    assert (kept.media, files.read(kept.sha256, kept.media)) == ("application/pdf", a_pdf())
    for kind in ("JPEG", "PNG"):
        photo = files.take(a_paper_photo(kind))
        assert photo.media == "image/jpeg"
        with Image.open(io.BytesIO(files.read(photo.sha256, photo.media))) as image:
            assert (image.format, image.size) == ("JPEG", (900, 1200))


@pytest.mark.parametrize(
    ("what", "content", "said"),
    [
        ("a page", b"<html><script>alert(1)</script></html>", "Chỉ nhận PDF"),
        ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ nhận PDF"),
        ("an archive", a_zip(), "Chỉ nhận PDF"),
        ("a program", b"MZ" + b"\0" * 500, "Chỉ nhận PDF"),
        ("nothing", b"", "Chỉ nhận PDF"),
        ("a GIF", a_paper_photo("GIF"), "Chỉ nhận PDF"),
        ("a PDF with an archive behind it", a_pdf() + a_zip(), "gắn thêm tệp khác"),
        ("a PDF that ends twice around an archive", a_pdf() + a_zip() + b"startxref\n0\n%%EOF", "gắn tệp nén"),
        ("a PDF with junk before it", b"GIF89a" + a_pdf(), "Chỉ nhận PDF"),
        ("half a PDF", a_pdf()[:-40], "cắt cụt"),
        ("a PDF that runs code", a_pdf(b"/OpenAction <</S /JavaScript /JS (app.alert(1))>>"), "mã chạy"),
        ("a PDF that spells it", a_pdf(b"/OpenAction <</S /J#61vaScript>>"), "mã chạy"),
        ("a PDF that packs it", a_pdf(packed=b"5 0 <</S /JavaScript /JS (1)>>"), "mã chạy"),
        ("a PDF that carries files", a_pdf(b"/Names <</EmbeddedFiles 9 0 R>>"), "đính kèm"),
        ("a PDF with a password", a_pdf().replace(b"/Root", b"/Encrypt 5 0 R /Root"), "mật khẩu"),
        ("a PDF that unpacks to too much", a_pdf(packed=b"0" * 30_000_000), "bung ra"),
        ("a photo with a document inside", a_paper_photo() + a_pdf(), "gắn tệp khác"),
        ("a photo with an archive inside", a_paper_photo() + a_zip(), "gắn tệp khác"),
        ("a photo with a page inside", a_paper_photo("PNG") + b"<SCRIPT>alert(1)</SCRIPT>", "gắn tệp khác"),
        ("half a photo", a_paper_photo()[:300], "ảnh"),
        ("a stamp", a_paper_photo(size=(80, 80)), "nhỏ quá"),
        ("a heap", b"%PDF-1.7" + b"0" * MOST_BYTES, "lớn hơn 10 MB"),
    ],
)
def test_what_is_no_paper_or_two_things_at_once_is_refused(
    files: PaperFiles, tmp_path: Path, what: str, content: bytes, said: str
) -> None:
    with pytest.raises(Complaint, match=said):
        files.take(content)
    assert not (tmp_path / "papers").exists(), what


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "A" * 64, "", "0" * 63 + "/"])
def test_no_name_leads_out_of_the_folder(files: PaperFiles, sha256: str) -> None:
    with pytest.raises(Complaint):
        files.path(sha256, "application/pdf")
    with pytest.raises(Complaint):
        files.path("0" * 64, "text/html")


# ---- whose they are


def test_a_paper_of_the_producer_speaks_for_all_their_goods_and_nobody_elses(bench: Bench, files: PaperFiles) -> None:
    assert give(bench, files, "business_registration", number=" 0123 ", issuer="Phòng ĐKKD")
    assert give(bench, files, "self_declaration")
    assert not give(bench, files, "self_declaration")  # the same file again
    kinds = {code: [one.kind for one in bench.store.papers.of(code)] for code in (CODE, "TRA", "KHAC")}
    assert kinds == {
        CODE: ["business_registration", "self_declaration"],
        "TRA": ["business_registration"],
        "KHAC": [],
    }
    held = bench.store.products.by_code([CODE])[CODE].product.papers
    assert (held[0].number, held[0].issuer, held[0].producers) == ("0123", "Phòng ĐKKD", True)


def test_a_paper_ends_when_its_kind_ends_and_a_wrong_end_is_told(bench: Bench, files: PaperFiles) -> None:
    give(bench, files, "ocop_certificate", issued_on=date(2025, 6, 1))
    assert bench.store.papers.of(CODE)[0].expires_on == date(2028, 6, 1)
    with pytest.raises(Complaint, match="sau ngày cấp"):
        give(bench, files, "food_safety", issued_on=TODAY, expires_on=TODAY)
    with pytest.raises(Complaint, match="Có: ocop_certificate"):
        give(bench, files, "diploma")


def test_a_paper_given_takes_the_problem_away_and_one_taken_away_brings_it_back(
    bench: Bench, files: PaperFiles
) -> None:
    bench.channel = replace(bench.channel, platform="shopee")
    bench.store.shops.set_rules(1, cause="strict", rules={"gate": {"paper_missing": "block"}})
    with bench.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE shop SET platform = 'shopee'")
    bench.sync()
    assert "MONG-500" not in str(bench.platform.live())
    for kind in ("ocop_certificate", "business_registration", "food_safety", "self_declaration"):
        give(bench, files, kind)
    bench.sync()
    assert "MONG-500" in str(bench.platform.live())
    listing = bench.store.reads.listing("shop", CODE)
    assert listing is not None
    assert "paper_missing" not in {p["code"] for p in bench.store.reads.problems(listing.id or 0)}
    first = bench.store.papers.of(CODE)[0]
    bench.store.papers.remove(CODE, first.id, "a wrong file")
    bench.sync()
    assert "paper_missing" in {p["code"] for p in bench.store.reads.problems(listing.id or 0)}
    with pytest.raises(Complaint, match="không có giấy tờ số"):
        bench.store.papers.remove("KHAC", first.id, "somebody else's")


# ---- the pack


def packed(bench: Bench, files: PaperFiles, platform: str, day: date = TODAY) -> dict[str, bytes]:
    product = bench.store.products.by_code([CODE])[CODE].product
    made = file_pack(product, RULES, day, platform, "Sàn")
    content = zipped(made, files)
    assert content == zipped(made, files)  # the same bytes
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_pack_holds_the_papers_under_stable_names_and_an_index_says_what_lacks(
    bench: Bench, files: PaperFiles
) -> None:
    give(bench, files, "ocop_certificate", a_paper_photo(), number="1234/QĐ-UBND", issuer="UBND thành phố Hà Nội")
    give(bench, files, "food_safety", a_pdf(), expires_on=TODAY + timedelta(days=9))
    inside = packed(bench, files, "shopee")
    assert [name[:-13] for name in inside if name != INDEX] == ["01-giay-chung-nhan-ocop", "05-an-toan-thuc-pham"]
    told = inside[INDEX].decode("utf-8-sig")
    for said in (
        "BỘ GIẤY TỜ GỬI SÀN",
        "số 1234/QĐ-UBND, UBND thành phố Hà Nội",
        "chưa chắc",
        "CÒN THIẾU 2: Giấy đăng ký kinh doanh; Bản tự công bố",
        "2. Giấy đăng ký kinh doanh (cần có)\r\n   - THIẾU",
        "đến 03/12/2026",
    ):
        assert said in told, said
    give(bench, files, "business_registration")
    give(bench, files, "self_declaration")
    give(bench, files, "test_report")
    more = packed(bench, files, "shopee")
    assert set(inside) < set(more)
    assert "ĐỦ GIẤY TỜ BẮT BUỘC" in more[INDEX].decode("utf-8-sig")


def test_a_paper_that_has_ended_is_named_but_does_not_go_along(bench: Bench, files: PaperFiles) -> None:
    give(bench, files, "food_safety", a_pdf(), expires_on=TODAY)
    inside = packed(bench, files, "tiki")
    assert list(inside) == [INDEX]
    assert "đã hết hạn, không kèm: đến 24/11/2026" in inside[INDEX].decode("utf-8-sig")


def test_the_lists_name_papers_that_exist_and_every_platform_there_is() -> None:
    known = {paper.code for paper in RULES.papers}
    assert set(RULES.asks) == {"shopee", "lazada", "tiki", "postmart", "voso"}
    for asks in RULES.asks.values():
        assert set(asks.must) | set(asks.may) <= known
        assert not set(asks.must) & set(asks.may)
        assert asks.source
        assert asks.confidence != "confirmed"  # nobody could read a platform's own list
    assert len({paper.file for paper in RULES.papers}) == len(RULES.papers)
    assert {paper.of for paper in RULES.papers} == {"product", "producer"}


# ---- by command


@pytest.mark.usefixtures("_here")
def test_papers_are_added_listed_packed_and_taken_away_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_bytes(a_pdf())  # its name says nothing
    scan = str(tmp_path / "scan.txt")
    told = ocop("paper", "add", CODE, scan, "--kind", "food_safety", "--number", "9/ATTP", "--issued", "01/02/2026")
    assert "đã thêm food_safety" in told.stdout
    assert "đã có tệp này" in ocop("paper", "add", CODE, scan, "--kind", "food_safety").stdout
    found = json.loads(ocop("paper", "list", CODE, "--json").stdout)
    (held,) = found["papers"]
    assert (held["number"], held["issued_on"], held["producers"]) == ("9/ATTP", "2026-02-01", True)
    assert "food_safety" not in found["lacking"]["shopee"]
    assert "ocop_certificate" in found["lacking"]["shopee"]
    assert "9/ATTP" in ocop("paper", "list", CODE).stdout
    pack = ocop("paper", "pack", CODE, "voso", "--out", str(tmp_path / "out"))
    assert pack.exit_code == 2  # papers lack
    assert zipfile.is_zipfile(tmp_path / "out" / f"giay-to_voso_{CODE}.zip")
    assert "đã bỏ food_safety 9/ATTP" in ocop("paper", "remove", CODE, str(held["id"])).stdout
    assert json.loads(ocop("paper", "list", CODE, "--json").stdout)["papers"] == []
    with pytest.raises(Complaint, match="Không đọc được"):
        ocop("paper", "add", CODE, "nowhere.pdf", "--kind", "food_safety")


def test_the_command_is_there() -> None:
    assert "paper" in {group.name for group in app.registered_groups}
