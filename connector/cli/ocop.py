"""Commands of the programme itself: gate, certificate, place, passport."""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.communes import communes
from connector.cli import say
from connector.cli.entrance import COMPLAINT, OK, Json, parts
from connector.cli.say import t
from connector.converge import VIETNAM
from connector.domain.ocop import Action, months_after
from connector.domain.problem import blocking
from connector.domain.product import Certificate
from connector.errors import Complaint
from connector.passport import passport as make_passport
from connector.passport import stamp
from connector.passport.page import page
from connector.survey import Stand, survey
from connector.wiring import Wired

certificate = typer.Typer(no_args_is_help=True, help="Giấy chứng nhận OCOP / OCOP certificates.")
Code = Annotated[str, typer.Argument(help="Mã sản phẩm / product code.")]
Day = Annotated[str, typer.Option(help="dd/mm/yyyy.")]


def gate(
    producer: Annotated[str, typer.Argument(metavar="[PRODUCER]", help="Mã chủ thể; trống là tất cả / all.")] = "",
    shop: Annotated[str, typer.Option(help="Theo quy tắc của gian hàng này / by this shop's rules.")] = "",
    json_: Json = False,
) -> None:
    """Sản phẩm nào vướng gì trước khi đăng, và cách sửa / What stands in the way of each product, and what to do."""
    with parts(hints=False) as wired:
        today = _today(wired)
        stands = list(survey(wired.store, wired.book.on(today), today, producer, _policy(wired, shop)))
    if producer and not stands:
        raise Complaint(f"Không có sản phẩm của chủ thể «{producer}».", f"No products of a producer “{producer}”.")
    stopped = sum(bool(blocking(stand.problems)) for stand in stands)
    if json_:
        say.as_json([_stand_json(stand) for stand in stands])
    else:
        title = t(
            f"{len(stands)} sản phẩm, {stopped} bị chặn, {sum(not s.problems for s in stands)} không vướng gì",
            f"{len(stands)} products, {stopped} blocked, {sum(not s.problems for s in stands)} clear",
        )
        _show_each(title, stands) if producer else _show_grouped(title, stands)
    raise typer.Exit(COMPLAINT if stopped else OK)


def _policy(wired: Wired, shop: str) -> dict[str, Action]:
    if not shop:
        return {}
    found = wired.store.shops.get(shop)
    return {**wired.channel(found.platform).gate, **found.policy.gate}


def _show_each(title: str, stands: list[Stand]) -> None:
    rows = [
        (_level(problem.blocking), stand.product.code, stand.product.name, problem.say(say.language()))
        for stand in stands
        for problem in stand.problems
    ]
    columns = t("mức|mã|tên|vướng gì, sửa thế nào", "level|code|name|what, and what to do").split("|")
    say.table(title, columns, sorted(rows, key=lambda row: row[0] != _level(True)))


def _show_grouped(title: str, stands: list[Stand]) -> None:
    groups: dict[tuple[bool, str, str], list[tuple[str, str]]] = defaultdict(list)
    for stand in stands:
        for problem in stand.problems:
            key = (not problem.blocking, problem.code, problem.field)
            groups[key].append((stand.product.code, problem.say(say.language())))
    rows = [
        (_level(not warned), len(found), found[0][1], ", ".join(code for code, _ in found[:3]))
        for (warned, _, _), found in sorted(groups.items(), key=lambda pair: (pair[0][0], -len(pair[1])))
    ]
    columns = t("mức|sản phẩm|vướng gì (ví dụ đầu tiên)|mã", "level|products|what (the first case)|codes").split("|")
    say.table(title, columns, rows, right=[1])


def _level(blocks: bool) -> str:
    return t("chặn", "blocks") if blocks else t("nhắc", "warns")


def _stand_json(stand: Stand) -> dict[str, Any]:
    problems = [
        {"code": p.code, "field": p.field, "blocking": p.blocking, "vi": p.vi, "en": p.en} for p in stand.problems
    ]
    product = stand.product
    papers = [paper.code for paper in stand.papers]
    told = {"code": product.code, "name": product.name, "producer": product.producer.code}
    return {**told, "problems": problems, "papers": papers}


@certificate.command("list")
def list_(code: Code, json_: Json = False) -> None:
    """Mọi giấy chứng nhận sản phẩm từng có / Every certificate the product ever held."""
    with parts(hints=False) as wired:
        found = wired.store.certificates.of(code)
        today = _today(wired)
    if json_:
        fields = Certificate.__dataclass_fields__
        say.as_json([{name: getattr(one, name) for name in fields} for one in found])
        return
    rows = [
        (f"{one.stars}★", one.number, one.authority, say.day(one.issued_on), say.day(one.expires_on),
         say.day(one.withdrawn_on), t("còn hiệu lực", "holds") if one.holds_on(today) else "–")
        for one in found
    ]  # fmt: skip
    columns = t("sao|số|cơ quan|cấp|đến|thu hồi|", "stars|number|authority|issued|until|withdrawn|").split("|")
    say.table(code, columns, rows)


@certificate.command()
def withdraw(
    code: Code,
    number: Annotated[str, typer.Option(help="Số quyết định; trống là giấy đang có / empty: the one in force.")] = "",
    on: Day = "",
    because: Annotated[str, typer.Option(help="Lý do, căn cứ / why.")] = "by hand",
    undo: Annotated[bool, typer.Option("--undo", help="Ghi nhầm: bỏ thu hồi / it was not withdrawn.")] = False,
) -> None:
    """Ghi việc thu hồi; trong ngày mọi tin thôi nêu sao / Record a withdrawal: claims come down that day."""
    with parts(hints=False) as wired:
        day = None if undo else _day(on) or _today(wired)
        changed = wired.store.certificates.withdraw(code, number, day, f"certificate withdrawn: {because}")
    if changed.withdrawn_on is None:
        say.out.print(t(f"{code}: {changed.number} không bị thu hồi.", f"{code}: {changed.number} is not withdrawn."))
    else:
        on = say.day(changed.withdrawn_on)
        said = (f"{code}: {changed.number} thu hồi ngày {on}.", f"{code}: {changed.number} withdrawn from {on}.")
        say.out.print(t(*said))


@certificate.command()
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
    day = _day(issued)
    if day is None:
        raise Complaint("Thiếu --issued dd/mm/yyyy.", "--issued dd/mm/yyyy is missing.")
    with parts(hints=False) as wired:
        programme = wired.book.on(day).programme
        months = programme.validity_months if programme else 36
        held = Certificate(stars, number.strip(), authority.strip(), day, _day(expires) or months_after(day, months))
        if held.expires_on <= held.issued_on:
            raise Complaint("Ngày hết hạn phải sau ngày cấp.", "The end must be after the day of issue.")
        new = wired.store.certificates.renew(code, held, f"certificate renewed: {because}")
    until = say.day(held.expires_on)
    said = (f"{code}: {stars} sao đến {until}.", f"{code}: {stars} stars until {until}.")
    say.out.print(t(*said) if new else t(f"{code}: đã có giấy này.", f"{code}: that one is known already."))


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
    code: Code,
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
            day=_today(wired),
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


def _today(wired: Wired) -> date:
    return wired.clock.now().astimezone(VIETNAM).date()


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").replace(tzinfo=VIETNAM).date()
    except ValueError as error:
        raise Complaint(f"«{text}» không phải ngày dd/mm/yyyy.", f"“{text}” is no day like dd/mm/yyyy.") from error
