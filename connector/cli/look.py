"""Commands that only look: status, why, doctor."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from redis import RedisError

from connector import connecting
from connector.cli import say
from connector.cli.entrance import BROKEN, NEEDS_PERSON, OK, Json, parts
from connector.cli.say import t
from connector.cli.work import show_runs
from connector.store import Standing
from connector.store.reads import StoreAway
from connector.store.schema import differences
from connector.why import why as tell_why
from connector.wiring import Budgets, Wired


def status(json_: Json = False) -> None:
    """Mọi thứ có mới, kẹt hay lệch không / Is everything fresh, stuck or drifted."""
    with parts(hints=False) as wired:
        standings = wired.store.reads.standings(wired.clock.now())
        blocked = wired.store.reads.blocked()
        drifts = wired.store.reads.drifts()
        codes = {shop.id: shop for shop in wired.store.shops.all()}
        runs = wired.store.runs.recent(10)
        ending = _ending(wired)
        pace = {shop.code: wired.budgets(shop) for shop in codes.values()}
    held = [shop.code for shop in codes.values() if shop.holds or not shop.active]
    if json_:
        shops = [_standing_json(one) for one in standings]
        found = {"shops": shops, "blocked": blocked, "drifts": drifts, "held": held, "ending": ending}
        say.as_json(found | {"pace": _pace_json(pace)})
    else:
        _show_status(standings, blocked, drifts)
        _show_pace(pace)
        if runs:
            show_runs([(codes[run.shop_id].code, run) for run in runs])
        for code in held:
            say.out.print(t(f"[bold]{code}[/] chờ người quyết định.", f"[bold]{code}[/] waits for a person."))
        for code, days in ending.items():
            vi = f"[bold]{code}[/] còn {days} ngày quyền. Cấp lại: ocop shop connect {code}"
            say.out.print(t(vi, f"[bold]{code}[/]: consent for {days} more days. Renew: ocop shop connect {code}"))
    raise typer.Exit(NEEDS_PERSON if held else OK)


def _ending(wired: Wired) -> dict[str, int]:
    """Days left by shop, where it is time to renew a consent."""
    now, found = wired.clock.now(), {}
    for shop in wired.store.shops.all():
        ends = connecting.ends(wired.store.shops.vault(shop.id).tokens(), now)
        if ends.soon:
            found[shop.code] = min(d for d in (ends.token_days, ends.consent_days) if d is not None)
    return found


def _show_status(standings: list[Standing], blocked: list[dict[str, Any]], drifts: list[dict[str, Any]]) -> None:
    phases = sorted({phase for s in standings for phase in s.phases})
    rows = [
        (
            *(s.shop, *(s.phases.get(p, 0) for p in phases), sum(s.due.values()), s.open_drifts),
            *(say.ago(s.oldest_look), say.ago(s.orders_until)),
        )
        for s in standings
    ]
    tail = t("đến hạn|lệch|ảnh chụp cũ nhất|đơn đọc đến", "due|drift|oldest picture|orders known").split("|")
    columns = [t("gian hàng", "shop"), *phases, *tail]
    say.table(t("Gian hàng", "Shops"), columns, rows, right=range(1, len(columns) - 2))
    if blocked:
        ways = [(b["platform"], b["listings"], say.field_name(b["field"]), t(b["vi"], b["en"])) for b in blocked]
        columns = t("sàn|tin|trường|cách sửa", "platform|listings|field|what to do").split("|")
        say.table(t("Vướng mắc", "What is in the way"), columns, ways, right=[1])
    if drifts:
        shown = [
            (d["shop"], d["product"], say.field_name(d["field"]), say.value(d["field"], d["desired"]),
             say.value(d["field"], d["observed"]), say.reason(d["verdict"]), d["resolution"])
            for d in drifts[:30]
        ]  # fmt: skip
        heads = t("gian hàng|sản phẩm|trường|của ta|trên sàn|vì sao|xử lý", "shop|product|field|ours|live|why|then")
        say.table(t("Lệch chưa xong", "Open drift"), heads.split("|"), shown)


def _pace_json(pace: Mapping[str, Budgets]) -> dict[str, Any]:
    return {code: [asdict(one) for one in budgets] for code, budgets in pace.items() if budgets}


def _show_pace(pace: Mapping[str, Budgets]) -> None:
    """Only what has been slowed down, by a platform's complaint or its quota."""
    slowed = [(code, one) for code, budgets in pace.items() for one in budgets if one.slowed]
    if slowed:
        rows = [
            (code, one.bucket, f"{one.rate:.1f} / {one.ceiling:g}", f"{one.closed:.0f} s" if one.closed else "–")
            for code, one in slowed
        ]
        columns = t("gian hàng|loại lượt gọi|mỗi giây|còn nghỉ", "shop|calls|per second|closed for").split("|")
        say.table(t("Sàn bảo gọi chậm lại", "Slowed down by a platform"), columns, rows, right=[2, 3])


