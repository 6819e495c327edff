"""Runs the demo before somebody's eyes and says at the end whether all was as it should be."""

import signal
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from config.settings import Settings
from connector.cli import say
from connector.cli.demo import report as reporting
from connector.cli.demo.fewest import fewest_calls
from connector.cli.demo.market import PLATFORMS
from connector.cli.demo.people import People, admit
from connector.cli.demo.stage import SHOPS, Stage, open_shops, raised
from connector.cli.demo.story import Shelf, Story
from connector.cli.say import t
from connector.importing import CONFIG, import_file
from connector.site import VIETNAM
from connector.wiring import Wired, log_to_stderr, wire

SAMPLE = CONFIG / "sample" / "products.csv"
SIZE = 60  # products: five platforms, so 300 listings


def show(settings: Settings, *, once: bool, data: Path, size: int | None, port_base: int) -> int:
    """The whole demo; 0 if everything was as it should be. Stays up until Ctrl-C unless `once`."""
    log_to_stderr("ERROR")
    with raised(settings.data, port_base) as stage:
        wired = wire(_settings(settings, stage))
        try:
            found, people = _play(stage, wired, data, size)
            faults = reporting.faults(found)
            path = settings.data / "demo-report.json"
            reporting.write({**found, "faults": faults}, path)
            _show_end(stage, found, faults, path)
            if not once:
                _stay(stage, people)
        finally:
            wired.close()
    return 1 if faults else 0


def _play(stage: Stage, wired: Wired, data: Path, size: int | None) -> tuple[dict[str, Any], People]:
    story = Story(stage, wired)
    with say.progress() as bar:

        def watched(vi: str, en: str) -> Any:
            task = bar.add_task(t(vi, en), total=None)
            return lambda done, total: bar.update(task, completed=done, total=total)

        with stage.timed("import"):
            rejected = _stock_the_shelves(stage, wired, data, size, watched)
        people = admit(wired.store)
        people.show(stage.web_url)
        stage.processes.start_workers()
        with stage.timed("publish"):
            story.publish(watched("Đăng lên năm sàn", "Publishing to five platforms"))
        with stage.timed("edit"):
            story.edit(watched("Chủ thể sửa vài sản phẩm", "The producer edits a few"))
        with stage.timed("drift"):
            story.plant()
        with stage.timed("night"):
            runs = story.night("night")
        quiet_from = stage.market.now()
        with stage.timed("quiet_night"):
            story.night("the night after")
    writes = sum(log["writes"] for log in stage.market.log(quiet_from).values())
    budget = fewest_calls(wired, story)
    found = {
        "products": len(wired.store.products.codes(100_000)),
        "rows_rejected": rejected,
        "platforms": reporting.platforms(stage, wired, budget),
        "drift": reporting.drift(wired, runs, story.planted, story.healed()),
        "quiet_pass_writes": writes,
        "seconds": stage.seconds,
        "peak_mb": stage.processes.peak_mb(),
    }
    return found, people


def _stock_the_shelves(stage: Stage, wired: Wired, data: Path, size: int | None, watched: Any) -> int:
    shelf = Shelf(wired)
    today = datetime.now(VIETNAM).date()
    rejects = stage.folder / "rejects.xlsx"
    result = import_file(data, None, catalogue=shelf, today=today, rejects=rejects)
    shelf.fill(size, f"import {data.name}", watched("Nhập và vẽ ảnh", "Importing and drawing pictures"))
    open_shops(wired.store, stage.market, stage.folder / "packs")
    return result.rejected


def _settings(settings: Settings, stage: Stage) -> Settings:
    changed = {
        "database_url": stage.environment["DATABASE_URL"],
        "redis_url": stage.environment["REDIS_URL"],
        "data": stage.folder,
        "public_url": stage.web_url,
    }
    return settings.model_copy(update=changed)


def _show_end(stage: Stage, found: dict[str, Any], faults: list[str], path: Path) -> None:
    columns = t("sàn|cần|đang bán|vướng|trùng|gọi|ít nhất|xem", "platform|expected|live|blocked|twice|calls|fewest|see")
    counts = ("expected", "live", "blocked", "duplicates", "calls", "calls_fewest")
    rows = [
        (SHOPS[name], *(one[count] for count in counts), stage.market.storefront(name))
        for name, one in found["platforms"].items()
    ]
    say.table(t("Năm sàn", "Five platforms"), columns.split("|"), rows, right=range(1, 7))
    reasons: dict[str, int] = {}
    for name in PLATFORMS:
        for reason, n in found["platforms"][name]["blocked_reasons"].items():
            reasons[reason] = reasons.get(reason, 0) + n
    if reasons:
        shown = sorted(reasons.items(), key=lambda pair: -pair[1])[:8]
        say.table(t("Vì sao vướng", "Why blocked"), ("", ""), [(n, reason) for reason, n in shown], right=[0])
    drift = found["drift"]
    say.out.print(
        t(
            f"Lệch: cài {drift['planted']}, tìm thấy {drift['found']}, đã sửa {drift['healed']}. "
            f"Đêm sau: {found['quiet_pass_writes']} lệnh ghi.",
            f"Drift: planted {drift['planted']}, found {drift['found']}, healed {drift['healed']}. "
            f"The night after: {found['quiet_pass_writes']} writes.",
        )
    )
    seconds = ", ".join(f"{name} {value:.0f}s" for name, value in found["seconds"].items())
    say.out.print(t(f"Thời gian: {seconds}. Báo cáo: {path}", f"Times: {seconds}. Report: {path}"))
    for fault in faults:
        say.out.print(f"[red]✗ {fault}[/]")
    if not faults:
        say.out.print(t("[green]✓ Mọi thứ đúng như phải thế.[/]", "[green]✓ All is as it should be.[/]"))


def _stay(stage: Stage, people: People) -> None:
    people.show(stage.web_url)
    desk = f"http://127.0.0.1:{stage.market.port_base}/"
    say.out.print(t(f"Xem các gian hàng ở trên; sàn thử: {desk}", f"See the shops above; the sandbox: {desk}"))
    say.out.print(t("Ctrl-C để dừng.", "Ctrl-C ends."))
    with suppress(KeyboardInterrupt):
        signal.pause()
