"""Settings: what is set, where it comes from, what each platform's channel file says. Nothing secret is ever shown."""

import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from config.settings import Settings
from connector.errors import Complaint
from connector.wiring import Wired
from web.desk.frame import STAFF, desk_page
from web.security import Parts, Viewer, only
from web.words import _

router = APIRouter(prefix="/desk/settings")
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
}
_ALIASES = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}


@router.get("")
@only(*STAFF)
def settings(request: Request, wired: Parts, account: Viewer) -> Response:
    return desk_page(
        request,
        "settings.html",
        settings=list(_settings(wired.settings)),
        means=MEANS,
        channels=[_channel(wired, platform) for platform in wired.channels],
        shops=list(_keys(wired)),
    )


def _settings(given: Settings) -> Iterator[dict[str, Any]]:
    for name, field in type(given).model_fields.items():
        names = [one for one in (_ALIASES.get(name), f"OCOP_{name.upper()}") if one]
        value = getattr(given, name)
        set_by = next((one for one in names if one in os.environ), "")
        yield {
            "name": name,
            "variable": set_by or names[0],
            "value": _shown(value),
            "from": "environment" if set_by else "default" if value == field.get_default() else "program",
        }


def _shown(value: Any) -> str:
    """A secret is counted, an address loses its password, nothing is empty."""
    if isinstance(value, tuple):
        return str(len(value)) if value else ""
    if isinstance(value, SecretStr):
        return "•••"
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return without_password(text) if "://" in text else text


def without_password(url: str) -> str:
    """Where it leads, and nothing that would let one in: neither the user part's password nor the query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username or ""
    return f"{parts.scheme}://{f'{user}@' if user else ''}{host}{parts.path}"


def _channel(wired: Wired, platform: str) -> dict[str, Any]:
    channel = wired.channel(platform)
    return {
        "platform": platform,
        "name": channel.name,
        "enabled": channel.enabled,
        "base_url": without_password(channel.base_url),
        "carrier": str(channel.settings.get("carrier", "")),
        "rates": channel.rates,
        "seconds": {
            "settle": channel.settle_seconds,
            "confirm": channel.confirm_seconds,
            "lag": channel.order_lag_seconds,
        },
        "categories": len(channel.categories),
    }


def _keys(wired: Wired) -> Iterator[Mapping[str, Any]]:
    """Which keys each shop has, by name only."""
    for shop in wired.store.shops.all():
        vault = wired.store.shops.vault(shop.id)
        try:
            names, tokens, sealed = sorted(vault.credentials()), vault.tokens() is not None, False
        except Complaint:
            names, tokens, sealed = [], False, True
        yield {"code": shop.code, "platform": shop.platform, "names": names, "tokens": tokens, "sealed": sealed}
