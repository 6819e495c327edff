"""Real processes and two seller centres: Voso is carried by the connector, Postmart by a person with `ocop channel`.

Rows of the project's sample go up, come back refused with reasons, are mended, approved, exported and reconciled; then
a price that a hand changed over there is found and healed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.assisted.centre import SellerCentre
from adapters.assisted.settings import assist
from config.settings import read
from connector.cli.demo.show import SAMPLE
from connector.cli.demo.stage import SHOPS, Stage, open_shops, raised
from connector.cli.demo.story import Shelf
from connector.housekeeping import audit
from connector.importing import import_file
from connector.models import RunRow
from connector.store import Draft
from connector.wiring import Wired, wire
from tests.builders import TODAY, a_connection
from tests.processes.desk import Person, TwoCentres, until

pytestmark = pytest.mark.processes
DATA = Path(__file__).parents[2] / "var" / "test-carried"
BOTH = ("postmart", "voso")
N, SLIPPED_SET = 16, 7
REMARK = "Ảnh mờ, chưa thấy nhãn sản phẩm."


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
    import_file(SAMPLE, None, catalogue=shelf, today=TODAY, rejects=tmp_path / "rejects.xlsx")
    shelf.fill(N, "import", lambda done, total: None)
    for shop in made.store.shops.all():
        made.store.shops.set_rules(shop.id, cause="slip", categories={str(SLIPPED_SET): "Đồ cổ"})
    stage.processes.start_workers()
    yield made
    made.close()


@pytest.fixture
def person(stage: Stage, wired: Wired, tmp_path: Path) -> Person:
    how = assist("postmart", wired.channel("postmart").settings)
    assert how.centre is not None
    return Person(tmp_path, SellerCentre(a_connection("postmart", stage.market), how.centre, how.layout))


def phases(wired: Wired, platform: str) -> dict[str, int]:
    standings = wired.store.reads.standings(wired.clock.now())
    return next(dict(one.phases) for one in standings if one.platform == platform)


def reasons(wired: Wired, platform: str, product: str) -> str:
    listing = wired.store.reads.listing(SHOPS[platform], product)
    assert listing is not None
    return " ".join(one["vi"] for one in wired.store.reads.problems(listing.id or 0) if one["blocking"])


def price(stage: Stage, platform: str, sku: str) -> int:
    return next(int(v["price"]) for one in stage.market.live(platform) for v in one["variants"] if v["sku"] == sku)


def review(stage: Stage, refused: str = "") -> None:
    """Everybody over there looks at everything, and approves of all but one."""
    for platform in BOTH:
        for one in stage.market.listings(platform):
            said = {"refuse": REMARK} if refused in one["skus"] else {"approve": True}
            stage.market.edit(platform, one["skus"][0], said)


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
    review(stage, refused=unclear.variants[0].sku)
    look(wired, person, "the reviewers have decided")
    stand_at({"live": N - len(slipped) - 1, "refused": len(slipped) + 1})
    assert all(REMARK in reasons(wired, platform, unclear.code) for platform in BOTH)

    # Mended: the right category, and one product described anew.
    for platform in BOTH:
        wired.store.shops.set_rules(wired.store.shops.get(SHOPS[platform]).id, cause="mended", categories={})
    mended = replace(unclear, description=f"{unclear.description}\nẢnh chụp lại, nhìn rõ nhãn.")
    wired.store.products.put([Draft(0, mended)], "the producer mends it")
    stand_at({"live": N - len(slipped) - 1, "waiting": len(slipped) + 1})
    review(stage)
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
    ours = {mended.variants[0].price}
    until(lambda: person.carry() == [] and not open_runs() and {price(stage, p, sku) for p in BOTH} == ours)
    found = {(row["shop"], row["field"], row["verdict"]) for row in wired.store.reads.drifts(only_open=False)}
    assert found == {(SHOPS[platform], f"price:{sku}", "edited") for platform in BOTH}
    for platform, run in look(wired, person, "healed").items():
        assert (run.state, run.planned, run.unchanged) == ("done", N, N), (platform, run)
    assert wired.store.reads.drifts() == []
    assert audit(wired.store) == []
