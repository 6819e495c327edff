"""Commands about stock: where it stands and why, corrections, packs, and the orders that moved it."""

import getpass
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from connector import counting
from connector.cli import say
from connector.cli.entrance import BROKEN, NEEDS_PERSON, OK, Json, parts
from connector.cli.say import t


class _SkuFirst(TyperGroup):
    """`ocop stock SKU` is `ocop stock show SKU`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_SkuFirst, no_args_is_help=True, help="Tồn kho: ocop stock MÃ / stock: ocop stock SKU.")
Sku = Annotated[str, typer.Argument(metavar="SKU", help="Mã hàng / SKU.")]
Because = Annotated[str, typer.Option("--because", help="Lý do, ghi lại mãi / the reason, kept for ever.")]

_STEPS = {
    "idle": ("chưa giao phần nào", "has no part"),
    "raising": ("được giao {by}, đang ghi", "is given {by}, to be written"),
    "held": ("giữ phần của mình, sàn tự trừ khi bán", "keeps its part; the platform counts down"),
    "adjusting": ("đang cộng/trừ {by}", "is being adjusted by {by}"),
    "zeroing": ("đang về 0 để chuyển phần", "goes to zero so that its part can move"),
    "draining": ("đã về 0, chờ đơn đến muộn từ {since}", "is at zero; late orders are awaited since {since}"),
}
_KINDS = {
    "receive": ("nhập", "received"),
    "sale": ("bán", "sold"),
    "cancel": ("hủy sau khi xuất", "cancelled after it left"),
    "return": ("trả về", "returned"),
    "adjust": ("sửa số đếm", "count corrected"),
}
_STATES = {
    "open": ("đang mở", "open"),
    "shipped": ("đã giao vận chuyển", "shipped"),
    "done": ("xong", "done"),
    "failed": ("giao không được", "failed"),
    "cancelled": ("đã hủy", "cancelled"),
    "returned": ("đã về kho", "returned"),
}


@app.command()
def show(sku: Sku, json_: Json = False) -> None:
    """Sổ kho, đang có, đang giữ, phần và số trên từng sàn, vì sao / Ledger, counts, and each shop's part and why."""
    with parts(hints=False) as wired:
        story = wired.store.stockroom.story(sku)
        below = wired.settings.scarce_below if story["scarce_below"] is None else story["scarce_below"]
    story["splits_at"] = below
    for shop in story["shops"]:
        shop["why"] = _why(shop)
    if json_:
        say.as_json(story)
        return
    pack = t(f" (1 = {story['pieces']} × {story['base']})", f" (1 = {story['pieces']} × {story['base']})")
    say.out.print(
        t(
            f"[bold]{sku}[/]{pack if story['pieces'] > 1 else ''}: trong kho {story['on_hand']}, "
            f"giữ cho đơn {story['reserved']}, còn bán được {story['free']}",
            f"[bold]{sku}[/]{pack if story['pieces'] > 1 else ''}: on hand {story['on_hand']}, "
            f"reserved {story['reserved']}, free {story['free']}",
        )
    )
    say.out.print(_split(story))
    rows = [
        (
            s["shop"],
            _n(s["live"]),
            _n(s["written"]),
            _n(s["ceiling"]),
            s["reserved"],
            say.ago(s["observed_at"]),
            say.ago(s["orders_until"]),
            s["why"],
        )
        for s in story["shops"]
    ]
    heads = t(
        "gian hàng|trên sàn|đã ghi|phần|giữ|ảnh chụp|đơn đọc đến|vì sao",
        "shop|live|written|part|reserved|picture|orders known|why",
    )
    say.table(t("Trên các sàn", "In the shops"), heads.split("|"), rows, right=(1, 2, 3, 4))
    moves = [
        (say.when(m["at"]), t(*_KINDS[m["kind"]]), f"{m['delta']:+}", m["shop"] or "", m["cause"])
        for m in story["movements"]
    ]
    heads = t("lúc|loại|số|gian hàng|do", "at|kind|pieces|shop|cause")
    say.table(t("Sổ kho, mới nhất trước", "Ledger, newest first"), heads.split("|"), moves, right=(2,))


def _split(story: dict[str, Any]) -> str:
    """Whether the good is in escrow, and when it would be."""
    below = story["splits_at"]
    if any(shop["step"] is not None for shop in story["shops"]):
        return t(
            f"Hàng hiếm: chia phần cho các gian hàng, đến khi còn hơn {2 * below} cái.",
            f"Scarce: split among the shops, until more than {2 * below} are free.",
        )
    if not below:
        return t("Không bao giờ chia phần.", "Never split among the shops.")
    return t(
        f"Chưa hiếm: gian hàng nào cũng thấy cả; còn từ {below} cái trở xuống thì chia phần.",
        f"Plenty: every shop shows what its rule makes of it; at {below} or fewer it is split among them.",
    )


