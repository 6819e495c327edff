"""Walks a workbook that came from outside, in a stream, before the fast reader may touch it.

The fast reader lays each sheet out as a full rectangle, believes every count it is told and copies a shared text into
each cell that names it: a few kilobytes can ask for terabytes. What the walk cannot vouch for is not opened.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 1000
MOST_ROWS, MOST_COLUMNS = 100_000, 200
MOST_CELLS = 2_000_000
MOST_TEXT = 100_000_000  # characters in all cells together
_CHUNK = 1 << 18
_STRINGS = "xl/sharedStrings.xml"

DAMAGE = (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, LookupError, RuntimeError, ValueError)
"""What the libraries raise on a damaged or hostile archive."""


class TooBig(Exception):
    """Sound perhaps, but more than anybody carries."""


def check(content: bytes) -> None:
    """Raises TooBig, or one of DAMAGE for what is no sound workbook."""
    if len(content) > MOST_BYTES:
        raise TooBig(f"{len(content) / 1e6:.0f} MB")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if len(parts) > MOST_PARTS or len(set(names)) < len(names):
            raise TooBig(f"{len(parts)} parts")
        budget = _Budget(MOST_UNPACKED)
        texts: list[int] = []
        if _STRINGS in names:
            _parse(archive, _STRINGS, budget, _Strings(texts))
        for name in names:
            if name != _STRINGS and name.lower().endswith((".xml", ".rels")):
                _parse(archive, name, budget, _Cells(texts))
            elif name != _STRINGS:
                with archive.open(name) as stream:
                    for _ in budget.take(iter(lambda stream=stream: stream.read(_CHUNK), b"")):  # type: ignore[misc]
                        pass


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked, counted as they come: the sums in the archive may lie."""

    left: int

    def take(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in stream:
            self.left -= len(chunk)
            if self.left < 0:
                raise TooBig(f"{MOST_UNPACKED / 1e6:.0f} MB unpacked")
            yield chunk


@dataclass(slots=True)
class _Strings:
    """The length of each shared text."""

    lengths: list[int]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)

    def end(self, tag: str) -> None:
        """Nothing ends that matters."""


@dataclass(slots=True)
class _Cells:
    """How far the cells of one sheet reach, and how much text they hold."""

    lengths: list[int]
    rows: int = 0
    columns: int = 0
    held: int = 0
    shared: bool = False
    full: bool = False  # a cell that is only formatted is none: programs leave such far out
    value: list[str] | None = field(default=None)
    row: int = 0
    column: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif tag == "c":
            self.column += 1
            if place := attributes.get("r"):
                letters = place.rstrip("0123456789")
                self.row, self.column = int(place[len(letters) :]), _number(letters)
            self.shared, self.full = attributes.get("t") == "s", False
        elif tag in ("v", "f", "is"):
            self.full = True
            self.value = [] if tag == "v" else None

    def text(self, text: str) -> None:
        self.held += len(text)
        if self.value is not None:
            self.value.append(text)

    def end(self, tag: str) -> None:
        if tag == "c" and self.full:
            self._within()
        if tag != "v" or self.value is None:
            return
        if self.shared:
            self.held += self.lengths[int("".join(self.value))]
        self.value = None
        if self.held > MOST_TEXT:
            raise TooBig(f"{self.held} characters")

    def _within(self) -> None:
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            raise TooBig(f"{self.rows} x {self.columns}")


def _parse(archive: zipfile.ZipFile, name: str, budget: _Budget, look: _Strings | _Cells) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = _start(look.start)
    parser.EndElementHandler = lambda tag: look.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = look.text
    with archive.open(name) as stream:
        for chunk in budget.take(iter(lambda: stream.read(_CHUNK), b"")):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _start(look: Callable[[str, dict[str, str]], None]) -> Callable[[str, dict[str, str]], None]:
    def start(tag: str, attributes: dict[str, str]) -> None:
        for boast in ("count", "uniqueCount"):
            if int(attributes.get(boast, "0")[:20]) > MOST_CELLS:
                raise TooBig(f"{boast}={attributes[boast][:20]}")
        look(tag.rpartition(":")[2], attributes)

    return start


def _no_doctype(*_: object) -> None:
    raise ValueError("a document type declaration")


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + ord(letter) - 64
    return number
