"""A product's passport and stamp, and where its commune is today: passport, place."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from config.communes import communes
from connector.cli import say
from connector.cli.entrance import COMPLAINT, OK, Json, parts, today
from connector.cli.say import t
from connector.passport import passport as make_passport
from connector.passport import stamp
from connector.passport.page import page


def place(
    commune: Annotated[str, typer.Argument(help="«Xã A, huyện B, tỉnh C», hoặc tên xã / one line, or a name.")],
    district: Annotated[str, typer.Option(help="Huyện cũ / the old district.")] = "",
    province: Annotated[str, typer.Option(help="Tỉnh cũ hoặc mới / old or new.")] = "",
    json_: Json = False,
) -> None:
    """Xã phường cũ hay mới: mã hiện nay / Today's code of a commune, old or new."""
    book = communes()
    found = book.find_in(commune) if "," in commune else book.find(commune, district, province)
    answers = [found.commune] if found.commune else list(found.suggestions)
    if json_:
        say.as_json([{"code": c.code, "name": c.name, "province": c.province} for c in answers])
    elif answers:
        title = "" if found.commune else t("Xã này đã chia, hoặc trùng tên: hãy chọn", "Divided or not unique: choose")
        say.table(title, t("mã|xã, phường|tỉnh", "code|commune|province").split("|"),
                  [(c.code, c.name, c.province) for c in answers])  # fmt: skip
    raise typer.Exit(OK if found.commune else COMPLAINT)


def passport(
    code: Annotated[str, typer.Argument(help="Mã sản phẩm / product code.")],
    out: Annotated[Path, typer.Option(help="Thư mục để ghi html, svg, png / where to write.")],
    mm: Annotated[float, typer.Option(min=8, max=200, help="Cạnh tem, mm / width of the stamp.")] = 25,
    dpi: Annotated[int, typer.Option(min=72, max=2400, help="Độ nét máy in / the printer's.")] = 300,
) -> None:
    """Hộ chiếu sản phẩm: trang công khai và mã QR để in tem / The product's public page and its QR code."""
    with parts(hints=False) as wired:
        made = make_passport(
            wired.store,
            code,
            public_url=wired.settings.public_url,
            book=wired.book,
            day=today(wired),
            communes=communes(),
            platforms={name: channel.name for name, channel in wired.channels.items()},
        )
        files = {
            out / f"{code}.html": page(made, wired.pictures).encode(),
            out / f"{code}.svg": stamp.svg(made.address, mm).encode(),
            out / f"{code}.png": stamp.png(made.address, mm, dpi),
        }
    out.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
        say.out.print(str(path), soft_wrap=True)
    say.out.print(made.address, soft_wrap=True)
    if _only_here(made.address):
        say.err.print(
            t(
                "Chưa in được: địa chỉ này chỉ mở trên máy này. Đặt OCOP_PUBLIC_URL trước khi in tem.",
                "Do not print yet: this address opens on this machine only. Set OCOP_PUBLIC_URL first.",
            )
        )


def _only_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"
