"""Shopee's reasons against a listing, in words a producer understands, by Shopee's codes (typing errors included)."""

_LOCKED_VI = "Sản phẩm đang trong khuyến mãi của Shopee nên không sửa được. Chờ hết hoặc rút khỏi chương trình."
_LOCKED_EN = "The item is in a Shopee promotion and locked. Wait until it ends or leave the promotion."
_CATEGORY_VI = "Shopee không nhận ngành hàng này. Chọn ngành khác cho bộ sản phẩm trong config/channels/shopee.toml."
_CATEGORY_EN = "Shopee does not take this category. Choose another for this product set in config/channels/shopee.toml."
_ATTRIBUTE_VI = (
    "Thuộc tính ngành hàng thiếu hoặc sai. Bổ sung nhãn sản phẩm: thành phần, hạn sử dụng, bảo quản, khối lượng tịnh."
)
_ATTRIBUTE_EN = (
    "A category attribute is missing or wrong. Complete the label: ingredients, shelf life, storage, net content."
)
_BRAND_VI = "Ngành hàng này đòi thương hiệu đã đăng ký trên Shopee. Đăng ký thương hiệu với Shopee trước."
_BRAND_EN = "This category wants a brand registered with Shopee. Register the brand there first."
_LOGISTICS_VI = "Không đơn vị vận chuyển nào nhận gói này. Kiểm tra khối lượng, kích thước, giá hoặc bật thêm đơn vị."
_LOGISTICS_EN = (
    "No shipping channel takes this parcel. Check weight, size and price, or enable another channel in Shopee."
)
_SHIP_DAYS_VI = "Thời gian chuẩn bị hàng không được ngành hàng cho phép. Xem cài đặt thời gian chuẩn bị hàng của shop."
_SHIP_DAYS_EN = "The category does not allow this preparation time. See the shop's days-to-ship setting."
_VARIANTS_VI = (
    "Phân loại hàng không hợp lệ. Tối đa 2 nhóm, 50 phân loại, tên không trùng, tên lựa chọn không quá 20 ký tự."
)
_VARIANTS_EN = (
    "The variations are not valid. At most 2 groups, 50 variants, no equal names, options up to 20 characters."
)

REFUSALS: dict[str, tuple[str, str, str]] = {
    "error_item_name_is_too_short": (
        "title",
        "Tên sản phẩm quá ngắn. Viết rõ hơn, ví dụ thêm quy cách: Mật ong hoa nhãn 500 g.",
        "The title is too short. Say more, for example the pack: Mật ong hoa nhãn 500 g.",
    ),
    "error_title_character_forbidden": (
        "title",
        "Tên sản phẩm có ký tự Shopee cấm. Bỏ biểu tượng, chỉ giữ chữ, số và dấu câu thường.",
        "The title has characters that Shopee forbids. Keep letters, digits and plain punctuation.",
    ),
    "error_item_name_empty": ("title", "Tên sản phẩm trống. Điền tên.", "The title is empty. Fill it in."),
    "error_desc_length_min_limit": (
        "description",
        "Mô tả quá ngắn. Viết thêm về nguồn gốc, cách làm, cách dùng.",
        "The description is too short. Write more about origin, making and use.",
    ),
    "error_desc_hash_tag_over_limit": (
        "description",
        "Mô tả có hơn 18 hashtag. Bỏ bớt các từ bắt đầu bằng #.",
        "The description has more than 18 hashtags. Remove words that begin with #.",
    ),
    "error_image_num_min": (
        "pictures",
        "Thiếu ảnh. Thêm ít nhất một ảnh sản phẩm.",
        "There is no picture. Add at least one.",
    ),
    "error_image_unavailable": (
        "pictures",
        "Shopee không nhận ảnh. Tải ảnh JPG hoặc PNG khác, cạnh từ 500 điểm ảnh.",
        "Shopee does not take the picture. Use another JPG or PNG of at least 500 pixels.",
    ),
    "error_reach_shop_item_limit": (
        "listing",
        "Shop đã đủ số sản phẩm Shopee cho phép. Xóa bớt sản phẩm cũ hoặc xin Shopee nâng hạn mức.",
        "The shop is full. Remove old items or ask Shopee for a higher limit.",
    ),
    "error_holiday_on_add_item": (
        "listing",
        "Shop đang ở chế độ tạm nghỉ. Tắt tạm nghỉ trên Kênh người bán Shopee.",
        "The shop is in holiday mode. Switch it off in Shopee's seller centre.",
    ),
    "error_seller_under_penalty": (
        "listing",
        "Shop đang bị Shopee phạt nên không đăng được. Xem điểm phạt trên Kênh người bán Shopee.",
        "The shop is under penalty and may not list. See the penalty points in Shopee's seller centre.",
    ),
    "error_repeated_mtsku": (
        "listing",
        "Shopee cho rằng sản phẩm này đã được đăng. Kiểm tra sản phẩm trùng trong shop.",
        "Shopee thinks a similar product is listed already. Look for a double in the shop.",
    ),
    "error_update_price_fail": (
        "price",
        "Shopee không nhận giá. Giữa các phân loại, giá cao nhất không quá 5 lần giá thấp nhất.",
        "Shopee does not take the price. The dearest variant may cost at most 5 times the cheapest.",
    ),
    "error_busi_update_stock_failed": (
        "stock",
        "Shopee không nhận số tồn. Số tồn không được thấp hơn số giữ cho khuyến mãi.",
        "Shopee does not take the stock. It must not be below what a promotion holds.",
    ),
    "error_busi_cannot_delist_reviewing_or_banned_item": (
        "visible",
        "Sản phẩm đang bị xét duyệt hoặc bị cấm nên không ẩn được. Chờ Shopee xử lý xong.",
        "The item is under review or banned and cannot be hidden. Wait for Shopee.",
    ),
    "error_set_normal_unlisted_item": (
        "visible",
        "Sản phẩm đang chờ đăng theo lịch nên không bật được. Đăng lại trên Kênh người bán Shopee.",
        "The item waits for its scheduled publishing. Publish it in Shopee's seller centre.",
    ),
}


