"""A few deaths and storms for each platform, drawn from a seed: the short form of `make faults`."""

import random
from collections.abc import Callable

import pytest

from tests.faults.scenario import the_law_holds
from tests.faults.shop import PLATFORMS, FaultShop
from tests.faults.weather import Storm, dies_at

_SEED = 11
Morning = Callable[[str], FaultShop]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_worker_that_dies_leaves_nothing_double_and_nothing_undone(platform: str, morning: Morning) -> None:
    for step in random.Random(f"{platform} {_SEED}").sample(range(1, 50), 2):
        shop = morning(platform)
        assert dies_at(shop, step), f"SEED={platform}:death:{step}"
        the_law_holds(shop)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_after_a_storm_two_passes_make_all_as_wanted_and_the_next_writes_nothing(
    platform: str, morning: Morning
) -> None:
    shop = morning(platform)
    Storm.drawn(platform, _SEED).strike(shop)
    the_law_holds(shop)
