"""ocop catalogue: does our mapping still fit what the platforms have."""

from dataclasses import asdict

import typer

from connector import catalogue
from connector.cli import say
from connector.cli.entrance import NEEDS_PERSON, OK, Json, Shops, chosen, parts
from connector.cli.say import t
from connector.ports import Catalogued

app = typer.Typer(no_args_is_help=True, help="Ngành hàng và thuộc tính của các sàn / the platforms' catalogues.")


@app.command()
def check(shops: Shops = None, json_: Json = False) -> None:
    """Ngành hàng nào không khớp, thuộc tính nào còn thiếu, gì vừa đổi / What does not resolve, lacks or changed."""
    found: dict[str, catalogue.Findings] = {}
    with parts() as wired:
        for shop in chosen(wired, shops):
            site = wired.site(shop)
            if shops or isinstance(site.adapter, Catalogued):
                found[shop.code] = catalogue.check(site)
    if json_:
        say.as_json({code: asdict(findings) for code, findings in found.items()})
    else:
        for code, findings in found.items():
            _show(code, findings)
    bad = any(f.lost or f.moved or f.gaps for f in found.values())
    raise typer.Exit(NEEDS_PERSON if bad else OK)


def _show(code: str, found: catalogue.Findings) -> None:
    good = found.mapped - len(found.lost)
    say.out.print(
        t(f"{code}: {good}/{found.mapped} ngành hàng khớp.", f"{code}: {good} of {found.mapped} categories resolve.")
    )
    for lost in found.lost:
        sets, near = ", ".join(map(str, lost.sets)), "; ".join(f"{path} ({leaf})" for leaf, path in lost.nearest) or "–"
        say.out.print(
            t(
                f"  Bộ {sets}: «{lost.name}» không có hoặc có nhiều. Gần nhất: {near}.",
                f"  Set {sets}: “{lost.name}” fits none or several. Nearest: {near}.",
            )
        )
    for moved in found.moved:
        what = ", ".join(moved.required.values()) or f"{moved.before or '–'} → {moved.now or '–'}"
        say.out.print(t(f"  Mới đổi ở «{moved.name}»: {what}.", f"  Changed in “{moved.name}”: {what}."))
    if found.due:
        say.out.print(t(f"  {found.due} tin được xem lại.", f"  {found.due} listings are looked at again."))
    rows = [(gap.set_no, gap.attribute, gap.products, _remedy(gap)) for gap in found.gaps]
    if rows:
        heads = t(
            "bộ|thuộc tính bắt buộc|sản phẩm thiếu|cách sửa", "set|mandatory attribute|products lack it|what to do"
        )
        say.table(t("Thuộc tính còn thiếu", "Attributes without a value"), heads.split("|"), rows, right=[0, 2])


def _remedy(gap: catalogue.Gap) -> str:
    if gap.never:
        return t(
            "khai nguồn trong config/channels, mục attributes", "name a source in config/channels, under attributes"
        )
    return t(gap.vi, gap.en)
