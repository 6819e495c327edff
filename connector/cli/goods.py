"""Commands about the goods themselves: import and template."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from connector.cli import say
from connector.cli.entrance import NEEDS_PERSON, OK, Json, parts
from connector.cli.say import t
from connector.domain.listing import Lane
from connector.importing import CONFIG, ImportResult, Limits, import_file
from connector.importing.template import write_template
from connector.site import VIETNAM


def import_(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx hoặc .csv / an .xlsx or .csv file.")],
    mapping: Annotated[str | None, typer.Option(help="Kiểu cột; trống là tự nhận / empty: by the headings.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="Nơi ghi các dòng lỗi / where bad rows go.")] = None,
    json_: Json = False,
) -> None:
    """Nhập sản phẩm: dòng tốt vào kho, dòng lỗi ra tệp kèm lý do / Good rows go in, bad rows come back."""
    with parts() as wired, say.progress() as bar:
        task = bar.add_task(t("Nhập", "Importing"), total=None)
        result = import_file(
            file,
            mapping,
            catalogue=wired.store.products,
            today=datetime.now(VIETNAM).date(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            limits=Limits(megabytes=wired.settings.import_limit_mb),
            rejects=rejects,
        )
        if result.created + result.changed:
            for shop in wired.store.shops.all():
                for lane in Lane:
                    wired.hints.converge(shop.id, lane)
    _tell(result, json_)
    raise typer.Exit(NEEDS_PERSON if result.rejected else OK)


def _tell(result: ImportResult, json_: bool) -> None:
    if json_:
        counts = {name: getattr(result, name) for name in ("created", "changed", "unchanged", "rejected", "mapping")}
        rows = [
            {"row": p.row, "column": p.column, "code": p.problem.code, "vi": p.problem.vi, "en": p.problem.en}
            for p in result.problems
        ]
        say.as_json({**counts, "rejects": result.rejects_path, "problems": rows})
        return
    for vi, en in result.remarks:
        say.out.print(t(vi, en))
    say.out.print(
        t(
            f"Mới {result.created}, đổi {result.changed}, như cũ {result.unchanged}, dòng lỗi {result.rejected}.",
            f"{result.created} new, {result.changed} changed, {result.unchanged} the same, {result.rejected} bad rows.",
        )
    )
    bad = [p for p in result.problems if p.problem.blocking]
    shown = [(p.row, p.column, p.problem.say(say.language())) for p in bad[:20]]
    if shown:
        columns = t("dòng|cột|cách sửa", "row|column|what to do").split("|")
        say.table(t("Dòng lỗi", "Bad rows"), columns, shown, right=[0])
        say.out.print(t(f"Sửa {result.rejects_path} rồi nhập lại.", f"Mend {result.rejects_path}, import again."))


def template(
    file: Annotated[Path, typer.Argument(help="Tệp sẽ ghi / the file to write.")] = Path("mau-ocop.xlsx"),
) -> None:
    """Ghi tệp mẫu để điền sản phẩm / Write the template to fill in."""
    write_template(file, CONFIG)
    say.out.print(t(f"Đã ghi {file}. Điền xong: ocop import {file}", f"Wrote {file}. Then: ocop import {file}"))
