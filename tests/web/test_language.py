"""Both languages are whole: every sentence has its English, and no sentence stands outside the catalogue."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.causes import because
from web.desk.said import step_detail
from web.language import FOLDER, catalogue, speech

WEB = FOLDER.parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OURS = {"OCOP", "EN", "VI", "English", "Tiếng Việt", "API", "ocop user invite --role admin"}
_VALUES = re.compile(r"%\((\w+)\)")


def sentences() -> Iterator[tuple[str, str]]:
    for place, line, message, _comments, _context in extract_from_dir(WEB, _METHODS, keywords={"_": None}):
        yield str(message), f"{place}:{line}"


def test_every_sentence_has_its_english_with_the_same_values() -> None:
    table, lacking = catalogue(), {}
    for sentence, place in sentences():
        said = table.get(sentence)
        if said is None or set(_VALUES.findall(said)) != set(_VALUES.findall(sentence)):
            lacking[sentence] = place
    assert lacking == {}, "\n".join(f'#: {place}\nmsgid "{s}"\nmsgstr ""\n' for s, place in lacking.items())


def test_the_catalogue_holds_nothing_that_is_not_said() -> None:
    said = {sentence for sentence, _ in sentences()}
    assert set(catalogue()) - said == set()


def test_no_sentence_is_in_two_files() -> None:
    seen: dict[str, Path] = {}
    for path in (FOLDER / "en").glob("*.po"):
        with path.open("rb") as file:
            messages = [str(message.id) for message in read_po(file) if message.id]
        assert not set(messages) & set(seen), path
        seen |= dict.fromkeys(messages, path)


class Texts(HTMLParser):
    """What a template says to people outside of expressions."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.found += [v for name, v in attrs if name in ("title", "placeholder", "aria-label", "alt") and v]

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.found.append(data)


def test_no_template_says_anything_past_the_catalogue() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        bare = re.sub(r"\{% block live %\}.*?\{% endblock %\}", "", path.read_text())
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", bare, flags=re.DOTALL)
        texts = Texts()
        texts.feed(bare)
        for text in filter(None, (part.strip() for found in texts.found for part in re.split(r"[\n·]", found))):
            known = text in _OURS or text.startswith(("ocop ", "OCOP "))
            assert known or not re.search(r"[^\W\d_]{2,}", text), f"{path.name}: {text!r}"


def test_a_sentence_takes_values_in_both_languages() -> None:
    assert speech("vi")("%(n)s phút trước", n=5) == "5 phút trước"
    assert speech("en")("%(n)s phút trước", n=5) == "5 min ago"


@pytest.mark.parametrize(
    ("written", "vietnamese", "english"),
    [
        ("night of 2026-11-24", "đêm 2026-11-24", "the night of 2026-11-24"),
        ("console, lan", "lan, trên trang này", "lan, in the console"),
        ("shop shopee-1 added", "thêm gian hàng shopee-1", "shop shopee-1 added"),
        ("import hàng tháng 11.xlsx", "nhập tệp hàng tháng 11.xlsx", "import of hàng tháng 11.xlsx"),
        ("lan: biếu, dùng thử", "lan: biếu, dùng thử", "lan: biếu, dùng thử"),
    ],
)
def test_a_cause_is_read_in_both_languages_and_peoples_words_stay(
    written: str, vietnamese: str, english: str
) -> None:
    assert (because(speech("vi"), written), because(speech("en"), written)) == (vietnamese, english)


def test_the_rest_of_a_step_is_said_in_words() -> None:
    say = speech("vi")
    assert step_detail(say, "written", "set_price, changed: applied R-7") == "Đổi giá, ta đổi: xong R-7"
    assert step_detail(say, "drift", "edited, ask") == "có người sửa trên sàn, chờ quyết"
    assert step_detail(say, "rule", "owner ask; share=100") == "hỏi người, share=100"
    assert (step_detail(say, "said", "label"), step_detail(say, "said", "product")) == ("Nhãn", "")
