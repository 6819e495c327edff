"""Lazada's answer codes as data: what to do next, and what to tell a producer. Platform facts, seen 2026-11."""

from typing import NamedTuple

TOO_FAST = {"ApiCallLimit", "SellerCallLimit", "AppCallLimit", "901", "4154", "513", "998"}  # AppCallLimit: unverified
NOT_NOW = {"300", "301", "4147"}  # nothing happened: ask again
CLOCK = {"IllegalTimestamp"}  # UNCERTAIN spelling: this machine's clock is off, no listing is to blame
IN_DOUBT = {"ServiceTimeout", "6", "1000", "506", "1002", "502", "4159"}  # a write may have gone through
DEAD_TOKEN = {"IllegalAccessToken", "InvalidAccessToken"}
CONSENT = {"IllegalRefreshToken", "InvalidCode", "AUTH_TYPE_UNSUPPORTED", "SellerNotActive", "SellerNotVerified"}
MISSING = {"16", "207", "208", "4136", "4137", "E0002", "E0003", "EDIT_ITEM_NOT_BELONG_SELLER"}
UMBRELLA = {"500", "501", "503", "504"}  # the cause is in `detail` only
SKU_TAKEN = {"4105", "4126", "4135", "4141"}
ALREADY_INACTIVE = "E0004"


class Meaning(NamedTuple):
    """`field` is a facts field, `vi` says what to do."""

    field: str
    vi: str
    en: str


# Business names that arrive inside `detail` instead of the number.
NUMBERS = {
    "BIZ_CHECK_PRICE_PRECISION_INVALID": "4104",
    "BIZ_CHECK_SELLER_SKU_DUPLICATE": "4105",
    "CHECK_CAT_PROP_INVALID_NUMBER": "4107",
    "CHK_BASIC_REQUIRED": "4108",
    "CHK_SKU_PROPS_NOT_MATCH_SALE_PROP": "4109",
    "BIZ_CHECK_CAT_PROP_MANDATORY": "4110",
    "CHK_SKU_PROPS_DUPLICATE": "4112",
    "CHK_CATPROP_CPV_NOT_ENUM": "4115",
    "BIZ_CHECK_MAIN_IMAGE_DUPLICATE": "4116",
    "BIZ_CHECK_PRICE_IS_ZERO": "4118",
    "BIZ_CHECK_SPECIAL_PRICE_RATE_OUT_OF_RANGE": "4119",
    "CHK_CATPROP_CPV_MAX_LEGNTH": "4120",  # spelt so over there
    "BIZ_CHECK_MANGROVE_RULE": "4123",
    "BIZ_CHECK_MANGROVE_RULE_QC": "4124",
    "THD_IC_F_IC_DOMAIN_PROPERTY_002": "4125",
    "THD_IC_F_IC_INFRA_PRODUCT_036": "4126",
    "THD_IC_ERR_F_IC_INFRA_PRODUCT_036": "4141",
    "BIZ_CHECK_PROP_SPECIAL_CHAR": "4129",
    "BIZ_CHECK_CAT_PROP_SENSITIVE_WORDS": "4131",
    "SYS_REQUEST_TOO_FAST": "4154",
    "THD_INVENTORY_ERR_INV_NEGATIVE_SELLABLE": "4170",  # below what a campaign holds
    "THD_IC_ERR_F_IC_ABILITY_PG_003": "4162",
    "THD_IC_ERR_F_IC_ABILITY_PG_004": "4162",
}

_CATEGORY = "Chọn ngành hàng khác cho bộ sản phẩm OCOP này, hoặc xin Lazada duyệt ngành hàng."
_VARIANT = "Sửa tên phân loại của các biến thể để mỗi biến thể một tên, không trùng, tối đa 20 ký tự."
_CAMPAIGN = "Sản phẩm đang trong chiến dịch khuyến mãi; đợi chiến dịch kết thúc hoặc rút khỏi chiến dịch trên Lazada."

