"""Builders of papers: a small PDF that is whole, a photo of a page, and files that are not what they seem."""

import io
import zipfile
import zlib

from PIL import Image


def a_pdf(extra: bytes = b"", packed: bytes = b"") -> bytes:
    """One empty page; `extra` stands in its catalogue, `packed` in a compressed object stream."""
    body = b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R " + extra + b">> endobj\n"
    body += b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
    body += b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj\n"
    if packed:
        stream = zlib.compress(packed)
        head = b"4 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n" % len(stream)
        body += head + stream + b"\nendstream endobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer <</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def a_paper_photo(kind: str = "JPEG", size: tuple[int, int] = (900, 1200), shade: int = 240) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, shade, 230)).save(out, kind)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.js", "alert(1)")
    return out.getvalue()
