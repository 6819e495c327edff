"""The 26 OCOP product sets: by number, by name, or, where a file says neither, by the words of the product's name."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.domain.text import fold, tidy
from connector.importing.sheet import Cell
from connector.importing.values import Unfit, words


@dataclass(frozen=True, slots=True)
class Sets:
    """`names` by number; `by_name` on the folded key; `hints` are (pattern, number). In Vietnamese the head of a
    name comes first ("chuối sấy vị gừng" is a banana): the earliest match wins, then the longest."""

    names: Mapping[int, str]
    by_name: Mapping[str, int]
    hints: Sequence[tuple[re.Pattern[str], int]] = ()

    def read(self, cell: Cell) -> int:
        """ "13", "13. Cà phê, ca cao" or the name alone."""
        text = words(cell)
        number = re.match(r"(\d{1,2})(?:\.0)?(?!\d)", text)
        found = int(number[1]) if number else self.by_name.get(fold(text), 0)
        if found in self.names:
            return found
        raise Unfit("set_unknown", text=text)

    def guess(self, name: str) -> int:
        """The set that a name suggests; 0 if none."""
        text = tidy(name).lower()
        found = [
            (match.start(), -len(match.group(0)), number)
            for pattern, number in self.hints
            if (match := pattern.search(text))
        ]
        return min(found)[2] if found else 0

    def choices(self) -> list[str]:
        return [f"{number}. {name}" for number, name in self.names.items()]


def load_sets(folder: Path) -> Sets:
    """From ocop_sets.csv and set_words.csv (words in lower case, separated by |)."""
    with (folder / "ocop_sets.csv").open(encoding="utf-8", newline="") as file:
        names = {int(row["set_no"]): row["name"] for row in csv.DictReader(file)}
    with (folder / "set_words.csv").open(encoding="utf-8", newline="") as file:
        hints = [(re.compile(rf"(?<!\w)(?:{row['words']})(?!\w)"), int(row["set_no"])) for row in csv.DictReader(file)]
    return Sets(names, {fold(name): number for number, name in names.items()}, hints)
