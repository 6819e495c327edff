"""Leave with your data: everything in plain files, out of one installation and into an empty one.

A folder, or the same as one .tar.gz: manifest.json, one JSON Lines file for each table (docs/export-schema.json says
what a line holds), pictures and papers by their hash. Secrets of shops stay behind; the key of the passports' addresses
comes along, for it is printed on packs.
"""

import gzip
import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from connector.errors import Complaint
from connector.papers import ENDINGS, PaperFiles
from connector.pictures import PictureFiles
from connector.store import Store
from connector.store.bundle import TABLES, record

VERSION = 1
MANIFEST = "manifest.json"
_MOST = 200_000_000_000  # bytes that an archive may unpack to


def schema() -> dict[str, Any]:
    """The published JSON Schema: what a line of each file holds."""
    tables = {name: record(name).model_json_schema() for name in TABLES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"OCOP connector export, version {VERSION}",
        "description": "One property for each <table>.jsonl; every line of the file is such an object.",
        "type": "object",
        "properties": tables,
    }


def export(store: Store, pictures: PictureFiles, papers: PaperFiles, target: Path, now: datetime) -> dict[str, int]:
    """Write everything to a new folder or .tar.gz; how many rows of each table, pictures and paper files."""
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise Complaint(f"{target} đã có. Chọn nơi khác hoặc xóa đi.", f"{target} exists. Choose another place.")
    if not _archived(target):
        return _write(store, pictures, papers, target, now)
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        counts = _write(store, pictures, papers, Path(folder) / "ocop", now)
        half = Path(folder) / "half.tar.gz"
        with tarfile.open(half, "w:gz", compresslevel=6) as archive:
            archive.add(Path(folder) / "ocop", arcname="ocop")
        half.replace(target)
    return counts


def _write(store: Store, pictures: PictureFiles, papers: PaperFiles, folder: Path, now: datetime) -> dict[str, int]:
    for kind in ("pictures", "papers"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    counts, used, proofs = {}, set[str](), set[Path]()
    with store.bundles.reading() as outgoing:
        for name in TABLES:
            with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
                counts[name] = 0
                for row in outgoing.rows(name):
                    file.write(row.model_dump_json() + "\n")
                    counts[name] += 1
                    used.update(getattr(row, "pictures", ()))
                    if name == "paper":
                        proofs.add(papers.path(row.sha256, row.media))  # type: ignore[attr-defined]
    counts["pictures"] = sum(_copy(pictures.path(sha256), folder / "pictures" / f"{sha256}.jpg") for sha256 in used)
    counts["papers"] = sum(_copy(path, folder / "papers" / path.name) for path in proofs)
    manifest = {
        "version": VERSION,
        "made_at": now.isoformat(),
        "counts": counts,
        "sha256": {name: _hash(folder / f"{name}.jsonl") for name in TABLES},
        "passport_key": store.passports.key().hex(),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return counts


def restore(store: Store, pictures: PictureFiles, papers: PaperFiles, source: Path) -> dict[str, int]:
    """Read an export into an empty store: all of it or nothing. Shops come back paused, without secrets."""
    with _opened(source) as folder:
        manifest = _manifest(folder)
        saved = {
            "pictures": _save(folder / "pictures", {".jpg": pictures.save}),
            "papers": _save(folder / "papers", {end: partial(papers.save, media=m) for m, end in ENDINGS.items()}),
        }
        with store.bundles.writing() as incoming:
            if occupied := incoming.occupied():
                raise Complaint(
                    f"Kho này đã có dữ liệu (bảng {occupied}). Chỉ khôi phục vào kho trống: đặt OCOP_DATA hoặc "
                    "DATABASE_URL tới nơi mới.",
                    f"This store holds data ({occupied}). Restore into an empty one: point OCOP_DATA or DATABASE_URL "
                    "elsewhere.",
                )
            # Before the rows are committed: a store with these products and another key must never be seen.
            store.passports.keep_key(bytes.fromhex(manifest["passport_key"]), replace=True)
            counts = {name: incoming.put(name, _lines(folder, name, manifest)) for name in TABLES}
            incoming.settle()
    return {**counts, **saved}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version, _, key = manifest["version"], manifest["sha256"], manifest["passport_key"]
        bytes.fromhex(key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Complaint("Đây không phải bản do ocop export ghi ra.", "This was not written by ocop export.") from error
    if version != VERSION:
        raise Complaint(
            f"Bản xuất thuộc phiên bản {version}, ở đây đọc được phiên bản {VERSION}.",
            f"The export is of version {version}, this reads version {VERSION}.",
        )
    return manifest


def _lines(folder: Path, name: str, manifest: dict[str, Any]) -> Iterator[BaseModel]:
    if name not in manifest["sha256"]:
        return  # exported before there was such a table
    path, made = folder / f"{name}.jsonl", record(name)
    if not path.is_file() or _hash(path) != manifest["sha256"][name]:
        raise Complaint(
            f"Tệp {path.name} thiếu hoặc đã bị sửa sau khi xuất. Dùng bản xuất còn nguyên.",
            f"The file {path.name} is missing or was altered. Use an export that is whole.",
        )
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield made.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = f"{path.name}, dòng {number}, {'.'.join(map(str, first['loc']))}"
                raise Complaint(f"{where}: {first['msg']}.", f"{where}: {first['msg']}.") from error


def _save(folder: Path, keep: Mapping[str, Callable[[bytes], object]]) -> int:
    """Every file is what its name says; one that is not was damaged on the way."""
    count = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in keep:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != path.stem:
                raise Complaint(f"Tệp {path.name} bị hỏng.", f"The file {path.name} is damaged.")
            keep[path.suffix](content)
            count += 1
    return count


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """The folder of an export; an archive is unpacked beside nothing else, links and odd paths refused."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                members = archive.getmembers()
                if sum(member.size for member in members) > _MOST:
                    raise Complaint(f"{source.name} bung ra quá lớn.", f"{source.name} unpacks to too much.")
                archive.extractall(folder, members, filter="data")
        except (OSError, EOFError, tarfile.TarError, gzip.BadGzipFile) as error:
            raise Complaint(f"Không mở được {source}: {error}.", f"Cannot open {source}: {error}.") from error
        yield Path(folder) / "ocop"


def _archived(target: Path) -> bool:
    return target.name.endswith((".tar.gz", ".tgz"))


def _copy(source: Path, target: Path) -> bool:
    """A picture whose file is gone is left out; whoever imports the product again gets it back."""
    if not source.is_file():
        return False
    shutil.copyfile(source, target)
    return True


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
