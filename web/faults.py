"""What went wrong, as a page that says what to do; a fragment at its top for htmx, a problem document for programs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from redis import RedisError
from starlette.exceptions import HTTPException

from connector.errors import Complaint
from web.language import speech
from web.pages import language, page, say
from web.problems import TooFast, Unfit, machine, obstacle, report
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


def _show(
    request: Request, status: int, title: str, vi: str, en: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """`title` and `vi` are sentences of the catalogue, unless the English of `vi` is given."""
    en = en or speech("en")(vi)
    if machine(request):
        return report(status, vi, en, headers=headers)
    title, what = say(request)(title), en if language(request) == "en" else vi
    if request.headers.get("HX-Request"):
        shown = page(request, "notice.html", status, title=title, what=what)
        shown.headers["HX-Retarget"], shown.headers["HX-Reswap"] = "#notice", "innerHTML show:top"
        return shown
    shown = page(request, "error.html", status, title=title, what=what, status=status)
    shown.headers.update(headers or {})
    return shown


def _known(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return _show(request, status, *_WHAT.get(status, _WHAT[404 if status < 500 else 500]), headers=headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _known(request, error.status_code, error.headers)


def _sign_in_first(request: Request, error: Exception) -> Response:
    if machine(request) or "Authorization" in request.headers:
        vi, en = "Gửi kèm mã: Authorization: Bearer <mã>.", "Send a token: Authorization: Bearer <token>."
        return report(401, vi, en, headers={"WWW-Authenticate": "Bearer"})
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = "/sign-in" if back == "/" or request.method != "GET" else f"/sign-in?back={quote(back, safe='')}"
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


def _not_yours(request: Request, error: Exception) -> Response:
    return _known(request, 403)


def _forged(request: Request, error: Exception) -> Response:
    what = _("Trang đã mở quá lâu hoặc phiên đã đổi. Tải lại trang rồi làm lại.")
    return _show(request, 403, _("Chưa nhận được lệnh này"), what)


def _complaint(request: Request, error: Exception) -> Response:
    assert isinstance(error, Complaint)
    return _show(request, 422, _("Chưa làm được"), error.vi, error.en)


def _misread(request: Request, error: Exception) -> Response:
    """A path, query or body that is not of the form a route asks for."""
    assert isinstance(error, RequestValidationError)
    if not machine(request):
        return _known(request, 404)
    what = _("Có trường chưa dùng được; xem từng trường.")
    return report(422, what, speech("en")(what), errors=[obstacle(one) for one in error.errors()])


def _unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unfit)
    what = _("Có trường chưa dùng được; xem từng trường.")
    return report(422, what, speech("en")(what), errors=error.errors)


def _too_fast(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooFast)
    vi, en = f"Gọi quá nhanh, chờ {error.after} giây.", f"Too many calls, wait {error.after} s."
    return report(429, vi, en, headers={"Retry-After": str(error.after)})


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
    RequestValidationError: _misread,
    Unfit: _unfit,
    TooFast: _too_fast,
    TooLarge: _too_large,
    RedisError: _queue_away,
    Exception: _bug,
}
