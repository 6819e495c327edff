"""What every command starts with: settings, parts, and the exit codes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer

from config.settings import Settings
from config.settings import read as read_settings
from connector.cli import say
from connector.site import VIETNAM
from connector.store import Shop
from connector.store.schema import migrate
from connector.wiring import Wired, log_to_stderr, wire

OK, BROKEN, COMPLAINT, NEEDS_PERSON, LATER = 0, 1, 2, 3, 4
"""Exit codes: as it should be; a failure; your input needs a change; a person must decide; the platform says wait."""

Json = Annotated[bool, typer.Option("--json", help="In ra JSON / print JSON.")]
Shops = Annotated[list[str] | None, typer.Argument(metavar="[SHOP]...", help="Mã gian hàng; bỏ trống là tất cả / all.")]


def settings() -> Settings:
    found = read_settings()
    say.speak(found.language)
    return found


@contextmanager
def parts(*, hints: bool = True) -> Iterator[Wired]:
    """The wired parts over a migrated database, closed at the end."""
    found = settings()
    log_to_stderr("WARNING" if found.log_level == "INFO" else found.log_level)
    wired = wire(found, hints=hints)
    try:
        migrate(wired.store.engine)
        yield wired
    finally:
        wired.close()


def chosen(wired: Wired, codes: list[str] | None) -> list[Shop]:
    """The shops named, or all that are active."""
    if codes:
        return [wired.store.shops.get(code) for code in codes]
    return [shop for shop in wired.store.shops.all() if shop.active]


def today(wired: Wired) -> date:
    """The day in Vietnam."""
    return wired.clock.now().astimezone(VIETNAM).date()
