"""ocop paper: add, list, remove, pack."""

from pathlib import Path
from typing import Annotated

import typer

from connector.cli import say
from connector.cli.certificates import Code, Day, day_said
from connector.cli.entrance import COMPLAINT, OK, Json, parts, today
from connector.cli.say import t
from connector.domain.product import PaperHeld
from connector.errors import Complaint
from connector.filepack import FilePack, file_pack, zipped
from connector.filing import Facts, file_paper
from connector.wiring import Wired

app = typer.Typer(no_args_is_help=True, help="Giấy tờ của sản phẩm và chủ thể / Papers of products and producers.")
_FIELDS = ("id", "kind", "number", "issuer", "issued_on", "expires_on", "producers", "media", "sha256")


@app.command()
def add(
    code: Code,
    file: Annotated[Path, typer.Argument(help="PDF, JPEG, PNG.")],
    kind: Annotated[str, typer.Option(help="Loại, xem ocop paper list / see ocop paper list.")],
    number: Annotated[str, typer.Option(help="Số giấy / its number.")] = "",
    issuer: Annotated[str, typer.Option(help="Nơi cấp / who issued it.")] = "",
    issued: Day = "",
    expires: Day = "",
) -> None:
    """Thêm một giấy tờ; loại chung cho mọi hàng của chủ thể thì ghi cho chủ thể / Add a paper."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Complaint(
            f"Không đọc được {file}: {error.strerror}.", f"Cannot read {file}: {error.strerror}."
        ) from error
    facts = Facts(kind, number, issuer, day_said(issued), day_said(expires))
    with parts(hints=False) as wired:
        kept = wired.papers.take(content)
        new = file_paper(wired.store, wired.book.on(today(wired)), code, kept, facts, "ocop paper add")
    said = (f"{code}: đã thêm {kind}.", f"{code}: added {kind}.")
    say.out.print(t(*said) if new else t(f"{code}: đã có tệp này.", f"{code}: this file is known already."))


@app.command("list")
def list_(code: Code, platform: Annotated[str, typer.Option(help="Sàn / platform.")] = "", json_: Json = False) -> None:
    """Giấy tờ đã có, và còn thiếu gì cho từng sàn / What there is, and what each platform lacks."""
    with parts(hints=False) as wired:
        packs = [_pack(wired, code, name) for name in ([platform] if platform else wired.book.asks)]
        held = wired.store.papers.of(code)
        names = {paper.code: t(paper.vi, paper.en) for paper in wired.book.papers}
        now = today(wired)
    lacking = {pack.asks.platform: [entry.paper.code for entry in pack.entries if entry.lacks] for pack in packs}
    if json_:
        say.as_json({"papers": [{name: getattr(one, name) for name in _FIELDS} for one in held], "lacking": lacking})
        return
    rows = [
        (one.id, names.get(one.kind, one.kind), one.number, one.issuer, _until(one),
         t("chủ thể", "producer") if one.producers else "", "" if one.holds_on(now) else t("hết hạn", "ended"))
        for one in held
    ]  # fmt: skip
    say.table(code, t("số|loại|số giấy|nơi cấp|đến|chung|", "id|kind|number|issuer|until|for all|").split("|"), rows)
    lacks = [(name, kind, names[kind]) for name, kinds in lacking.items() for kind in kinds]
    say.table(t("Còn thiếu", "Lacking"), t("sàn|--kind|giấy tờ", "platform|--kind|paper").split("|"), lacks)


@app.command()
def remove(code: Code, paper: Annotated[int, typer.Argument(help="Số trong ocop paper list / its id there.")]) -> None:
    """Bỏ một giấy tờ; tệp và lịch sử được giữ / Take a paper away; file and history stay."""
    with parts(hints=False) as wired:
        gone = wired.store.papers.remove(code, paper, "ocop paper remove")
    say.out.print(t(f"{code}: đã bỏ {gone.kind} {gone.number}.", f"{code}: {gone.kind} {gone.number} taken away."))


@app.command()
def pack(
    code: Code,
    platform: Annotated[str, typer.Argument(help="Sàn: shopee, lazada, tiki, postmart, voso / platform.")],
    out: Annotated[Path, typer.Option(help="Thư mục để ghi zip / where to write.")] = Path(),
) -> None:
    """Bộ giấy tờ của một sản phẩm cho một sàn: một tệp zip có mục lục / A product's papers for a platform, one zip."""
    with parts(hints=False) as wired:
        made = _pack(wired, code, platform)
        content = zipped(made, wired.papers)
    out.mkdir(parents=True, exist_ok=True)
    (out / made.name).write_bytes(content)
    say.out.print(str(out / made.name), soft_wrap=True)
    lacking = [t(entry.paper.vi, entry.paper.en) for entry in made.entries if entry.lacks]
    if lacking:
        say.err.print(t(f"Còn thiếu: {'; '.join(lacking)}.", f"Lacking: {'; '.join(lacking)}."))
    raise typer.Exit(COMPLAINT if lacking else OK)


def _pack(wired: Wired, code: str, platform: str) -> FilePack:
    goods = wired.store.products.by_code([code]).get(code)
    if goods is None:
        raise Complaint(f"Không có sản phẩm «{code}».", f"No product “{code}”.")
    day = today(wired)
    channel = wired.channels.get(platform)
    return file_pack(goods.product, wired.book.on(day), day, platform, channel.name if channel else "")


def _until(one: PaperHeld) -> str:
    return say.day(one.expires_on) if one.expires_on else "–"
