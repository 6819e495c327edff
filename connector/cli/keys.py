"""ocop keys: the keys that seal the shops' secrets, changed without stopping anything."""

import typer
from cryptography.fernet import Fernet

from connector.cli import say
from connector.cli.entrance import parts
from connector.cli.say import t

app = typer.Typer(no_args_is_help=True, help="Khóa mã hóa thông tin bí mật / keys that seal secrets.")


@app.command()
def new() -> None:
    """In một khóa mới để đặt đầu OCOP_SECRET_KEYS / Print a new key to put first in OCOP_SECRET_KEYS."""
    say.out.print(Fernet.generate_key().decode(), soft_wrap=True)


@app.command()
def rotate() -> None:
    """Mã hóa lại mọi thứ bằng khóa đầu tiên / Seal everything anew with the first of OCOP_SECRET_KEYS."""
    with parts(hints=False) as wired:
        done = wired.store.shops.vaults.rotate()
    say.out.print(
        t(
            f"Đã mã hóa lại {done} bộ bí mật. Khi mọi tiến trình đã chạy với khóa mới, bỏ khóa cũ.",
            f"Sealed {done} sets of secrets anew. Once all processes run with the new key, drop the old one.",
        )
    )
