"""Walks an .xlsx once, in a stream and with a strict XML parser, before the fast reader may touch it.

The fast reader lays every sheet out as a full grid and believes every count it is told: one cell in the last corner, or
a boast in a table's head, asks for half a terabyte, and the process dies. So a zip bomb, a sheet of a million rows, a
far cell, such a boast, one long text in many cells, and XML that two parsers might read differently are refused here.
The walk also finds what the reader leaves blank without a word: error cells and formulas never calculated.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from connector.importing.sheet import Broken, Limits, too_big, wrong_kind

_CHUNK = 1 << 18
_MOST_PARTS = 10_000
_TRACKED = 20_000
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.IGNORECASE)
_STRINGS = "xl/sharedStrings.xml"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"

Start = Callable[[str, dict[str, str]], None]


@dataclass(slots=True)
class Walk:
    """What one sheet holds: the last row and column in use, and the cells without a usable value."""

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], Broken] = field(default_factory=dict)


def walk(path: Path, limits: Limits) -> Mapping[str, Walk]:
    """The walks by the name of the sheet; refuses what is too large or is no workbook."""
    left = limits.unpacked_megabytes * 1_000_000
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if _BOOK not in names:
            raise wrong_kind(path, "tệp nén hoặc tài liệu khác", "an archive or another kind of document")
        if sum(part.file_size for part in parts) > left or len(parts) > _MOST_PARTS or len(set(names)) < len(names):
            raise too_big(path, "khi giải nén", f"{limits.unpacked_megabytes} MB")
        texts = _Texts(limits)
        looks = {name: texts if name == _STRINGS else _look_for(name, path, limits, texts.lengths) for name in names}
        for part in sorted(parts, key=lambda part: part.filename != _STRINGS):  # the cells that name them come later
            for chunk in _chunks(archive, part):
                left -= len(chunk)  # counted as it comes: the sums in the archive may lie
                if left < 0:
                    raise too_big(path, "khi giải nén", f"{limits.unpacked_megabytes} MB")
                looks[part.filename].feed(chunk)
            looks[part.filename].feed(b"", last=True)
    return _by_sheet(looks)


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


class _Look:
    """A part that is only unpacked and counted."""

    def feed(self, chunk: bytes, last: bool = False) -> None:
        pass


class _Tags(_Look):
    """A part of well-formed XML that boasts no absurd count; keeps the attributes of the tags of one name."""

    def __init__(self, wanted: str, limits: Limits) -> None:
        self.found: list[dict[str, str]] = []
        self._wanted, self._most = wanted, limits.cells
        self._parser = _strict(self._start)

    def feed(self, chunk: bytes, last: bool = False) -> None:
        self._parser.Parse(chunk, last)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        _check_counts(attributes, self._most)
        if _local(tag) == self._wanted:
            self.found.append({_local(name): value for name, value in attributes.items()})


class _Texts(_Look):
    """How long each shared text is: the fast reader copies it into every cell that names it."""

    def __init__(self, limits: Limits) -> None:
        self.lengths: list[int] = []
        self._most = limits.cells
        self._parser = _strict(self._start)
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes, last: bool = False) -> None:
        self._parser.Parse(chunk, last)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        _check_counts(attributes, self._most)
        if _local(tag) == "si":
            self.lengths.append(0)

    def _characters(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _Cells(_Look):
    """The extent, the amount of text and the broken cells of one sheet."""

    def __init__(self, path: Path, limits: Limits, lengths: list[int]) -> None:
        self.walk = Walk()
        self._lengths, self._shared, self._held = lengths, False, 0
        self._path, self._limits = path, limits
        self._row, self._column = -1, -1
        self._error = self._formula = False
        self._value: list[str] | None = None
        self._text = ""
        self._parser = _strict(self._start)
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes, last: bool = False) -> None:
        self._parser.Parse(chunk, last)
        walk, limits = self.walk, self._limits
        if walk.rows > limits.rows or walk.columns > limits.columns or walk.rows * walk.columns > limits.cells:
            raise too_big(
                self._path,
                f"{walk.rows} dòng × {walk.columns} cột",
                f"{limits.rows} dòng × {limits.columns} cột, {limits.cells} ô",
            )
        if self._held > limits.characters:
            raise too_big(self._path, f"{self._held} ký tự", f"{limits.characters} ký tự")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        _check_counts(attributes, self._limits.cells)
        if tag == "row":
            self._row, self._column = self._row + 1, -1
            if attributes.get("r", "").isdigit():
                self._row = int(attributes["r"]) - 1
        elif tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "t"):
            self._value = []

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            match = _REF.fullmatch(attributes["r"])
            if match is None:
                raise ValueError(f"cell address {attributes['r'][:20]!r}")
            self._row, self._column = int(match[2]) - 1, _number(match[1].upper())
        self._error, self._formula, self._text = attributes.get("t") == "e", False, ""
        self._shared = attributes.get("t") == "s"

    def _characters(self, text: str) -> None:
        if self._value is not None and not self._text:
            self._value.append(text)

    def _end(self, name: str) -> None:
        tag = _local(name)
        if tag in ("v", "t") and self._value is not None:
            self._text, self._value = self._text or "".join(self._value), None
            self._held += self._lengths[int(self._text)] if self._shared and tag == "v" else len(self._text)
        elif tag == "c" and (self._text or self._formula):
            self.walk.rows = max(self.walk.rows, self._row + 1)
            self.walk.columns = max(self.walk.columns, self._column + 1)
            if (self._error or not self._text) and len(self.walk.broken) < _TRACKED:
                self.walk.broken[self._row, self._column] = Broken(self._text if self._error else "")


def _strict(start: Start) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    return parser


def _check_counts(attributes: dict[str, str], most: int) -> None:
    for name in ("count", "uniqueCount"):
        if not (attributes.get(name, "0").isdigit() and int(attributes.get(name, "0")[:20]) <= most):
            raise ValueError(f"{name}={attributes[name][:20]!r}")


def _no_doctype(*_: object) -> None:
    raise ValueError("a document type declaration")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _look_for(name: str, path: Path, limits: Limits, lengths: list[int]) -> _Look:
    if name in (_BOOK, _RELATIONS):
        return _Tags("sheet" if name == _BOOK else "Relationship", limits)
    return _Cells(path, limits, lengths) if name.lower().endswith(".xml") else _Look()


def _by_sheet(looks: Mapping[str, _Look]) -> dict[str, Walk]:
    """Sheets lie where the workbook's relations point; one that was not walked may not be read."""
    sheets, relations = _found(looks, _BOOK), _found(looks, _RELATIONS)
    for key, tags in (("name", sheets), ("Id", relations)):
        if len({tag.get(key, "").casefold() for tag in tags}) < len(tags):
            raise ValueError(f"two of one {key}")
    targets = {tag.get("Id", ""): _part(tag.get("Target", "")) for tag in relations}
    walks = {tag.get("name", ""): looks.get(targets.get(tag.get("id", ""), "")) for tag in sheets}
    return {name: cells.walk for name, cells in walks.items() if isinstance(cells, _Cells)}


def _found(looks: Mapping[str, _Look], name: str) -> list[dict[str, str]]:
    tags = looks.get(name)
    return tags.found if isinstance(tags, _Tags) else []


def _part(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
