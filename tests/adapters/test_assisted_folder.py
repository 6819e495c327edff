"""The carrier that is a person: packs lie in an outbox, results and exports come into an inbox, late or never."""

import hashlib
import io
import os
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.assisted.centre import SellerCentre
from adapters.assisted.pack import Pack, zipped
from adapters.assisted.settings import assist
from adapters.assisted.workbook import Sheet, written
from connector.domain.listing import State
from connector.domain.plan import Change, Kind, Op
from connector.errors import Retry
from connector.ports import Receipt
from tests.builders import MemoryNotebook, a_connection, a_product, a_product_in_two_sizes
from tests.contract.conftest import PLATFORMS
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)

HONEY = "MONG-500"
ASSISTED = [platform for platform in PLATFORMS if platform.name in ("postmart", "voso")]


@dataclass
class Person:
    """Carries what lies in the outbox, in a browser of their own, and brings files back."""

    shop: Shop
    carried: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        settings = self.shop.connection.channel.settings
        return Path(settings["folder"]) / self.shop.platform.name / f"{self.shop.platform}-demo"

    @property
    def browser(self) -> SellerCentre:
        mine = a_connection(self.shop.platform.name, self.shop.sandbox, clock=self.shop.connection.clock)
        settings = assist(self.shop.platform.name, mine.channel.settings)
        assert settings.centre is not None
        return SellerCentre(mine, settings.centre, settings.layout)

    def waiting(self) -> list[Path]:
        return [path for path in sorted((self.folder / "outbox").glob("*.zip")) if path.stem not in self.carried]

    def carry(self, *, results: bool = True) -> None:
        for path in self.waiting():
            with zipfile.ZipFile(path) as archive:
                pictures = {name: archive.read(name) for name in archive.namelist() if name.startswith("anh/")}
                workbook = archive.read("san_pham.xlsx")
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names[0]
            kind = next(k for k, upload in self.uploads.items() if upload.sheet == sheet)
            pack = Pack(path.stem, kind, workbook, zipped(pictures) if pictures else b"", b"", ())
            self.carried[path.stem] = self.browser.send(pack)
            if results:
                self.fetch_result(path.stem)

    @property
    def uploads(self) -> Any:
        return assist(self.shop.platform.name, self.shop.connection.channel.settings).layout.uploads

    def fetch_result(self, pack: str) -> None:
        got = self.browser.result(pack, self.carried[pack])
        assert got is not None
        self.drop(f"ket_qua_{pack}.xlsx", got.content)

    def fetch_export(self, name: str = "danh_sach_toan_bo.xlsx") -> None:
        self.drop(name, self.browser.export().content)

    def drop(self, name: str, content: bytes) -> None:
        """A file gets the sandbox's own time, since that is when it came."""
        path = self.folder / "inbox" / name
        path.write_bytes(content)
        now = self.shop.connection.clock.now().timestamp()
        os.utime(path, (now, now))


@pytest.fixture(params=ASSISTED, ids=str)
def shop(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Shop:  # noqa: F811
    return Shop.open(request.param, sandbox, folder=str(tmp_path), carrier="folder")


@pytest.fixture
def person(shop: Shop) -> Person:
    return Person(shop)


def advance(shop: Shop, **time: float) -> None:
    seconds = time.get("hours", 0) * 3600 + time.get("seconds", 0)
    shop.sandbox.post("/clock", {"advance": seconds})


def published(shop: Shop, person: Person, desired: Any) -> None:
    shop.want(desired)
    if not (person.folder / "inbox" / "danh_sach_toan_bo.xlsx").exists():
        person.fetch_export()
    shop.carry_out(shop.plan().ops)
    advance(shop, seconds=60)
    person.carry()
    advance(shop, seconds=60)
    person.fetch_export()


def test_what_a_person_carries_ends_as_any_other_listing(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop, a_product_in_two_sizes()))
    seen = shop.look()
    assert (seen.state, seen.ref.variants.keys()) == (State.LIVE, {"MONG-250", "MONG-500"})
    assert shop.plan().ops == ()
    assert shop.plan().drifts == ()
    assert [one.ref for one in shop.adapter.scan()] == [seen.ref]


