"""No reading that is marked uncertain, in the adapters' settings or in the sandbox, is left out of the positions."""

import re
from pathlib import Path

import pytest

from tests.builders import a_channel
from tests.contract.positions import ELSEWHERE, ORDERS, POSITIONS, Position

ROOT = Path(__file__).resolve().parents[2]
WITH_INTERFACE = ("shopee", "lazada", "tiki")
_ROW = re.compile(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", re.M)


def flipped(platform: str, *, here: bool) -> set[str]:
    return {
        name for p in POSITIONS if p.platform == platform for name in (p.settings if here else {p.name, *p.sandbox})
    }


def marked_in_the_sandbox(platform: str) -> set[str]:
    """The switches that the table of this platform in docs/sandbox.md marks U."""
    text = (ROOT / "docs" / "sandbox.md").read_text()
    section = text.split(f"\n## {platform.capitalize()}\n")[1].split("\n## ")[0]
    return {name for name, mark in _ROW.findall(section) if "U" in mark}


def marked_in_the_channel(platform: str) -> set[str]:
    lines = (ROOT / "config" / "channels" / f"{platform}.toml").read_text().splitlines()
    return {line.split("=")[0].strip() for line in lines if "UNCERTAIN" in line and "=" in line.split("#")[0]}


@pytest.mark.parametrize("platform", WITH_INTERFACE)
def test_every_uncertain_switch_of_the_sandbox_is_flipped(platform: str) -> None:
    marked = marked_in_the_sandbox(platform)
    assert len(marked) > 10
    elsewhere = {name for where, name in ELSEWHERE if where == platform}
    assert marked - flipped(platform, here=False) - elsewhere - {*ORDERS[platform]} == set()


@pytest.mark.parametrize("platform", WITH_INTERFACE)
def test_every_uncertain_setting_of_the_adapter_is_flipped(platform: str) -> None:
    marked = marked_in_the_channel(platform)
    assert marked
    assert marked - flipped(platform, here=True) - {*ORDERS[platform]} == set()


@pytest.mark.parametrize("position", POSITIONS, ids=str)
def test_a_position_differs_from_the_default_and_names_its_source(position: Position) -> None:
    settings = a_channel(position.platform).settings
    assert position.source
    assert all(value != settings.get(name) for name, value in position.settings.items())


@pytest.mark.parametrize("where", sorted(set(ELSEWHERE.values())))
def test_what_is_tried_elsewhere_is_tried_there(where: str) -> None:
    text = (ROOT / where).read_text()
    assert [name for (_, name), file in ELSEWHERE.items() if file == where and name not in text] == []
