"""Causes in people's words. The record keeps them as they were written; here those that the program wrote are read."""

import re

from web.language import Speech
from web.words import _

_WRITTEN = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"night of (?P<day>\d{4}-\d\d-\d\d)", _("đêm %(day)s")),
        (r"by hand of (?P<who>.+)", _("%(who)s bấm")),
        (r"console, (?P<who>.+)", _("%(who)s, trên trang này")),
        (r"published by (?P<who>.+)", _("%(who)s đăng lại")),
        (r"parked by (?P<who>.+)", _("%(who)s gác lại")),
        (r"refused by (?P<who>.+)", _("%(who)s không duyệt")),
        (r"(?P<who>\S+) keeps ours", _("%(who)s giữ của ta")),
        (r"(?P<who>\S+) takes theirs", _("%(who)s theo sàn")),
        (r"(?P<who>\S+) asks the producer", _("%(who)s hỏi chủ thể")),
        (r"(?P<who>\S+) tries again", _("%(who)s bảo thử lại")),
        (r"(?P<who>\S+) takes \S+ back", _("%(who)s lấy lại cho ta")),
        (r"shop (?P<shop>\S+) added", _("thêm gian hàng %(shop)s")),
        (r"rules of (?P<shop>\S+) changed by (?P<who>.+)", _("%(who)s đổi quy tắc của %(shop)s")),
        (r"orders of shop \d+", _("đơn hàng")),
        (r"adopted by hand", _("nhận về bằng tay")),
        (r"import (?P<file>.+)", _("nhập tệp %(file)s")),
        (r"run (?P<run>\d+)", _("lượt %(run)s")),
        (r"a pass", _("lúc ghi")),
        (r"read from the platform", _("đọc trên sàn")),
        (r"shop (?P<shop>\S+)", _("quy tắc của %(shop)s")),
    )
)


def because(say: Speech, cause: str) -> str:
    """What a person, a file or the program gave as the reason, as it reads in the viewer's language."""
    for pattern, sentence in _WRITTEN:
        if found := pattern.fullmatch(cause):
            return say(sentence, **found.groupdict())
    return cause
