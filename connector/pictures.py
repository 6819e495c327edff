"""Content-addressed picture files: the name is the sha256 of the bytes, so a file is never rewritten."""

import hashlib
import os
import threading
from pathlib import Path

from connector.errors import Complaint


def write_once(path: Path, content: bytes) -> None:
    """A file named by its content is never rewritten, and never seen half written."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.half")
        half.write_bytes(content)
        half.replace(path)


class PictureFiles:
    """ports.Pictures on a folder; `public_url` is where the web entrance serves it."""

    def __init__(self, folder: Path, public_url: str) -> None:
        self._folder, self._public_url = folder, public_url.rstrip("/")

    def save(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        write_once(self.path(sha256), content)
        return sha256

    def read(self, sha256: str) -> bytes:
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise Complaint(
                f"Mất tệp ảnh {sha256[:12]}…: nhập lại sản phẩm để có lại ảnh.",
                f"Picture file {sha256[:12]}… is gone: import the product again to get it back.",
            ) from error

    def url(self, sha256: str) -> str:
        return f"{self._public_url}/pictures/{sha256}.jpg"

    def path(self, sha256: str) -> Path:
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            raise Complaint("Mã ảnh không hợp lệ.", "Not a picture id.")
        return self._folder / sha256[:2] / f"{sha256}.jpg"
