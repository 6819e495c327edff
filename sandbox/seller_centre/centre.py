"""What both seller centres do alike: keep goods, take uploads, review, answer the sandbox's core.

The two platforms differ in their dialect (data) and their pages (routes); see `postmart` and `voso`.
"""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader

from sandbox.market import Shown, ShownVariant, State
from sandbox.seller_centre import approval, workbook
from sandbox.seller_centre.album import Album, open_zip
from sandbox.seller_centre.checks import Desk
from sandbox.seller_centre.dialect import GOODS, Dialect
from sandbox.seller_centre.edits import hand_edit
from sandbox.seller_centre.errors import FileRefused
from sandbox.seller_centre.export import export
from sandbox.seller_centre.goods import Product, Shelf
from sandbox.seller_centre.intake import Upload, open_file, take
from sandbox.seller_centre.order_words import OrderWords
from sandbox.seller_centre.reports import error_rows, result_rows, template_head
from sandbox.seller_centre.sessions import Session, Sessions
from sandbox.seller_centre.till import Till
from sandbox.storefront import dong
from sandbox.wire import Reply, Request
from sandbox.world import World

Files = dict[str, tuple[str, bytes]]
"""Name and bytes of the parts of an upload: "book" and perhaps "pictures"."""

SHOP = "Gian hàng OCOP Hà Nội"
LABEL = "SÀN THỬ - không phải Bưu điện hay Viettel Post"
UPLOADS_KEPT = 200
PAGE_SIZE = 50
EXPORT_FAULTS = ("half_rows", "state_word_unknown", "truncated_export")
SHOWN_STATES: dict[str, State] = {
    "pending": "review", "live": "live", "sold_out": "live", "hidden": "hidden", "rejected": "refused",
    "needs_fix": "refused", "locked": "banned",
}
SWITCHES: dict[str, Any] = {
    "template_version": 1,
    "export_layout": "v1",
    "export_sku_column": True,
    "export_numbers_as_text": False,
    "export_dates": "dmy",
    "export_total_row": True,
    "approval_delay": 0.0,
    "refusal_rate": 0.0,
    "after_approval": "on_sale",
    "sku_unique": False,
    "papers_required": "ocop",
    "one_category_per_file": False,
    "whole_file": False,
    "max_rows": 500,
    "session_minutes": 120,
    "confirm_hours": 0.0,
    "order_lag_seconds": 0.0,
    "unpaid_minutes": 30.0,
    "return_restores_stock": False,
}
"""Readings of what nobody outside knows; docs/sandbox.md explains each."""

_pages = Environment(
    loader=PackageLoader("sandbox.seller_centre", "pages"),
    autoescape=True, trim_blocks=True, lstrip_blocks=True,
)
_pages.filters["dong"] = dong


