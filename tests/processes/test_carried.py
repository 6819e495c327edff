"""Real processes and two seller centres: Voso is carried by the connector, Postmart by a person with `ocop channel`.

Rows of the project's sample go up, come back refused with reasons, are mended, approved, exported and reconciled; then
a price that a hand changed over there is found and healed.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.assisted.centre import SellerCentre
from adapters.assisted.pack import Pack, zipped
from adapters.assisted.settings import assist
from config.settings import read
from connector.cli import app
from connector.cli.demo.market import Market
from connector.cli.demo.stage import SHOPS, Stage, open_shops, raised, start_workers, wait_for
from connector.cli.demo.story import Shelf
from connector.housekeeping import audit
from connector.importing import CONFIG, import_file
from connector.models import RunRow
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import TODAY, a_connection

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-carried"
BOTH = ("postmart", "voso")
BY_HAND = SHOPS["postmart"]
N, SLIPPED_SET = 16, 7
REMARK = "Ảnh mờ, chưa thấy nhãn sản phẩm."


class TwoCentres(Market):
    """The sandbox with its seller centres alone; the files of one of them are carried by a person."""

    def get(self, path: str) -> Any:
        found = super().get(path)
        if path != "/credentials":
            return found
        return {"postmart": {**found["postmart"], "carrier": "folder"}, "voso": found["voso"]}

    def credentials(self, platform: str) -> Any:
        return self.get("/credentials")[platform]


@dataclass
class Person:
    """Somebody at a desk: `ocop channel` in one window, the seller centre in the other."""

    folder: Path
    centre: SellerCentre
    brought: set[str] = field(default_factory=set)

    def carry(self) -> list[str]:
        """Every pack that waits goes up and its result comes back; the kinds of the packs."""
        waiting = [one for one in self._ocop("files", BY_HAND)[BY_HAND]["packs"] if one["stand"] == "waiting"]
        for pack in waiting:
            CliRunner().invoke(app, ["channel", "get", BY_HAND, pack["name"], "--to", str(self.folder)])
            ticket = self.centre.send(_unpacked(self.folder / f"{pack['name']}.zip", pack["what"]))
            result = self.centre.result(pack["name"], ticket)
            assert result is not None
            assert self._put("phiếu tải về.xlsx", result.content)["what"] == "result"
        return [str(pack["what"]) for pack in waiting]

    def bring_export(self) -> None:
        """Once more within the same second as the last, as no person does: names and causes tell seconds."""

        def new() -> bool:
            answer = self._put("danh sách.xlsx", self.centre.export().content, "--whole")
            assert answer["what"] == "export"
            known = answer["again"] or answer["name"] in self.brought
            self.brought.add(answer["name"])
            return not known

        until(new)

    def _put(self, name: str, content: bytes, *more: str) -> Any:
        path = self.folder / name
        path.write_bytes(content)
        return self._ocop("put", BY_HAND, str(path), *more)

    def _ocop(self, *words: str) -> Any:
        done = CliRunner().invoke(app, ["channel", *words, "--json"])
        assert done.exit_code in (0, 3), done.output
        return json.loads(done.stdout)


def _unpacked(path: Path, kind: Any) -> Pack:
    with zipfile.ZipFile(path) as archive:
        pictures = {name: archive.read(name) for name in archive.namelist() if name.startswith("anh/")}
        return Pack(path.stem, kind, archive.read("san_pham.xlsx"), zipped(pictures) if pictures else b"", b"", ())


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with raised(DATA, 9800) as made:
        for name in ("DATABASE_URL", "REDIS_URL", "OCOP_DATA", "OCOP_PUBLIC_URL"):
            monkeypatch.setenv(name, made.environment[name])
        made.market = TwoCentres(made.market.port_base)
        made.market.post("/switches", {name: {"approval_delay": 1e9} for name in BOTH})  # only a hand approves
        yield made


@pytest.fixture
def wired(stage: Stage, tmp_path: Path) -> Iterator[Wired]:
    made = wire(read())
    open_shops(made.store, stage.market, tmp_path / "packs")
    shelf = Shelf(made)
    sample = CONFIG / "sample" / "products.csv"
    import_file(sample, None, catalogue=shelf, today=TODAY, rejects=tmp_path / "rejects.xlsx")
    shelf.fill(N, "import", lambda done, total: None)
    for shop in made.store.shops.all():
        made.store.shops.set_rules(shop.id, cause="slip", categories={str(SLIPPED_SET): "Đồ cổ"})
    start_workers(stage.processes)
    yield made
    made.close()


@pytest.fixture
def person(stage: Stage, wired: Wired, tmp_path: Path) -> Person:
    connection = a_connection("postmart", stage.market)
    how = assist("postmart", wired.channel("postmart").settings)
    assert how.centre is not None
    return Person(tmp_path, SellerCentre(connection, how.centre, how.layout))


def until(what: Callable[[], bool]) -> None:
    wait_for(what, 120, "chờ mãi không thấy", "it never came about")


def phases(wired: Wired, platform: str) -> dict[str, int]:
    standings = wired.store.reads.standings(wired.clock.now())
    return next(dict(one.phases) for one in standings if one.platform == platform)


def reasons(wired: Wired, platform: str, product: str) -> str:
    listing = wired.store.reads.listing(SHOPS[platform], product)
    assert listing is not None
    return " ".join(one["vi"] for one in wired.store.reads.problems(listing.id or 0) if one["blocking"])


def price(stage: Stage, platform: str, sku: str) -> int:
    return next(int(v["price"]) for one in stage.market.live(platform) for v in one["variants"] if v["sku"] == sku)


def look(wired: Wired, person: Person, cause: str) -> dict[str, RunRow]:
    """The person brings an export, the night comes over the other shop; each shop's run when it has ended."""
    shops = {platform: wired.store.shops.get(SHOPS[platform]).id for platform in BOTH}
    before = {run.id for run in wired.store.runs.recent(1000)}
    person.bring_export()
    wired.hints.reconcile(shops["voso"], cause)

    def ended() -> dict[int, RunRow]:
        return {run.shop_id: run for run in wired.store.runs.recent(1000) if run.id not in before and run.finished_at}

    until(lambda: len(ended()) == len(BOTH))
    return {platform: ended()[shop] for platform, shop in shops.items()}