def test_a_pack_waits_with_a_ticket_and_a_form_for_its_result(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    person.fetch_export()
    receipt = shop.carry_out(shop.plan().ops)[1]
    assert isinstance(receipt, Receipt)
    [pack] = person.waiting()
    assert receipt.ticket is not None
    assert (receipt.ticket.kind, receipt.ticket.id) == ("pack", pack.stem)
    form = CalamineWorkbook.from_path(str(pack.with_name(f"ket_qua_{pack.stem}.xlsx")))
    rows = form.get_sheet_by_index(0).to_python()
    assert f"{HONEY}#{pack.stem}" in rows[1]
    seen = shop.look()
    assert seen.state is State.PENDING
    assert shop.plan().ops == ()


def test_a_form_filled_in_by_hand_is_as_good_as_a_download(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    person.fetch_export()
    shop.carry_out(shop.plan().ops)
    [pack] = person.waiting()
    person.carry(results=False)
    assert shop.look().state is State.PENDING
    layout = assist(shop.platform.name, shop.connection.channel.settings).layout
    words = {meaning: word for word, meaning in layout.result.words.items()}
    keys = list(layout.result.columns)
    given = {"row_key": f"{HONEY}#{pack.stem}", "outcome": words["good"]}
    form = Sheet(
        "KET_QUA",
        [names[0] for names in layout.result.columns.values()],
        [[given.get(k, "") for k in keys]],
        [20] * len(keys),
    )
    person.drop(f"ket_qua_{pack.stem}.xlsx", written(form))
    advance(shop, seconds=60)
    person.fetch_export()
    seen = shop.look()
    assert (seen.state, seen.ref.variants.keys()) == (State.LIVE, {HONEY})


def test_without_an_export_of_the_whole_shop_nothing_is_known(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    with pytest.raises(Retry, match="danh_sach_toan_bo"):
        shop.look()
    person.fetch_export("danh_sach_dang_ban.xlsx")
    with pytest.raises(Retry, match="danh_sach_toan_bo"):
        shop.look()


def test_a_partial_export_deletes_nothing(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    advance(shop, seconds=60)
    layout = assist(shop.platform.name, shop.connection.channel.settings).layout
    heads = [names[0] for names in layout.export.columns.values()]
    empty = Sheet("DanhSach", heads, [], [20] * len(heads), header_row=layout.export.header_row)
    person.drop("danh_sach_cho_duyet.xlsx", written(empty))
    assert shop.look().state is State.LIVE


def test_a_stale_export_says_so(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    advance(shop, hours=25)
    with pytest.raises(Retry, match="đã cũ 25 giờ") as stale:
        shop.look()
    assert stale.value.code == "stale_export"


def test_an_export_older_than_the_result_cannot_call_the_new_listing_absent(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    person.fetch_export()
    shop.carry_out(shop.plan().ops)
    advance(shop, seconds=60)
    person.carry()
    seen = shop.look()
    assert seen.state is State.PENDING
    assert "cũ hơn gói" in seen.reason
    assert shop.plan().ops == ()
    person.fetch_export()
    assert shop.look().state is State.LIVE


def test_a_price_that_is_on_its_way_is_not_sent_again(shop: Shop, person: Person) -> None:
    desired = desired_on(shop)
    published(shop, person, desired)
    shop.plan()
    advance(shop, seconds=60)
    shop.want(replace(desired, offers=(replace(desired.offers[0], price=99_000),)))
    ops = shop.plan().ops
    assert [op.kind for op in ops] == [Kind.SET_PRICE]
    receipt = shop.carry_out(ops)[1]
    assert isinstance(receipt, Receipt)
    seen = shop.look()
    assert f"price:{HONEY}" not in seen.facts
    assert seen.ticket is not None
    assert seen.state is State.LIVE
    assert shop.plan().ops == ()
    advance(shop, seconds=60)
    person.carry()
    assert f"price:{HONEY}" not in shop.look().facts  # the export is older than the result
    advance(shop, seconds=60)
    person.fetch_export()
    assert shop.look().facts[f"price:{HONEY}"] == 99_000
    assert shop.plan().drifts == ()


def test_a_pack_nobody_carried_is_taken_back_before_it_is_made_again(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    person.fetch_export()
    shop.carry_out(shop.plan().ops)
    [pack] = person.waiting()
    advance(shop, hours=47)
    person.fetch_export()
    assert shop.look().state is State.PENDING
    advance(shop, hours=2)
    person.fetch_export()
    assert shop.look().state is State.ABSENT
    assert person.waiting() == []
    assert (person.folder / "withdrawn" / pack.name).exists()
    published(shop, person, shop.wanted[1])
    assert shop.look().state is State.LIVE
    assert len(shop.shown()) == 1


def test_a_pack_carried_without_a_result_is_believed_by_the_export(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop))
    person.fetch_export()
    shop.carry_out(shop.plan().ops)
    person.carry(results=False)
    advance(shop, hours=49)
    person.fetch_export()
    seen = shop.look()
    assert (seen.state, seen.ref.variants.keys()) == (State.LIVE, {HONEY})
    assert len(shop.shown()) == 1


def test_the_same_files_read_twice_change_nothing(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    first = shop.look()
    notebook = shop.connection.notebook
    assert isinstance(notebook, MemoryNotebook)
    notes = {kind: dict(entries) for kind, entries in notebook.notes.items()}
    second = shop.look()
    assert (first.ref, first.state, first.facts) == (second.ref, second.state, second.facts)
    assert notebook.notes == notes


def test_a_row_error_carried_back_is_told_in_the_platforms_words(shop: Shop, person: Person) -> None:
    shop.want(desired_on(shop, category="Đồ cổ"))
    person.fetch_export()
    shop.carry_out(shop.plan().ops)
    advance(shop, seconds=60)
    person.carry()
    seen = shop.look()
    assert (seen.state, seen.ref.item) == (State.REJECTED, "")
    assert "[NGANH_HANG_SAI]" in seen.reason


def test_goods_that_wait_in_an_old_export_are_looked_at_later_and_not_at_once(shop: Shop, person: Person) -> None:
    shop.sandbox.switch(shop.platform.name, approval_delay=7 * 24 * 3600)
    published(shop, person, desired_on(shop))
    advance(shop, hours=20)
    seen = shop.look()
    assert seen.state is State.PENDING
    assert seen.ticket is not None
    assert seen.ticket.look_at > shop.connection.clock.now()


# ---- packs that nobody has carried yet


def repriced(shop: Shop, price: int) -> Receipt:
    """The wish for another price goes out; the answer."""
    wanted = shop.wanted[1]
    shop.want(replace(wanted, offers=(replace(wanted.offers[0], price=price),)))
    seen = shop.adapter.observe([shop.target()])[1]
    before = shop.listings[1].applied.facts[f"price:{HONEY}"]
    op = Op(1, Kind.SET_PRICE, seen.ref, (Change(f"price:{HONEY}", before, price, "changed"),))
    outcome = shop.carry_out([op])[1]
    assert isinstance(outcome, Receipt)
    return outcome


def test_a_newer_price_takes_the_place_of_one_that_nobody_carried(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    shop.plan()
    repriced(shop, 99_000)
    [old] = person.waiting()
    repriced(shop, 95_000)
    [new] = person.waiting()
    assert (person.folder / "withdrawn" / old.name).exists()
    advance(shop, seconds=60)
    person.carry()
    advance(shop, seconds=60)
    person.fetch_export()
    assert shop.look().facts[f"price:{HONEY}"] == 95_000
    assert shop.plan().ops == ()
    assert [pack.stem for pack in sorted((person.folder / "packs").glob("*.zip"))][-2:] == [old.stem, new.stem]


def test_a_pack_that_somebody_took_is_not_called_back(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    shop.plan()
    repriced(shop, 99_000)
    [old] = person.waiting()
    old.rename(person.folder / "taken" / old.name)
    repriced(shop, 95_000)
    assert list((person.folder / "withdrawn").iterdir()) == []
    assert len(person.waiting()) == 1


def test_the_same_price_asked_again_while_its_pack_is_out_makes_no_second_pack(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    shop.plan()
    first, second = repriced(shop, 99_000), repriced(shop, 99_000)
    assert first.ticket is not None
    assert second.ticket is not None
    assert first.ticket.id == second.ticket.id
    assert len(person.waiting()) == 1


def test_every_file_has_a_receipt_with_hash_number_time_and_who(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    shop.look()
    found = shop.adapter._desk.receipts.all()  # type: ignore[attr-defined]
    assert {one.what for one in found} == {"pack", "result", "export"}
    assert len({one.number for one in found}) == len(found)
    [pack] = [one for one in found if one.what == "pack"]
    kept = (person.folder / "packs" / f"{pack.name}.zip").read_bytes()
    assert pack.sha256 == hashlib.sha256(kept).hexdigest()
    assert "folder" in pack.who


def test_what_was_turned_down_and_mended_waits_until_an_export_shows_the_answer(shop: Shop, person: Person) -> None:
    published(shop, person, desired_on(shop))
    shop.sandbox.post("/edit", {"platform": shop.platform.name, "sku": HONEY, "change": {"refuse": "Ảnh mờ."}})
    person.fetch_export()
    assert (shop.look().state, shop.look().reason) == (State.REJECTED, "Ảnh mờ.")
    shop.want(desired_on(shop, a_product(description="Mật ong rừng, ảnh chụp lại nhìn rõ nhãn và hạn dùng. " * 3)))
    shop.carry_out(shop.plan().ops)
    assert shop.look().state is State.PENDING  # the pack is out
    advance(shop, seconds=60)
    person.carry()
    assert shop.look().state is State.PENDING  # it was taken, and the export is older than that
    advance(shop, seconds=60)
    person.fetch_export()
    assert shop.look().state is State.LIVE
