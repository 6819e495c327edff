"""The Postmart-like centre: a cookie after a login form, one step for everything."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sandbox.market import Route
from sandbox.seller_centre import postmart_orders, workbook
from sandbox.seller_centre.centre import Centre
from sandbox.seller_centre.checks import VIETNAM
from sandbox.seller_centre.order_words import POSTMART_ORDERS
from sandbox.seller_centre.postmart_words import POSTMART
from sandbox.wire import Reply, Request

Handler = Callable[[Request, "re.Match[str]"], Reply]


class Postmart(Centre):
    name = "postmart"
    title = "Postmart (sàn thử)"
    dialect = POSTMART
    order_words = POSTMART_ORDERS
    cookie = "NCC_SESSION"
    login_path = "/ncc/dang-nhap"
    home_path = "/ncc/"

    def routes(self) -> list[Route]:
        seller = [
            Route("GET", "/ncc/", "home", False, self.home),
            Route("GET", "/ncc/san-pham", "products", False, self.products),
            Route("GET", "/ncc/nhap-hang", "upload_form", False, self.upload_form),
            Route("POST", "/ncc/nhap-hang", "upload", True, self.upload),
            Route("GET", "/ncc/lich-su", "history", False, self.history),
            Route("GET", r"/ncc/lich-su/(\d+)", "result", False, self.result),
            Route("GET", r"/ncc/lich-su/(\d+)/ket_qua_\1\.xlsx", "result_file", False, self.results),
            Route("GET", r"/ncc/lich-su/(\d+)/bao_loi_\1\.xlsx", "error_file", False, self.errors),
            Route("GET", r"/ncc/mau/(\w+)\.xlsx", "template", False, self.empty),
            Route("GET", "/ncc/xuat-hang", "export_form", False, self.export_form),
            Route("GET", r"/ncc/xuat-hang/danh_sach\.xlsx", "export", False, self.download),
            *postmart_orders.routes(self),
        ]
        return [
            Route("GET|POST", "/ncc/dang-nhap", "login", False, self.login),
            Route("POST", "/ncc/dang-xuat", "logout", False, self.logout),
            Route("GET", r"/home/Goods/index\.html", "product_page", False, self.product),
            *(replace(route, handler=self._guarded(route.handler)) for route in seller),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        return lambda request, match: (
            handler(request, match) if self.session(request) else Reply.redirect(self.login_path)
        )

    def product_path(self, variant_id: str) -> str:
        return f"/home/Goods/index.html?goods_id={variant_id}"

    def login(self, request: Request, match: re.Match[str]) -> Reply:
        if request.method == "GET":
            return self.page("login", request, wrong=False)
        fields = dict(request.form()[0])
        if not self.is_seller(fields.get("tai_khoan", ""), fields.get("mat_khau", "")):
            reply = self.page("login", request, wrong=True)
            reply.ok = False
            return reply
        reply = Reply.redirect(self.home_path)
        self.sessions.start(reply, self.session_end(), signed_in=True)
        return reply

    def logout(self, request: Request, match: re.Match[str]) -> Reply:
        self.sessions.end(request)
        return Reply.redirect(self.login_path)

    def home(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("home", request, counts=self.counts(), uploads=self.newest_uploads()[:5])

    def products(self, request: Request, match: re.Match[str]) -> Reply:
        page = int(request.q("trang") or 1)
        return self.page("products", request, **self.goods_page(request.q("trang_thai") or "", page))

    def upload_form(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("upload", request, version=self.switches["template_version"])

    def upload(self, request: Request, match: re.Match[str]) -> Reply:
        fields, sent = request.form()
        form: dict[str, Any] = dict(fields)
        kind = self.dialect.kind(form.get("loai", ""))
        if kind is None:
            hint = "Trường «loai» là san_pham, gia_ton hoặc an_hien."
            return self.message(request, 400, "Chưa chọn loại tệp", hint)
        self.upload_count += 1
        known = {"tep": "book", "anh": "pictures"}
        files = {known[file.name]: (file.filename, file.data) for file in sent if file.name in known}
        version = int(form.get("phien_ban") or 1)
        upload = self.receive(str(1000 + self.upload_count), kind, version, files)
        return Reply(303, b"", {"location": f"/ncc/lich-su/{upload.id}"}, ok=not upload.refused)

    def history(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("history", request, uploads=self.newest_uploads())

    def result(self, request: Request, match: re.Match[str]) -> Reply:
        upload = self.uploads.get(match[1])
        return self.page("result", request, upload=upload) if upload else self.unknown(request)

    def results(self, request: Request, match: re.Match[str]) -> Reply:
        upload = self.uploads.get(match[1])
        return self.result_file(upload, request) if upload else self.unknown(request)

    def errors(self, request: Request, match: re.Match[str]) -> Reply:
        upload = self.uploads.get(match[1])
        return self.error_file(upload, request) if upload else self.unknown(request)

    def empty(self, request: Request, match: re.Match[str]) -> Reply:
        kind = self.dialect.kind(match[1])
        return self.template(kind) if kind else self.unknown(request)

    def export_form(self, request: Request, match: re.Match[str]) -> Reply:
        return self.page("export", request, counts=self.counts())

    def download(self, request: Request, match: re.Match[str]) -> Reply:
        data = self.export(request, "export", request.q("trang_thai") or "")
        now = datetime.fromtimestamp(self.world.clock.now(), UTC).astimezone(VIETNAM)
        return Reply.file(data, f"danh_sach_{now:%Y%m%d_%H%M%S}.xlsx", workbook.MIME)

    def product(self, request: Request, match: re.Match[str]) -> Reply:
        return self.buyer_page(request, request.q("goods_id") or "")