def test_real_rows_go_through_both_seller_centres(stage: Stage, wired: Wired, person: Person) -> None:
    goods = {code: one.product for code, one in wired.store.products.by_code(wired.store.products.codes(N)).items()}
    slipped = {code for code, product in goods.items() if product.set_no == SLIPPED_SET}
    unclear = next(product for code, product in goods.items() if code not in slipped)
    open_runs = wired.store.runs.open_runs

    def stand_at(wanted: dict[str, int]) -> None:
        until(lambda: person.carry() == [] and all(phases(wired, p) == wanted for p in BOTH) and not open_runs())


    person.bring_export()
    stand_at({"waiting": N - len(slipped), "refused": len(slipped)})
    for platform in BOTH:
        for code in goods:
            assert ("[NGANH_HANG_SAI]" in reasons(wired, platform, code)) == (code in slipped), (platform, code)
        for one in stage.market.listings(platform):
            said = {"refuse": REMARK} if unclear.variants[0].sku in one["skus"] else {"approve": True}
            stage.market.edit(platform, one["skus"][0], said)
    look(wired, person, "the reviewers have decided")
    stand_at({"live": N - len(slipped) - 1, "refused": len(slipped) + 1})
    assert all(REMARK in reasons(wired, platform, unclear.code) for platform in BOTH)

    # Mended: the right category, and one product described anew.
    for platform in BOTH:
        wired.store.shops.set_rules(wired.store.shops.get(SHOPS[platform]).id, cause="mended", categories={})
    mended = replace(unclear, description=f"{unclear.description}\nẢnh chụp lại, nhìn rõ nhãn.")
    wired.store.products.put([Draft(0, mended)], "the producer mends it")
    stand_at({"live": N - len(slipped) - 1, "waiting": len(slipped) + 1})
    for platform in BOTH:
        for one in stage.market.listings(platform):
            if one["state"] != "live":
                stage.market.edit(platform, one["skus"][0], {"approve": True})
    look(wired, person, "the reviewers have decided again")
    stand_at({"live": N})
    for platform, run in look(wired, person, "a quiet night").items():
        assert (run.state, run.planned, run.unchanged) == ("done", N, N), (platform, run)
        assert len(stage.market.live(platform)) == N
        assert stage.market.duplicates(platform) == 0

    # A hand over there changes a price: the next picture finds it, and it is healed.
    sku = mended.variants[0].sku
    for platform in BOTH:
        stage.market.edit(platform, sku, {"price": {sku: 1_234_000}})
    look(wired, person, "the night after")
    ours = mended.variants[0].price
    until(lambda: person.carry() == [] and not open_runs() and all(price(stage, p, sku) == ours for p in BOTH))
    found = [row for row in wired.store.reads.drifts(only_open=False) if row["field"] == f"price:{sku}"]
    assert {row["shop"]: row["verdict"] for row in found} == {SHOPS[platform]: "edited" for platform in BOTH}
    for platform, run in look(wired, person, "healed").items():
        assert (run.state, run.planned, run.unchanged) == ("done", N, N), (platform, run)
    assert wired.store.reads.drifts() == []
    assert audit(wired.store) == []
