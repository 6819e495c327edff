"""What a seller centre says when a file or a row cannot go in: a stable code, the column, and what to do."""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass

#: What Python's zip reader raises on bytes that are no zip, or a zip with a few bytes turned.
NO_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, EOFError, OSError,
    RuntimeError, ValueError,
)


@dataclass(frozen=True)
class RowError:
    """One reason why a row was not taken; `column` is our key of the cell."""

    column: str
    code: str
    reason: str


class FileRefused(ValueError):
    """The whole file is sent back; carries (code, reason) pairs."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__("; ".join(reason for _, reason in reasons))
        self.reasons = reasons


def broken(reason: str) -> FileRefused:
    """A file that is not what it should be."""
    return FileRefused(("TEP_HONG", reason))
