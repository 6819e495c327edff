"""Words, headings and categories of the Voso-like centre: the sandbox's own, no real site's."""

from sandbox.seller_centre.dialect import GOODS, OFFER, VISIBILITY, Category, Dialect, Sheet, columns

_GOODS_1 = columns(
    "Hành động | Khóa dòng | Nhóm hàng | Mã nội bộ | Mã tin | Mã biến thể | Danh mục | Tên hàng hóa | "
    "Thuộc tính 1 | Thuộc tính 2 | Số lượng | Đơn giá (VNĐ) | Giá gốc (VNĐ) | Cân nặng (kg) | "
    "Dài x rộng x cao | Tóm tắt | Nội dung | Ảnh | Hạng OCOP | Quyết định | Ngày hết hạn | "
    "Cơ sở sản xuất | Nơi sản xuất | HSD | Cách bảo quản | Thành phần | Hồ sơ kèm theo",
    "action row_key group_key sku product_id variant_id category title axis1 axis2 stock price "
    "list_price weight size short_text description images stars decision until producer origin "
    "shelf_life storage ingredients papers",
)
_GOODS_2 = columns(
    "Khóa dòng | Hành động | Nhóm hàng | Mã tin | Mã biến thể | SKU | Tên tin đăng | Danh mục | "
    "Thuộc tính 1 | Thuộc tính 2 | Giá bán lẻ | Giá gốc | Tồn | Cân nặng (kg) | Dài x rộng x cao | "
    "Ảnh | Tóm tắt | Nội dung | Cơ sở sản xuất | Nơi sản xuất | HSD | Cách bảo quản | Thành phần | "
    "Hạng OCOP | Quyết định | Ngày hết hạn | Hồ sơ kèm theo",
    "row_key action group_key product_id variant_id sku title category axis1 axis2 price list_price "
    "stock weight size images short_text description producer origin shelf_life storage ingredients "
    "stars decision until papers",
)
_OFFER_1 = columns(
    "Khóa dòng | Mã biến thể | Đơn giá (VNĐ) | Giá gốc (VNĐ) | Số lượng | Mã nội bộ",
    "row_key variant_id price list_price stock sku",
)
_OFFER_2 = columns(
    "Khóa dòng | Mã biến thể | SKU | Tồn | Giá bán lẻ | Giá gốc",
    "row_key variant_id sku stock price list_price",
)
_VISIBILITY_1 = columns(
    "Khóa dòng | Hành động | Mã tin | Mã biến thể",
    "row_key action product_id variant_id",
)
_VISIBILITY_2 = columns(
    "Mã tin | Mã biến thể | Hành động | Khóa dòng",
    "product_id variant_id action row_key",
)

CATEGORIES = (
    Category("137.01", "Sàn đặc sản / Rau, củ, quả tươi"),
    Category("137.02", "Sàn đặc sản / Thịt, thủy hải sản, trứng, sữa"),
    Category("137.03", "Sàn đặc sản / Gạo, ngũ cốc và hạt"),
    Category("137.04", "Sàn đặc sản / Mật ong"),
    Category("137.05", "Sàn đặc sản / Giò chả, đồ khô, món ăn liền"),
    Category("137.06", "Sàn đặc sản / Bánh kẹo, mứt, đồ ăn vặt"),
    Category("137.07", "Sàn đặc sản / Bún, miến, phở"),
    Category("137.08", "Sàn đặc sản / Mắm, tương, gia vị"),
    Category("138.01", "Đồ uống / Trà, chè"),
    Category("138.02", "Đồ uống / Trà thảo mộc"),
    Category("138.03", "Đồ uống / Cà phê và ca cao"),
    Category("138.04", "Đồ uống / Rượu truyền thống"),
    Category("138.05", "Đồ uống / Nước khoáng, nước uống"),
    Category("138.06", "Đồ uống / Nước ép, siro"),
    Category("140.01", "Sức khỏe / Thực phẩm chức năng"),
    Category("140.02", "Sức khỏe / Tinh dầu, dược liệu", food=False),
    Category("140.03", "Sức khỏe / Mỹ phẩm thiên nhiên", food=False),
    Category("152.01", "Làng nghề / Quà tặng, mỹ nghệ", food=False),
    Category("152.02", "Làng nghề / Gốm sứ, đồ dùng gia đình", food=False),
    Category("152.03", "Làng nghề / Dệt may, thời trang", food=False),
    Category("152.04", "Làng nghề / Hoa và cây cảnh", food=False),
)

