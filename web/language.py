"""The console's two languages. Sentences are written in Vietnamese; locale/en/*.po (one file per area) has the English.

Catalogues are read as they are, so a checkout needs no compiling; a test finds every sentence that lacks its English.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")
TONGUE = "ocop_lang"
"""The cookie that remembers which."""
Speech = Callable[..., str]


def speech(language: str) -> Speech:
    """`_` of one language: _("Có %(n)s sản phẩm", n=5)."""
    table = catalogue() if language == "en" else {}

    def say(sentence: str, **values: Any) -> str:
        said = table.get(sentence, sentence)
        return said % values if values else said

    return say


@cache
def catalogue() -> Mapping[str, str]:
    """Every English sentence by its Vietnamese one."""
    table: dict[str, str] = {}
    for path in sorted((FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            table |= {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string}
    return table