class Centre:
    """One seller centre with one shop; the subclass names it and gives it pages."""

    name: str
    title: str
    dialect: Dialect
    order_words: OrderWords
    cookie: str
    login_path: str
    home_path: str
    own_switches: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, world: World) -> None:
        self.world = world
        self.switches = {**SWITCHES, **self.own_switches}
        self.reset()

    def reset(self) -> None:
        self.shelf = Shelf(self.dialect)
        self.album = Album(self.world.pictures)
        self.sessions = Sessions(self.cookie)
        self.till: Till = Till(self)
        self.uploads: dict[str, Upload] = {}
        self.upload_count = 0
        chance = Random(f"{self.name} {self.world.seed}")
        self.username, self.password = f"{self.name}.ocop.hanoi", f"thu-{chance.randrange(10**6, 10**7)}"

    # What the core asks for

    def credentials(self, base: str) -> dict[str, Any]:
        return {
            "base_url": base,
            "username": self.username,
            "password": self.password,
            "login_path": self.login_path,
            "shop_name": SHOP,
        }

    def listings(self) -> list[Shown]:
        return [self._shown(product) for product in self.shelf.products.values()]

    def _shown(self, product: Product) -> Shown:
        category = self.dialect.category(product.category)
        return Shown(
            product.id,
            product.title,
            "deleted" if product.removed else SHOWN_STATES[product.state()],
            tuple(ShownVariant(v.id, v.sku, v.name, v.price, v.stock) for v in product.variants),
            product.pictures,
            self.product_path(product.variants[0].id),
            str(product.texts.get("description", "")),
            category.path if category else product.category,
            product.reason,
            SHOP,
        )

    def edit(self, listing_id: str, change: dict[str, Any]) -> None:
        """A hand edit; beside the common changes: promotion, unban, refuse, send_back, approve."""
        product, _ = self.shelf.find(listing_id)
        hand_edit(self.shelf, product, change, self.switches, self.world.clock.now())

    def tick(self, now: float) -> None:
        for upload in self.uploads.values():
            if not upload.taken and not upload.refused and upload.due <= now:
                take(upload, Desk(self.dialect, self.shelf, self.album, self.switches, upload.due))
        approval.decide_due(self.shelf, self.switches, self.world.seed, now)

    def unknown(self, request: Request) -> Reply:
        return self.message(request, 404, "Không có trang này", "Hãy kiểm tra lại địa chỉ.")

    def throttled(self, request: Request) -> Reply:
        reply = self.message(request, 429, "Thao tác quá nhanh", "Hãy chờ 10 giây rồi thử lại.")
        reply.headers["retry-after"] = "10"
        return reply

    def crashed(self, request: Request, error: Exception) -> Reply:
        return self.message(request, 400, "Biểu mẫu không đúng", "Không đọc được nội dung gửi lên.")

    # Files in and out

    def receive(self, upload_id: str, kind: str, version: int | None, files: Files) -> Upload:
        """Takes a file; what is refused is kept as refused.

        `version` is what the seller chose in the form, None where the sheet itself tells.
        """
        slow = self.world.faults.take(self.name, "upload", "slow_accept")
        now = self.world.clock.now()
        due = now + (float(slow.params.get("seconds", 30)) if slow else 0.0)
        in_force = self.template_version("upload")
        sheet, other = self.dialect.sheets[kind, in_force], self.dialect.sheets[kind, 3 - in_force]
        filename, data = files.get("book", ("", b""))
        upload = Upload(upload_id, filename, kind, sheet, now, due)
        try:
            if version not in (None, in_force):
                raise FileRefused(("THIEU_COT", f"Sàn đang dùng mẫu phiên bản {in_force}; hãy tải mẫu mới."))
            upload.rows = open_file(data, sheet, other, self.dialect, self.switches)
            self._take_pictures(files)
        except FileRefused as refusal:
            upload.rows, upload.refused = [], refusal.reasons
        self.uploads[upload.id] = upload
        if len(self.uploads) > UPLOADS_KEPT:
            del self.uploads[next(iter(self.uploads))]
        self.tick(now)
        return upload

    def _take_pictures(self, files: Files) -> None:
        _, pack = files.get("pictures", ("", b""))
        if pack:
            with open_zip(pack) as opened:
                self.album.take(opened)

    def template_version(self, endpoint: str) -> int:
        """The version in force, or 2 while the template changes overnight."""
        changed = self.world.faults.take(self.name, endpoint, "template_v2")
        return 2 if changed else int(self.switches["template_version"])

    def template(self, kind: str) -> Reply:
        sheet = self.dialect.sheets[kind, self.template_version("template")]
        sheets: list[tuple[str, Any]] = [(sheet.name, template_head(sheet, self.dialect))]
        if kind == GOODS:
            listed = [["Mã", "Ngành hàng"], *([one.code, one.path] for one in self.dialect.categories)]
            sheets.append((self.dialect.category_sheet, listed))
        data = workbook.write(sheets, self.dialect.header_row)
        return Reply.file(data, f"mau_{self.dialect.kinds[kind]}.xlsx", workbook.MIME)

    def result_file(self, upload: Upload, request: Request) -> Reply:
        rows = result_rows(upload, self.dialect, lambda variant: request.base + self.product_path(variant))
        data = workbook.write([(self.dialect.result_sheet, rows)])
        return Reply.file(data, f"ket_qua_{upload.id}.xlsx", workbook.MIME)

    def error_file(self, upload: Upload, request: Request) -> Reply:
        if not upload.bad_rows:
            return self.unknown(request)
        rows = error_rows(upload, self.dialect)
        data = workbook.write([(upload.sheet.name, rows)], self.dialect.header_row)
        return Reply.file(data, f"bao_loi_{upload.id}.xlsx", workbook.MIME)

    def export(self, request: Request, endpoint: str, state_word: str) -> bytes:
        struck = [kind for kind in EXPORT_FAULTS if self.world.faults.take(self.name, endpoint, kind)]
        return export(
            self.shelf, self.dialect, self.switches,
            lambda variant: request.base + self.product_path(variant), state_word, struck,
        )

    # Pages

    def product_path(self, variant_id: str) -> str:
        raise NotImplementedError

    def session(self, request: Request) -> Session | None:
        """The session of somebody logged in, its time renewed."""
        session = self.sessions.find(request, self.world.clock.now())
        if session is None or not session.signed_in:
            return None
        session.expires = self.session_end()
        return session

    def session_end(self) -> float:
        return self.world.clock.now() + 60 * float(self.switches["session_minutes"])

    def is_seller(self, username: str, password: str) -> bool:
        return (username, password) == (self.username, self.password)

    def page(self, template: str, request: Request, status: int = 200, **values: Any) -> Reply:
        text = _pages.get_template(f"{self.name}/{template}.html").render(
            centre=self, session=self.session(request), label=LABEL, shop=SHOP, dialect=self.dialect,
            path=request.path, **values,
        )
        return Reply.html(text, status)

    def message(self, request: Request, status: int, heading: str, text: str) -> Reply:
        return self.page("message", request, status, heading=heading, text=text)

    def counts(self) -> dict[str, int]:
        """Products by state word, in the dialect's order."""
        states = [product.state() for product in self.shelf]
        return {word: states.count(state) for state, word in self.dialect.states.items()}

    def goods_page(self, wanted: str, page: int) -> dict[str, Any]:
        """One page of (product, variant, state word), newest first, and how many pages there are."""
        words = self.dialect.states
        rows = [(p, v, words[p.state(v)]) for p in reversed(list(self.shelf)) for v in p.variants]
        rows = [row for row in rows if not wanted or row[2] == wanted]
        pages = max(1, -(-len(rows) // PAGE_SIZE))
        page = min(max(page, 1), pages)
        return {"rows": rows[(page - 1) * PAGE_SIZE:page * PAGE_SIZE], "total": len(rows), "page": page,
                "pages": pages, "wanted": wanted}

    def newest_uploads(self) -> list[Upload]:
        return list(reversed(self.uploads.values()))

    def buyer_page(self, request: Request, variant_id: str) -> Reply:
        """What the public address of a variant leads to."""
        product = self.shelf.owner(variant_id)
        if product is None or product.state() != "live":
            return self.unknown(request)
        return Reply.redirect(f"/shop/{product.id}")
