"""What the two centres call orders, their states and the columns of their order "
"workbooks; see `dialect` for goods."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.seller_centre.dialect import Columns, columns


@dataclass(frozen=True)
class OrderWords:
    number: str
    """Pattern of an order number: `day` as yymmdd, `count` from 1."""
    waybill: str
    states: Mapping[str, str]
    sheet: str
    exports: Mapping[str, Columns]


POSTMART_ORDERS = OrderWords(
    number="DH{day}{count:04d}",
    waybill="VNP",
    states={
        "unpaid": "Chờ thanh toán",
        "new": "Chờ xác nhận",
        "confirmed": "Đã xác nhận",
        "ready": "Đã xác nhận",
        "shipped": "Đang giao",
        "delivered": "Giao thành công",
        "completed": "Hoàn thành",
        "asked": "Khách yêu cầu hủy",
        "canceled": "Đã hủy",
        "failed": "Giao không thành công",
        "returning": "Chờ trả hàng",
        "returned": "Đã trả hàng",
    },
    sheet="DonHang",
    exports={
        "v1": columns(
            "Mã đơn hàng | Dòng | Ngày đặt | Trạng thái | Mã SP | Mã hàng (SKU) | Tên sản "
            "phẩm | Phân loại | Số lượng | "
            "Đơn giá | Thành tiền | Phí vận chuyển | Người mua | Điện thoại | Địa chỉ | Mã vận đơn | Ghi chú | "
            "Lý do hủy | Cập nhật lúc",
            "order line placed state variant_id sku title axes quantity price total freight "
            "buyer phone address waybill "
            "note reason updated",
        ),
        "v2": columns(
            "Dòng | Số đơn hàng | Tình trạng | ID sản phẩm | SKU nhà cung cấp | Tên hiển thị | Phân loại | "
            "Giá bán (đồng) | Số lượng đặt | Tổng tiền (đồng) | Phí giao hàng | Ngày tạo đơn | Ngày cập nhật | "
            "Khách hàng | Số điện thoại | Nơi nhận | Vận đơn | Ghi chú của khách | Lý do",
            "line order state variant_id sku title axes price quantity total freight placed "
            "updated buyer phone address "
            "waybill note reason",
        ),
    },
)
VOSO_ORDERS = OrderWords(
    number="VS-{day}-{count:05d}",
    waybill="VOSO",
    states={
        "unpaid": "Chờ chuyển khoản",
        "new": "Chờ duyệt",
        "confirmed": "Đã duyệt",
        "ready": "Chờ xuất kho",
        "shipped": "Đang vận chuyển",
        "delivered": "Đã giao",
        "completed": "Hoàn tất",
        "asked": "Người mua xin hủy",
        "canceled": "Hủy",
        "failed": "Giao thất bại",
        "returning": "Chờ hoàn",
        "returned": "Đã hoàn hàng",
    },
    sheet="Đơn hàng",
    exports={
        "v1": columns(
            "STT | Mã đơn | Số dòng | Mã biến thể | Mã nội bộ | Tên hàng hóa | Thuộc tính | "
            "SL | Đơn giá (VNĐ) | Cước | "
            "Tình trạng | Thời điểm đặt | Thời điểm cập nhật | Người nhận | SĐT | Địa chỉ "
            "nhận | Mã vận đơn | Lời nhắn | "
            "Nguyên nhân hủy",
            "ordinal order line variant_id sku title axes quantity price freight state "
            "placed updated buyer phone address "
            "waybill note reason",
        ),
        "v2": columns(
            "Mã đơn | Số dòng | Trạng thái đơn | SKU | Tên tin đăng | Thuộc tính | Số lượng mua | Giá bán lẻ | "
            "Mã biến thể | Đặt lúc | Sửa lần cuối | Mã vận đơn | Cước vận chuyển | Người nhận | SĐT | Địa chỉ nhận | "
            "Lời nhắn | Nguyên nhân hủy",
            "order line state sku title axes quantity price variant_id placed updated "
            "waybill freight buyer phone address "
            "note reason",
        ),
    },
)
