"""The assisted channels' desk: a person carries packs and brings files back, the right ones and all the wrong ones."""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.assisted.centre import SellerCentre
from adapters.assisted.pack import Pack, zipped
from adapters.assisted.settings import assist
from adapters.assisted.sheet import text
from adapters.assisted.workbook import Sheet, written
from connector.site import VIETNAM
from connector.store import Draft
from connector.wiring import NoHints
from tests.builders import a_product
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web.conftest import Console, Person
from tests.web.market import open_shops, work
from tests.web.test_uploads import a_photo

SHOP, DESK = "postmart-ocop", "/desk/carry/postmart-ocop"
OUTCOME = {"good": "Thành công", "bad": "Lỗi"}


@dataclass
class Carrier:
    """Somebody at the desk who also has the seller centre open in another window."""

    console: Console
    at_desk: Person
    window: SellerCentre

    def downloaded(self) -> dict[str, bytes]:
        """Every pack that the desk says is to be carried, as downloaded."""
        links = re.findall(rf'href="({DESK}/files/goi_[^"]+\.zip)"', self.at_desk.get(DESK).text)
        return {link.rsplit("/", 1)[1].removesuffix(".zip"): self.at_desk.get(link).content for link in links}

    def carry(self) -> dict[str, bytes]:
        """Each pack to the seller centre; the results by pack."""
        found = {}
        for name, content in self.downloaded().items():
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                pictures = {one: archive.read(one) for one in archive.namelist() if one.startswith("anh/")}
                workbook = archive.read("san_pham.xlsx")
            kind = "content" if pictures else "offers"
            ticket = self.window.send(Pack(name, kind, workbook, zipped(pictures) if pictures else b"", b"", ()))
            got = self.window.result(name, ticket)
            assert got is not None
            found[name] = got.content
        return found

    def bring(self, content: bytes, **said: str) -> Any:
        self.at_desk.get(DESK)
        return self.at_desk.post(DESK, said, files={"file": ("tải về (3).xlsx", content)})

    def export(self, **said: str) -> Any:
        return self.bring(self.window.export().content, whole="1", **said)

    def form(self) -> tuple[str, list[list[str]]]:
        """The pack that is out and the form for its result, as rows."""
        link = re.search(rf'href="({DESK}/files/(goi_[\w-]+)\.xlsx)"', self.at_desk.get(DESK).text)
        assert link
        return link[2], rows_of(self.at_desk.get(link[1]).content)


def rows_of(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[text(cell) for cell in row] for row in sheet.to_python()]


def a_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    return written(Sheet("KET_QUA", rows[0], rows[1:], [20] * len(rows[0])))


def filled(rows: list[list[str]], answers: Mapping[int, str], number: str = "880001") -> bytes:
    """The form with these rows (from 1) answered."""
    head, *body = [list(row) for row in rows]
    places = {name: head.index(name) for name in ("Kết quả", "Mã SP", "Mã nhóm")}
    for at, answer in answers.items():
        body[at - 1][places["Kết quả"]] = OUTCOME[answer]
        if answer == "good":
            body[at - 1][places["Mã SP"]] = body[at - 1][places["Mã nhóm"]] = number
    return a_workbook([head, *body])


@pytest.fixture
def carrier(console: Console, sandbox: Any) -> Carrier:  # noqa: F811
    """A Postmart shop whose files people carry, and two goods for it."""
    wired = console.wired
    by_hand = wired.channels["postmart"]
    centre = assist("postmart", by_hand.settings)
    settings = {**by_hand.settings, "carrier": "folder", "folder": str(wired.settings.data / "packs")}
    console.wired = replace(
        wired, channels={**wired.channels, "postmart": replace(by_hand, settings=settings, settle_seconds=0.0)}
    )
    console.app.state.wired = console.wired
    open_shops(console.wired, sandbox, "postmart")
    assert centre.centre
    window = SellerCentre(wired.connection(wired.store.shops.get(SHOP)), centre.centre, centre.layout)
    picture = wired.pictures.save(a_photo())
    goods = [replace(a_product(), code=f"P{n}", name=f"Mật ong rừng {n}", pictures=(picture,)) for n in range(3)]
    goods = [replace(g, variants=tuple(replace(v, sku=f"MONG-{n}") for v in g.variants)) for n, g in enumerate(goods)]
    wired.store.products.put([Draft(n, g, {f"MONG-{n}": 9}) for n, g in enumerate(goods)], "test")
    return Carrier(console, console.person("an", role="operator"), window)


