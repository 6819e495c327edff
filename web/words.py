"""How values look to people: money, moments, fields, phases, reasons. In templates these are filters and functions."""

from datetime import UTC, date, datetime
from typing import Any

from connector.domain.text import dong
from connector.site import VIETNAM
from web.language import Speech


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is translated when shown."""
    return sentence


FIELDS = {
    "title": _("Tên"),
    "description": _("Mô tả"),
    "pictures": _("Ảnh"),
    "category": _("Ngành hàng"),
    "brand": _("Nhãn hiệu"),
    "visible": _("Hiển thị"),
    "variants": _("Phân loại"),
    "weight_g": _("Khối lượng (g)"),
    "size_cm": _("Kích thước (cm)"),
    "listing": _("Tin đăng"),
    "price": _("Giá"),
    "stock": _("Tồn kho"),
    "attr": _("Thuộc tính"),
    "label": _("Nhãn"),
    "certificate": _("Chứng nhận"),
    "papers": _("Giấy tờ"),
}
LABEL = {
    "ingredients": _("Thành phần"),
    "usage": _("Hướng dẫn sử dụng"),
    "storage": _("Bảo quản"),
    "warnings": _("Cảnh báo"),
    "shelf_life": _("Hạn sử dụng"),
    "net_content": _("Khối lượng tịnh"),
    "alcohol_percent": _("Độ cồn, phần trăm"),
    "trace_url": _("Đường dẫn truy xuất"),
    "producer_address": _("Địa chỉ chủ thể"),
}
PHASES = {
    "new": _("Chờ đăng"),
    "creating": _("Đang đăng"),
    "waiting": _("Sàn đang duyệt"),
    "live": _("Đang bán"),
    "blocked": _("Còn thiếu thông tin"),
    "refused": _("Sàn từ chối"),
    "parked": _("Chờ người quyết định"),
    "gone": _("Sàn đã gỡ"),
}
REASONS = {
    "new": _("đăng mới"),
    "removed": _("bị xóa trên sàn, đăng lại"),
    "changed": _("ta đổi"),
    "completing": _("làm nốt"),
    "lost": _("lần ghi trước không tới"),
    "edited": _("có người sửa trên sàn"),
    "normalised": _("sàn viết lại"),
    "promotion": _("khuyến mãi đang giữ"),
    "banned": _("sàn khóa"),
    "foreign": _("có từ trước"),
}
ROLES = {"producer": _("Chủ thể"), "operator": _("Người vận hành"), "admin": _("Quản trị")}


def field_name(say: Speech, field: str) -> str:
    """attr:origin as "Thuộc tính origin"; a SKU stays as it is."""
    head, _colon, rest = field.partition(":")
    if head == "label" and rest in LABEL:
        return f"{say(FIELDS[head])}: {say(LABEL[rest]).lower()}"
    return f"{say(FIELDS[head]) if head in FIELDS else head} {rest}".strip()


def value(say: Speech, field: str, shown: Any) -> str:
    """A fact as people write it, cut to a line."""
    if shown is None:
        return "–"
    if field.startswith("price") and isinstance(shown, int):
        return dong(shown)
    if isinstance(shown, bool):
        return say(_("có")) if shown else say(_("không"))
    if isinstance(shown, list | tuple):
        return say(_("%(n)s mục"), n=len(shown)) if field == "pictures" else ", ".join(str(item) for item in shown)
    text = str(shown)
    return text if len(text) <= 120 else text[:117] + "…"


def when(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if moment else "–"


def day(moment: date | None) -> str:
    return moment.strftime("%d/%m/%Y") if moment else "–"


def ago(say: Speech, moment: datetime | None) -> str:
    """How long ago, in the roughest unit that still says something."""
    if moment is None:
        return say(_("chưa xem"))
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, said in ((86400, _("%(n)s ngày trước")), (3600, _("%(n)s giờ trước")), (60, _("%(n)s phút trước"))):
        if seconds >= size:
            return say(said, n=int(seconds // size))
    return say(_("vừa xong"))


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_MACHINES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")


def browser(say: Speech, agent: str) -> str:
    """What a browser calls itself, as people know it: "Chrome, Android"."""
    name = next((known for mark, known in _BROWSERS if mark in agent), agent.split("/")[0][:40])
    machine = next((mark for mark in _MACHINES if mark in agent), "")
    return ", ".join(part for part in (name, machine) if part) or say(_("Trình duyệt không tên"))
