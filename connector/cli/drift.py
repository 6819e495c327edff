"""ocop drift: list, keep, take, ask. What the console's inbox does, by hand."""

from typing import Annotated

import typer

from connector import decisions
from connector.cli import say
from connector.cli.entrance import NEEDS_PERSON, OK, Json, parts
from connector.cli.say import t
from connector.store.scope import Scope

app = typer.Typer(no_args_is_help=True, help="Điểm lệch giữa kho và sàn / where a platform differs from the store.")
Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Số ở cột đầu của ocop drift list / see list.")]
_ALL = Scope(None)


@app.command("list")
def list_(
    which: Annotated[str, typer.Option("--which", help="ask, heal, report, keep, accept; all: tất cả / all.")] = "all",
    shop: Annotated[str, typer.Option(help="Chỉ một gian hàng / one shop only.")] = "",
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu dòng / at most.")] = 200,
    json_: Json = False,
) -> None:
    """Liệt kê điểm lệch chưa xong, mới nhất trước / Open drift, newest first."""
    with parts(hints=False) as wired:
        found = wired.store.inbox(_ALL).drifts(which="" if which == "all" else which, shop=shop, limit=limit)
    if json_:
        say.as_json(found)
        return
    rows = [
        (d["id"], d["shop"], d["product"], say.field_name(d["field"]), say.value(d["field"], d["desired"]),
         say.value(d["field"], d["observed"]), say.reason(d["verdict"]), d["resolution"], say.when(d["found_at"]))
        for d in found
    ]  # fmt: skip
    heads = t(
        "số|gian hàng|sản phẩm|trường|của ta|trên sàn|vì sao|xử lý|thấy lúc",
        "id|shop|product|field|ours|live|why|then|found",
    )
    say.table(t("Điểm lệch", "Drift"), heads.split("|"), rows)


@app.command()
def keep(ids: Ids) -> None:
    """Giữ của ta: ghi lại giá trị của ta một lần / Keep ours: write our value once more."""
    _decide(ids, "keep")


@app.command()
def take(ids: Ids) -> None:
    """Theo sàn: từ nay sàn giữ trường này của tin này / Take theirs: this field of this listing is the platform's."""
    _decide(ids, "take")


@app.command()
def ask(ids: Ids) -> None:
    """Hỏi chủ thể: câu hỏi hiện trên trang của họ / Ask the producer: the question appears on their page."""
    _decide(ids, "ask")


def _decide(ids: list[int], choice: str) -> None:
    with parts() as wired:
        told = decisions.on_drifts(wired.store, _ALL, ids, choice, "hand")
    missing = len(ids) - told.done - told.busy - told.barred
    say.out.print(
        t(
            f"{told.done} xong, {told.busy} đang được làm (gọi lại sau), {told.barred} không quyết được từ đây, "
            f"{missing} không còn mở.",
            f"{told.done} done, {told.busy} busy (say it again), {told.barred} cannot be decided here, "
            f"{missing} not open.",
        )
    )
    raise typer.Exit(OK if told.done == len(ids) else NEEDS_PERSON)
