"""ocop shop: add, list, pause, resume, rules."""

import json
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from connector import connecting
from connector.cli import say
from connector.cli.entrance import Json, parts
from connector.cli.say import t
from connector.decisions import change_rules, fields
from connector.domain.ocop import Action
from connector.domain.rules import Owner, Verbs
from connector.errors import Complaint
from connector.ports import Tokens
from connector.store import Shop

app = typer.Typer(no_args_is_help=True, help="Gian hàng trên các sàn / shops on the platforms.")
# Our own choice: what is refreshed by hand gets a third, less two pieces, and keeps it to itself (docs/stock.md).
_CARRIED = {"share_percent": 30, "buffer": 2, "exclusive": True}
Code = Annotated[str, typer.Argument(help="Mã gian hàng / shop code.")]


@app.command()
def add(
    code: Code,
    platform: Annotated[str, typer.Argument(help="shopee, lazada, tiki, postmart, voso")],
    name: Annotated[str, typer.Option(help="Tên gian hàng / its name.")] = "",
    verbs: Annotated[Verbs, typer.Option(help="observe: chỉ xem; create: đăng mới; sync: giữ khớp.")] = Verbs.OBSERVE,
    producer: Annotated[str | None, typer.Option(help="Mã chủ thể; trống là dùng chung / empty: shared.")] = None,
    credentials: Annotated[
        typer.FileText | None,
        typer.Option(help="Tệp JSON khóa, token theo tên của sàn; - là stdin / JSON file, - is stdin."),
    ] = None,
) -> None:
    """Thêm gian hàng. Mặc định chỉ quan sát / Add a shop; it only looks until you say more."""
    with parts() as wired:
        wired.channel(platform)
        secrets = _credentials(credentials)
        shop = wired.store.shops.add(code, platform, name=name, verbs=verbs, producer=producer, credentials=secrets)
        tokens = _tokens(secrets)
        if tokens is not None:
            wired.store.shops.vault(shop.id).save(tokens)
        if wired.site(shop).adapter.can.assisted:
            change_rules(wired.store, shop, who="the connector's default for what a person carries", stock=_CARRIED)
    say.out.print(t(f"Đã thêm {code} ({platform}, {verbs}).", f"Added {code} ({platform}, {verbs})."))


@app.command("list")
def list_(json_: Json = False) -> None:
    """Liệt kê gian hàng, quyền còn bao lâu / List shops and how long their consents last."""
    with parts(hints=False) as wired:
        shops = wired.store.shops.all()
        ends = {s.id: connecting.ends(wired.store.shops.vault(s.id).tokens(), wired.clock.now()) for s in shops}
    if json_:
        say.as_json([_shop_json(shop, ends[shop.id]) for shop in shops])
        return
    rows = [
        (
            s.code,
            s.platform,
            s.name,
            s.policy.verbs,
            _state(s),
            _days(ends[s.id]),
            _note(s),
        )
        for s in shops
    ]
    columns = t("mã|sàn|tên|mức|trạng thái|token/quyền (ngày)|ghi chú", "code|platform|name|verbs|state|days|note")
    say.table(t("Gian hàng", "Shops"), columns.split("|"), rows)


def _state(shop: Shop) -> str:
    if shop.needs_consent:
        return t("cần cấp quyền", "needs consent")
    return t("đang chạy", "active") if shop.active else t("tạm dừng", "paused")


def _note(shop: Shop) -> str:
    return shop.paused_because or ", ".join(shop.holds)


def _days(ends: connecting.Ends) -> str:
    token, consent = ("–" if days is None else str(days) for days in (ends.token_days, ends.consent_days))
    return f"{token}/{consent}" + (" !" if ends.soon else "")


@app.command()
def pause(code: Code, because: Annotated[str, typer.Option(help="Lý do / why.")] = "by hand") -> None:
    """Tạm dừng: không đọc, không ghi, không mất gì / Neither read nor write for now; nothing is lost."""
    with parts() as wired:
        wired.store.shops.pause(wired.store.shops.get(code).id, because)
    say.out.print(t(f"{code}: đã tạm dừng.", f"{code}: paused."))


@app.command()
def resume(code: Code) -> None:
    """Chạy tiếp từ chỗ đã dừng / Go on where it stopped."""
    with parts() as wired:
        wired.store.shops.resume(wired.store.shops.get(code).id)
    say.out.print(t(f"{code}: chạy tiếp.", f"{code}: resumed."))


