"""Leave with your data: out of one store, into an empty one, and nothing is left to do."""

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from config.ocop import book
from connector import bundle, plans
from connector.errors import Complaint
from connector.filing import Facts, file_paper
from connector.papers import PaperFiles
from connector.passport import stamp
from connector.pictures import PictureFiles
from connector.store import Store
from connector.store.bundle import HIDDEN, LEFT, TABLES
from connector.store.schema import METADATA
from tests.builders import a_product, a_product_in_two_sizes, a_variant
from tests.loop.bench import Bench, goods
from tests.papers import a_paper_photo, a_pdf

SCHEMA = Path(__file__).parents[1] / "docs" / "export-schema.json"


def a_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), (200, 120, 20)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def pictures(tmp_path: Path) -> PictureFiles:
    return PictureFiles(tmp_path / "pictures", "http://127.0.0.1")


@pytest.fixture
def papers(tmp_path: Path) -> PaperFiles:
    return PaperFiles(tmp_path / "papers")


@pytest.fixture
def bench(store: Store, pictures: PictureFiles, papers: PaperFiles) -> Bench:
    """A shop with a past: published, edited over there, healed, sold out, one listing refused."""
    bench = Bench(store, book=book()).shop(
        credentials={"partner_key": "hush-hush"}, rules={"gate": {"label_missing": "off"}}
    )
    sha256 = pictures.save(a_jpeg())
    bench.platform.refuse["Trà cấm"] = "Tên có chữ cấm."
    bench.goods([*goods(4, pictures=(sha256,)), a_product_in_two_sizes(pictures=(sha256,)),
                 a_product(code="CAM", name="Trà cấm", variants=(a_variant("CAM-1", pack=""),))])  # fmt: skip
    bench.sync()
    rules = book().on(bench.clock.now().date())
    for kind, content in (("ocop_certificate", a_paper_photo()), ("food_safety", a_pdf())):
        file_paper(store, rules, "P0001", papers.take(content), Facts(kind, "12/GCN"), "test")
    store.papers.remove("P0001", store.papers.of("P0001")[-1].id, "test")
    bench.sync()
    bench.edit("SKU-0001", title="Của người khác")
    bench.night()
    return bench


def emptied(store: Store) -> None:
    with store.engine.begin() as connection:
        tables = ", ".join(table.name for table in METADATA.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


def dump(store: Store) -> dict[str, list[Any]]:
    with store.bundles.reading() as outgoing:
        return {name: [row.model_dump() for row in outgoing.rows(name)] for name in TABLES}


@pytest.fixture
def exported(request: Any, bench: Bench, pictures: PictureFiles, papers: PaperFiles, tmp_path: Path) -> Path:
    target = tmp_path / str(getattr(request, "param", "ocop"))
    bundle.export(bench.store, pictures, papers, target, bench.clock.now())
    return target


BOTH = pytest.mark.parametrize("exported", ["ocop", "ocop.tar.gz"], indirect=True)


@BOTH
def test_out_and_into_an_empty_store_gives_an_empty_plan(bench: Bench, exported: Path, tmp_path: Path) -> None:
    store, before, key = bench.store, dump(bench.store), bench.store.passports.key()
    emptied(store)
    elsewhere, papers_there = PictureFiles(tmp_path / "elsewhere", "http://127.0.0.1"), PaperFiles(tmp_path / "there")
    counts = bundle.restore(store, elsewhere, papers_there, exported)
    assert (counts["product"], counts["listing"], counts["pictures"]) == (6, 6, 1)
    assert counts["attempt"] == len(before["attempt"]) > 6

    after = dump(store)
    for name in TABLES:
        forgotten = {"shop": {"state", "paused_because"}, "listing": {"content_due_at", "cause"}}.get(name, set())
        assert [{k: v for k, v in row.items() if k not in forgotten} for row in after[name]] == [
            {k: v for k, v in row.items() if k not in forgotten} for row in before[name]
        ], name

    shop = store.shops.get("shop")
    assert not shop.active
    assert store.shops.vault(shop.id).credentials() == {}
    store.shops.resume(shop.id)
    writes = bench.platform.writes
    assert [op for one in plans.make(bench.site()).listings for op in one.plan.ops] == []
    bench.sync()
    assert bench.night().state == "done"
    assert bench.platform.writes == writes
    assert bench.platform.duplicates() == 0
    assert store.passports.key() == key
    (kept,) = store.papers.of("P0001")
    assert papers_there.read(kept.sha256, kept.media)
    assert (counts["paper"], counts["papers"]) == (2, 2)  # the one that was taken away moves along too
    assert elsewhere.read(str(after["product"][0]["pictures"][0])) == a_jpeg()


def test_an_export_made_before_there_were_papers_is_read(
    bench: Bench, exported: Path, pictures: PictureFiles, papers: PaperFiles
) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())
    del manifest["sha256"]["paper"]
    (exported / "manifest.json").write_text(json.dumps(manifest))
    (exported / "paper.jsonl").unlink()
    shutil.rmtree(exported / "papers")
    emptied(bench.store)
    counts = bundle.restore(bench.store, pictures, papers, exported)
    assert (counts["paper"], counts["product"]) == (0, 6)


