"""ocop token: ways in for programs, made and taken back. The same use-cases as the console's account page."""

from typing import Annotated

import typer

from connector import accounts
from connector.cli import say
from connector.cli.entrance import Json, parts
from connector.cli.say import t
from connector.errors import Complaint

app = typer.Typer(no_args_is_help=True, help="Mã truy cập API cho phần mềm / API tokens for programs.")
Login = Annotated[str, typer.Argument(help="Tên đăng nhập của người giữ mã / whose token it is.")]
_MARK = 10  # letters of the hash that people see and name


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Argument(help="Tên phần mềm / the program's name.")],
    producer: Annotated[str, typer.Option(help="Chỉ thấy chủ thể này / narrow it to this producer.")] = "",
) -> None:
    """Tạo mã, chỉ hiện một lần / Make a token; it is shown once."""
    with parts(hints=False) as wired:
        owner = accounts.machine_owner(wired.store, login)
        token = accounts.new_machine(wired.store, owner, name, producer)
    say.err.print(t("Chép lại ngay, mã không hiện lại:", "Copy it now, it is not shown again:"))
    say.out.print(token, soft_wrap=True)


@app.command("list")
def list_(login: Login, json_: Json = False) -> None:
    """Các mã còn hiệu lực và lần dùng cuối / The tokens in force and when each was last used."""
    with parts(hints=False) as wired:
        owner = accounts.machine_owner(wired.store, login)
        rows = wired.store.accounts.machines(owner.id)
    if json_:
        say.as_json(
            [{"mark": r.token[:_MARK], "name": r.name, "created_at": r.created_at, "used_at": r.used_at} for r in rows]
        )
        return
    shown = [(r.token[:_MARK], r.name, say.when(r.created_at), say.when(r.used_at)) for r in rows]
    heads = t("dấu|phần mềm|tạo lúc|dùng lần cuối", "mark|program|made|last used")
    say.table(login, heads.split("|"), shown)


@app.command()
def revoke(login: Login, mark: Annotated[str, typer.Argument(help="Dấu trong danh sách / as listed.")]) -> None:
    """Thu hồi một mã / Take a token back."""
    with parts(hints=False) as wired:
        owner = accounts.machine_owner(wired.store, login)
        found = [r.token for r in wired.store.accounts.machines(owner.id) if len(mark) > 5 and r.token.startswith(mark)]
        if len(found) != 1:
            raise Complaint(f"Không có mã «{mark}». Xem: ocop token list.", f"No token “{mark}”. See: ocop token list.")
        wired.store.accounts.revoke_machine(owner.id, found[0])
    say.out.print(t(f"Đã thu hồi {mark}.", f"Revoked {mark}."))
