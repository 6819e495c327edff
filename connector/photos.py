"""Pictures from people: whatever a phone sends becomes an upright, bounded JPEG without its hidden data, or a no."""

import io
import os
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from connector.errors import Complaint
from connector.pictures import PictureFiles

LONGEST_SIDE = 2000
SHORTEST_SIDE = 300
MOST_PIXELS = 60_000_000
MOST_BYTES = 12_000_000
_SMALL = 320
_KINDS = ("JPEG", "PNG", "WEBP")


def take(pictures: PictureFiles, content: bytes) -> str:
    """The sha256 under which a person's picture is kept. It is decoded and drawn anew: nothing else in the file
    (place, scripts, a second file glued on) survives. A Complaint if it is no picture or too small or large."""
    if len(content) > MOST_BYTES:
        raise _complaint(f"Ảnh lớn hơn {MOST_BYTES // 1_000_000} MB.", "The picture is too large.")
    return pictures.save(redrawn(content, LONGEST_SIDE, SHORTEST_SIDE))


def redrawn(content: bytes, longest: int, shortest: int) -> bytes:
    """A JPEG of the same picture, upright, its sides between these bounds."""
    upright = _decoded(content, longest)
    if min(upright.size) < shortest:
        raise _complaint(
            f"Ảnh nhỏ quá ({upright.width}x{upright.height}); cần mỗi cạnh từ {shortest} điểm ảnh.",
            f"The picture is too small ({upright.width}x{upright.height}); each side needs {shortest} pixels.",
        )
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return _jpeg(upright, 88)


def small(pictures: PictureFiles, sha256: str, folder: Path) -> Path | None:
    """The file of a small copy; None if there is no such picture."""
    path = folder / sha256[:2] / f"{sha256}.jpg"
    if path.is_file():
        return path
    if not pictures.path(sha256).is_file():
        return None
    try:
        image = _decoded(pictures.read(sha256))
    except Complaint:
        return None
    image.thumbnail((_SMALL, _SMALL), Image.Resampling.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.{id(image)}.half")
    half.write_bytes(_jpeg(image, 80))
    half.replace(path)
    return path


def _decoded(content: bytes, longest: int = LONGEST_SIDE) -> Image.Image:
    Image.init()  # else kinds that nothing has opened yet are not known, and asking for them is an error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_KINDS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _complaint("Ảnh có quá nhiều điểm ảnh.", "The picture has too many pixels.")
                image.draft("RGB", (longest, longest))
                return _on_white(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise _complaint("Tệp này không phải ảnh JPEG, PNG hoặc WebP.", "This is no JPEG, PNG or WebP.") from error
    except Image.DecompressionBombError as error:
        raise _complaint("Ảnh có quá nhiều điểm ảnh.", "The picture has too many pixels.") from error


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "P", "PA"):
        clear = image.convert("RGBA")
        white = Image.new("RGB", clear.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _complaint(vi: str, en: str) -> Complaint:
    return Complaint(f"{vi} Chụp lại hoặc chọn ảnh khác.", f"{en} Take or choose another one.")
