"""What each setting means, for the settings page."""

from web.words import _

MEANS = {
    "database_url": _("Kho dữ liệu PostgreSQL. Trống: máy chủ nhúng trong thư mục dữ liệu."),
    "redis_url": _("Hàng đợi Redis hay Valkey. Trống: máy chủ nhúng."),
    "data": _("Thư mục của ảnh, gói tệp, máy chủ nhúng."),
    "language": _("Ngôn ngữ khi chưa ai chọn."),
    "secret_keys": _("Khóa niêm phong token. Trống: một khóa tự tạo trong thư mục dữ liệu."),
    "public_url": _("Địa chỉ mà các sàn tải ảnh và gọi lại."),
    "lease_seconds": _("Máy làm việc treo lâu hơn thế (giây) thì mất việc vào tay máy khác."),
    "batch": _("Mỗi lần nhận bao nhiêu tin."),
    "timeout_seconds": _("Một lệnh gọi sàn chờ bao lâu, giây."),
    "sweep_seconds": _("Bao lâu quét lại việc đến hạn một lần, giây."),
    "orders_seconds": _("Bao lâu đọc đơn một lần, giây."),
    "scarce_below": _("Còn từng này trở xuống thì chia phần cho các gian hàng. 0: chỉ hàng được đánh dấu."),
    "quota_patience_seconds": _("Một phần hàng hiếm nằm yên bao lâu mới chuyển sang nơi khác, giây."),
    "night": _("Giờ đối soát đêm, giờ Việt Nam."),
    "settle_seconds": _(
        "Tin vừa gửi mà không có câu trả lời: bao lâu thì chắc là không tới, giây. Trống: theo từng sàn."
    ),
    "confirm_seconds": _("Sau khi ghi, bao lâu thì xem lại, giây. Trống: theo từng sàn."),
    "calls_per_second": _("Số lệnh gọi mỗi giây cho mọi sàn, chỉ dùng với sàn thử. Trống: theo từng sàn."),
    "import_limit_mb": _("Tệp nhập lớn nhất, MB."),
    "log_level": _("Nhật ký ghi kỹ tới đâu."),
    "api_per_minute": _("Một mã máy được gọi API mấy lần mỗi phút."),
}
