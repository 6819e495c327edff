"""How the command line talks: in one language, Vietnamese unless set; tables for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from connector.domain.text import dong
from connector.site import VIETNAM

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
_language = ["vi"]


def speak(language: str) -> None:
    _language[0] = language


def language() -> str:
    return _language[0]


def t(vi: str, en: str) -> str:
    """The sentence in the language people asked for."""
    return en if _language[0] == "en" else vi


def as_json(value: Any) -> None:
    out.print_json(json.dumps(value, ensure_ascii=False, default=_plain))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    shown = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        shown.add_column(column, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    out.print(shown)


def progress() -> Progress:
    """A bar on stderr, so that stdout stays clean; shown only where somebody watches."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        disable=not err.is_terminal,
    )


def when(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment else "–"


def day(date_: date | None) -> str:
    return f"{date_:%d/%m/%Y}" if date_ else "–"


def ago(moment: datetime | None) -> str:
    """How long ago, in the roughest unit that still says something."""
    if moment is None:
        return t("chưa xem", "never")
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, vi, en in ((86400, "ngày", "d"), (3600, "giờ", "h"), (60, "phút", "min")):
        if seconds >= size:
            return t(f"{seconds // size:.0f} {vi} trước", f"{seconds // size:.0f} {en} ago")
    return t("vừa xong", "just now")


def value(field: str, shown: Any) -> str:
    """A fact as people write it."""
    if shown is None:
        return "–"
    if field.startswith("price:") and isinstance(shown, int):
        return dong(shown)
    if isinstance(shown, bool):
        return t("có" if shown else "không", "yes" if shown else "no")
    if isinstance(shown, list | tuple):
        return ", ".join(str(item)[:24] for item in shown)
    text = str(shown)
    return text if len(text) <= 60 else text[:57] + "…"


_FIELDS = {
    "title": ("tên", "title"),
    "description": ("mô tả", "description"),
    "pictures": ("ảnh", "pictures"),
    "category": ("ngành hàng", "category"),
    "brand": ("thương hiệu", "brand"),
    "visible": ("hiển thị", "visible"),
    "variants": ("phân loại", "variants"),
    "weight_g": ("khối lượng (g)", "weight (g)"),
    "size_cm": ("kích thước", "size"),
    "listing": ("tin đăng", "listing"),
    "price": ("giá", "price"),
    "stock": ("tồn", "stock"),
    "attr": ("thuộc tính", "attribute"),
}


def field_name(field: str) -> str:
    head, _, rest = field.partition(":")
    name = t(*_FIELDS.get(head, (head, head)))
    return f"{name} {rest}".strip()


_REASONS = {
    "new": ("đăng mới", "new"),
    "removed": ("bị xóa trên sàn", "removed over there"),
    "changed": ("ta đổi", "we changed it"),
    "completing": ("làm nốt", "completing"),
    "lost": ("lần ghi trước bị mất", "our write was lost"),
    "edited": ("có người sửa trên sàn", "edited over there"),
    "normalised": ("sàn viết lại", "rewritten by the platform"),
    "promotion": ("khuyến mãi giữ", "held by a promotion"),
    "banned": ("sàn khóa", "banned"),
    "foreign": ("có từ trước", "was there before us"),
}


def reason(code: str) -> str:
    return t(*_REASONS.get(code, (code, code)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    return str(value)