@app.command()
def credentials(
    code: Code,
    file: Annotated[typer.FileText, typer.Argument(help="Tệp JSON khóa, token; - là stdin / JSON file, - is stdin.")],
) -> None:
    """Thay khóa và token của gian hàng / Replace the shop's credentials and tokens."""
    with parts(hints=False) as wired:
        secrets = _credentials(file)
        vault = wired.store.shops.vault(wired.store.shops.get(code).id)
        vault.set_credentials(secrets)
        tokens = _tokens(secrets)
        if tokens is not None:
            vault.save(tokens)
    say.out.print(t(f"{code}: đã thay khóa.", f"{code}: credentials replaced."))


@app.command()
def rules(
    code: Code,
    verbs: Annotated[Verbs | None, typer.Option(help="observe, create, sync")] = None,
    markup: Annotated[int | None, typer.Option(help="Cộng thêm % giá / percent on top.")] = None,
    floor: Annotated[int | None, typer.Option(help="Giá thấp nhất, đồng / lowest price in dong.")] = None,
    round_to: Annotated[int | None, typer.Option(help="Làm tròn lên bội số, đồng / round up to a multiple.")] = None,
    share: Annotated[int | None, typer.Option(help="% tồn kho cho gian hàng / percent of stock.")] = None,
    buffer: Annotated[int | None, typer.Option(help="Giữ lại bao nhiêu cái / pieces kept back.")] = None,
    cap: Annotated[int | None, typer.Option(help="Nhiều nhất bao nhiêu cái / at most so many pieces.")] = None,
    hide_below: Annotated[int | None, typer.Option(help="Dưới mức này thì hiện 0 / below this show 0.")] = None,
    exclusive: Annotated[
        bool | None, typer.Option("--exclusive/--shared", help="Số đang treo ở đây không ai khác bán / nobody else's.")
    ] = None,
    owner: Annotated[list[str] | None, typer.Option(help="TRƯỜNG=ours|theirs|ask, ví dụ title=theirs.")] = None,
    gate: Annotated[list[str] | None, typer.Option(help="VƯỚNG=block|warn|off, ví dụ held_goods=warn.")] = None,
) -> None:
    """Đổi quy tắc giá, tồn, quyền; mọi tin được xem lại / Change rules; every listing is looked at again."""
    given = {
        "price": _given(markup_percent=markup, floor=floor, round_to=round_to),
        "stock": _given(share_percent=share, buffer=buffer, cap=cap, hide_below=hide_below, exclusive=exclusive),
    }
    with parts() as wired:
        shop = wired.store.shops.get(code)
        known = _gate(gate or [], set(wired.book.actions))
        change_rules(wired.store, shop, who="hand", verbs=verbs, owners=owners_of(owner or []), gate=known, **given)
    say.out.print(t(f"{code}: đã đổi quy tắc.", f"{code}: rules changed."))


def _credentials(file: typer.FileText | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        raw = json.load(file)
        return {str(name): str(value) for name, value in raw.items() if value is not None}
    except (ValueError, AttributeError) as error:
        raise Complaint(
            'Tệp khóa phải là JSON dạng {"partner_id": "..."}.', 'Credentials are JSON like {"partner_id": "..."}.'
        ) from error


def _tokens(secrets: dict[str, str]) -> Tokens | None:
    if "access_token" not in secrets:
        return None
    refresh = secrets.get("refresh_token")
    return Tokens(SecretStr(secrets["access_token"]), SecretStr(refresh) if refresh else None)


def owners_of(pairs: list[str]) -> dict[str, str]:
    owners = {}
    for pair in pairs:
        field, _, owner = pair.partition("=")
        if owner not in set(Owner) or not field:
            raise Complaint(f"--owner {pair}: viết TRƯỜNG=ours|theirs|ask.", f"--owner {pair}: FIELD=ours|theirs|ask.")
        owners[field] = owner
    return owners


def _gate(pairs: list[str], known: set[str]) -> dict[str, str]:
    actions = {}
    for pair in pairs:
        code, _, action = pair.partition("=")
        if action not in set(Action) or code not in known:
            codes = ", ".join(sorted(known))
            raise Complaint(
                f"--gate {pair}: viết VƯỚNG=block|warn|off, VƯỚNG là một trong: {codes}.",
                f"--gate {pair}: FINDING=block|warn|off, FINDING one of: {codes}.",
            )
        actions[code] = action
    return actions


def _given(**values: int | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _shop_json(shop: Shop, ends: connecting.Ends) -> dict[str, Any]:
    policy = shop.policy
    return {
        "code": shop.code,
        "platform": shop.platform,
        "name": shop.name,
        "active": shop.active,
        "paused_because": shop.paused_because,
        "needs_consent": shop.needs_consent,
        "token_days": ends.token_days,
        "consent_days": ends.consent_days,
        "verbs": policy.verbs,
        "price": fields(policy.price),
        "stock": fields(policy.stock),
        "owners": policy.owners,
        "gate": policy.gate,
        "holds": shop.holds,
    }
