"""Packs: what goes out, numbered, hashed, kept for ever, never overwritten."""

import hashlib
import io
import json
import os
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.assisted.ledger import Sent, sent
from adapters.assisted.rows import Row, cell
from adapters.assisted.sheet import VIETNAM
from adapters.assisted.template import Template, UploadKind
from adapters.assisted.workbook import Sheet, upload_sheet, written
from connector.domain.text import fold

_STAMP = (2026, 1, 1, 0, 0, 0)  # of every file in the zip: the time of writing would change its hash
_NAMES = {"content": "tin mới và sửa tin", "offers": "giá và tồn kho", "status": "ẩn, hiện, gỡ"}


@dataclass(frozen=True, slots=True)
class Pack:
    """One upload. `picture_zip` is what the seller centre takes beside the workbook, empty without pictures."""

    name: str
    kind: UploadKind
    workbook: bytes
    picture_zip: bytes
    whole: bytes
    rows: tuple[Sent, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.whole).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """Rows that shall go out together with the pictures they need: file name -> bytes; `names`: sha256 -> name."""

    kind: UploadKind
    rows: Sequence[Row]
    names: Mapping[str, str]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose pack it is."""

    platform: str
    channel: str
    shop: str
    at: datetime

    @property
    def prefix(self) -> str:
        shop = fold(self.shop).replace(" ", "-")
        return f"goi_{self.platform}_{shop}_{self.at.astimezone(VIETNAM):%Y%m%d}"


def keep(draft: Draft, origin: Origin, template: Template, folder: Path) -> Pack:
    """The draft under the next free number, on disk before anybody carries it. Safe among processes and threads."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.stem[-3:]) for path in folder.glob(f"{origin.prefix}_*.zip")), default=0)
    while True:
        pack = _packed(f"{origin.prefix}_{number:03}", draft, origin, template)
        half = folder / f".{pack.name}.{os.getpid()}.{threading.get_ident()}.half"
        half.write_bytes(pack.whole)
        try:
            os.link(half, folder / f"{pack.name}.zip")  # fails where the name is taken; a rename would overwrite
        except FileExistsError:
            number += 1
        else:
            return pack
        finally:
            half.unlink()


def result_form(name: str, rows: Sequence[Sent], template: Template) -> bytes:
    """The workbook that a person fills in with what the seller centre answered, our keys already in it."""
    columns = template.result.columns
    given = [{"row_key": row.key, "sku": row.sku} for row in rows]
    sheet = Sheet(
        name="KET_QUA",
        headings=[headings[0] for headings in columns.values()],
        rows=[[row.get(key, "") for key in columns] for row in given],
        widths=[28] * len(columns),
        header_row=template.result.header_row,
        choices={list(columns).index("outcome"): list(template.result.words)},
    )
    return written(sheet, {"pack": name})


def _packed(name: str, draft: Draft, origin: Origin, template: Template) -> Pack:
    rows = tuple(sent(row, name) for row in draft.rows)
    cells = [_cells(row, key.key, draft, template) for row, key in zip(draft.rows, rows, strict=True)]
    meta = {
        "pack": name,
        "channel": origin.platform,
        "shop": origin.shop,
        "template": template.id,
        "version": str(template.version),
        "upload": draft.kind,
        "created_at": origin.at.isoformat(timespec="seconds"),
        "rows": str(len(rows)),
        "plan": hashlib.sha256("".join(row.fingerprint for row in rows).encode()).hexdigest()[:16],
    }
    workbook = written(upload_sheet(draft.kind, cells, template), meta)
    files = {"san_pham.xlsx": workbook, **{f"anh/{name}": data for name, data in draft.pictures.items()}}
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    files["manifest.json"] = json.dumps({**meta, "files": hashes}, ensure_ascii=False, indent=2).encode()
    files["HUONG_DAN.md"] = _guide(name, draft, origin, template).encode()
    return Pack(name, draft.kind, workbook, zipped(draft.pictures) if draft.pictures else b"", zipped(files), rows)


def _cells(row: Row, key: str, draft: Draft, template: Template) -> dict[str, str | int | float]:
    values = {**row.cells, "row_key": key, **_image_cells(row, draft, template)}
    columns = template.columns
    return {name: cell(value, columns[name], template) for name, value in values.items() if name in columns}


def _image_cells(row: Row, draft: Draft, template: Template) -> dict[str, str]:
    names = [draft.names[sha] for sha in row.pictures]
    if template.image_columns == ("images",):
        return {"images": ";".join(names)} if names else {}
    return dict(zip(template.image_columns, names, strict=False))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            packed = zipfile.ZIP_STORED if path.endswith((".jpg", ".png", ".xlsx")) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(path, _STAMP), data, packed)
    return out.getvalue()


def _guide(name: str, draft: Draft, origin: Origin, template: Template) -> str:
    pictures = f"\n3. Tải lên kèm các ảnh trong thư mục `anh/` ({len(draft.pictures)} ảnh)." if draft.pictures else ""
    review = "\n\nTin mới và tin sửa sẽ chờ sàn duyệt lại." if draft.kind == "content" else ""
    return f"""# Gói {name}

Sàn {origin.channel}, gian hàng {origin.shop}: {len(draft.rows)} dòng, {_NAMES[draft.kind]}.
Mẫu cột: {template.id}, phiên bản {template.version}. Không sửa tệp, không đổi cột «Mã dòng».

1. Đăng nhập kênh người bán của sàn, mở trang nhập hàng từ tệp, chọn loại «{template.uploads[draft.kind].name}».
2. Tải lên `san_pham.xlsx`.{pictures}
4. Khi sàn báo xong, lưu phiếu kết quả thành `ket_qua_{name}.xlsx` và bỏ vào thư mục `inbox`.
   Sàn không cho tải phiếu? Điền `ket_qua_{name}.xlsx` đã có sẵn cạnh gói này.
5. Xuất danh sách **toàn bộ gian hàng**, lưu thành `danh_sach_toan_bo.xlsx` và bỏ vào `inbox`.

Mỗi gói chỉ tải lên **một lần**: tải lại sẽ sinh tin trùng.{review}
"""
