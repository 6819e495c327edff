"""The shop's pictures by file name: what came in a zip, measured once, ready to be named by rows."""

import io
import zipfile
from pathlib import PurePosixPath

from PIL import Image

from sandbox.pictures import NotAPicture, Pictures, measure
from sandbox.seller_centre.errors import NO_ZIP, broken

ZIP_LIMIT = 60 * 1024 * 1024
UNPACKED_LIMIT = 300 * 1024 * 1024
ENTRY_LIMIT = 2_000
PICTURE_LIMIT = 2 * 1024 * 1024
SIDE = 800

Fault = tuple[str, str]
"""Code and reason."""


class Album:
    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._ids: dict[str, str] = {}
        self._faults: dict[str, Fault] = {}

    def take(self, pack: zipfile.ZipFile) -> None:
        """Measures and keeps every picture; one that is bad is remembered with the reason, under its name."""
        for entry in pack.infolist():
            name = PurePosixPath(entry.filename.replace("\\", "/")).name
            if entry.is_dir() or not name:
                continue
            self._ids.pop(name, None)
            self._faults.pop(name, None)
            kept = self._keep(pack, entry)
            if isinstance(kept, str):
                self._ids[name] = kept
            else:
                self._faults[name] = kept

    def find(self, name: str) -> str | Fault:
        """The picture's id, or why it cannot be used."""
        missing = ("ANH_LOI", f"Không thấy ảnh «{name}» trong tệp zip và trong kho ảnh của gian hàng.")
        return self._ids.get(name) or self._faults.get(name, missing)

    def _keep(self, pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | Fault:
        if entry.file_size > PICTURE_LIMIT:
            return "ANH_QUA_LON", f"Ảnh {entry.file_size / 1024 / 1024:.1f} MB, tối đa 2 MB."
        try:
            data = pack.read(entry)
            picture = measure(data)
            _decode(data)
        except (NotAPicture, SyntaxError, *NO_ZIP):
            return "ANH_LOI", "Không mở được ảnh: tệp hỏng hoặc không phải là ảnh."
        if picture.format not in ("JPEG", "PNG"):
            return "ANH_LOI", f"Ảnh phải là jpg hoặc png, tệp này là {picture.format}."
        if picture.width != picture.height or picture.width < SIDE:
            return "ANH_LOI", (
                f"Ảnh phải vuông và từ {SIDE} x {SIDE} điểm, tệp này {picture.width} x {picture.height}."
            )
        return self._pictures.keep(data).id


def _decode(data: bytes) -> None:
    """Reads the pixels, a JPEG at an eighth of its size: a cut-off picture shows itself only here."""
    with Image.open(io.BytesIO(data)) as image:
        if image.width * image.height <= 20_000_000:
            image.draft("RGB", (image.width // 8, image.height // 8))
            image.load()


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The pack of pictures; FileRefused when it is none, too large, or unpacks to too much."""
    if len(data) > ZIP_LIMIT:
        raise broken("Tệp ảnh lớn hơn 60 MB.")
    try:
        pack = zipfile.ZipFile(io.BytesIO(data))
    except NO_ZIP as error:
        raise broken("Tệp ảnh không phải là .zip hoặc bị cắt ngang.") from error
    if len(pack.infolist()) > ENTRY_LIMIT:
        raise broken(f"Tệp ảnh có hơn {ENTRY_LIMIT} mục.")
    if sum(entry.file_size for entry in pack.infolist()) > UNPACKED_LIMIT:
        raise broken("Tệp ảnh bung ra lớn hơn 300 MB.")
    return pack