def _same(codes: str, field: str, vi: str, en: str) -> None:
    REFUSALS.update(dict.fromkeys(codes.split(), (field, vi, en)))


_same(
    "error_title_exceeds_max_length error_name_length_limit",
    "title",
    "Tên sản phẩm quá dài. Điền tên ngắn cho sản phẩm.",
    "The title is too long. Fill in the product's short name.",
)
_same(
    "error_invalid_category error_incalid_category error_category_is_block error_forbidden_category error_category",
    "category",
    _CATEGORY_VI,
    _CATEGORY_EN,
)
_same(
    "error_less_required_attribute error_invalid_attribute error_invalid_attribute_value error_value_name_required"
    " error_value_id_must_equal_zero error_attribute error_invalid_category_attribute error_busi_attribute_error",
    "attributes",
    _ATTRIBUTE_VI,
    _ATTRIBUTE_EN,
)
_same(
    "error_less_required_brand error_invalid_brand error_incalid_brand error_brand error_brand_forbidden",
    "brand",
    _BRAND_VI,
    _BRAND_EN,
)
_same(
    "error_price_exceed_min_limitt error_price_exceed_max_limitt error_invalid_price error_price_out_of_range",
    "price",
    "Giá nằm ngoài khoảng Shopee cho phép. Sửa giá, ví dụ từ 1.000 ₫ đến 120.000.000 ₫.",
    "The price is outside Shopee's range. Change it, for example to between 1,000 and 120,000,000 dong.",
)
_same("error_invalid_logistic_info error_invalid_price_for_logistic", "weight_g", _LOGISTICS_VI, _LOGISTICS_EN)
_same(
    "error_invalid_days_to_ship error_param_dts_exceeds_max_limit error_param_category_not_support_pre_order"
    " error_category_dts",
    "listing",
    _SHIP_DAYS_VI,
    _SHIP_DAYS_EN,
)
_same(
    "error_tier_var_too_many error_tier_opt_too_many error_tier_opt_val_too_long error_tier_var_name_too_long"
    " error_model_count_over_limit error_model_duplicate_name error_model_duplicate_tier_variation_index"
    " error_model_tier_index_bound",
    "variants",
    _VARIANTS_VI,
    _VARIANTS_EN,
)
_same(
    "error_edit_item_price_for_item_has_model error_edit_item_stock_for_item_has_model",
    "variants",
    "Sản phẩm trên Shopee có phân loại nên phải sửa theo từng phân loại. Chạy đối soát để đọc lại phân loại.",
    "The item has variants over there and is edited by variant. Reconcile to read them again.",
)
_same(
    "error_cannt_edit_price_in_promotion error_cannot_update_price_in_promotion"
    " error_in_item_promotion_item_price_lock",
    "price",
    _LOCKED_VI,
    _LOCKED_EN,
)
_same(
    "error_cannt_edit_stock_in_promotion error_promotion_cantnot_update_stock"
    " error_model_update_stock_model_in_promotion",
    "stock",
    _LOCKED_VI,
    _LOCKED_EN,
)
_same(
    "error_cannt_unlisted_in_promotion error_unlist_in_promotion error_in_item_promotion_unlsit_lock",
    "visible",
    _LOCKED_VI,
    _LOCKED_EN,
)
_same(
    "error_cannt_init_tier_in_promotion error_cannt_change_tier_variation_in_promotion"
    " error_cannt_delete_option_in_promotion error_model_remove_model_in_promotion",
    "variants",
    _LOCKED_VI,
    _LOCKED_EN,
)
_same("error_cannt_edit_name_in_promotion error_in_item_promotion_name_item_lock", "title", _LOCKED_VI, _LOCKED_EN)
_same("error_cannt_edit_image_in_promotion", "pictures", _LOCKED_VI, _LOCKED_EN)
_same("error_cannt_edit_description_in_promotion", "description", _LOCKED_VI, _LOCKED_EN)
_same("error_cannt_delete_in_promotion error_item_in_promotion", "listing", _LOCKED_VI, _LOCKED_EN)
