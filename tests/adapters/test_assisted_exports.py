"""What a seller centre exports, in which layout, and the session that fetches it."""

import io
import tomllib
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from connector.domain.listing import State
from connector.errors import NeedsConsent, Refused, Retry
from connector.ports import Receipt
from tests.adapters.test_assisted_packs import ASSISTED, advance, another, packs, sent_at_once
from tests.builders import MemoryVault, a_picture, a_product_in_two_sizes
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)


@pytest.fixture(params=ASSISTED, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox, folder=str(tmp_path))


# ---- exports


def test_half_an_export_calls_nothing_absent(shop: Shop) -> None:
    for number in range(1, 11):
        shop.want(desired_on(shop, another(f"SP-{number}", f"SKU-{number:02}")), number)
    shop.converge()
    read = shop.platform.reads[0]
    shop.fault("half_rows", read)
    with pytest.raises(Retry, match="mất 5 trong 10 dòng"):
        shop.adapter.observe([shop.target(listing) for listing in shop.wanted])
    with pytest.raises(Retry):
        list(shop.adapter.scan())
    shop.mend()
    assert shop.converge() == 0


def test_in_a_small_shop_the_product_page_is_asked_before_anything_is_called_absent(shop: Shop) -> None:
    shop.publish(desired_on(shop), 1)
    shop.publish(desired_on(shop, another("KHAC", "MONG-2")), 2)
    shop.fault("half_rows", shop.platform.reads[0])
    with pytest.raises(Retry, match="mất 1 trong 2 dòng"):
        shop.adapter.observe([shop.target(1), shop.target(2)])
    shop.mend()
    shop.edit("MONG-2", delete=True)
    assert shop.look(2).state is State.ABSENT


def test_an_unknown_state_word_stops_writing_that_listing_only(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.fault("state_word_unknown", shop.platform.reads[0])
    seen = shop.look()
    if seen.state is not State.PENDING:  # the sandbox changes every third row
        pytest.fail("no row had the unknown word")
    shop.want(replace(shop.wanted[1], title="Mật ong hoa nhãn đổi tên"))
    assert shop.plan().ops == ()


def test_a_truncated_export_is_fetched_again(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.fault("truncated_export", shop.platform.reads[0], count=1)
    with pytest.raises(Retry, match="không mở được"):
        shop.look()
    assert shop.look().state is State.ABSENT


def test_another_export_layout_stops_the_shop_and_names_the_columns(shop: Shop) -> None:
    shop.publish(desired_on(shop))
    shop.sandbox.switch(shop.platform.name, export_layout="v2")
    with pytest.raises(NeedsConsent) as stopped:
        shop.look()
    assert stopped.value.code == "layout"
    assert "SKU" in str(stopped.value)


# ---- layouts


def test_another_template_over_there_stops_the_shop_and_nothing_is_taken(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.fault("template_v2", "upload")
    with pytest.raises(NeedsConsent) as stopped:
        sent_at_once(shop, 1)
    assert stopped.value.code == "layout_refused"
    assert len(str(stopped.value)) > 100
    assert shop.shown() == []
    shop.mend()
    assert shop.publish(shop.wanted[1]).state is State.LIVE


def test_the_next_template_is_a_file_and_a_line(sandbox: Running, tmp_path: Path) -> None:  # noqa: F811
    sandbox.switch("postmart", template_version=2, export_layout="v2")
    path = Path(__file__).parents[2] / "config" / "templates" / "postmart" / "2.toml"
    layout = tomllib.loads(path.read_text("utf-8"))
    shop = Shop.open(ASSISTED[0], sandbox, layout=layout, template="postmart/2", folder=str(tmp_path))
    shop.publish(desired_on(shop, a_product_in_two_sizes()))
    desired = shop.wanted[1]
    shop.publish(replace(desired, visible=False))
    shop.publish(replace(desired, offers=tuple(replace(offer, quantity=2) for offer in desired.offers)))
    assert shop.plan().ops == ()
    assert len(shop.shown()) == 1


# ---- sessions


def test_a_session_is_shared_by_all_workers_and_renewed_when_it_ends(shop: Shop) -> None:
    shop.want(desired_on(shop))
    shop.look()
    vault = shop.connection.vault
    assert isinstance(vault, MemoryVault)
    twin = type(shop.adapter)(shop.connection)
    twin.observe([shop.target()])
    assert vault.saved == 1
    advance(shop, 3 * 3600)
    assert shop.publish(shop.wanted[1]).state is State.LIVE
    assert vault.saved == 2


def test_a_session_that_ends_before_an_upload_costs_no_doubt(shop: Shop) -> None:
    shop.want(desired_on(shop))
    ops = shop.plan().ops
    advance(shop, 3 * 3600)
    assert isinstance(shop.carry_out(ops)[1], Receipt)


@pytest.mark.parametrize("wrong", [{"password": "sai"}, {"password": None}])
def test_a_wrong_or_missing_password_asks_for_a_person(shop: Shop, wrong: dict[str, str | None]) -> None:
    told = {**shop.sandbox.credentials(shop.platform.name), **wrong}
    vault = MemoryVault.of({name: value for name, value in told.items() if value is not None})
    stranger = type(shop.adapter)(replace(shop.connection, vault=vault))
    shop.want(desired_on(shop))
    with pytest.raises(NeedsConsent) as asked:
        stranger.observe([shop.target()])
    assert "sai" not in str(asked.value)


def test_a_picture_nobody_can_open_refuses_its_listing_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shop.connection.pictures.read
    spoiled = a_picture("hỏng")
    monkeypatch.setattr(type(shop.connection.pictures), "read", lambda _, sha: b"x" if sha == spoiled else whole(sha))
    shop.want(desired_on(shop), 1)
    shop.want(desired_on(shop, another("XAU", "XAU-1", pictures=(spoiled,))), 2)
    outcomes = sent_at_once(shop, 1, 2)
    assert isinstance(outcomes[1], Receipt)
    assert isinstance(outcomes[2], Refused)
    assert outcomes[2].code == "picture_unreadable"


def test_pictures_beyond_what_one_upload_takes_go_in_the_next(shop: Shop) -> None:
    layout = dict(shop.connection.channel.settings["layout"])
    layout["file"] = {**layout["file"], "max_zip_mb": 1}
    small = Shop.open(shop.platform, shop.sandbox, layout=layout, folder=shop.connection.channel.settings["folder"])
    content = a_noise()
    small.connection.pictures.read = lambda sha: content  # type: ignore[method-assign]
    for number in (1, 2, 3):
        product = another(f"SP-{number}", f"SKU-{number}", pictures=(a_picture(f"n{number}"),))
        small.want(desired_on(small, product), number)
    assert {type(outcome) for outcome in sent_at_once(small, 1, 2, 3).values()} == {Receipt}
    assert len(packs(small)) > 1


def a_noise() -> bytes:
    """A picture that hardly packs: about 700 kB."""
    image = Image.frombytes("RGB", (800, 800), Random(1).randbytes(800 * 800 * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=93)
    assert 500_000 < out.tell() < 1_000_000
    return out.getvalue()