def why(
    listing: Annotated[str, typer.Argument(help="GIAN-HÀNG/MÃ: mã sản phẩm hoặc SKU / SHOP/CODE.")],
    field: Annotated[str, typer.Argument(help="Ví dụ title, price:SKU, stock:SKU.")],
    json_: Json = False,
) -> None:
    """Vì sao trường này có giá trị này / Why this field has this value: the chain of causes."""
    shop, _, product = listing.partition("/")
    with parts(hints=False) as wired:
        story = tell_why(wired.store, shop, product, field)
    if json_:
        say.as_json(story.as_dict())
        return
    name, wanted, live = say.field_name(field), say.value(field, story.desired), say.value(field, story.observed)
    title = t(f"{listing}, {name}: cần {wanted}, trên sàn {live}", f"{listing}, {name}: wanted {wanted}, live {live}")
    names = t("said=nói|counted=đếm|rule=quy tắc|written=ghi|looked=xem|drift=lệch|decided=quyết định", "").split("|")
    words = dict(pair.split("=") for pair in names if pair)
    rows = [
        (say.when(s.at), words.get(s.what, s.what), say.value(field, s.value), s.cause, s.detail) for s in story.steps
    ]
    say.table(title, t("lúc|việc|giá trị|do|chi tiết", "at|step|value|cause|detail").split("|"), rows)


def doctor(json_: Json = False) -> None:
    """Kiểm tra máy, kho, hàng đợi, cấu hình / Check machine, database, queue and configuration."""
    checks: list[tuple[str, bool, str]] = [("python", sys.version_info >= (3, 11), sys.version.split()[0])]
    with parts(hints=False) as wired:
        checks += _check_parts(wired)
    free = shutil.disk_usage(wired.settings.data).free // 2**30
    checks.append(("disk", free >= 1, f"{free} GiB"))
    if json_:
        say.as_json([{"check": name, "ok": good, "detail": detail} for name, good, detail in checks])
    else:
        say.table("doctor", ("", "", ""), [("✓" if good else "✗", name, detail) for name, good, detail in checks])
    raise typer.Exit(OK if all(good for _, good, _ in checks) else BROKEN)


def _check_parts(wired: Wired) -> list[tuple[str, bool, str]]:
    checks: list[tuple[str, bool, str]] = []
    try:
        wired.store.reads.ping()
        apart = differences(wired.store.engine)
        checks.append(("postgresql", not apart, t("khớp với bảng", "tables agree") if not apart else str(apart)[:200]))
    except StoreAway as error:
        checks.append(("postgresql", False, type(error).__name__))
    try:
        wired.redis.ping()
        checks.append(("redis", True, "ok"))
    except RedisError as error:
        checks.append(("redis", False, type(error).__name__))
    for platform in wired.channels:
        checks.append((f"channel {platform}", True, wired.channels[platform].base_url))
    for shop in wired.store.shops.all():
        checks.append((f"shop {shop.code}", shop.active, shop.paused_because or shop.policy.verbs))
    return checks


def _standing_json(one: Standing) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
