"""ocop adopt: show what a shop already holds and whose each field would be; take it over once a person agrees."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from connector import adopt, strangers
from connector.cli import say
from connector.cli.entrance import LATER, NEEDS_PERSON, OK, Json, parts
from connector.cli.say import t
from connector.cli.shops import Code, owners_of
from connector.domain.listing import Lane
from connector.domain.rules import Owner
from connector.errors import Complaint
from connector.site import Site

Owners = dict[str, Owner]


def adopt_(
    code: Code,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Nhận thật; không có thì chỉ xem / else only show.")
    ] = False,
    decisions: Annotated[
        Path | None, typer.Option(help="Tệp JSON {tin: mã sản phẩm, rỗng là bỏ qua} / JSON {item: code, empty: leave}.")
    ] = None,
    propose: Annotated[Path | None, typer.Option(help="Ghi tệp quyết định để sửa / write decisions to edit.")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="TRƯỜNG=ours|theirs|ask; mặc định theirs.")] = None,
    import_strangers: Annotated[
        bool, typer.Option("--import-strangers", help="Tin lạ thành sản phẩm mới / unmatched become products.")
    ] = False,
    producer: Annotated[str | None, typer.Option(help="Mã chủ thể của tin lạ / whose the strangers are.")] = None,
    json_: Json = False,
) -> None:
    """Nhận gian hàng đang bán sẵn: xem, khớp, chưa ghi gì / Adopt a running shop: match, show, write nothing yet."""
    with parts() as wired:
        site = wired.site(wired.store.shops.get(code))
        owners = adopt.owned({kind: Owner(said) for kind, said in owners_of(owner or []).items()})
        found = adopt.survey(site)
        if propose is not None:
            propose.write_text(json.dumps(_proposed(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if not confirm:
            _show(found, owners, json_)
            raise typer.Exit(NEEDS_PERSON if found.proposals or (import_strangers and found.strangers) else OK)
        done = adopt.confirm(site, found, _decided(decisions), owners)
        brought = _bring_in(site, found, done, producer, owners) if import_strangers else None
        for lane in Lane:
            wired.hints.converge(site.shop.id, lane)
    _tell(done, brought, json_)
    raise typer.Exit(LATER if done.busy else NEEDS_PERSON if done.undecided else OK)


def _bring_in(
    site: Site, found: adopt.Survey, done: adopt.Adopted, producer: str | None, owners: Owners
) -> strangers.Brought:
    whose = site.store.adoption.producer(site.shop.id, producer)
    left = [one for one in found.strangers if one.ref.item not in done.bound]
    return strangers.bring_in(site, left, whose, owners)


def _proposed(found: adopt.Survey) -> dict[str, str]:
    """What needs a person, with the likeliest answer filled in."""
    return {p.item: p.codes[0] for p in found.proposals if not p.sure}


def _decided(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return {str(item): str(code or "") for item, code in raw.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise Complaint(
            f'{file} phải là JSON dạng {{"tin": "MÃ-SẢN-PHẨM"}}.', f'{file} must be JSON like {{"item": "CODE"}}.'
        ) from error


def _show(found: adopt.Survey, owners: Owners, json_: bool) -> None:
    if json_:
        say.as_json(_as_json(found, owners))
        return
    rows = [
        (p.item, p.live.facts.get("title", ""), f"{p.codes[0]} {p.name}", _how(p), len(_differing(p, owners)))
        for p in found.proposals
    ]
    heads = t("tin|tên trên sàn|sản phẩm của ta|khớp bằng|khác", "item|title there|our product|matched by|differ")
    say.table(t("Có thể nhận", "Can be adopted"), heads.split("|"), rows[:50], right=[4])
    sides = [(p.item, side) for p in found.proposals[:10] for side in _differing(p, owners)]
    shown = [
        (item, say.field_name(s.field), say.value(s.field, s.ours), say.value(s.field, s.theirs), s.owner)
        for item, s in sides
    ]
    if shown:
        heads = t("tin|trường|của ta|trên sàn|ai quyết", "item|field|ours|live|owner")
        say.table(t("Chỗ khác nhau", "Where they differ"), heads.split("|"), shown)
    fuzzy, alone = sum(not p.sure for p in found.proposals), len(found.strangers)
    vi = f"Đã là của ta {found.ours}; khớp chắc {len(rows) - fuzzy}; cần người xem {fuzzy}; lạ {alone}. Chưa ghi gì."
    en = f"{found.ours} are ours; {len(rows) - fuzzy} match; {fuzzy} need a person; {alone} strangers. Nothing written."
    say.out.print(t(vi, en))
    say.out.print(
        t("Nhận: --confirm, kèm --decisions TỆP cho tin cần xem.", "Adopt: --confirm, with --decisions FILE.")
    )


def _how(proposal: adopt.Proposal) -> str:
    how = t(*{"sku": ("SKU", "SKU"), "barcode": ("mã vạch", "barcode")}.get(proposal.how, ("tên", "name")))
    marks = [how, "" if proposal.sure else t("cần xem", "to decide"), f"{proposal.score:.0%}"]
    return ", ".join(mark for mark in (*marks, t("SKU khác", "other SKU") if proposal.other_skus else "") if mark)


def _differing(proposal: adopt.Proposal, owners: Owners) -> list[adopt.Side]:
    return [side for side in proposal.sides(owners) if not side.agrees]


def _as_json(found: adopt.Survey, owners: Owners) -> dict[str, Any]:
    proposals = [
        {
            "item": p.item,
            "title": p.live.facts.get("title"),
            "how": p.how,
            "sure": p.sure,
            "score": p.score,
            "products": p.codes,
            "other_skus": p.other_skus,
            "fields": {s.field: {"ours": s.ours, "theirs": s.theirs, "owner": s.owner} for s in p.sides(owners)},
        }
        for p in found.proposals
    ]
    alone = [{"item": s.ref.item, "title": s.facts.get("title"), "skus": s.skus} for s in found.strangers]
    return {"ours": found.ours, "proposals": proposals, "strangers": alone}


def _tell(done: adopt.Adopted, brought: strangers.Brought | None, json_: bool) -> None:
    if json_:
        body = {"bound": done.bound, "busy": done.busy, "undecided": done.undecided}
        more = {"imported": brought.codes, "left": {i: vi for i, (vi, _) in brought.left.items()}} if brought else {}
        say.as_json(body | more)
        return
    bound, busy, undecided = len(done.bound), len(done.busy), len(done.undecided)
    say.out.print(
        t(
            f"Đã nhận {bound} tin; đang bận {busy} (chạy lại sau); chưa ai quyết {undecided}.",
            f"Adopted {bound}; {busy} were busy (run it again); {undecided} undecided.",
        )
    )
    if brought is not None:
        say.out.print(t(f"Sản phẩm mới từ tin lạ: {len(brought.codes)}.", f"{len(brought.codes)} new products."))
        for item, reason in brought.left.items():
            say.out.print(f"  {item}: {t(*reason)}")
