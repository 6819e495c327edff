"""Pictures made to fit a platform's limits, the same bytes out for the same bytes in."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from connector.domain.problem import Problem
from connector.errors import Complaint, Refused
from connector.ports import Connection

_QUALITIES = (90, 80, 70, 60, 50)
_UNREADABLE = Problem(
    "picture_unreadable",
    "pictures",
    "Ảnh không đọc được. Hãy tải lên ảnh JPG hoặc PNG khác, ví dụ chụp lại bằng điện thoại.",
    "The picture cannot be read. Upload another JPG or PNG, for example a new photo.",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A platform's limits: sides in pixels, size in bytes; `square` pads with white to 1:1."""

    min_side: int
    max_side: int
    max_bytes: int
    square: bool = True


def fit(picture: bytes, frame: Frame) -> bytes:
    """The picture unchanged where it fits already, else a JPEG that does. Raises Refused if it is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # 90 megapixels: an attack or a mistake
            with Image.open(io.BytesIO(picture)) as image:
                if _fits(image, len(picture), frame):
                    return picture
                return _encode(_sized(_flat(image), frame), frame)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused((_UNREADABLE,), code="picture_unreadable") from None


def _fits(image: Image.Image, size: int, frame: Frame) -> bool:
    plain = image.format in ("JPEG", "PNG") and image.mode == "RGB" and image.getexif().get(0x0112, 1) == 1
    shaped = image.width == image.height or not frame.square
    sides = frame.min_side <= min(image.size) and max(image.size) <= frame.max_side
    return plain and shaped and sides and size <= frame.max_bytes


def _flat(image: Image.Image) -> Image.Image:
    """Upright, without transparency (white behind it), in RGB."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


def _sized(image: Image.Image, frame: Frame) -> Image.Image:
    if frame.square and image.width != image.height:
        side = max(image.size)
        image = ImageOps.pad(image, (side, side), color="white")
    grow = max(1.0, frame.min_side / min(image.size))
    scale = min(grow, frame.max_side / max(image.size))
    if scale == 1.0:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, frame: Frame) -> bytes:
    """The best quality that fits; if none does, the picture is made smaller."""
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= frame.max_bytes:
            return out.getvalue()
    if min(image.size) // 2 < frame.min_side:
        raise ValueError("picture does not fit")
    return _encode(image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS), frame)


def content(connection: Connection, sha256: str) -> bytes:
    """The file of a picture; Refused on our own account where it is lost, so that this listing alone stays behind."""
    try:
        return connection.pictures.read(sha256)
    except Complaint as lost:
        problem = Problem("picture_lost", "pictures", lost.vi, lost.en)
        raise Refused((problem,), code="picture_lost", ours=True) from lost
