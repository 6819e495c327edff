"""Words, headings and categories of the Postmart-like centre: the sandbox's own, no real site's."""

from sandbox.seller_centre.dialect import GOODS, OFFER, VISIBILITY, Category, Dialect, Sheet, columns

_GOODS_1 = columns(
    "Mã dòng | Thao tác | Mã sản phẩm NCC | Mã hàng (SKU) | Mã SP | Mã nhóm | Tên sản phẩm | "
    "Ngành hàng | Phân loại 1 | Phân loại 2 | Giá bán | Giá niêm yết | Tồn kho | Khối lượng (g) | "
    "Kích thước (cm) | Mô tả ngắn | Mô tả chi tiết | Ảnh 1 | Ảnh 2 | Ảnh 3 | Ảnh 4 | Ảnh 5 | Sao OCOP | "
    "Số quyết định OCOP | OCOP hiệu lực đến | Nhà sản xuất | Xuất xứ | Hạn sử dụng | Bảo quản | "
    "Thành phần | Giấy tờ",
    "row_key action group_key sku variant_id product_id title category axis1 axis2 price list_price "
    "stock weight size short_text description image1 image2 image3 image4 image5 stars decision until "
    "producer origin shelf_life storage ingredients papers",
)
_GOODS_2 = columns(
    "Mã dòng | Thao tác | Mã nhóm | ID sản phẩm | SKU nhà cung cấp | Mã sản phẩm NCC | Tên hiển thị | "
    "Ngành hàng | Giá bán (đồng) | Giá niêm yết (đồng) | Số lượng bán được | Phân loại 1 | "
    "Phân loại 2 | Khối lượng (g) | Kích thước (cm) | Ảnh 1 | Ảnh 2 | Ảnh 3 | Ảnh 4 | Ảnh 5 | "
    "Mô tả ngắn | Mô tả chi tiết | Nhà sản xuất | Xuất xứ | Hạn sử dụng | Bảo quản | Thành phần | "
    "Sao OCOP | Số quyết định OCOP | OCOP hiệu lực đến | Giấy tờ",
    "row_key action product_id variant_id sku group_key title category price list_price stock axis1 "
    "axis2 weight size image1 image2 image3 image4 image5 short_text description producer origin "
    "shelf_life storage ingredients stars decision until papers",
)
_OFFER_1 = columns(
    "Mã dòng | Mã SP | Mã hàng (SKU) | Giá bán | Giá niêm yết | Tồn kho",
    "row_key variant_id sku price list_price stock",
)
_OFFER_2 = columns(
    "Mã dòng | ID sản phẩm | SKU nhà cung cấp | Số lượng bán được | Giá bán (đồng) | "
    "Giá niêm yết (đồng)",
    "row_key variant_id sku stock price list_price",
)
_VISIBILITY_1 = columns(
    "Mã dòng | Mã nhóm | Mã SP | Mã hàng (SKU) | Thao tác",
    "row_key product_id variant_id sku action",
)
_VISIBILITY_2 = columns(
    "Mã dòng | Thao tác | ID sản phẩm | Mã nhóm | SKU nhà cung cấp",
    "row_key action variant_id product_id sku",
)

_CATEGORIES = (
    ("Nông sản tươi > Rau củ quả", True),
    ("Nông sản tươi > Thịt, thủy sản, trứng, sữa", True),
    ("Nông sản khô > Gạo, ngũ cốc, hạt", True),
    ("Nông sản khô > Mật ong", True),
    ("Thực phẩm chế biến > Từ thịt, cá", True),
    ("Thực phẩm chế biến > Từ rau, ngũ cốc, bánh kẹo", True),
    ("Thực phẩm chế biến > Bún, miến, phở khô", True),
    ("Thực phẩm chế biến > Nước mắm, tương, gia vị", True),
    ("Thực phẩm chế biến > Thực phẩm bảo vệ sức khỏe", True),
    ("Đồ uống > Trà", True),
    ("Đồ uống > Trà thảo mộc", True),
    ("Đồ uống > Cà phê, ca cao", True),
    ("Đồ uống > Rượu", True),
    ("Đồ uống > Nước khoáng", True),
    ("Đồ uống > Đồ uống không cồn", True),
    ("Chăm sóc > Mỹ phẩm thảo dược", False),
    ("Chăm sóc > Tinh dầu, dược liệu", False),
    ("Nhà cửa > Thủ công mỹ nghệ", False),
    ("Nhà cửa > Gốm sứ, đồ gia dụng", False),
    ("Nhà cửa > Vải, thời trang", False),
    ("Nhà cửa > Hoa, cây cảnh", False),
)

POSTMART = Dialect(
    kinds={GOODS: "san_pham", OFFER: "gia_ton", VISIBILITY: "an_hien"},
    sheets={
        (GOODS, 1): Sheet("SAN_PHAM", "", _GOODS_1),
        (GOODS, 2): Sheet("SAN_PHAM", "", _GOODS_2),
        (OFFER, 1): Sheet("GIA_TON", "", _OFFER_1),
        (OFFER, 2): Sheet("GIA_TON", "", _OFFER_2),
        (VISIBILITY, 1): Sheet("AN_HIEN", "", _VISIBILITY_1),
        (VISIBILITY, 2): Sheet("AN_HIEN", "", _VISIBILITY_2),
    },
    header_row=0,
    fixed_sheet_name=True,
    actions={"TẠO": "create", "SỬA": "change", "ẨN": "hide", "HIỆN": "show", "GỠ": "remove"},
    states={
        "pending": "Chờ duyệt",
        "live": "Đang bán",
        "sold_out": "Hết hàng",
        "hidden": "Trong kho",
        "rejected": "Không duyệt",
        "needs_fix": "Cần bổ sung",
        "locked": "Khóa vi phạm",
    },
    progress={
        "waiting": "Đang xử lý",
        "all": "Hoàn tất",
        "part": "Hoàn tất một phần",
        "none": "Không dòng nào được nhận",
        "refused": "Bị từ chối",
    },
    row_words={"ok": "Thành công", "bad": "Lỗi", "waiting": "Đang xử lý", "refused": "Từ chối tệp"},
    results=columns(
        "Mã dòng | Mã hàng (SKU) | Mã SP | Mã nhóm | Kết quả | Mã lỗi | Lý do | Đường dẫn",
        "row_key sku variant_id product_id word code reason url",
    ),
    result_sheet="KET_QUA",
    exports={
        "v1": columns(
            "Mã SP | Mã nhóm | Mã hàng (SKU) | Tên sản phẩm | Phân loại | Giá bán | Tồn kho | "
            "Trạng thái | Lý do | Đường dẫn | Cập nhật lúc",
            "variant_id product_id sku title axes price stock state reason url updated",
        ),
        "v2": columns(
            "Mã nhóm | ID | Tên hiển thị | Phân loại | SKU nhà cung cấp | Tình trạng | Giá bán (đồng) | "
            "Số lượng bán được | Ghi chú | Ngày sửa | Link",
            "product_id variant_id title axes sku state price stock reason updated url",
        ),
    },
    export_sheet="DanhSach",
    export_title="",
    total_word="Tổng cộng",
    categories=tuple(Category(path, path, food) for path, food in _CATEGORIES),
    category_sheet="NGANH_HANG",
    axis_mark="=",
    date_form="%d/%m/%Y",
    time_form={"dmy": "%d/%m/%Y %H:%M", "ymd": "%Y-%m-%d %H:%M"},
    kilograms=False,
    title_limit=100,
    short_limit=200,
    product_id="{}",
    first_product=118001,
    variant_id="{}",
    first_variant=26301,
)
