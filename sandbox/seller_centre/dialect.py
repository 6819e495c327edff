"""The vocabulary of a seller centre as data, so that two unlike centres share one way of working.

A centre's headings, words, number forms and categories are all that a workbook can differ in; keeping them
apart from the behaviour lets the behaviour be written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Kinds of upload, in our own words; each centre has its own name for them on the wire.
GOODS, OFFER, VISIBILITY = "goods", "offer", "visibility"

IMAGE_LIMIT = 5
IMAGE_KEYS = tuple(f"image{n}" for n in range(1, IMAGE_LIMIT + 1))

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """One kind of upload in one template version."""

    name: str
    code: str
    columns: Columns
    """Pairs of heading and our key, in the order of the sheet."""

    @property
    def headings(self) -> list[str]:
        return [heading for heading, _ in self.columns]

    def heading(self, key: str) -> str:
        """The heading a person sees for our key, or the key where the sheet has no such column."""
        wanted = (key, "images") if key in IMAGE_KEYS else (key,)
        return next((heading for heading, known in self.columns if known in wanted), key)


@dataclass(frozen=True)
class Category:
    """A leaf of the centre's category list, named in a workbook by its code."""

    code: str
    path: str
    food: bool = True


@dataclass(frozen=True)
class Dialect:
    """Everything one centre calls differently from the other."""

    kinds: Mapping[str, str]
    """Word of the upload form for each kind."""
    sheets: Mapping[tuple[str, int], Sheet]
    header_row: int
    """Index of the row of headings; with 2, cell A1 holds the template code."""
    fixed_sheet_name: bool
    actions: Mapping[str, str]
    states: Mapping[str, str]
    progress: Mapping[str, str]
    row_words: Mapping[str, str]
    results: Columns
    result_sheet: str
    exports: Mapping[str, Columns]
    export_sheet: str
    export_title: str
    total_word: str
    categories: tuple[Category, ...]
    category_sheet: str
    axis_mark: str
    date_form: str
    time_form: Mapping[str, str]
    kilograms: bool
    title_limit: int
    short_limit: int
    product_id: str
    first_product: int
    variant_id: str
    first_variant: int

    def category(self, code: str) -> Category | None:
        return next((entry for entry in self.categories if entry.code == code), None)

    def kind(self, word: str) -> str | None:
        return next((kind for kind, known in self.kinds.items() if known == word), None)


def columns(headings: str, keys: str) -> Columns:
    """Pair headings (joined by ' | ') with keys (joined by spaces); a slip in the data stops the start."""
    return tuple(zip((part.strip() for part in headings.split("|")), keys.split(), strict=True))
