"""The counter: a person fetches packs and hands in what came back; whatever is wrong with a file is told at once."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from adapters.assisted.sheet import cells
from adapters.assisted.workbook import Sheet, written
from connector.domain.listing import State
from connector.errors import Complaint, Retry
from connector.ports import Brought, Carried
from tests.adapters.test_assisted_folder import ASSISTED, Person, advance
from tests.builders import a_product, a_product_in_two_sizes, a_variant
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)


@pytest.fixture(params=ASSISTED, ids=str)
def person(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Person:  # noqa: F811
    """Somebody before a pack of two rows that waits to be carried."""
    shop = Shop.open(request.param, sandbox, folder=str(tmp_path), carrier="folder")
    made = Person(shop)
    made.fetch_export()
    shop.want(desired_on(shop, a_product_in_two_sizes()))
    shop.carry_out(shop.plan().ops)
    return made


def counter(person: Person) -> Any:
    assert isinstance(person.shop.adapter, Carried)
    return person.shop.adapter


def pack(person: Person) -> str:
    return str(counter(person).parcels()[0].name)


def uploaded(person: Person) -> bytes:
    """The pack goes up; its result as it was downloaded."""
    name = pack(person)
    person.carry(results=False)
    result = person.browser.result(name, person.carried[name])
    assert result is not None
    return result.content


def hand_in(person: Person, content: bytes, *, whole: bool = False, name: str = "tep.xlsx") -> Brought:
    at = person.shop.connection.clock.now()
    found = counter(person).bring(name, content, at, "lan", whole=whole)
    assert isinstance(found, Brought)
    return found


def refused(person: Person, content: bytes, **how: Any) -> str:
    with pytest.raises(Complaint) as said:
        hand_in(person, content, **how)
    return str(said.value.vi)


def changed(person: Person, content: bytes, keep: int) -> bytes:
    """The first rows of a result only."""
    head = person.shop.adapter._desk.template.result.header_row  # type: ignore[attr-defined]
    rows = cells(content, "")
    sheet = Sheet("x", rows[head - 1], rows[head : head + keep], [9] * len(rows[0]), header_row=head)
    return written(sheet)


def test_a_pack_is_fetched_again_and_again_and_counts_as_taken_from_the_first_time(person: Person) -> None:
    name = pack(person)
    assert counter(person).parcels()[0].stand == "waiting"
    first, second = (counter(person).hand_over(name, "lan") for _ in range(2))
    assert first == second == (person.folder / "packs" / f"{name}.zip").read_bytes()
    assert (counter(person).parcels()[0].stand, counter(person).parcels()[0].rows) == ("taken", 2)
    assert any("lan" in slip.who for slip in counter(person).slips())
    with pytest.raises(Complaint, match="đã có người lấy"):
        counter(person).take_back(name)


def test_a_pack_that_nobody_took_may_be_taken_back_and_is_made_anew(person: Person) -> None:
    name = pack(person)
    counter(person).take_back(name)
    advance(person.shop, seconds=60)
    person.fetch_export()
    assert person.shop.look().state is State.ABSENT
    person.shop.carry_out(person.shop.plan().ops)
    assert pack(person) != name
    assert [one.stand for one in counter(person).parcels()] == ["waiting", "void"]


def test_what_comes_back_is_recognised_whatever_its_name_and_believed_once(person: Person) -> None:
    result = uploaded(person)
    assert hand_in(person, result).what == "result"
    assert hand_in(person, result).again
    advance(person.shop, seconds=2)
    export = person.browser.export().content
    assert "--whole" in refused(person, export)
    assert (hand_in(person, export, whole=True).what, hand_in(person, export, whole=True).again) == ("export", True)
    assert person.shop.look().state is State.LIVE
    orders = person.browser.orders(person.shop.connection.clock.now()).content
    assert hand_in(person, orders).what == "orders"
    assert counter(person).parcels()[0].stand == "done"


def test_a_half_result_names_the_rows_that_are_missing(person: Person) -> None:
    said = refused(person, changed(person, uploaded(person), keep=1))
    assert "thiếu 1 dòng" in said
    assert "#goi_" in said
    assert person.shop.look().state is State.PENDING


def test_a_result_edited_after_it_was_believed_is_not_taken(person: Person) -> None:
    result = uploaded(person)
    hand_in(person, result)
    person.shop.look()
    assert "đã có kết quả khác" in refused(person, changed(person, result, keep=2))


def test_the_result_of_a_pack_that_was_taken_back_does_not_count(person: Person) -> None:
    name, result = pack(person), uploaded(person)
    counter(person).take_back(name)
    assert "đã hủy" in refused(person, result)


def test_our_own_pack_or_a_stranger_s_file_is_told_from_a_result(person: Person) -> None:
    content = counter(person).hand_over(pack(person), "lan")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "gói do ta viết" in refused(person, archive.read("san_pham.xlsx"))
    assert "không mở được" in refused(person, b"PK no workbook")
    other = written(Sheet("x", ["Họ tên", "Lớp"], [["An", "1A"]], [9, 9]))
    said = refused(person, other)
    assert "cột lạ «Họ tên» (A), «Lớp» (B)" in said or "thiếu cột" in said


def test_an_older_export_is_not_taken_over_a_newer_one(person: Person) -> None:
    hand_in(person, uploaded(person))
    advance(person.shop, seconds=120)
    hand_in(person, person.browser.export().content, whole=True)
    person.shop.edit("MONG-500", price={"MONG-500": 99_000})
    old = person.shop.connection.clock.now().replace(year=2025)
    with pytest.raises(Complaint, match="cũ hơn"):
        counter(person).bring("cu.xlsx", person.browser.export().content, old, "lan", whole=True)


def test_a_shop_that_fetches_its_files_itself_needs_nothing_brought(person: Person) -> None:
    shop = Shop.open(person.shop.platform, person.shop.sandbox)
    itself = Person(replace(person.shop, connection=shop.connection, adapter=shop.adapter))
    assert "seller_centre" in refused(itself, b"")


def stocked(person: Person, n: int = 12) -> None:
    """A shop with so many goods, and an export that was believed."""
    shop = person.shop
    for i in range(n):
        product = a_product(code=f"P{i}", name=f"Mật ong rừng số {i}", variants=(a_variant(f"RUNG-{i:02}"),))
        shop.want(desired_on(shop, product), 10 + i)
    shop.carry_out([op for listing in range(10, 10 + n) for op in shop.plan(listing).ops])
    hand_in(person, uploaded(person))
    advance(shop, seconds=2)
    hand_in(person, person.browser.export().content, whole=True)
    assert shop.look(10).state is State.LIVE
    advance(shop, seconds=60)


def test_a_half_export_is_explained_at_the_counter_and_not_kept(person: Person) -> None:
    stocked(person)
    before = sorted(path.name for path in (person.folder / "inbox").iterdir())
    person.shop.sandbox.fault(person.shop.platform.name, "half_rows", "export*")
    said = refused(person, person.browser.export().content, whole=True)
    assert "chỉ còn 7 trong 14 dòng đã biết của gian hàng, thiếu 7" in said
    assert "không lọc" in said
    assert sorted(path.name for path in (person.folder / "inbox").iterdir()) == before
    requests.delete(f"{person.shop.sandbox.admin}/faults", timeout=10)
    person.shop.edit("RUNG-01", price={"RUNG-01": 99_000})
    assert hand_in(person, person.browser.export().content, whole=True).rows == 14


def test_the_export_of_another_shop_is_told_at_the_counter_though_it_has_as_many_rows(person: Person) -> None:
    stocked(person)
    others = of_another_shop(person, person.browser.export().content)
    assert "không dòng nào của gian hàng" in refused(person, others, whole=True)
    # The same file laid into the folder behind the counter's back: nothing is called absent, nothing made anew.
    advance(person.shop, seconds=2)
    person.drop("danh_sach_toan_bo.xlsx", others)
    with pytest.raises(Retry) as doubt:
        person.shop.look(10)
    assert doubt.value.code == "foreign_export"


def of_another_shop(person: Person, content: bytes) -> bytes:
    """The same goods under other ids, SKUs and addresses."""
    layout = person.shop.adapter._desk.template.export  # type: ignore[attr-defined]
    rows = cells(content, "")
    head = rows[layout.header_row - 1]
    ours = [head.index(layout.columns[key][0]) for key in ("listing_id", "group_id", "sku", "url")]
    swap = str.maketrans("0123456789", "1234567890")
    body = [
        [cell.translate(swap) if place in ours else cell for place, cell in enumerate(row)]
        for row in rows[layout.header_row :]
    ]
    return written(Sheet("x", head, body, [9] * len(head), header_row=layout.header_row))
