"""Picture bytes by id: really decoded, so that a platform can refuse what is none."""

import hashlib
import io
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import urlopen

from PIL import Image


class NotAPicture(ValueError):
    """The bytes cannot be decoded as a picture."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture; `format` in Pillow's words (JPEG, PNG, WEBP, GIF)."""

    id: str
    data: bytes
    format: str
    width: int
    height: int

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def mime(self) -> str:
        return f"image/{self.format.lower()}"


class Pictures:
    def __init__(self) -> None:
        self._by_id: dict[str, Picture] = {}

    def keep(self, data: bytes, picture_id: str | None = None) -> Picture:
        """Stores under the platform's id or the content's hash; NotAPicture when it does not decode."""
        picture = measure(data, picture_id or hashlib.sha256(data).hexdigest()[:32])
        self._by_id[picture.id] = picture
        return picture

    def get(self, picture_id: str) -> Picture | None:
        return self._by_id.get(picture_id)

    def download(self, url: str, *, limit: int = 10_000_000, timeout: float = 5.0) -> bytes:
        """The bytes behind an http(s) address; OSError or ValueError when there are none to be had.

        The sandbox's own pictures are taken from memory: asking ourselves over HTTP would wait for ever.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise ValueError(f"not an http address: {url}")
        if parts.path.startswith("/_picture/") and (own := self.get(parts.path.removeprefix("/_picture/"))):
            return own.data
        with urlopen(url, timeout=timeout) as answer:  # noqa: S310 - the scheme was checked above
            data: bytes = answer.read(limit + 1)
        if len(data) > limit:
            raise ValueError(f"picture larger than {limit} bytes")
        return data

    def clear(self) -> None:
        self._by_id.clear()


def measure(data: bytes, picture_id: str = "") -> Picture:
    """Decodes the header and checks the body; NotAPicture when it does not decode."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
            return Picture(picture_id, data, image.format or "", image.width, image.height)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(str(error)) from error
