"""A seller at either centre: the same wishes, carried out through each one's own forms and workbooks."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any, ClassVar

import requests
import xlsxwriter
from PIL import Image
from python_calamine import CalamineWorkbook

Cells = dict[str, Any]


def picture(side: int = 800, *, height: int | None = None, form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, height or side), "#2f7d4f").save(buffer, form)
    return buffer.getvalue()


def zipped(**files: bytes) -> bytes:
    """A zip of files; a double underscore in a name stands for the point."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        for name, data in files.items():
            pack.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


ANH = zipped(mat_ong__jpg=picture())


def book(rows: list[list[Any]], sheet: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as made:
        page = made.add_worksheet(sheet)
        for y, row in enumerate(rows):
            page.write_row(y, 0, row)
    return buffer.getvalue()


def opened(data: bytes) -> tuple[str, list[list[Any]]]:
    """Name and rows of the first sheet."""
    made = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return made.sheet_names[0], made.get_sheet_by_index(0).to_python(skip_empty_area=False)


def table(rows: list[list[Any]], head: int = 0) -> list[Cells]:
    return [dict(zip(rows[head], row, strict=False)) for row in rows[head + 1:]]


@dataclass
class Seller:
    """`words` translates the tests' keys into the centre's headings and values."""

    base: str
    credentials: dict[str, Any]
    http: requests.Session = field(default_factory=requests.Session)

    head = 0
    words: dict[str, str] = field(default_factory=dict)
    name = ""

    def rows_of(self, data: bytes) -> list[Cells]:
        return table(opened(data)[1], self.head)

    def fill(self, kind: str, rows: list[Cells]) -> bytes:
        """The centre's own template, filled in."""
        sheet, cells = opened(self.template(kind))
        headings = cells[self.head]
        unknown = {key for row in rows for key in row} - set(headings)
        assert not unknown, unknown
        return book([*cells, *([row.get(heading, "") for heading in headings] for row in rows)], sheet)

    def send(self, kind: str, rows: list[Cells], pictures: bytes = b"") -> list[Cells]:
        """Uploads rows, answers the rows of the result workbook."""
        return self.result(self.upload(kind, self.fill(kind, rows), pictures))

    def template(self, kind: str) -> bytes:
        raise NotImplementedError

    def upload(self, kind: str, data: bytes, pictures: bytes = b"", **more: Any) -> str:
        raise NotImplementedError

    def result(self, upload: str) -> list[Cells]:
        raise NotImplementedError

    def get(self, path: str, **query: Any) -> bytes:
        answer = self.http.get(self.base + path, params=query, timeout=10, allow_redirects=False)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.content


class PostmartSeller(Seller):
    kinds: ClassVar = {"goods": "san_pham", "offer": "gia_ton", "visibility": "an_hien"}

    def log_in(self, password: str | None = None) -> requests.Response:
        known = self.credentials
        form = {"tai_khoan": known["username"], "mat_khau": password or known["password"]}
        return self.http.post(self.base + "/ncc/dang-nhap", data=form, allow_redirects=False, timeout=5)

    def template(self, kind: str) -> bytes:
        return self.get(f"/ncc/mau/{self.kinds[kind]}.xlsx")

    def upload(self, kind: str, data: bytes, pictures: bytes = b"", version: int = 1) -> str:
        files = {"tep": ("goi.xlsx", data)} | ({"anh": ("anh.zip", pictures)} if pictures else {})
        form = {"loai": self.kinds[kind], "phien_ban": str(version)}
        answer = self.http.post(
            self.base + "/ncc/nhap-hang", data=form, files=files, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return answer.headers["location"].rpartition("/")[2]

    def page(self, upload: str) -> str:
        return self.get(f"/ncc/lich-su/{upload}").decode()

    def history(self) -> str:
        return self.get("/ncc/lich-su").decode()

    def result(self, upload: str) -> list[Cells]:
        return table(opened(self.get(f"/ncc/lich-su/{upload}/ket_qua_{upload}.xlsx"))[1])

    def errors(self, upload: str) -> list[Cells]:
        return self.rows_of(self.get(f"/ncc/lich-su/{upload}/bao_loi_{upload}.xlsx"))

    def export_book(self, state: str = "") -> bytes:
        return self.get("/ncc/xuat-hang/danh_sach.xlsx", trang_thai=state)


class VosoSeller(Seller):
    head = 2
    kinds: ClassVar = {"goods": "tin", "offer": "gia", "visibility": "trang-thai"}

    def token(self, path: str) -> str:
        """The token of the form, read from a page."""
        found = re.search(r'name="(?:_csrf|csrf-token)" (?:value|content)="([^"]+)"', self.get(path).decode())
        assert found
        return found[1]

    def log_in(self, password: str | None = None) -> requests.Response:
        form = {
            "_csrf": self.token("/site/login"),
            "LoginForm[username]": self.credentials["username"],
            "LoginForm[password]": password or self.credentials["password"],
        }
        answer = self.http.post(self.base + "/site/login", data=form, allow_redirects=False, timeout=5)
        if answer.status_code == 302:
            self.session_token = self.token("/mc/export/index")
        return answer

    def template(self, kind: str) -> bytes:
        return self.get("/mc/product/template", type=self.kinds[kind])

    def upload(self, kind: str, data: bytes, pictures: bytes = b"", version: int = 1) -> str:
        files = {"ImportForm[file]": ("goi.xlsx", data)}
        files |= {"ImportForm[images]": ("anh.zip", pictures)} if pictures else {}
        form = {"_csrf": self.session_token, "ImportForm[type]": self.kinds[kind]}
        answer = self.http.post(
            self.base + "/mc/product/import", data=form, files=files, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return answer.headers["location"].rpartition("=")[2]

    def page(self, upload: str) -> str:
        return self.get("/mc/import/view", id=upload).decode()

    def history(self) -> str:
        return self.get("/mc/import/index").decode()

    def result(self, upload: str) -> list[Cells]:
        return table(opened(self.get("/mc/import/download", id=upload, file="ket_qua"))[1])

    def errors(self, upload: str) -> list[Cells]:
        return self.rows_of(self.get("/mc/import/download", id=upload, file="bao_loi"))

    def export_book(self, state: str = "") -> bytes:
        form = {"_csrf": self.session_token, "ExportForm[status]": state}
        answer = self.http.post(self.base + "/mc/export/create", data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 303
        return self.get("/mc/export/download", id=answer.headers["location"].rpartition("=")[2])


POSTMART_WORDS = {
    "row_key": "Mã dòng", "action": "Thao tác", "create": "TẠO", "change": "SỬA", "hide": "ẨN",
    "show": "HIỆN", "remove": "GỠ", "group_key": "Mã sản phẩm NCC", "sku": "Mã hàng (SKU)",
    "variant_id": "Mã SP", "product_id": "Mã nhóm", "title": "Tên sản phẩm",
    "category": "Ngành hàng", "axis1": "Phân loại 1", "axis": "Khối lượng={}", "price": "Giá bán",
    "list_price": "Giá niêm yết", "stock": "Tồn kho",
    "weight": "Khối lượng (g)", "image": "Ảnh 1", "producer": "Nhà sản xuất", "origin": "Xuất xứ",
    "stars": "Sao OCOP", "decision": "Số quyết định OCOP", "until": "OCOP hiệu lực đến", "papers": "Giấy tờ",
    "leaf": "Nông sản khô > Mật ong", "other_leaf": "Đồ uống > Trà", "half_kilo": 500, "past": "31/12/2020",
    "future": "31/12/2099", "ok": "Thành công", "bad": "Lỗi", "waiting_row": "Đang xử lý", "word": "Kết quả",
    "code": "Mã lỗi", "reason": "Lý do", "url": "Đường dẫn", "state": "Trạng thái", "updated": "Cập nhật lúc",
    "export_reason": "Lý do", "live": "Đang bán", "pending": "Chờ duyệt", "sold_out": "Hết hàng",
    "hidden": "Trong kho", "rejected": "Không duyệt", "locked": "Khóa vi phạm", "total": "Tổng cộng",
    "all": "Hoàn tất", "part": "Hoàn tất một phần", "none": "Không dòng nào được nhận",
    "refused": "Bị từ chối", "waiting": "Đang xử lý", "file_refused": "Từ chối tệp",
}
VOSO_WORDS = {
    "row_key": "Khóa dòng", "action": "Hành động", "create": "THÊM", "change": "CẬP NHẬT",
    "hide": "NGỪNG BÁN", "show": "BÁN LẠI", "remove": "XÓA", "group_key": "Nhóm hàng", "sku": "Mã nội bộ",
    "variant_id": "Mã biến thể", "product_id": "Mã tin", "title": "Tên hàng hóa", "category": "Danh mục",
    "axis1": "Thuộc tính 1", "axis": "Khối lượng: {}", "price": "Đơn giá (VNĐ)",
    "list_price": "Giá gốc (VNĐ)", "stock": "Số lượng", "weight": "Cân nặng (kg)", "image": "Ảnh",
    "producer": "Cơ sở sản xuất", "origin": "Nơi sản xuất", "stars": "Hạng OCOP", "decision": "Quyết định",
    "until": "Ngày hết hạn", "papers": "Hồ sơ kèm theo", "leaf": "137.04", "other_leaf": "138.01",
    "half_kilo": "0.5", "past": "2020-12-31", "future": "2099-12-31", "ok": "Đã nhận", "bad": "Từ chối",
    "waiting_row": "Chờ xử lý", "word": "Kết quả", "code": "Lỗi", "reason": "Diễn giải", "url": "Liên kết",
    "state": "Tình trạng", "updated": "Cập nhật", "export_reason": "Nguyên nhân", "live": "Đang hiển thị",
    "pending": "Đang kiểm duyệt", "sold_out": "Tạm hết", "hidden": "Ngừng hiển thị", "rejected": "Bị từ chối",
    "locked": "Bị khóa", "total": "Cộng", "all": "Đã nhận đủ", "part": "Nhận một phần",
    "none": "Không nhận dòng nào", "refused": "Trả lại tệp", "waiting": "Đang chờ xử lý",
    "file_refused": "Trả lại tệp",
}
SELLERS = {"postmart": (PostmartSeller, POSTMART_WORDS), "voso": (VosoSeller, VOSO_WORDS)}


def at(name: str, sandbox: Any) -> Seller:
    """A seller who knows the way but has not logged in."""
    kind, words = SELLERS[name]
    seller = kind(sandbox.base(name), sandbox.credentials(name), words=words)
    seller.name = name
    return seller


def signed_in(name: str, sandbox: Any) -> Seller:
    seller = at(name, sandbox)
    assert seller.log_in().status_code == 302
    return seller


def row(seller: Seller, **values: Any) -> Cells:
    """Cells under the seller centre's headings."""
    return {seller.words[key]: value for key, value in values.items()}


def honey(seller: Seller, **changes: Any) -> Cells:
    words = seller.words
    plain: dict[str, Any] = {
        "row_key": "MO-500#1", "action": words["create"], "group_key": "MO", "sku": "MO-500",
        "title": "Mật ong rừng Hòa Bình", "category": words["leaf"], "price": 180000, "stock": 12,
        "weight": words["half_kilo"], "image": "mat_ong.jpg", "producer": "HTX Ong Xanh",
        "origin": "Hòa Bình", "axis1": words["axis"].format("500 g"),
    }
    return row(seller, **(plain | changes))


def codes(seller: Seller, results: list[Cells]) -> list[str]:
    return [one[seller.words["code"]] for one in results]


def ids(seller: Seller, results: list[Cells]) -> tuple[str, str]:
    first = results[0]
    assert first[seller.words["word"]] == seller.words["ok"], first
    return str(first[seller.words["product_id"]]), str(first[seller.words["variant_id"]])


def exported(seller: Seller, state: str = "") -> list[Cells]:
    """The export's rows without the total."""
    rows = seller.rows_of(seller.export_book(state))
    return [one for one in rows if next(iter(one.values())) != seller.words["total"]]


def states(seller: Seller) -> list[str]:
    return [one[seller.words["state"]] for one in exported(seller)]


def shown(sandbox: Any, seller: Seller) -> dict[str, Any]:
    return sandbox.get("/state", platform=seller.name)[seller.name]
