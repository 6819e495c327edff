"""The Voso-like centre: a form token everywhere, exports that are made first and fetched after."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from sandbox.market import Route
from sandbox.seller_centre import voso_orders, workbook
from sandbox.seller_centre.centre import Centre
from sandbox.seller_centre.checks import VIETNAM
from sandbox.seller_centre.order_words import VOSO_ORDERS
from sandbox.seller_centre.voso_words import VOSO
from sandbox.wire import Reply, Request

Handler = Callable[[Request, "re.Match[str]"], Reply]
EXPORTS_KEPT = 10
OWN_SWITCHES = MappingProxyType(
    {"export_numbers_as_text": True, "export_dates": "ymd", "export_total_row": False, "max_rows": 200,
     "confirm_hours": 24.0}
)


class Voso(Centre):
    name = "voso"
    title = "Voso (sàn thử)"
    dialect = VOSO
    order_words = VOSO_ORDERS
    cookie = "voso_sid"
    login_path = "/site/login"
    home_path = "/mc/dashboard"
    own_switches = OWN_SWITCHES

    def reset(self) -> None:
        super().reset()
        self.exports: dict[str, bytes] = {}
        self.export_count = 0

    def routes(self) -> list[Route]:
        seller = [
            Route("POST", "/site/logout", "logout", False, self.logout),
            Route("GET", "/mc/dashboard", "home", False, self.home),
            Route("GET", "/mc/product/index", "products", False, self.products),
            Route("GET", "/mc/product/import", "upload_form", False, self.upload_form),
            Route("POST", "/mc/product/import", "upload", True, self.upload),
            Route("GET", "/mc/product/template", "template", False, self.empty),
            Route("GET", "/mc/import/index", "history", False, self.history),
            Route("GET", "/mc/import/view", "result", False, self.result),
            Route("GET", "/mc/import/download", "result_file", False, self.report),
            Route("POST", "/mc/export/create", "export_create", False, self.export_create),
            Route("GET", "/mc/export/index", "export_form", False, self.export_form),
            Route("GET", "/mc/export/view", "export_form", False, self.export_form),
            Route("GET", "/mc/export/download", "export", False, self.export_download),
            *voso_orders.routes(self),
        ]
        return [
            Route("GET|POST", "/site/login", "login", False, self.login),
            Route("GET", r"/[\w-]*-p(\d+)\.html", "product_page", False, self.product),
            *(replace(route, handler=self._guarded(route.handler)) for route in seller),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        def guarded(request: Request, match: re.Match[str]) -> Reply:
            session = self.session(request)
            if session is None:
                return Reply.redirect(self.login_path)
            if request.method == "POST" and dict(request.form()[0]).get("_csrf") != session.token:
                return self._forged(request)
            return handler(request, match)

        return guarded

    def _forged(self, request: Request) -> Reply:
        hint = "Thiếu hoặc sai mã _csrf; hãy mở lại trang."
        return self.message(request, 400, "Phiên làm việc không hợp lệ", hint)

    def product_path(self, variant_id: str) -> str:
        product = self.shelf.owner(variant_id)
        return f"/{slug(product.title) if product else 'tin'}-p{variant_id}.html"

    def login(self, request: Request, match: re.Match[str]) -> Reply:
        if request.method == "GET":
            return self._login_form(request, wrong=False)
        fields = dict(request.form()[0])
        before = self.sessions.find(request, self.world.clock.now())
        if before is None or fields.get("_csrf") != before.token:
            return self._forged(request)
        if not self.is_seller(fields.get("LoginForm[username]", ""), fields.get("LoginForm[password]", "")):
            return self._login_form(request, wrong=True)
        self.sessions.end(request)
        reply = Reply.redirect(self.home_path)
        self.sessions.start(reply, self.session_end(), signed_in=True)
        return reply

    def _login_form(self, request: Request, *, wrong: bool) -> Reply:
        self.sessions.end(request)
        carrier = Reply()
        session = self.sessions.start(carrier, self.session_end(), signed_in=False)
        reply = self.page("login", request, wrong=wrong, token=session.token)
        reply.headers |= carrier.headers
        reply.ok = not wrong
        return reply

    def logout(self, request: Request, match: re.Match[str]) -> Reply:
        self.sessions.end(request)
        return Reply.redirect(self.login_path)

    def home(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("home", request, counts=self.counts(), uploads=self.newest_uploads()[:5])

    def products(self, request: Request, match: re.Match[str]) -> Reply:
        page = int(request.q("page") or 1)
        return self.page("products", request, **self.goods_page(request.q("status") or "", page))

    def upload_form(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("upload", request)

    def upload(self, request: Request, match: re.Match[str]) -> Reply:
        fields, sent = request.form()
        kind = self.dialect.kind(dict(fields).get("ImportForm[type]", ""))
        if kind is None:
            hint = "ImportForm[type] là tin, gia hoặc trang-thai."
            return self.message(request, 400, "Chưa chọn loại tệp", hint)
        self.upload_count += 1
        known = {"ImportForm[file]": "book", "ImportForm[images]": "pictures"}
        files = {known[file.name]: (file.filename, file.data) for file in sent if file.name in known}
        upload = self.receive(self._number("IMP", self.upload_count), kind, None, files)
        return Reply(303, b"", {"location": f"/mc/import/view?id={upload.id}"}, ok=not upload.refused)

    def _number(self, prefix: str, count: int) -> str:
        today = datetime.fromtimestamp(self.world.clock.now(), UTC).astimezone(VIETNAM)
        return f"{prefix}-{today:%Y%m%d}-{count:04d}"

    def history(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("history", request, uploads=self.newest_uploads())

    def result(self, request: Request, match: re.Match[str]) -> Reply:
        upload = self.uploads.get(request.q("id") or "")
        return self.page("result", request, upload=upload) if upload else self.unknown(request)

    def report(self, request: Request, match: re.Match[str]) -> Reply:
        upload, file = self.uploads.get(request.q("id") or ""), request.q("file")
        if upload is None or file not in ("ket_qua", "bao_loi"):
            return self.unknown(request)
        return self.result_file(upload, request) if file == "ket_qua" else self.error_file(upload, request)

    def empty(self, request: Request, match: re.Match[str]) -> Reply:
        kind = self.dialect.kind(request.q("type") or "")
        return self.template(kind) if kind else self.unknown(request)

    def export_create(self, request: Request, match: re.Match[str]) -> Reply:
        number = self.next_export("EXP")
        wanted = dict(request.form()[0]).get("ExportForm[status]", "")
        return self.keep_export(number, self.export(request, "export_create", wanted))

    def keep_export(self, number: str, data: bytes) -> Reply:
        """Only the newest exports are kept."""
        self.exports[number] = data
        if len(self.exports) > EXPORTS_KEPT:
            del self.exports[next(iter(self.exports))]
        return Reply(303, b"", {"location": f"/mc/export/view?id={number}"})

    def next_export(self, prefix: str) -> str:
        self.export_count += 1
        return self._number(prefix, self.export_count)

    def export_form(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("export", request, counts=self.counts(), newest=request.q("id") or "")

    def export_download(self, request: Request, match: re.Match[str]) -> Reply:
        number = request.q("id") or ""
        if number not in self.exports:
            return self.unknown(request)
        what = "don_hang" if number.startswith("ORD") else "tin_dang"
        return Reply.file(self.exports[number], f"{what}_{number}.xlsx", workbook.MIME)

    def product(self, request: Request, match: re.Match[str]) -> Reply:
        return self.buyer_page(request, match[1])


def slug(title: str) -> str:
    """A title as part of an address: no accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFD", title.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:80]
