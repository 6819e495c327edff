"""Picture bytes by id: really decoded, so that a platform can refuse what is none."""

import hashlib
import io
from dataclasses import dataclass

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
