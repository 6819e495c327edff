"""The columns of the project's own template: their names, in both languages, and what each belongs to."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["product", "variant", "unwritten"]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it in mappings. A product column may be left blank below its first row; `unwritten` ones are
    understood but not part of the template."""

    key: str
    vi: str
    en: str
    level: Level = "product"
    hint: str = ""
    width: int = 16

    @property
    def heading(self) -> str:
        return f"{self.vi}\n{self.en}"


COLUMNS = (
    Column("code", "Mã sản phẩm", "Product code", hint="Để trống: hệ thống tự đặt. Các dòng cùng mã là một sản phẩm."),
    Column("name", "Tên sản phẩm", "Product name", hint="Bắt buộc. Ví dụ: Mật ong hoa nhãn.", width=34),
    Column("producer", "Chủ thể", "Producer", hint="Bắt buộc. Hộ, hợp tác xã, công ty làm ra sản phẩm.", width=34),
    Column("province", "Tỉnh, thành phố", "Province", hint="Tên hoặc mã; tên tỉnh cũ cũng được.", width=20),
    Column("commune", "Xã, phường", "Commune"),
    Column("set_no", "Bộ sản phẩm OCOP", "OCOP product set", hint="Chọn trong danh sách (1 đến 26).", width=30),
    Column("pack", "Quy cách", "Pack", "variant", "Ví dụ: Hộp 500 g; 25 gói x 2 g; Can 2 lít.", 20),
    Column("price", "Giá bán (đồng)", "Price (dong)", "variant", "Bắt buộc. Ví dụ: 209000 hoặc 209.000đ."),
    Column("stock", "Tồn kho", "Stock", "variant", "Số đếm được trong kho. Để trống: giữ nguyên."),
    Column("sku", "Mã SKU", "Seller SKU", "variant", "3–20 ký tự A–Z, 0–9, _ . - Để trống: hệ thống tự đặt.", 22),
    Column("weight_g", "Khối lượng gói hàng (g)", "Parcel weight (g)", "variant", "Để trống: tính theo quy cách."),
    Column("axis_1", "Phân loại 1", "Option 1 name", hint="Khi có nhiều loại. Ví dụ: Vị."),
    Column("value_1", "Giá trị phân loại 1", "Option 1 value", "variant", "Ví dụ: Cay."),
    Column("axis_2", "Phân loại 2", "Option 2 name"),
    Column("value_2", "Giá trị phân loại 2", "Option 2 value", "variant"),
    Column("barcode", "Mã vạch", "Barcode", "variant", "8, 12, 13 hoặc 14 chữ số."),
    Column(
        "description", "Mô tả", "Description", hint="Bằng lời của chủ thể. Không nêu công dụng chữa bệnh.", width=50
    ),
    Column("short_name", "Tên ngắn", "Short name"),
    Column("brand", "Nhãn hiệu", "Brand"),
    Column("stars", "Số sao OCOP", "OCOP stars", hint="3, 4 hoặc 5, theo quyết định. Chưa có thì để trống."),
    Column("decision", "Số quyết định công nhận", "Decision number", hint="Ví dụ: 3981/QĐ-UBND."),
    Column("authority", "Cơ quan công nhận", "Authority", hint="Ví dụ: UBND tỉnh Lâm Đồng.", width=24),
    Column("issued_on", "Ngày công nhận", "Issued on", hint="dd/mm/yyyy."),
    Column("expires_on", "Có giá trị đến", "Valid until", hint="Để trống: 36 tháng từ ngày công nhận."),
    Column("ingredients", "Thành phần", "Ingredients", width=30),
    Column("net_content", "Khối lượng tịnh", "Net content"),
    Column("shelf_life", "Hạn sử dụng", "Shelf life", hint="Ví dụ: 12 tháng từ ngày sản xuất."),
    Column("usage", "Hướng dẫn sử dụng", "How to use", width=30),
    Column("storage", "Bảo quản", "Storage", width=30),
    Column("warnings", "Cảnh báo", "Warnings", width=30),
    Column("alcohol_percent", "Độ cồn (%)", "Alcohol (%)"),
    Column("trace_url", "Đường dẫn truy xuất", "Traceability link", width=30),
    Column("size_cm", "Kích thước gói (cm)", "Parcel size (cm)", hint="Dài x rộng x cao. Ví dụ: 20x15x10."),
    Column("delivery_area", "Chỉ giao tại", "Delivery area", hint="Để trống: giao toàn quốc."),
    Column("retired", "Ngừng bán", "Retired", hint="«có» để ẩn sản phẩm khỏi các sàn."),
    Column("producer_code", "Mã chủ thể", "Producer code", hint="Để trống: hệ thống tự đặt."),
    Column("producer_kind", "Loại chủ thể", "Producer kind", hint="Hợp tác xã, công ty, hộ kinh doanh…"),
    Column("producer_address", "Địa chỉ chủ thể", "Producer address", width=30),
    Column("made_up", "Số liệu mẫu", "Made up", "unwritten"),
    Column("province_text", "Lời có nhắc tỉnh", "Text that names the province", "unwritten"),
)

BY_KEY = {column.key: column for column in COLUMNS}
PRODUCT_KEYS = tuple(column.key for column in COLUMNS if column.level != "variant")
