"""Attribute tables and their allowed values. Codes follow known clients, ids and values are invented."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attribute:
    """One attribute; `values` are the allowed texts of a select, `default` stands in when it is left out."""

    id: int
    code: str
    name: str
    name_en: str
    input_type: str = "text"
    data_type: str = "text"
    required: bool = False
    default: str | None = None
    values: tuple[str, ...] = ()

    def row(self, category_id: int) -> dict[str, Any]:
        """As /categories/{id}/attributes shows it."""
        return {
            "id": self.id, "code": self.code, "display_name": self.name, "display_name_en": self.name_en,
            "input_type": self.input_type, "data_type": self.data_type, "is_required": self.required,
            "default_value": self.default, "description": "", "description_en": "",
            "category_id": category_id,
        }  # fmt: skip


COUNTRIES = ("Việt Nam", "Lào", "Campuchia", "Thái Lan", "Trung Quốc", "Hàn Quốc", "Nhật Bản", "Đài Loan")
BRANDS = ("OEM", "OCOP", "OCOP Hà Nội", *(f"Thương hiệu mẫu {at:03d}" for at in range(1, 120)))
MATERIALS = ("Tre", "Mây", "Cói", "Gỗ", "Gốm", "Sứ", "Sơn mài", "Lụa", "Cotton", "Thổ cẩm", "Khác")

_COMMON = (
    Attribute(501, "brand", "Thương hiệu", "Brand", "select", required=True, values=BRANDS),
    Attribute(502, "origin", "Xuất xứ", "Origin", "select", required=True, values=COUNTRIES),
    Attribute(503, "brand_country", "Xuất xứ thương hiệu", "Brand country", "select", required=True,
              values=COUNTRIES),
    Attribute(504, "bulky", "Hàng cồng kềnh", "Bulky", data_type="boolean", required=True, default="0"),
    Attribute(505, "is_warranty_applied", "Sản phẩm có được bảo hành không?", "Warranty applied",
              data_type="boolean", required=True, default="0"),
    Attribute(506, "product_weight_kg", "Cân nặng (kg)", "Weight (kg)", data_type="decimal", required=True),
    Attribute(507, "product_length", "Chiều dài (cm)", "Length (cm)", data_type="decimal", required=True),
    Attribute(508, "product_width", "Chiều rộng (cm)", "Width (cm)", data_type="decimal", required=True),
    Attribute(509, "product_height", "Chiều cao (cm)", "Height (cm)", data_type="decimal", required=True),
    Attribute(510, "product_top_features", "Đặc điểm nổi bật", "Top features", "textarea", required=True),
    Attribute(511, "vat", "Thuế GTGT (%)", "VAT", data_type="decimal"),
)  # fmt: skip
_EXPIRY = (
    Attribute(521, "require_expiry_date", "Có hạn sử dụng", "Has expiry date", data_type="boolean",
              required=True, default="1"),
    Attribute(522, "expiry_time", "Hạn sử dụng", "Expiry time", required=True),
    Attribute(523, "ingredients", "Thành phần", "Ingredients", "textarea"),
    Attribute(524, "storage_instruction", "Hướng dẫn bảo quản", "Storage", "textarea"),
)  # fmt: skip
_MATERIAL = Attribute(531, "material", "Chất liệu", "Material", "multiselect", required=True,
                      values=MATERIALS)  # fmt: skip
_STORAGE = Attribute(524, "storage_instruction", "Hướng dẫn bảo quản", "Storage", "textarea")

SCHEMAS: dict[str, tuple[Attribute, ...]] = {
    "food": (*_COMMON, *_EXPIRY),
    "fresh": (*_COMMON, _STORAGE),
    "beauty": (*_COMMON, *_EXPIRY[:3]),
    "craft": (*_COMMON, _MATERIAL),
    "fashion": (*_COMMON, _MATERIAL),
    "plant": _COMMON,
}
BY_ID = {attribute.id: attribute for schema in SCHEMAS.values() for attribute in schema}
OPTION_LABELS = ("Kích thước", "Màu sắc", "Khối lượng", "Dung tích", "Quy cách", "Hương vị",
                 "size", "color")  # fmt: skip
