"""Templates and channel files of the assisted platforms: valid as shipped, and precise about what is wrong."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from adapters.assisted.settings import assist
from adapters.assisted.template import template
from config.channels import channels
from connector.errors import Complaint
from tests.builders import a_channel

TEMPLATES = Path(__file__).parents[2] / "config" / "templates"
FILES = sorted(path for path in TEMPLATES.glob("*/*.toml") if "uploads" in tomllib.loads(path.read_text("utf-8")))


def layout() -> dict[str, Any]:
    return deepcopy(dict(a_channel("postmart").settings["layout"]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_shipped_template_is_valid_and_named_by_its_version(path: Path) -> None:
    read = template(tomllib.loads(path.read_text("utf-8")))
    assert (read.id, str(read.version)) == (path.parent.name, path.stem)


def test_no_shipped_template_claims_to_be_confirmed() -> None:
    assert {template(tomllib.loads(path.read_text("utf-8"))).status for path in FILES} == {"unverified"}


@pytest.mark.parametrize("platform", ["postmart", "voso"])
def test_both_channels_have_a_category_for_every_set_with_a_parcel(platform: str) -> None:
    assert set(channels()[platform].categories) == {str(number) for number in range(1, 26)}


def test_voso_is_shipped_switched_off() -> None:
    assert not channels()["voso"].enabled
    assert channels()["postmart"].enabled


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda raw: raw["columns"]["price"].pop("heading"), "uploads.content names columns without a heading: price"),
        (lambda raw: raw["uploads"].pop("status"), "uploads lacks status"),
        (lambda raw: raw["export"]["columns"].pop("sku"), "export.columns lacks sku"),
        (lambda raw: raw["export"]["columns"].update(title=["MA SP"]), "headings name two columns: ma sp"),
        (lambda raw: raw["columns"]["price"].update({"as": "number"}), "columns.price.as"),
        (lambda raw: raw["words"].pop("hide"), "words.hide"),
        (lambda raw: raw.update(colour="red"), "colour"),
        (lambda raw: raw["export"]["states"].update({"Đang bán": "sold"}), "export.states.Đang bán"),
    ],
)
def test_a_wrong_template_is_a_complaint_that_names_the_place(spoil: Any, named: str) -> None:
    raw = layout()
    spoil(raw)
    with pytest.raises(Complaint, match="Cấu hình mẫu postmart 1") as found:
        template(raw)
    assert named in found.value.vi
    assert named in found.value.en


def test_a_channel_without_its_seller_centre_is_a_complaint() -> None:
    settings = {key: value for key, value in a_channel("postmart").settings.items() if key != "centre"}
    with pytest.raises(Complaint, match=r"settings\.centre"):
        assist("postmart", settings)


def test_an_unknown_setting_is_a_complaint_that_names_it() -> None:
    with pytest.raises(Complaint, match=r"kênh voso.*review_minuts"):
        assist("voso", {**a_channel("voso").settings, "review_minuts": 3})
