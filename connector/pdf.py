"""A PDF from a stranger: whole, one thing only, and nothing in it that runs. Searched, not interpreted."""

import re
import zlib

_END = re.compile(rb"%%EOF[\s\0]*\Z")
_LIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")
_OBJECTS = re.compile(rb"/ObjStm\b[^>]*(?:>>|/[^>]*>>)\s*stream\r?\n")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_UNPACKED = 20_000_000


def fault(content: bytes) -> tuple[str, str] | None:
    """Why a PDF is not kept, in Vietnamese and English; None if it may be."""
    if not _END.search(content) or b"startxref" not in content[-2048:]:
        return ("PDF bị cắt cụt hoặc có gắn thêm tệp khác.", "The PDF is cut short, or another file is glued to it.")
    if b"PK\x03\x04" in content[:1024] or b"PK\x05\x06" in content[-70_000:]:
        return ("PDF có gắn tệp nén.", "An archive is hidden in the PDF.")
    packed = _unpacked(content)
    if packed is None:
        return ("PDF bung ra quá lớn.", "The PDF unpacks to too much.")
    whole = content + packed
    if b"/Encrypt" in whole:
        return ("PDF có mật khẩu.", "The PDF has a password.")
    if _LIVE.search(_HEX.sub(lambda found: bytes([int(found[1], 16)]), whole)):
        return ("PDF có mã chạy hoặc tệp đính kèm.", "The PDF runs code or carries files.")
    return None


def _unpacked(content: bytes) -> bytes | None:
    """The objects that newer PDFs keep compressed; None: they are too much."""
    made, left = list[bytes](), _MOST_UNPACKED
    for found in _OBJECTS.finditer(content):
        try:
            made.append(zlib.decompressobj().decompress(content[found.end() :], left))
        except zlib.error:
            continue  # not deflate: a viewer cannot read it as objects either
        left -= len(made[-1])
        if left <= 0:
            return None
    return b"".join(made)