def _why(shop: dict[str, Any]) -> str:
    said = []
    if shop["step"] is not None:
        by, since = f"{shop['by']:+}", say.when(shop["since"])
        said.append(t(*_STEPS[shop["step"]]).format(by=by, since=since))
    if shop["beyond"]:
        said.append(t(f"bán quá phần {shop['beyond']}", f"{shop['beyond']} sold beyond its part"))
    if shop["trouble"]:
        said.append(t(f"chưa đọc được đơn: {shop['trouble']}", f"orders cannot be read: {shop['trouble']}"))
    if shop["reason"]:
        said.append(shop["reason"])
    return "; ".join(said) or t("theo quy tắc của gian hàng", "by the shop's rule")


def _n(value: Any) -> str:
    return "–" if value is None else str(value)


@app.command(context_settings={"ignore_unknown_options": True})
def adjust(
    sku: Sku,
    by: Annotated[str, typer.Argument(metavar="+N|-N", help="Thêm hay bớt bao nhiêu / how many more or fewer.")],
    because: Because,
    json_: Json = False,
) -> None:
    """Sửa số đếm bằng một dòng sổ, không ghi đè / Correct the count by a movement, never by overwriting."""
    with parts() as wired:
        counting.adjust(wired.store, wired.hints, sku, by, getpass.getuser(), because)
        story = wired.store.stockroom.story(sku, limit=1)
    if json_:
        say.as_json(story)
    else:
        done, left = f"{int(by):+}", story["free"]
        say.out.print(t(f"{sku}: {done}, còn bán được {left}.", f"{sku}: {done}, {left} free."))


@app.command()
def pack(
    sku: Sku,
    base: Annotated[str, typer.Argument(metavar="BASE", help="Mã hàng gốc / the base SKU.")],
    pieces: Annotated[int, typer.Argument(min=1, help="Mấy cái gốc thành một gói / base pieces in one.")],
    because: Because = "",
) -> None:
    """Cho một mã là gói của mã khác: chung một kho / Make a SKU a pack of another: one stock for both."""
    with parts() as wired:
        wired.store.ledger.pack(sku, base, pieces, f"{getpass.getuser()}: {because or 'pack'}")
        counting.ring(wired.store, wired.hints)
    say.out.print(f"{sku} = {pieces} × {base}")


@app.command()
def scarce(
    sku: Sku,
    below: Annotated[
        int | None, typer.Option("--below", min=0, help="Ngưỡng; bỏ trống: theo cài đặt / empty: as set.")
    ] = None,
) -> None:
    """Chia hàng hiếm cho các gian hàng khi còn từng ấy trở xuống / Split a good among shops at or below so many."""
    with parts() as wired:
        counting.split(wired.store, wired.hints, sku, below)
    say.out.print(t(f"{sku}: ngưỡng {_n(below)}", f"{sku}: threshold {_n(below)}"))


@app.command()
def audit(json_: Json = False) -> None:
    """Sổ có khớp không / Whether the ledger adds up; nothing is mended."""
    with parts(hints=False) as wired:
        found = wired.store.ledger.check()
    if json_:
        say.as_json([{"law": one.law, **one.where} for one in found])
    else:
        for one in found:
            say.out.print(f"{one.law}: " + ", ".join(f"{key}={value}" for key, value in one.where.items()))
        say.out.print(t(f"{len(found)} chỗ không khớp.", f"{len(found)} places do not add up."))
    raise typer.Exit(BROKEN if found else OK)


def orders(
    shop: Annotated[str, typer.Argument(help="Mã gian hàng; bỏ trống là tất cả / all.")] = "",
    problems: Annotated[bool, typer.Option("--problems", help="Chỉ dòng có mã lạ / only lines nobody knows.")] = False,
    sku: Annotated[str, typer.Option("--sku", help="Chỉ mã hàng này / only this SKU.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=5000)] = 50,
    json_: Json = False,
) -> None:
    """Đơn hàng đã đọc và chúng đã làm gì với kho / Orders read, and what they did to stock."""
    with parts(hints=False) as wired:
        shop_id = wired.store.shops.get(shop).id if shop else None
        rows = wired.store.orders.recent(shop_id=shop_id, unknown=problems, sku=sku, limit=limit)
    strange = any(row["unknown"] for row in rows)
    if json_:
        say.as_json(rows)
    else:
        shown = [
            (r["shop"], r["number"], t(*_STATES[r["line_state"]]), say.when(r["placed_at"]), r["sku"] or r["external"],
             r["quantity"], r["reserved"], -r["sold"], r["cancelled_after"] + r["came_back"],
             "?" if r["unknown"] else "")
            for r in rows
        ]  # fmt: skip
        heads = t(
            "gian hàng|đơn|trạng thái|đặt lúc|mã|đặt|giữ|xuất|về|lạ",
            "shop|order|state|placed|sku|ordered|reserved|sold|back|unknown",
        )
        say.table(t("Đơn hàng", "Orders"), heads.split("|"), shown, right=(5, 6, 7, 8))
        if strange:
            say.out.print(
                t(
                    "Dòng có dấu ?: không ai biết mã này. Nhập sản phẩm có mã đó; đơn sẽ tự vào sổ.",
                    "Lines marked ?: nobody knows the SKU. Import its product; the order is then booked by itself.",
                )
            )
    raise typer.Exit(NEEDS_PERSON if strange else OK)