VOSO = Dialect(
    kinds={GOODS: "tin", OFFER: "gia", VISIBILITY: "trang-thai"},
    sheets={
        (GOODS, 1): Sheet("Tin đăng", "VOSO-TIN-1", _GOODS_1),
        (GOODS, 2): Sheet("Tin đăng", "VOSO-TIN-2", _GOODS_2),
        (OFFER, 1): Sheet("Giá và tồn", "VOSO-GIA-1", _OFFER_1),
        (OFFER, 2): Sheet("Giá và tồn", "VOSO-GIA-2", _OFFER_2),
        (VISIBILITY, 1): Sheet("Trạng thái", "VOSO-TRANGTHAI-1", _VISIBILITY_1),
        (VISIBILITY, 2): Sheet("Trạng thái", "VOSO-TRANGTHAI-2", _VISIBILITY_2),
    },
    header_row=2,
    fixed_sheet_name=False,
    actions={
        "THÊM": "create",
        "CẬP NHẬT": "change",
        "NGỪNG BÁN": "hide",
        "BÁN LẠI": "show",
        "XÓA": "remove",
    },
    states={
        "pending": "Đang kiểm duyệt",
        "live": "Đang hiển thị",
        "sold_out": "Tạm hết",
        "hidden": "Ngừng hiển thị",
        "rejected": "Bị từ chối",
        "needs_fix": "Yêu cầu bổ sung",
        "locked": "Bị khóa",
    },
    progress={
        "waiting": "Đang chờ xử lý",
        "all": "Đã nhận đủ",
        "part": "Nhận một phần",
        "none": "Không nhận dòng nào",
        "refused": "Trả lại tệp",
    },
    row_words={"ok": "Đã nhận", "bad": "Từ chối", "waiting": "Chờ xử lý", "refused": "Trả lại tệp"},
    results=columns(
        "Khóa dòng | Kết quả | Mã tin | Mã biến thể | Mã nội bộ | Lỗi | Diễn giải | Liên kết",
        "row_key word product_id variant_id sku code reason url",
    ),
    result_sheet="Kết quả",
    exports={
        "v1": columns(
            "STT | Mã tin | Mã biến thể | Tên hàng hóa | Thuộc tính | Mã nội bộ | Số lượng | "
            "Đơn giá (VNĐ) | Tình trạng | Nguyên nhân | Cập nhật | Liên kết",
            "ordinal product_id variant_id title axes sku stock price state reason updated url",
        ),
        "v2": columns(
            "Mã biến thể | SKU | Tên tin đăng | Thuộc tính | Giá bán lẻ | Tồn | Trạng thái hiển thị | "
            "Ghi chú kiểm duyệt | Đường dẫn | Sửa lần cuối | Mã tin",
            "variant_id sku title axes price stock state reason url updated product_id",
        ),
    },
    export_sheet="Tin đăng",
    export_title="DANH SÁCH TIN ĐĂNG CỦA GIAN HÀNG",
    total_word="Cộng",
    categories=CATEGORIES,
    category_sheet="Danh mục",
    axis_mark=":",
    date_form="%Y-%m-%d",
    time_form={"dmy": "%d/%m/%Y %H:%M:%S", "ymd": "%Y-%m-%d %H:%M:%S"},
    kilograms=True,
    title_limit=120,
    short_limit=250,
    product_id="VP{:07d}",
    first_product=4301,
    variant_id="{:08d}",
    first_variant=70012001,
)
