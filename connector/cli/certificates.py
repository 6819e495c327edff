"""ocop certificate: list, withdraw, renew."""

from datetime import date, datetime
from typing import Annotated

import typer

from connector.cli import say
from connector.cli.entrance import Json, parts, today
from connector.cli.say import t
from connector.domain.ocop import months_after
from connector.domain.product import Certificate
from connector.errors import Complaint
from connector.site import VIETNAM

app = typer.Typer(no_args_is_help=True, help="Giấy chứng nhận OCOP / OCOP certificates.")
Code = Annotated[str, typer.Argument(help="Mã sản phẩm / product code.")]
Day = Annotated[str, typer.Option(help="dd/mm/yyyy.")]


@app.command("list")
def list_(code: Code, json_: Json = False) -> None:
    """Mọi giấy chứng nhận sản phẩm từng có / Every certificate the product ever held."""
    with parts(hints=False) as wired:
        found = wired.store.certificates.of(code)
        now = today(wired)
    if json_:
        fields = Certificate.__dataclass_fields__
        say.as_json([{name: getattr(one, name) for name in fields} for one in found])
        return
    rows = [
        (f"{one.stars}★", one.number, one.authority, say.day(one.issued_on), say.day(one.expires_on),
         say.day(one.withdrawn_on), t("còn hiệu lực", "holds") if one.holds_on(now) else "–")
        for one in found
    ]  # fmt: skip
    columns = t("sao|số|cơ quan|cấp|đến|thu hồi|", "stars|number|authority|issued|until|withdrawn|").split("|")
    say.table(code, columns, rows)


@app.command()
def withdraw(
    code: Code,
    number: Annotated[str, typer.Option(help="Số quyết định; trống là giấy đang có / empty: the one in force.")] = "",
    on: Day = "",
    because: Annotated[str, typer.Option(help="Lý do, căn cứ / why.")] = "by hand",
    undo: Annotated[bool, typer.Option("--undo", help="Ghi nhầm: bỏ thu hồi / it was not withdrawn.")] = False,
) -> None:
    """Ghi việc thu hồi; trong ngày mọi tin thôi nêu sao / Record a withdrawal: claims come down that day."""
    with parts(hints=False) as wired:
        day = None if undo else day_said(on) or today(wired)
        changed = wired.store.certificates.withdraw(code, number, day, f"certificate withdrawn: {because}")
    if changed.withdrawn_on is None:
        say.out.print(t(f"{code}: {changed.number} không bị thu hồi.", f"{code}: {changed.number} is not withdrawn."))
    else:
        on = say.day(changed.withdrawn_on)
        said = (f"{code}: {changed.number} thu hồi ngày {on}.", f"{code}: {changed.number} withdrawn from {on}.")
        say.out.print(t(*said))


@app.command()
def renew(
    code: Code,
    stars: Annotated[int, typer.Option(min=3, max=5, help="3, 4, 5.")],
    number: Annotated[str, typer.Option(help="Số quyết định, ví dụ 3981/QĐ-UBND / decision number.")],
    authority: Annotated[str, typer.Option(help="Cơ quan công nhận, ví dụ UBND tỉnh Lâm Đồng / authority.")],
    issued: Day,
    expires: Day = "",
    because: Annotated[str, typer.Option(help="Lý do / why.")] = "by hand",
) -> None:
    """Ghi quyết định công nhận mới; giấy cũ được giữ lại / Record a new decision; the old ones are kept."""
    day = day_said(issued)
    if day is None:
        raise Complaint("Thiếu --issued dd/mm/yyyy.", "--issued dd/mm/yyyy is missing.")
    with parts(hints=False) as wired:
        programme = wired.book.on(day).programme
        months = programme.validity_months if programme else 36
        held = Certificate(
            stars, number.strip(), authority.strip(), day, day_said(expires) or months_after(day, months)
        )
        if held.expires_on <= held.issued_on:
            raise Complaint("Ngày hết hạn phải sau ngày cấp.", "The end must be after the day of issue.")
        new = wired.store.certificates.renew(code, held, f"certificate renewed: {because}")
    until = say.day(held.expires_on)
    said = (f"{code}: {stars} sao đến {until}.", f"{code}: {stars} stars until {until}.")
    say.out.print(t(*said) if new else t(f"{code}: đã có giấy này.", f"{code}: that one is known already."))


def day_said(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").replace(tzinfo=VIETNAM).date()
    except ValueError as error:
        raise Complaint(f"«{text}» không phải ngày dd/mm/yyyy.", f"“{text}” is no day like dd/mm/yyyy.") from error
