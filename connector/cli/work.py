"""Commands that plan and do: plan, apply, sync, reconcile."""

import json
from pathlib import Path
from typing import Annotated

import typer

from connector import plans
from connector.cli import say
from connector.cli.entrance import LATER, NEEDS_PERSON, OK, Json, Shops, chosen, parts
from connector.cli.say import t
from connector.converge import converge
from connector.domain.listing import Lane
from connector.domain.plan import Change
from connector.domain.problem import blocking
from connector.errors import Complaint, NeedsConsent, Retry
from connector.models import RESULTS, RunRow
from connector.reconcile import approve as approve_shop
from connector.reconcile import reconcile as reconcile_shop
from connector.site import Site
from connector.wiring import Wired


def plan(
    shops: Shops = None,
    json_: Json = False,
    out: Annotated[Path | None, typer.Option(help="Lưu kế hoạch của một gian hàng / save one shop's plan.")] = None,
) -> None:
    """Xem trước từng thay đổi, lý do, số lệnh gọi / Show every change before it is made."""
    with parts(hints=False) as wired:
        wanted = chosen(wired, shops)
        if out is not None and len(wanted) != 1:
            raise Complaint("--out cần đúng một gian hàng.", "--out takes exactly one shop.")
        made = []
        with say.progress() as bar:
            task = bar.add_task(t("Xem các gian hàng", "Looking at shops"), total=len(wanted))
            for shop in wanted:
                made.append(plans.make(wired.site(shop)))
                bar.advance(task)
        if out is not None:
            out.write_text(json.dumps(plans.to_json(made[0]), ensure_ascii=False, indent=1), encoding="utf-8")
        if json_:
            say.as_json([plans.to_json(one) for one in made])
        else:
            for one in made:
                _show_plan(one)
            if out is not None:
                say.out.print(t(f"Đã lưu {out}. Làm: ocop apply {out}", f"Saved {out}. Do it: ocop apply {out}"))


def _show_plan(made: plans.ShopPlan) -> None:
    rows = [
        (one.product, op.kind.value, say.field_name(c.field), *_before_after(c), say.reason(c.reason))
        for one in made.with_ops
        for op in one.plan.ops
        for c in op.changes
    ]
    blocked = sum(bool(blocking(one.plan.problems)) and not one.plan.ops for one in made.listings)
    title = t(
        f"{made.shop}: {len(made.with_ops)} tin cần thay đổi, {made.calls} lệnh ghi, {blocked} tin bị vướng",
        f"{made.shop}: {len(made.with_ops)} listings to change, {made.calls} writing calls, {blocked} stopped",
    )
    if not rows:
        say.out.print(title)
        return
    columns = t("sản phẩm|thao tác|trường|trên sàn|mới|vì sao", "product|op|field|live|new|why").split("|")
    say.table(title, columns, rows)
    costs = [(one.product, t(p.vi, p.en)) for one in made.with_ops for p in one.plan.problems if not p.blocking]
    if costs:
        say.table(
            t("Cần biết trước khi làm", "To know beforehand"), t("sản phẩm|điều|", "product|what").split("|")[:2], costs
        )


def _before_after(change: Change) -> tuple[str, str]:
    return say.value(change.field, change.before), say.value(change.field, change.after)


def apply(
    file: Annotated[Path, typer.Argument(help="Tệp do ocop plan --out ghi / a file that ocop plan --out wrote.")],
    json_: Json = False,
) -> None:
    """Thực hiện đúng kế hoạch đã lưu; dừng ở chỗ trên sàn đã đổi / Do exactly what a saved plan says."""
    with parts(hints=False) as wired:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Complaint(f"Không đọc được {file}: {error}", f"Cannot read {file}: {error}") from error
        code, saved = plans.from_json(text, wired.clock.now())
        done = plans.apply(wired.site(wired.store.shops.get(code)), saved)
        names = wired.store.reads.product_of(list(done.moved))
    moved = {names[listing][0]: field for listing, field in done.moved.items()}
    if json_:
        say.as_json({"shop": code, "results": done.report.results, "moved": moved})
    else:
        say.out.print(_tally(done.report.results))
        for product, field in moved.items():
            said = say.field_name(field)
            say.out.print(t(f"  {product}: bỏ qua, «{said}» đã đổi", f"  {product}: left alone, “{said}” has moved"))
    raise typer.Exit(NEEDS_PERSON if moved else OK)


