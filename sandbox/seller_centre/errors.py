"""What a seller centre says when a file or a row cannot go in: a stable code, the column, and what to do."""

from dataclasses import dataclass


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
