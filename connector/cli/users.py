"""ocop user: add, invite, password, list. The same use-cases as the console."""

from typing import Annotated

import typer

from connector import accounts
from connector.cli import say
from connector.cli.entrance import parts
from connector.cli.say import t

app = typer.Typer(no_args_is_help=True, help="Người dùng trang web / people who may use the console.")
Login = Annotated[str, typer.Argument(help="Tên đăng nhập / sign-in name.")]
Role = Annotated[str | None, typer.Option(help="producer, operator, admin")]
ProducerCode = Annotated[str | None, typer.Option("--producer", help="Mã chủ thể / producer code.")]
Name = Annotated[str, typer.Option(help="Tên người / the person's name.")]
_ROLES = ("producer", "operator", "admin")


@app.command()
def add(login: Login, role: Role = None, producer: ProducerCode = None, name: Name = "") -> None:
    """Tạo tài khoản, hỏi mật khẩu / Make an account; asks for its password."""
    password = _ask()
    with parts(hints=False) as wired:
        made = accounts.add(wired.store, login, password, name=name, role=_role(role, producer), producer=producer)
    say.out.print(t(f"Đã tạo tài khoản {made.login} ({made.role}).", f"Added account {made.login} ({made.role})."))


@app.command()
def invite(role: Role = None, producer: ProducerCode = None, name: Name = "") -> None:
    """In liên kết mời, dùng một lần trong bảy ngày / Print a link that is good once, for seven days."""
    with parts(hints=False) as wired:
        now = wired.clock.now()
        token = accounts.invite(wired.store, role=_role(role, producer), producer=producer, name=name, now=now)
        url = f"{wired.settings.public_url.rstrip('/')}/invitations/{token}"
    say.out.print(url, soft_wrap=True)


@app.command()
def password(login: Login) -> None:
    """Đặt mật khẩu mới và đăng xuất mọi máy / Set a new password; signs every browser out."""
    new = _ask()
    with parts(hints=False) as wired:
        accounts.set_password(wired.store, login, new)
    say.out.print(t(f"{login}: đã đổi mật khẩu.", f"{login}: the password is changed."))


def _role(role: str | None, producer: str | None) -> str:
    """A producer's code alone is enough to say what the person is."""
    chosen = role or ("producer" if producer else "operator")
    if chosen not in _ROLES:
        raise typer.BadParameter(", ".join(_ROLES), param_hint="--role")
    return chosen


def _ask() -> str:
    made: str = typer.prompt(t("Mật khẩu", "Password"), hide_input=True, confirmation_prompt=True)
    return made
