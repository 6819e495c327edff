"""Real workers, the sandbox's two seller centres and a person with the command line: Postmart is carried by hand, Voso
by the connector. Real products go up, are refused with reasons, mended, approved, sold, and what a hand changed over
there is found."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from adapters.assisted.centre import SellerCentre
from adapters.assisted.pack import Pack, zipped
from adapters.assisted.settings import Assist, assist
from config.settings import Settings
from connector.cli.demo.market import Market
from connector.cli.demo.stage import Stage, _texts, raised, start_workers, wait_for
from connector.cli.demo.story import Shelf
from connector.importing import CONFIG, import_file
from connector.store import Draft, Shop
from connector.wiring import Wired, wire
from tests.builders import TODAY, a_connection

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-carried"
SAMPLE = CONFIG / "sample" / "products.csv"
BY_HAND, BY_ITSELF = "postmart", "voso"
SHOPS = {BY_HAND: "buudien-1", BY_ITSELF: "voso-1"}
N = 24
SWITCHES = {"approval_delay": 1.0, "refusal_rate": 0.15}


@dataclass
class Person:
    """Somebody at a desk: `ocop channel` on one side, a browser at the seller centre on the other."""

    stage: Stage
    wired: Wired
    carried: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        made = self.stage.folder / "desk"
        made.mkdir(exist_ok=True)
        return made

    def ocop(self, *words: str, codes: tuple[int, ...] = (0, 3)) -> Any:
        """A command of its own process, in English; its JSON where it gives some."""
        given = {**os.environ, **self.stage.environment, "OCOP_LANGUAGE": "en"}
        command = [sys.executable, "-m", "connector.cli", *words]
        done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=120)
        assert done.returncode in codes, done.stdout + done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout + done.stderr

    @property
    def settings(self) -> Assist:
        return assist(BY_HAND, self.wired.channel(BY_HAND).settings)

    @property
    def browser(self) -> SellerCentre:
        base = self.stage.market
        connection = a_connection(BY_HAND, _Credentials(base))
        assert self.settings.centre is not None
        return SellerCentre(connection, self.settings.centre, self.settings.layout)

    def carry(self) -> int:
        """Every pack that waits goes up, and its result comes back; how many."""
        packs = self.ocop("channel", "files", SHOPS[BY_HAND], "--json")[SHOPS[BY_HAND]]["packs"]
        waiting = [pack["name"] for pack in packs if pack["stand"] == "waiting"]
        for name in waiting:
            self.ocop("channel", "get", SHOPS[BY_HAND], name, "--to", str(self.folder))
            self.carried[name] = self.browser.send(self._opened(self.folder / f"{name}.zip"))
            result = self.browser.result(name, self.carried[name])
            assert result is not None
            self.hand_in("phieu.xlsx", result.content)
        return len(waiting)

    def bring_export(self) -> None:
        self.hand_in("danh_sach.xlsx", self.browser.export().content, "--whole")

    def bring_orders(self) -> None:
        self.hand_in("don_hang.xlsx", self.browser.orders(self.browser._clock.now()).content)

    def hand_in(self, name: str, content: bytes, *more: str, codes: tuple[int, ...] = (0,)) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(self.ocop("channel", "put", SHOPS[BY_HAND], str(path), *more, codes=codes))

    def _opened(self, path: Path) -> Pack:
        with zipfile.ZipFile(path) as archive:
            pictures = {name: archive.read(name) for name in archive.namelist() if name.startswith("anh/")}
            workbook = archive.read("san_pham.xlsx")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names[0]
        kind = next(k for k, upload in self.settings.layout.uploads.items() if upload.sheet == sheet)
        return Pack(path.stem, kind, workbook, zipped(pictures) if pictures else b"", b"", ())


@dataclass(frozen=True)
class _Credentials:
    market: Market

    def credentials(self, platform: str) -> Any:
        return self.market.get("/credentials")[platform]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with raised(DATA, 9800) as made:
        made.market.post("/switches", dict.fromkeys(SHOPS, SWITCHES))
        yield made


@pytest.fixture
def wired(stage: Stage) -> Iterator[Wired]:
    servers = {"database_url": stage.environment["DATABASE_URL"], "redis_url": stage.environment["REDIS_URL"]}
    made = wire(Settings().model_copy(update={**servers, "data": stage.folder, "public_url": stage.web_url}))
    yield made
    made.close()


def stocked(stage: Stage, wired: Wired, sample: Path = SAMPLE, mapping: Path | None = None, size: int = N) -> int:
    """Real products on the shelf and both shops open; how many."""
    shutil.rmtree(stage.folder / "packs", ignore_errors=True)  # of an earlier run: its files are another shop's
    shelf = Shelf(wired)
    import_file(sample, mapping, catalogue=shelf, today=TODAY, rejects=stage.folder / "rejects.xlsx")
    saved = shelf.fill(size, "import", lambda *_: None)
    for platform, code in SHOPS.items():
        own = {"carrier": "folder"} if platform == BY_HAND else {}
        secrets = _texts(stage.market.get("/credentials")[platform]) | own
        shop = wired.store.shops.add(code, platform, name="Gian hàng OCOP", verbs="sync", credentials=secrets)
        rules = {"stock": {"share_percent": 30, "buffer": 2, "exclusive": True}}
        wired.store.shops.set_rules(shop.id, cause="carried by hand", rules=rules)
    return saved.created


def phases(wired: Wired, code: str) -> dict[str, int]:
    now = wired.clock.now()
    return next(one.phases for one in wired.store.reads.standings(now) if one.shop == code)


def at_rest(wired: Wired, code: str) -> bool:
    found = next(one for one in wired.store.reads.standings(wired.clock.now()) if one.shop == code)
    return not {"new", "creating", "waiting"} & set(found.phases) and not any(found.due.values())


def keep_carrying(person: Person, seconds: float) -> int:
    """Carry and bring until nothing is new, creating or waiting; the packs carried."""
    packs, until = 0, time.monotonic() + seconds
    while not at_rest(person.wired, SHOPS[BY_HAND]):
        assert time.monotonic() < until, phases(person.wired, SHOPS[BY_HAND])
        packs += person.carry()
        time.sleep(1.5)
        person.bring_export()
        time.sleep(1.5)
    return packs


def shop(wired: Wired, platform: str) -> Shop:
    return wired.store.shops.get(SHOPS[platform])


def reasons(wired: Wired, platform: str) -> set[str]:
    """Why listings are stuck there, in the words that people are shown."""
    query = text("""SELECT DISTINCT p.vi FROM problem p JOIN listing l ON l.id = p.listing_id
                    JOIN shop s ON s.id = l.shop_id WHERE s.platform = :platform AND l.phase = 'refused'""")
    with wired.store.engine.connect() as connection:
        return {row.vi for row in connection.execute(query, {"platform": platform})}


def test_real_products_go_through_both_seller_centres(stage: Stage, wired: Wired) -> None:
    person, n = Person(stage, wired), stocked(stage, wired)
    # A category that they do not have: its rows come back with the reason.
    first = wired.store.products.by_code(wired.store.products.codes(1)).popitem()[1].product
    for platform in SHOPS:
        wired.store.shops.set_rules(shop(wired, platform).id, cause="slip", categories={str(first.set_no): "Đồ cổ"})
    start_workers(stage.processes)
    person.bring_export()
    keep_carrying(person, 240)
    wait_for(lambda: at_rest(wired, SHOPS[BY_ITSELF]), 60, "Voso chưa xong", "Voso has not come to rest")
    for platform in SHOPS:
        told = reasons(wired, platform)
        assert any("[NGANH_HANG_SAI]" in one for one in told), told
        assert any("[" not in one for one in told), told  # and what their reviewers did not like
        assert 0 < phases(wired, SHOPS[platform]).get("refused", 0) < n

    # Mended: the right category again, and nobody over there refuses.
    stage.market.post("/switches", {platform: {"refusal_rate": 0.0} for platform in SHOPS})
    for platform in SHOPS:
        wired.store.shops.set_rules(shop(wired, platform).id, cause="mended", categories={})
    for code in wired.store.products.codes(1000):
        _reworded(wired, code)
    keep_carrying(person, 240)
    wait_for(lambda: at_rest(wired, SHOPS[BY_ITSELF]), 60, "Voso chưa xong", "Voso has not come to rest")
    blocked = phases(wired, SHOPS[BY_HAND]).get("blocked", 0)
    for platform, code in SHOPS.items():
        assert phases(wired, code)["live"] == n - blocked, phases(wired, code)
        assert len(stage.market.live(platform)) == n - blocked
        assert stage.market.duplicates(platform) == 0

    # The night finds nothing to do; then a hand changes a price on each side.
    edited = {platform: stage.market.live(platform)[0] for platform in SHOPS}
    for platform, listing in edited.items():
        sku = listing["variants"][0]["sku"]
        stage.market.edit(platform, sku, {"price": {sku: 1_234_000}})
    person.bring_export()
    person.ocop("reconcile", SHOPS[BY_ITSELF])
    for platform, listing in edited.items():
        sku = listing["variants"][0]["sku"]
        wait_for(lambda f=f"price:{sku}", p=platform: _verdict(wired, p, f) == "edited", 60, "chưa thấy", "not found")  # type: ignore[misc]

    # Buyers buy at Postmart; the order workbook is carried; the ledger moves and Voso shows less.
    listing = next(one for one in stage.market.live(BY_HAND) if one["stock"] > 3)
    sku = listing["variants"][0]["sku"]
    before = person.ocop("stock", sku, "--json")
    order = stage.market.post("/buy", {"platform": BY_HAND, "sku": sku, "quantity": 2})["order"]
    person.bring_orders()
    wait_for(lambda: person.ocop("stock", sku, "--json")["reserved"] == 2, 30, "sổ chưa đổi", "the ledger is unmoved")
    after = person.ocop("stock", sku, "--json")
    assert (after["on_hand"], after["free"]) == (before["on_hand"], before["free"] - 2)
    assert order in {row["number"] for row in person.ocop("orders", SHOPS[BY_HAND], "--json")}
    again = person.hand_in("lai.xlsx", (person.folder / "don_hang.xlsx").read_bytes())
    assert "already" in again
    assert person.ocop("stock", sku, "--json")["reserved"] == 2


def _reworded(wired: Wired, code: str) -> None:
    """The producer adds a sentence, so that what was refused may be sent again."""
    product = wired.store.products.by_code([code])[code].product
    said = f"{product.description}\nHàng chính gốc, đóng gói kỹ."
    wired.store.products.put([Draft(0, replace(product, description=said))], "the producer mends it")


def _verdict(wired: Wired, platform: str, name: str) -> str:
    rows = [row for row in wired.store.reads.drifts() if row["shop"] == SHOPS[platform] and row["field"] == name]
    return rows[0]["verdict"] if rows else ""