def test_new_rows_go_on_after_the_restored_ones(
    bench: Bench, exported: Path, pictures: PictureFiles, papers: PaperFiles
) -> None:
    emptied(bench.store)
    bundle.restore(bench.store, pictures, papers, exported)
    bench.goods([a_product(code="MOI", variants=(a_variant("MOI-1"),))])
    assert bench.store.passports.product_id("MOI") == 7


def test_a_printed_address_opens_after_the_move(
    bench: Bench, exported: Path, pictures: PictureFiles, papers: PaperFiles
) -> None:
    token = stamp.token(3, bench.store.passports.key())
    code = bench.store.passports.product_code(3)
    emptied(bench.store)
    assert stamp.opened(token, bench.store.passports.key()) is None  # the empty store has made a key of its own
    bundle.restore(bench.store, pictures, papers, exported)
    assert stamp.opened(token, bench.store.passports.key()) == 3
    assert bench.store.passports.product_code(3) == code


@BOTH
def test_no_secret_leaves(exported: Path) -> None:
    if exported.is_dir():
        everything = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    else:
        with tarfile.open(exported) as archive:
            files = [archive.extractfile(member) for member in archive.getmembers() if member.isfile()]
            everything = b"".join(file.read() for file in files if file is not None)
    assert b"MAT-ONG-HOA-NHAN" in everything
    assert b"hush-hush" not in everything
    assert b'"secrets"' not in everything


def test_a_store_that_holds_data_is_left_alone(
    bench: Bench, exported: Path, pictures: PictureFiles, papers: PaperFiles
) -> None:
    before = dump(bench.store)
    with pytest.raises(Complaint, match="kho trống"):
        bundle.restore(bench.store, pictures, papers, exported)
    assert dump(bench.store) == before


def test_an_export_never_overwrites(bench: Bench, exported: Path, pictures: PictureFiles, papers: PaperFiles) -> None:
    with pytest.raises(Complaint, match="đã có"):
        bundle.export(bench.store, pictures, papers, exported, bench.clock.now())


@pytest.mark.parametrize("harm", ["line", "file", "field", "picture", "paper", "manifest", "version"])
def test_a_damaged_export_is_refused_whole_and_says_where(
    bench: Bench, pictures: PictureFiles, papers: PaperFiles, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "out"
    bundle.export(bench.store, pictures, papers, folder, bench.clock.now())
    said = _harm(folder, harm)
    emptied(bench.store)
    with pytest.raises(Complaint, match=said):
        bundle.restore(bench.store, pictures, papers, folder)
    assert not any(dump(bench.store).values())


def _harm(folder: Path, harm: str) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    if harm == "line":
        with (folder / "product.jsonl").open("a") as file:
            file.write("{}\n")
        return "product.jsonl"
    if harm == "file":
        (folder / "attempt.jsonl").unlink()
        return "attempt.jsonl"
    if harm == "field":
        path = folder / "variant.jsonl"
        path.write_text(path.read_text().replace('"price":', '"prize":', 1))
        manifest["sha256"]["variant"] = bundle._hash(path)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return r"variant\.jsonl, dòng 1, price"
    if harm in ("picture", "paper"):
        next((folder / f"{harm}s").iterdir()).write_bytes(b"other")
        return "bị hỏng"
    (folder / "manifest.json").write_text("{" if harm == "manifest" else json.dumps({**manifest, "version": 9}))
    return "ocop export" if harm == "manifest" else "phiên bản 9"


def test_what_is_no_archive_is_refused(
    store: Store, pictures: PictureFiles, papers: PaperFiles, tmp_path: Path
) -> None:
    for name, content in (("a.tar.gz", b"not a tar"), ("b.tar.gz", b"\x1f\x8b\x08")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Complaint, match="Không mở được"):
            bundle.restore(store, pictures, papers, tmp_path / name)
    with pytest.raises(Complaint):
        bundle.restore(store, pictures, papers, tmp_path / "nowhere")


def test_every_table_leaves_or_says_why_it_stays() -> None:
    assert {table.name for table in METADATA.sorted_tables} == set(TABLES) | set(LEFT)
    places = {name: place for place, name in enumerate(TABLES)}
    for name in TABLES:
        table = METADATA.tables[name]
        assert HIDDEN.get(name, set()) <= set(table.columns.keys())
        for key in table.foreign_keys:
            assert places[key.column.table.name] < places[name], (name, key.column.table.name)


def test_the_published_schema_is_that_of_the_code() -> None:
    """Make it anew with json.dumps(connector.bundle.schema(), indent=1)."""
    assert json.loads(SCHEMA.read_text()) == bundle.schema()