MEANINGS = {
    "4104": Meaning("price", "Giá phải là số nguyên đồng, ví dụ 45000.", "Prices are whole dong, for example 45000."),
    "4105": Meaning("variants", "SKU này đã có trong gian hàng Lazada. Đổi SKU hoặc gỡ tin cũ.", "The SKU is taken."),
    "4107": Meaning("attributes", "Một thuộc tính phải là số.", "An attribute has to be a number."),
    "4108": Meaning("listing", "Thiếu thông tin bắt buộc. Bổ sung rồi lưu lại.", "Mandatory information is missing."),
    "4109": Meaning("variants", _VARIANT, "The variants do not match the axes."),
    "4110": Meaning("attributes", "Thiếu thuộc tính bắt buộc của ngành hàng.", "A mandatory attribute is missing."),
    "4112": Meaning("variants", _VARIANT, "Two variants have the same options."),
    "4115": Meaning(
        "attributes", "Giá trị không nằm trong danh sách của Lazada.", "The value is not among the options."
    ),
    "4116": Meaning("pictures", "Có hai ảnh giống nhau. Bỏ bớt một ảnh.", "Two pictures are the same."),
    "4118": Meaning("price", "Giá phải lớn hơn 0, ví dụ 45000.", "The price must be above 0."),
    "4119": Meaning("price", "Giá khuyến mãi quá thấp so với giá bán.", "The special price is out of range."),
    "4120": Meaning("attributes", "Một thuộc tính quá dài. Rút ngắn lại.", "An attribute is too long."),
    "4123": Meaning("category", f"Hàng bị hạn chế bán. {_CATEGORY}", "Restricted goods."),
    "4128": Meaning("listing", "Gian hàng đang bị khóa. Liên hệ Lazada.", "The seller is locked."),
    "4129": Meaning("title", 'Có ký tự không được dùng (\\ " * ^ ~ < > / |). Bỏ đi.', "A character is not allowed."),
    "4130": Meaning("brand", "Thương hiệu chưa được cấp quyền trên Lazada.", "The brand is not authorised."),
    "4131": Meaning("description", "Có từ bị cấm trong tên hoặc mô tả. Viết lại.", "There are sensitive words."),
    "4133": Meaning("variants", _VARIANT, "The variation is invalid."),
    "4134": Meaning("category", f"Ngành hàng chưa phải cấp cuối. {_CATEGORY}", "Not a leaf category."),
    "4138": Meaning("pictures", "Ảnh chưa được tải lên Lazada.", "A picture is not hosted by Lazada."),
    "4139": Meaning("pictures", "Thiếu ảnh chính. Thêm ít nhất một ảnh.", "The main picture is missing."),
    "4142": Meaning("brand", "Thương hiệu không hợp ngành hàng này.", "The brand is invalid in this category."),
    "4148": Meaning(
        "listing", "Gian hàng đã đủ số sản phẩm cho phép. Gỡ bớt tin cũ.", "The shop's item limit is reached."
    ),
    "4149": Meaning("size_cm", "Kích thước, cân nặng chỉ lấy hai số lẻ.", "Package numbers take two decimals."),
    "4150": Meaning("variants", "SKU không hợp lệ. Chỉ dùng chữ hoa, số, dấu - _ .", "The seller SKU is invalid."),
    "4151": Meaning("listing", "Lazada không duyệt theo chính sách. Xem lý do kèm theo.", "Refused by policy."),
    "4152": Meaning("stock", "Số lượng tồn không hợp lệ.", "The stock is invalid."),
    "4155": Meaning("listing", "Tin bị khóa do vi phạm. Liên hệ Lazada.", "The item is locked."),
    "4156": Meaning("brand", "Gian hàng LazMall phải khai thương hiệu.", "LazMall shops need a brand."),
    "4160": Meaning(
        "title", "Tên quá 255 byte. Chữ có dấu tính 2-3 byte: rút ngắn tên.", "The title is over 255 bytes."
    ),
    "4161": Meaning("variants", "Lazada không nhận tên phân loại này. " + _VARIANT, "Unknown variation attribute."),
    "4162": Meaning("listing", _CAMPAIGN, "A campaign locks the item."),
    "4163": Meaning("category", f"Gian hàng chưa được bán ngành này. {_CATEGORY}", "The category is not authorised."),
    "4164": Meaning("weight_g", "Kiện hàng nặng quá 40 kg.", "The parcel is over 40 kg."),
    "4165": Meaning("size_cm", "Tổng ba chiều kiện hàng quá 300 cm.", "The parcel's sides sum to over 300 cm."),
    "4168": Meaning("brand", "Chưa có quyền bán thương hiệu này.", "No permission for the brand."),
    "4169": Meaning("pictures", "Quá 8 ảnh. Bỏ bớt.", "More than 8 pictures."),
    "4170": Meaning("stock", f"{_CAMPAIGN} Trong lúc đó chỉ được tăng tồn kho.", "In a campaign stock may only rise."),
    "4218": Meaning("listing", "Tin đang bị phạt. Liên hệ Lazada.", "The item is penalised."),
    "4225": Meaning("listing", "Tin do Lazada đồng quản lý, không sửa được từ đây.", "A semi-managed item."),
    "209": Meaning("variants", _VARIANT, "The variation is invalid."),
    "212": Meaning("stock", "Tồn kho không được âm.", "Stock would become negative."),
    "303": Meaning("pictures", "Ảnh quá lớn. Dùng ảnh dưới 1 MB.", "The picture is too large."),
    "302": Meaning("pictures", "Ảnh không hợp lệ. Dùng JPG hoặc PNG, cạnh 330 đến 5000 px.", "The picture is invalid."),
    "57": Meaning("category", f"Ngành hàng không có. {_CATEGORY}", "There is no such category."),
}
for _same, _as in (
    ("4124", "4123"),
    ("4125", "4110"),
    ("4167", "4110"),
    ("4126", "4105"),
    ("4135", "4105"),
    ("4141", "4105"),
    ("4140", "4115"),
    ("4143", "4133"),
    ("4144", "4133"),
    ("4145", "4133"),
    ("4113", "4133"),
    ("4158", "4116"),
    ("4221", "4151"),
    ("4228", "57"),
    ("4227", "57"),
    ("201", "57"),
    ("512", "4123"),
):
    MEANINGS[_same] = MEANINGS[_as]
