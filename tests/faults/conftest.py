"""Each test begins on the same morning: a shop whose work is about to be done, made once for each platform."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from connector.store import Store
from tests.faults.scenario import a_day
from tests.faults.shop import FaultShop
from tests.faults.snapshot import Moment
from tests.running import _started, sandbox  # noqa: F401  (fixtures)

_mornings: dict[str, tuple[FaultShop, Moment]] = {}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of expected troubles are no news."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def _days_pass_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Platforms hold a request's timestamp against real time, which the sandbox's has long left behind here."""
    monkeypatch.setattr("sandbox.shopee.gate.WINDOW", 10**8)
    monkeypatch.setattr("sandbox.lazada.market.WINDOW_SECONDS", 10**8)


@pytest.fixture
def morning(store: Store, sandbox: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], FaultShop]:  # noqa: F811
    """`morning(platform)`: the shop, with everything as it was when the day began."""

    def begin(platform: str) -> FaultShop:
        if platform not in _mornings:
            shop = FaultShop.opened(platform, store, sandbox, Path(tmp_path_factory.mktemp(platform)) / "packs")
            a_day(shop)
            _mornings[platform] = shop, Moment.of(shop)
        made, moment = _mornings[platform]
        made.store = store
        moment.restore(made)
        return made

    return begin


@pytest.fixture(scope="session")
def only() -> tuple[str, str, int] | None:
    """SEED=platform:death:17 or SEED=platform:storm:4711 replays that one case."""
    given = os.environ.get("SEED")
    if not given:
        return None
    platform, kind, number = given.split(":")
    return platform, kind, int(number)
