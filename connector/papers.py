"""Papers from people: a PDF that runs nothing, or a photo drawn anew; kept under the hash of what is kept.

What a file is, is read from its bytes, never from its name. One that is two things at once is refused: a reader must
not see another document than the platform does.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from connector import pdf
from connector.errors import Complaint
from connector.photos import redrawn
from connector.pictures import write_once

MOST_BYTES = 10_000_000
PDF, JPEG = "application/pdf", "image/jpeg"
ENDINGS = {PDF: ".pdf", JPEG: ".jpg"}
LONGEST_SIDE = 2600  # pixels: an A4 page of small print stays readable
_SHORTEST_SIDE = 300
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_HEAD = re.compile(rb"%PDF-[12]\.\d")
# The mark of another kind of file inside a picture: a document, an archive's end, a page that a browser would run.
_STRANGERS = (b"%PDF-", b"PK\x05\x06", b"<script", b"<html", b"<!doctype", b"<?php")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was kept."""

    sha256: str
    media: str


class PaperFiles:
    """The folder of papers. Not public: whoever serves one has asked first whose it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, content: bytes) -> Kept:
        """Check and keep a file. A Complaint says what to send instead."""
        media, content = _checked(content)
        return self.save(content, media)

    def save(self, content: bytes, media: str) -> Kept:
        kept = Kept(hashlib.sha256(content).hexdigest(), media)
        write_once(self.path(kept.sha256, media), content)
        return kept

    def read(self, sha256: str, media: str) -> bytes:
        try:
            return self.path(sha256, media).read_bytes()
        except FileNotFoundError as error:
            raise Complaint(
                f"Mất tệp giấy tờ {sha256[:12]}…: tải lại tệp đó.", f"The paper {sha256[:12]}… is gone: send it again."
            ) from error

    def path(self, sha256: str, media: str) -> Path:
        if not re.fullmatch("[0-9a-f]{64}", sha256) or media not in ENDINGS:
            raise Complaint("Mã giấy tờ không hợp lệ.", "Not the id of a paper.")
        return self._folder / sha256[:2] / f"{sha256}{ENDINGS[media]}"


def _checked(content: bytes) -> tuple[str, bytes]:
    """The kind of file and the bytes to keep."""
    if len(content) > MOST_BYTES:
        raise _no(f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB.", f"It is larger than {MOST_BYTES // 1_000_000} MB.")
    if content.startswith((_PNG, _JPEG)):
        if any(mark in content.lower() for mark in map(bytes.lower, _STRANGERS)):
            raise _no("Ảnh có gắn tệp khác bên trong.", "Another file is hidden in the picture.")
        return JPEG, redrawn(content, LONGEST_SIDE, _SHORTEST_SIDE)
    if _HEAD.match(content):
        if fault := pdf.fault(content):
            raise _no(*fault)
        return PDF, content
    raise _no("Chỉ nhận PDF, JPEG hoặc PNG; tệp này là thứ khác.", "Only PDF, JPEG or PNG; this is something else.")


def _no(vi: str, en: str) -> Complaint:
    return Complaint(
        f"{vi} Gửi PDF thường, hoặc chụp ảnh giấy tờ (JPEG, PNG), tối đa {MOST_BYTES // 1_000_000} MB.",
        f"{en} Send a plain PDF or a photo of the paper (JPEG, PNG) of {MOST_BYTES // 1_000_000} MB at most.",
    )
