"""What went wrong, as a page that says what to do. For htmx it is a fragment that appears at the top of the page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from redis import RedisError
from starlette.exceptions import HTTPException

from connector.errors import Complaint
from web.pages import page, say
from web.security import Forged, NotYours, SignInFirst
from web.shield import TooLarge
from web.words import _

log = structlog.get_logger()
_WHAT = {
    403: (_("Trang này không dành cho bạn"), _("Bạn không có quyền xem trang này. Nhờ người quản trị nếu cần.")),
    404: (_("Không có trang này"), _("Địa chỉ sai, hoặc điều bạn tìm không thuộc về bạn. Quay lại trang đầu.")),
    405: (_("Không làm như vậy được"), _("Hãy quay lại và dùng nút trên trang.")),
    413: (_("Tệp quá lớn"), _("Chọn tệp nhỏ hơn, hoặc chia tệp làm nhiều phần rồi gửi từng phần.")),
    500: (_("Có lỗi ở phía chúng tôi"), _("Điều bạn làm có thể chưa được lưu. Thử lại sau ít phút.")),
    503: (_("Hệ thống đang tạm nghỉ"), _("Kho dữ liệu hoặc hàng đợi chưa trả lời. Thử lại sau ít phút.")),
}


def _show(request: Request, status: int, title: str, what: str) -> Response:
    if request.url.path.startswith("/api"):
        return JSONResponse({"error": title, "what_to_do": what}, status_code=status)
    if request.headers.get("HX-Request"):
        shown = page(request, "notice.html", status, title=title, what=what)
        shown.headers["HX-Retarget"], shown.headers["HX-Reswap"] = "#notice", "innerHTML show:top"
        return shown
    return page(request, "error.html", status, title=title, what=what, status=status)


def _known(request: Request, status: int) -> Response:
    title, what = _WHAT.get(status, _WHAT[404 if status < 500 else 500])
    return _show(request, status, say(request)(title), say(request)(what))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _known(request, error.status_code)


def _sign_in_first(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api") or "Authorization" in request.headers:
        return JSONResponse({"error": "Authorization: Bearer <token>"}, 401, {"WWW-Authenticate": "Bearer"})
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = "/sign-in" if back == "/" or request.method != "GET" else f"/sign-in?back={quote(back, safe='')}"
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


def _not_yours(request: Request, error: Exception) -> Response:
    return _known(request, 403)


def _forged(request: Request, error: Exception) -> Response:
    tongue = say(request)
    what = tongue(_("Trang đã mở quá lâu hoặc phiên đã đổi. Tải lại trang rồi làm lại."))
    return _show(request, 403, tongue(_("Chưa nhận được lệnh này")), what)


def _complaint(request: Request, error: Exception) -> Response:
    assert isinstance(error, Complaint)
    language = getattr(request.state, "language", "vi")
    return _show(request, 422, say(request)(_("Chưa làm được")), error.say(language))


def _too_large(request: Request, error: Exception) -> Response:
    return _known(request, 413)


def _queue_away(request: Request, error: Exception) -> Response:
    log.warning("queue_away", error=type(error).__name__)
    return _known(request, 503)


def _bug(request: Request, error: Exception) -> Response:
    """Shown, and then raised again by Starlette, so that it is logged as the bug it is."""
    return _known(request, 500)


HANDLERS: Mapping[Any, Any] = {
    HTTPException: _http,
    SignInFirst: _sign_in_first,
    NotYours: _not_yours,
    Forged: _forged,
    Complaint: _complaint,
    TooLarge: _too_large,
    RedisError: _queue_away,
    Exception: _bug,
}
