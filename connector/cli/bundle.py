"""Commands to leave with your data, and to arrive with it: export, restore."""

from pathlib import Path
from typing import Annotated

import typer

from connector import bundle
from connector.cli import say
from connector.cli.entrance import Json, parts
from connector.cli.say import t

_NAMES = {
    "producer": ("chủ thể", "producers"),
    "product": ("sản phẩm", "products"),
    "variant": ("phân loại", "variants"),
    "certificate": ("giấy chứng nhận", "certificates"),
    "movement": ("bút toán kho", "stock movements"),
    "shop": ("gian hàng", "shops"),
    "listing": ("tin đăng", "listings"),
    "change": ("thay đổi", "changes"),
    "attempt": ("lần ghi", "attempts"),
    "paper": ("giấy tờ", "papers"),
    "pictures": ("ảnh", "pictures"),
    "papers": ("tệp giấy tờ", "paper files"),
}


def export(
    target: Annotated[Path, typer.Argument(help="Thư mục mới, hoặc TỆP.tar.gz / a new folder or FILE.tar.gz.")],
    json_: Json = False,
) -> None:
    """Mang hết dữ liệu đi: JSON Lines và ảnh, không có khóa của gian hàng / Take all data with you, without secrets."""
    with parts(hints=False) as wired:
        counts = bundle.export(wired.store, wired.pictures, wired.papers, target, wired.clock.now())
    _tell(t(f"Đã ghi {target}", f"Wrote {target}"), counts, json_)


def restore(
    source: Annotated[Path, typer.Argument(help="Thư mục hoặc tệp do ocop export ghi / what ocop export wrote.")],
    json_: Json = False,
) -> None:
    """Nạp bản xuất vào kho trống; gian hàng tạm dừng đến khi có khóa / Read an export into an empty store."""
    with parts(hints=False) as wired:
        counts = bundle.restore(wired.store, wired.pictures, wired.papers, source)
    _tell(t(f"Đã nạp {source}", f"Restored {source}"), counts, json_)
    if not json_ and counts["shop"]:
        say.out.print(
            t(
                "Các gian hàng đang tạm dừng. Nạp khóa: ocop shop credentials MÃ TỆP; chạy tiếp: ocop shop resume MÃ. "
                "Đừng để bản cũ và bản mới cùng chạy một gian hàng.",
                "Shops are paused. Give credentials: ocop shop credentials CODE FILE; then ocop shop resume CODE. "
                "Never let the old and the new installation work on one shop.",
            )
        )


def _tell(title: str, counts: dict[str, int], json_: bool) -> None:
    if json_:
        say.as_json(counts)
        return
    rows = [(t(*_NAMES[name]), n) for name, n in counts.items() if name in _NAMES]
    say.table(title, ("", ""), rows, right=[1])
