"""Claims of OCOP stars in a text: which it makes, and the text without those that nothing supports.

"Tiềm năng 5 sao" (potential 5 stars) is a provincial note on a 4-star product, never a rank: it is a claim of its own.
Star anise, roasting ("sao vàng") and hotels use the same word: only 3 to 5 with "sao" right behind count as stars.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from connector.domain.text import tidy, tidy_lines

_COUNTS = {"ba": 3, "bốn": 4, "năm": 5, "3": 3, "4": 4, "5": 5}
_LEAD = r"(?:\b(?:đã|được|đạt|chứng nhận|công nhận|xếp hạng|phân hạng|tiêu chuẩn|chuẩn|danh hiệu|hạng|là)\s+)*"
_OCOP = r"(?<![^\W_])ocop(?![^\W\d_])"
_COUNTED = (
    r"(?P<count{0}>[3-5]|{1}(?:ba|bốn|năm))\s*(?:sao(?!\s*(?:vàng|suốt|tẩm|đen|khô|chè|trà|lần))\b|\*(?!\s*\d)|★|⭐️?)"
)
_ALONE = r"(?<!khách sạn )(?<!resort )(?<![^\W_])(?<![.,])"
_RANKED = r"(?:(?<=đạt )|(?<=hạng )|(?<=chuẩn ))"  # spelled counts are everyday words ("mỗi năm sao thuốc")
_POTENTIAL = r"(?P<potential{0}>tiềm\s+năng\s+(?:đạt\s+)?)?"
_TAIL = r"(?:\s+(?:cấp\s+(?:tỉnh|thành phố|huyện|quốc gia|trung ương)|quốc gia|năm\s+20\d\d))*"
_CORE = re.compile(
    rf"(?:{_OCOP}(?:[\s:_–-]*{_LEAD}{_POTENTIAL.format('')}(?:{_COUNTED.format('', '')}|(?P<drawn>[★⭐*]{{3,5}})))?"
    rf"|{_POTENTIAL.format('1')}{_ALONE}(?:{_COUNTED.format('1', _RANKED)}|(?P<drawn1>[★⭐]{{3,5}}))(?:\s*{_OCOP})?)"
    rf"{_TAIL}[)\]]?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"ocop|sao|[*★⭐]", re.IGNORECASE)  # every claim holds one: quick to look for
_BEFORE = re.compile(rf"(?:[(\[]\s*)?{_LEAD}$", re.IGNORECASE)
_REACH = 60  # characters before a claim that its lead words may take
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+")
_TOO_FEW = 4
_EDGES = " \t-–—_|•·,;:."


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it stands in the text. `stars` 0: only the programme's name; `potential`: not a rank at all."""

    said: str
    stars: int
    potential: bool = False

    def stands_on(self, held: int) -> bool:
        """Whether a certificate of `held` stars (0: none) supports it."""
        return held == 5 or (held > 0 and not self.potential and self.stars <= held)


def claims(text: str) -> tuple[Claim, ...]:
    text = unicodedata.normalize("NFC", text)
    return tuple(_claim(text[start : match.end()], match) for start, match in _found(text))


def honest_title(text: str, held: int) -> str:
    """A name without the claims that a certificate of `held` stars does not support."""
    text = unicodedata.normalize("NFC", text)
    kept = _without(text, held)
    return text if kept == text else re.sub(r"\s*([-–—|_,])(?:\s*[-–—|_,])+\s*", r" \1 ", tidy(kept)).strip(_EDGES)


def honest_prose(text: str, held: int) -> str:
    """The same for running text; a sentence of which hardly a word is left goes whole."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    kept = [" ".join(_sentence(part, held) for part in _SENTENCE.split(line)) for line in lines]
    return text if kept == lines else tidy_lines("\n".join(kept))


def _sentence(text: str, held: int) -> str:
    kept = _without(text, held)
    if kept == text:
        return text
    if len(re.findall(r"\w+", kept)) < _TOO_FEW:
        return ""
    kept = re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", tidy(kept).lstrip(_EDGES)))
    return kept[:1].upper() + kept[1:] if text[:1].isupper() else kept


def _without(text: str, held: int) -> str:
    """Again and again, for what stood around a claim may make another once it is gone."""
    kept, at = [], 0
    for start, match in _found(text):
        if not _claim(match.group(0), match).stands_on(held):
            kept += [text[at:start], " "]
            at = match.end()
    return _without("".join(kept) + text[at:], held) if at else text


def _found(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Each claim with where its lead words begin. They are looked for only where a claim is: most text has none."""
    if _SIGN.search(text) is None:
        return
    done = 0
    for match in _CORE.finditer(text):
        near = max(done, match.start() - _REACH)
        before = _BEFORE.search(text[near : match.start()])
        yield (near + before.start() if before else match.start()), match
        done = match.end()


def _claim(said: str, match: re.Match[str]) -> Claim:
    count, drawn = match["count"] or match["count1"], match["drawn"] or match["drawn1"]
    stars = _COUNTS[count.lower()] if count else len(drawn.replace("\ufe0f", "")) if drawn else 0
    return Claim(said.strip(), stars, bool(match["potential"] or match["potential1"]))
