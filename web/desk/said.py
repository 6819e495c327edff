"""The desk's words for what the store keeps as codes."""

import re

from web import words
from web.language import Speech
from web.words import _

WORDS = {
    "lane": {"stock": _("Tồn kho"), "price": _("Giá"), "content": _("Nội dung")},
    "run": {
        "scanning": _("đang đọc sàn"),
        "healing": _("đang sửa"),
        "held": _("chờ duyệt"),
        "done": _("xong"),
        "failed": _("hỏng"),
    },
    "result": {
        "applied": _("đã ghi"),
        "unchanged": _("đã khớp"),
        "superseded": _("ta đổi ý giữa chừng"),
        "blocked": _("vướng"),
        "refused": _("sàn từ chối"),
        "failed": _("hỏng"),
        "unknown": _("không rõ"),
        "open": _("chưa xong"),
    },
    "kind": {
        "blocked": _("Thiếu thông tin"),
        "refused": _("Sàn từ chối"),
        "parked": _("Đã gác lại"),
        "gone": _("Sàn đã gỡ"),
        "retrying": _("Đang thử lại"),
    },
    "op": {
        "create": _("Đăng mới"),
        "revise": _("Sửa nội dung"),
        "set_price": _("Đổi giá"),
        "set_stock": _("Đổi tồn"),
        "show": _("Hiện"),
        "hide": _("Ẩn"),
    },
    "outcome": {
        "applied": _("xong"),
        "waiting": _("sàn đang xét"),
        "retry": _("sàn bảo chờ"),
        "refused": _("bị từ chối"),
        "missing": _("không còn trên sàn"),
        "unknown": _("không rõ đã tới chưa"),
        "open": _("đang gửi"),
    },
    "settled": {
        "arrived": _("về sau thấy đã tới"),
        "never_arrived": _("về sau thấy chưa tới"),
        "overtaken": _("việc sau đã thay"),
    },
    "resolution": {
        "ask": _("Chờ quyết"),
        "heal": _("Đang tự sửa"),
        "report": _("Không sửa được từ đây"),
        "keep": _("Để sàn giữ"),
        "accept": _("Sàn viết lại"),
    },
    "verbs": {"observe": _("chỉ xem"), "create": _("chỉ đăng mới"), "sync": _("giữ khớp")},
    "owner": {"ours": _("của ta"), "theirs": _("của sàn"), "ask": _("hỏi người")},
    "owned": {
        "title": _("Tên"),
        "description": _("Mô tả"),
        "pictures": _("Ảnh"),
        "category": _("Ngành hàng"),
        "brand": _("Nhãn hiệu"),
        "attributes": _("Thuộc tính"),
        "price": _("Giá"),
        "stock": _("Tồn kho"),
        "visible": _("Hiển thị"),
        "existence": _("Tin bị xóa"),
    },
    "step": {
        "said": _("Chủ thể nói"),
        "counted": _("Kho đếm"),
        "rule": _("Quy tắc"),
        "written": _("Ta ghi"),
        "looked": _("Thấy trên sàn"),
        "drift": _("Thấy lệch"),
        "decided": _("Người quyết"),
    },
    "choice": {"keep": _("giữ của ta"), "take": _("theo sàn"), "ask": _("hỏi chủ thể")},
    "stand": {
        "waiting": _("chờ mang"),
        "taken": _("đã lấy, chờ kết quả"),
        "done": _("xong"),
        "void": _("đã hủy"),
    },
    "pack": {
        "content": _("tin mới và sửa tin"),
        "offers": _("giá và tồn kho"),
        "status": _("ẩn, hiện, gỡ"),
    },
    "brought": {
        "result": _("phiếu kết quả"),
        "export": _("danh sách toàn bộ gian hàng"),
        "orders": _("danh sách đơn"),
    },
    "movement": {
        "receive": _("Nhập kho"),
        "sale": _("Bán"),
        "cancel": _("Hủy, trả lại kho"),
        "return": _("Hàng về"),
        "adjust": _("Sửa số đếm"),
    },
    "order": {
        "open": _("chờ gửi"),
        "shipped": _("đang giao"),
        "done": _("đã giao"),
        "failed": _("giao không được"),
        "cancelled": _("đã hủy"),
        "returned": _("đã về kho"),
        "strange": _("có mã lạ"),
    },
    "quota": {
        "idle": _("chưa được giao phần nào"),
        "raising": _("được giao %(by)s, đang ghi lên sàn"),
        "held": _("giữ phần của mình, sàn tự trừ khi bán"),
        "adjusting": _("đang cộng trừ %(by)s"),
        "zeroing": _("đang về 0 để chuyển phần"),
        "draining": _("đã về 0, chờ đơn đến muộn từ %(since)s"),
    },
    "bucket": {
        "read": _("đọc"),
        "write": _("ghi"),
        "image": _("ảnh"),
        "token": _("khóa"),
        "login": _("đăng nhập"),
        "orders": _("đơn"),
    },
    "token": {"access": _("khóa ngắn hạn"), "refresh": _("quyền đã cấp")},
}


def word(say: Speech, kind: str, code: str) -> str:
    """The sentence of a code; the code itself where it has none."""
    return say(WORDS[kind].get(code, code))


_OF_WRITE = re.compile(r"(?P<op>\w+), (?P<reason>\w+): (?P<outcome>\w+) ?(?P<request>.*)")
_OF_RULE = re.compile(r"owner (?P<owner>\w+); (?P<rest>.*)")


def step_detail(say: Speech, what: str, text: str) -> str:
    """The rest of one step of connector.why."""
    if what == "decided":
        return word(say, "choice", text)
    if what == "counted":
        return word(say, "movement", text)
    if what == "said" and text != "product":
        return words.field_name(say, text)
    if what == "drift":
        verdict, _comma, resolution = text.partition(", ")
        return f"{say(words.REASONS.get(verdict, verdict))}, {word(say, 'resolution', resolution).lower()}"
    if what == "written" and (found := _OF_WRITE.fullmatch(text)):
        told = f"{word(say, 'op', found['op'])}, {say(words.REASONS.get(found['reason'], found['reason']))}"
        return f"{told}: {word(say, 'outcome', found['outcome'])} {found['request']}".strip()
    if what == "rule" and (found := _OF_RULE.fullmatch(text)):
        return ", ".join(part for part in (word(say, "owner", found["owner"]), found["rest"]) if part)
    return "" if text == "product" else text