def sync(shops: Shops = None, json_: Json = False) -> None:
    """Làm hết việc đang đến hạn, không cần worker / Do all due work here and now, without workers."""
    told = {}
    code = OK
    with parts(hints=False) as wired, say.progress() as bar:
        for shop in chosen(wired, shops):
            task = bar.add_task(shop.code, total=None)
            results, end = _converge_all(wired, wired.site(shop), lambda n, task=task: bar.update(task, completed=n))
            told[shop.code] = results
            code = max(code, end)
    if json_:
        say.as_json(told)
    else:
        for shop_code, results in told.items():
            say.out.print(f"{shop_code}: {_tally(results)}")
        if code == NEEDS_PERSON:
            say.out.print(t("Có gian hàng chờ người xem: ocop status", "A shop waits for a person: ocop status"))
    raise typer.Exit(code)


def _converge_all(wired: Wired, site: Site, told: object) -> tuple[dict[str, int], int]:
    results: dict[str, int] = {}
    code = OK
    for lane in Lane:
        report = converge(site, lane, batch=wired.settings.batch)
        for result, n in report.results.items():
            results[result] = results.get(result, 0) + n
        if callable(told):
            told(sum(results.values()))
        code = NEEDS_PERSON if report.held is not None else code
    again = wired.store.shops.by_id(site.shop.id)
    return results, code if again.active else NEEDS_PERSON


def reconcile(
    shops: Shops = None,
    json_: Json = False,
    preview: Annotated[bool, typer.Option("--preview", help="Chỉ so sánh, không sửa / compare only.")] = False,
) -> None:
    """So toàn bộ tin trên sàn với kho, sửa điều được phép, báo phần còn lại / Compare everything live, heal, report."""
    runs: list[tuple[str, RunRow]] = []
    code = OK
    with parts(hints=False) as wired, say.progress() as bar:
        wanted = chosen(wired, shops)
        task = bar.add_task(t("Đối soát", "Reconciling"), total=len(wanted))
        for shop in wanted:
            try:
                runs.append((shop.code, reconcile_shop(wired.site(shop), "by hand", heal=not preview)))
            except Retry as error:
                say.err.print(t(f"{shop.code}: sàn bảo chờ ({error})", f"{shop.code}: wait ({error})"))
                code = max(code, LATER)
            except NeedsConsent:
                say.err.print(t(f"{shop.code}: cần cấp quyền lại", f"{shop.code}: needs consent again"))
                code = max(code, NEEDS_PERSON)
            bar.advance(task)
    if json_:
        say.as_json([{"shop": shop, **_run_json(run)} for shop, run in runs])
    else:
        show_runs(runs)
    held = any(run.state == "held" for _, run in runs)
    raise typer.Exit(max(code, NEEDS_PERSON if held else OK))


def show_runs(runs: list[tuple[str, RunRow]]) -> None:
    head = t("gian hàng|trạng thái|kế hoạch", "shop|state|planned").split("|")
    columns = [*head, *RESULTS, t("lạ", "strangers")]
    rows = [(shop, run.state, run.planned, *_counts(run).values(), len(run.strangers)) for shop, run in runs]
    say.table(t("Đối soát", "Reconciliation"), columns, rows, right=range(2, len(columns)))


def _run_json(run: RunRow) -> dict[str, object]:
    return {"run": run.id, "state": run.state, "planned": run.planned, **_counts(run), "strangers": run.strangers}


def _counts(run: RunRow) -> dict[str, int]:
    return {name: getattr(run, name) for name in RESULTS}


def approve(shop: Annotated[str, typer.Argument(help="Mã gian hàng / shop code.")]) -> None:
    """Cho làm tiếp điều mà chốt an toàn đã dừng / Let go on what the mass-change guard stopped."""
    with parts() as wired:
        found = wired.store.shops.get(shop)
        approve_shop(wired.site(found))
        for lane in Lane:
            wired.hints.converge(found.id, lane)
    say.out.print(t(f"{shop}: được làm tiếp trong một giờ.", f"{shop}: may go on for an hour."))


def _tally(results: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(results.items())) or t("không có việc", "nothing due")
