"""What stands in the way of products: gate."""

from collections import defaultdict
from typing import Annotated, Any

import typer

from connector.cli import say
from connector.cli.entrance import COMPLAINT, OK, Json, parts, today
from connector.cli.say import t
from connector.domain.ocop import Action
from connector.domain.problem import blocking
from connector.errors import Complaint
from connector.survey import Stand, survey
from connector.wiring import Wired


def gate(
    producer: Annotated[str, typer.Argument(metavar="[PRODUCER]", help="Mã chủ thể; trống là tất cả / all.")] = "",
    shop: Annotated[str, typer.Option(help="Theo quy tắc của gian hàng này / by this shop's rules.")] = "",
    json_: Json = False,
) -> None:
    """Sản phẩm nào vướng gì trước khi đăng, và cách sửa / What stands in the way of each product, and what to do."""
    with parts(hints=False) as wired:
        day = today(wired)
        platform = wired.store.shops.get(shop).platform if shop else ""
        stands = list(survey(wired.store, wired.book.on(day), day, producer, _policy(wired, shop), platform))
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
