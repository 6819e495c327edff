"""The stamp on the pack: a short signed address that never changes, and its QR code fit for print.

The address holds the product's number and a part of its HMAC: nobody can walk through the products by counting. It
names nothing that a later console might want to change.
"""

import base64
import hmac
import io
import struct

import segno

from connector.errors import Complaint

_MAC = 6  # bytes: one guess in 2^48 hits
_QUIET = 4  # modules of white around the code, as ISO/IEC 18004 asks
_LEAST_MODULE_MM = 0.25  # smaller ones fail on cheap telephones and uncoated paper; our own choice
_LEAST_PIXELS = 2


def token(product_id: int, key: bytes) -> str:
    """16 characters a-z and 2-7."""
    number = struct.pack(">I", product_id)
    return base64.b32encode(number + _mac(number, key)).decode().lower()


def opened(said: str, key: bytes) -> int | None:
    """The product of a token; None if it is not one of ours. Takes the same time whatever is wrong with it."""
    try:
        raw = base64.b32decode(said.upper())
    except ValueError:  # not base32: no secret is involved yet
        return None
    number, mac = raw[:4], raw[4:]
    good = hmac.compare_digest(mac, _mac(number.ljust(4, b"\0"), key))
    return int(struct.unpack(">I", number)[0]) if good else None


def address(public_url: str, product_id: int, key: bytes) -> str:
    return f"{public_url.rstrip('/')}/p/{token(product_id, key)}"


def svg(text: str, mm: float) -> str:
    """The QR code as SVG, `mm` wide with its quiet zone."""
    code = _code(text)
    out = io.BytesIO()
    code.save(out, kind="svg", scale=mm / _modules(code), unit="mm", border=_QUIET, xmldecl=False, light="white")
    return out.getvalue().decode()


def png(text: str, mm: float, dpi: int) -> bytes:
    """The QR code as PNG for a printer of `dpi`, at most `mm` wide. A Complaint if a module would be too small."""
    code = _code(text)
    pixels = int(mm / 25.4 * dpi) // _modules(code)
    if pixels < _LEAST_PIXELS or mm / _modules(code) < _LEAST_MODULE_MM:
        least = max(_modules(code) * _LEAST_MODULE_MM, _modules(code) * _LEAST_PIXELS * 25.4 / dpi)
        raise Complaint(
            f"Tem {mm:g} mm ở {dpi} dpi quá nhỏ để máy quét đọc được: cần ít nhất {least:.0f} mm.",
            f"A stamp of {mm:g} mm at {dpi} dpi is too small to be scanned: make it {least:.0f} mm or more.",
        )
    out = io.BytesIO()
    code.save(out, kind="png", scale=pixels, border=_QUIET, dpi=dpi)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    """Correction level Q: a quarter may be scratched or smeared."""
    return segno.make_qr(text, error="q", boost_error=False)


def _modules(code: segno.QRCode) -> int:
    return int(code.symbol_size(scale=1, border=_QUIET)[0])


def _mac(number: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"passport" + number, "sha256")[:_MAC]
