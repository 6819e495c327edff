"""Attribute tables and brands: the source of truth for what a category wants. Names and ids are invented."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attribute:
    """One attribute; options are (Vietnamese, English) pairs."""

    id: int
    name: str
    label: str
    input_type: str = "text"
    mandatory: bool = False
    of_sku: bool = False
    sale_prop: bool = False
    options: tuple[tuple[str, str], ...] = ()
    unit: tuple[str, int, str, str] | None = None  # (unit, decimals, least, most)

    def row(self, vietnamese: bool) -> dict[str, Any]:
        """As /category/attributes/get shows it."""
        row: dict[str, Any] = {
            "id": self.id, "name": self.name, "label": self.label, "input_type": self.input_type,
            "attribute_type": "sku" if self.of_sku else "normal", "is_mandatory": int(self.mandatory),
            "is_sale_prop": int(self.sale_prop), "advanced": {"is_key_prop": int(self.name in KEYS)},
            "options": [
                {"id": self.id * 100 + at, "name": vi if vietnamese else en, "en_name": en}
                for at, (vi, en) in enumerate(self.options, 1)
            ],
        }  # fmt: skip
        if self.unit:
            kind, precision, least, most = self.unit
            row["unit"] = {"type": [kind], "precision": precision, "numericMin": least, "numericMax": most}
        return row


KEYS = {"brand", "country_of_origin"}
_COUNTRIES = (("Việt Nam", "Vietnam"), ("Lào", "Laos"), ("Campuchia", "Cambodia"), ("Thái Lan", "Thailand"),
              ("Trung Quốc", "China"), ("Hàn Quốc", "South Korea"), ("Nhật Bản", "Japan"))  # fmt: skip
_STORAGE = (("Nhiệt độ thường", "Room temperature"), ("Ngăn mát", "Chilled"), ("Đông lạnh", "Frozen"))
_MATERIALS = (("Tre", "Bamboo"), ("Mây", "Rattan"), ("Gỗ", "Wood"), ("Gốm sứ", "Ceramic"), ("Cói", "Sedge"),
              ("Lụa", "Silk"), ("Cotton", "Cotton"), ("Thổ cẩm", "Brocade"), ("Khác", "Other"))  # fmt: skip
_COLOURS = (("Đen", "Black"), ("Trắng", "White"), ("Đỏ", "Red"), ("Xanh dương", "Blue"),
            ("Xanh lá", "Green"), ("Vàng", "Yellow"), ("Nâu", "Brown"),
            ("Nhiều màu", "Multicolor"))  # fmt: skip

_FIXED = (
    Attribute(120000001, "name", "Tên sản phẩm", mandatory=True),
    Attribute(120000002, "description", "Mô tả dài", "richText"),
    Attribute(120000003, "short_description", "Mô tả ngắn", "richText"),
    Attribute(120000004, "brand", "Thương hiệu", "singleSelect", mandatory=True),
    Attribute(120000005, "model", "Mẫu mã"),
    Attribute(120000006, "warranty_type", "Loại bảo hành", "singleSelect",
              options=(("Không bảo hành", "No Warranty"),
                       ("Bảo hành bởi nhà bán", "Local Supplier Warranty"))),
    Attribute(120000007, "video", "Video"),
    Attribute(120000008, "Hazmat", "Hàng nguy hiểm", "multiSelect",
              options=(("Không", "None"), ("Chất lỏng", "Liquid"), ("Dễ cháy", "Flammable"))),
    Attribute(120000011, "SellerSku", "SKU nhà bán", mandatory=True, of_sku=True),
    Attribute(120000012, "price", "Giá", "numeric", mandatory=True, of_sku=True),
    Attribute(120000013, "quantity", "Số lượng", "numeric", of_sku=True),
    Attribute(120000014, "special_price", "Giá khuyến mãi", "numeric", of_sku=True),
    Attribute(120000015, "special_from_date", "Ngày bắt đầu", "date", of_sku=True),
    Attribute(120000016, "special_to_date", "Ngày kết thúc", "date", of_sku=True),
    Attribute(120000017, "package_content", "Trong hộp có gì", of_sku=True),
    Attribute(120000018, "package_weight", "Khối lượng đóng gói (kg)", "numeric", True, True),
    Attribute(120000019, "package_length", "Chiều dài (cm)", "numeric", True, True),
    Attribute(120000020, "package_width", "Chiều rộng (cm)", "numeric", True, True),
    Attribute(120000021, "package_height", "Chiều cao (cm)", "numeric", True, True),
)  # fmt: skip
_ORIGIN = Attribute(120010001, "country_of_origin", "Xuất xứ", "singleSelect", True, options=_COUNTRIES)
_COLOUR = Attribute(120013644, "color_family", "Nhóm màu", "multiEnumInput", False, True, True, _COLOURS)
_SIZE = Attribute(120013645, "size", "Kích thước", "enumInput", False, True, True,
                  (("S", "S"), ("M", "M"), ("L", "L"), ("XL", "XL")))  # fmt: skip
_WEIGHT = Attribute(120013646, "net_weight", "Quy cách", "enumInput", False, True, True,
                    (("250g", "250g"), ("500g", "500g"), ("1kg", "1kg")))  # fmt: skip
_FLAVOUR = Attribute(120013647, "flavor", "Hương vị", "enumInput", False, True, True,
                     (("Truyền thống", "Original"), ("Cay", "Spicy")))  # fmt: skip
_STORE = Attribute(120010003, "storage_condition", "Bảo quản", "singleSelect", options=_STORAGE)
_LIFE = Attribute(120010002, "shelf_life", "Hạn sử dụng (ngày)", "numeric", True,
                  unit=("day", 0, "1", "3650"))  # fmt: skip
_FEATURE = Attribute(120010004, "food_feature", "Đặc điểm", "multiEnumInput",
                     options=(("Hữu cơ", "Organic"), ("Đặc sản", "Specialty"),
                              ("Chay", "Vegan")))  # fmt: skip
_MATERIAL = Attribute(120010005, "material", "Chất liệu", "multiSelect", True, options=_MATERIALS)
_SKIN = Attribute(120010006, "skin_type", "Loại da", "singleSelect",
                  options=(("Mọi loại da", "All"), ("Da khô", "Dry"), ("Da dầu", "Oily")))  # fmt: skip

SCHEMAS: dict[str, tuple[Attribute, ...]] = {
    "food": (*_FIXED, _ORIGIN, _LIFE, _STORE, _FEATURE, _WEIGHT, _FLAVOUR, _SIZE),
    "fresh": (*_FIXED, _ORIGIN, _STORE, _FEATURE, _WEIGHT, _SIZE),
    "beauty": (*_FIXED, _ORIGIN, _LIFE, _SKIN, _WEIGHT, _FLAVOUR, _SIZE, _COLOUR),
    "craft": (*_FIXED, _ORIGIN, _MATERIAL, _COLOUR, _SIZE),
    "textile": (*_FIXED, _ORIGIN, _MATERIAL, _COLOUR, _SIZE),
    "plant": (*_FIXED, _ORIGIN, _COLOUR, _SIZE),
}


@dataclass(frozen=True)
class Brand:
    """A brand of the country's list; a protected one needs a permission that the demo seller lacks."""

    id: int
    name: str
    protected: bool = False


NO_BRAND = Brand(39704, "No Brand")
BRANDS: tuple[Brand, ...] = (
    *(Brand(210000 + at, f"Thương hiệu mẫu {at:03d}") for at in range(1, 120)),
    NO_BRAND,
    Brand(210500, "OCOP"),
    Brand(210501, "OCOP Hà Nội"),
    Brand(210900, "Thương hiệu được bảo hộ (mẫu)", protected=True),
)
BRAND_BY_NAME = {brand.name.casefold(): brand for brand in BRANDS}
BRAND_BY_ID = {brand.id: brand for brand in BRANDS}


def brand_rows(start: int, size: int) -> list[dict[str, Any]]:
    """A page of brands as /category/brands/query shows them."""
    return [
        {"brand_id": brand.id, "name": brand.name, "name_en": brand.name,
         "global_identifier": brand.name.casefold().replace(" ", "_")}
        for brand in BRANDS[start : start + size]
    ]  # fmt: skip
