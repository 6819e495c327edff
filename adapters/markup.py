"""Descriptions as HTML and back, so that a platform's rewriting of the mark-up is not taken for an edit of the text."""

from html import escape
from html.parser import HTMLParser

from connector.domain.text import tidy_lines

_BREAKS = {"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"}


def to_html(text: str) -> str:
    """One paragraph per block of lines."""
    blocks = tidy_lines(text).split("\n\n")
    return "".join(
        f"<p>{'<br/>'.join(escape(line, quote=False) for line in block.split(chr(10)))}</p>" for block in blocks
    )


def to_text(html: str) -> str:
    """The words a reader sees, one line per block, without blank lines; a picture is its address in brackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = tidy_lines("".join(reader.parts)).split("\n")
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.parts.append(f"[{dict(attrs).get('src') or ''}]")
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))