def phases(carrier: Carrier) -> list[str]:
    listings = carrier.console.wired.store.console(carrier_scope(carrier)).listings([1, 2, 3])
    return [row["phase"] for rows in listings.values() for row in rows]


def carrier_scope(carrier: Carrier) -> Any:
    found = carrier.console.wired.store.accounts.by_login("an")
    assert found
    return found[0].scope


def out(carrier: Carrier) -> None:
    """The first export is here, and the packs are made."""
    assert carrier.export().status_code == 200
    work(carrier.console.wired, 1)


def test_a_person_carries_a_pack_and_the_goods_are_live(carrier: Carrier) -> None:
    assert "chưa có hình gian hàng" in carrier.at_desk.get("/desk/carry").text
    assert "Đã nhận: danh sách toàn bộ gian hàng" in carrier.export().text
    work(carrier.console.wired, 1)
    assert "1 tệp chờ mang" in carrier.at_desk.get("/desk/carry").text
    assert "3 dòng" in carrier.at_desk.get(DESK).text
    for content in carrier.carry().values():
        assert "Đã nhận: phiếu kết quả" in carrier.bring(content).text
    work(carrier.console.wired, 1)
    assert "Không có tệp nào chờ" in carrier.at_desk.get(DESK).text
    assert carrier.export(at="").status_code == 200
    work(carrier.console.wired, 2)
    assert phases(carrier) == ["live"] * 3


def test_an_export_is_compared_with_all_that_is_ours_a_result_only_with_what_waits(carrier: Carrier) -> None:
    causes: list[str] = []

    class Told(NoHints):
        def reconcile(self, shop_id: int, cause: str) -> None:
            causes.append(cause)

    out(carrier)
    carrier.console.wired = replace(carrier.console.wired, hints=Told())
    carrier.console.app.state.wired = carrier.console.wired
    for content in carrier.carry().values():
        carrier.bring(content)
    assert causes == []
    carrier.export()
    assert [re.sub(r"\d+", "", cause) for cause in causes] == ["danh_sach_-_toan_bo.xlsx brought by an"]


def test_a_pack_is_downloaded_again_and_nothing_else_is(carrier: Carrier) -> None:
    out(carrier)
    [(name, content)] = carrier.downloaded().items()
    assert "đã lấy, chờ kết quả" in carrier.at_desk.get(DESK).text
    assert carrier.downloaded() == {name: content}
    assert hashlib.sha256(content).hexdigest()[:16] in carrier.at_desk.get(DESK).text
    for other in ("..%2f..%2fsecret.key", "secret.zip", "goi_khac.zip", f"..%2foutbox%2f{name}.zip", "goi_khac.xlsx"):
        assert carrier.at_desk.get(f"{DESK}/files/{other}").status_code in (404, 422), other


def test_a_pack_that_nobody_took_is_taken_back_and_planned_anew(carrier: Carrier) -> None:
    out(carrier)
    name, _ = carrier.form()
    assert "told=back" in carrier.at_desk.post(f"{DESK}/back", {"pack": name}).headers["Location"]
    work(carrier.console.wired, 1)
    [again] = carrier.downloaded()
    assert again != name
    assert carrier.at_desk.post(f"{DESK}/back", {"pack": again}).status_code == 422  # somebody has it


def test_a_form_filled_in_by_hand_is_taken_half_and_then_whole(carrier: Carrier) -> None:
    out(carrier)
    _, rows = carrier.form()
    assert carrier.bring(filled(rows, {1: "good"})).status_code == 200
    work(carrier.console.wired, 1)
    assert "1 gói trước đây" not in carrier.at_desk.get(DESK).text  # two rows are still without an answer
    later = carrier.console.wired.clock.now() + timedelta(seconds=1)
    while carrier.console.wired.clock.now() < later:
        pass
    assert carrier.bring(filled(rows, {1: "good", 2: "bad", 3: "bad"})).status_code == 200
    work(carrier.console.wired, 1)
    assert "2 dòng sàn từ chối" in carrier.at_desk.get(DESK).text


def test_a_file_that_is_wrong_or_was_edited_is_explained_and_not_kept(carrier: Carrier) -> None:
    out(carrier)
    pack, rows = carrier.form()
    key = rows[0].index("Mã dòng")

    def edited(row: int, place: int, said: str) -> bytes:
        made = [list(one) for one in rows]
        made[row][place] = said
        return a_workbook(made)

    for content, said in (
        (edited(1, key, ""), "thiếu 1 dòng"),
        (edited(1, key, "MONG-0#goi_khac"), "các dòng thuộc 2 gói"),
        (a_workbook(rows[:3]), "thiếu 1 dòng"),
        (a_workbook([rows[0], *[[row[key].replace(pack, "goi_la") for _ in row] for row in rows[1:]]]), "goi_la"),
        (a_workbook([["Tên", "Tuổi"], ["An", "40"]]), "mẫu cột đã đổi"),
        (b"PK nonsense", "không mở được"),
        (b"", "Chọn tệp đã tải"),
    ):
        got = carrier.bring(content)
        assert (got.status_code, said in got.text) == (422, True), said
    assert not list((carrier.console.wired.settings.data / "packs").rglob("inbox/ket_qua*"))


def test_a_result_brought_twice_or_after_it_was_believed_is_not_taken_again(carrier: Carrier) -> None:
    out(carrier)
    _, rows = carrier.form()
    whole = filled(rows, {1: "good", 2: "bad", 3: "bad"})
    assert carrier.bring(whole).status_code == 200
    assert "đã nhận rồi" in carrier.bring(whole).text
    work(carrier.console.wired, 1)
    assert "đã có kết quả khác với phiếu này" in carrier.bring(filled(rows, {1: "bad", 2: "bad", 3: "bad"})).text


def test_an_export_that_is_old_partial_or_here_already_is_explained(carrier: Carrier) -> None:
    content = carrier.window.export().content
    now = carrier.console.wired.clock.now().astimezone(VIETNAM)

    def at(**ago: float) -> str:
        return (now - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")

    assert "toàn bộ gian hàng" in carrier.bring(content).text
    assert "tương lai" in carrier.bring(content, whole="1", at=at(hours=-3)).text
    assert "Không hiểu giờ" in carrier.bring(content, whole="1", at="chiều qua").text
    assert carrier.bring(content, whole="1", at=at(hours=2)).status_code == 200
    assert "đã nhận rồi" in carrier.bring(content, whole="1").text
    assert "2 giờ trước" in carrier.at_desk.get(DESK).text
    assert "cũ hơn tệp đã nhận" in carrier.bring(a_workbook(rows_of(content)), whole="1", at=at(hours=3)).text


def test_a_producer_carries_nothing(carrier: Carrier) -> None:
    out(carrier)
    sau = carrier.console.person("ba-sau", producer=a_product().producer.code)
    for path in ("/desk/carry", DESK, f"{DESK}/files/x.zip", f"{DESK}/files/x.xlsx"):
        assert sau.get(path).status_code == 403
    for path in (DESK, f"{DESK}/back"):
        assert sau.post(path, {"whole": "1"}).status_code == 403
