"""The commands of the programme, as a person types them: what they say and the code they end with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connector.cli import app
from connector.errors import Complaint
from connector.store import Store
from tests.builders import a_producer, a_product, a_variant
from tests.conftest import KEY
from tests.loop.bench import Bench


@pytest.fixture(autouse=True)
def _here(store: Store, database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("DATABASE_URL", database_url),
        ("REDIS_URL", redis_url),
        ("OCOP_DATA", str(tmp_path)),
        ("OCOP_SECRET_KEYS", KEY),
        ("COLUMNS", "200"),
    ):
        monkeypatch.setenv(name, value)
    other = a_producer(code="HTX-B", name="HTX B")
    Bench(store).goods([a_product(), a_product(code="RUOU", set_no=14, producer=other, variants=(a_variant("R-1"),))])


def ocop(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_gate_lists_products_by_what_stands_in_their_way() -> None:
    told = ocop("gate")
    assert told.exit_code == 2  # alcohol is blocked
    assert "2 sản phẩm, 1 bị chặn" in told.stdout
    mine = ocop("gate", "HTX-CHIEN-THANG")
    assert mine.exit_code == 0
    assert "RUOU" not in mine.stdout
    (only,) = json.loads(ocop("gate", "HTX-B", "--json").stdout)
    assert (only["code"], "alcohol_licence" in only["papers"]) == ("RUOU", True)
    assert {p["code"] for p in only["problems"] if p["blocking"]} == {"restricted_goods"}
    with pytest.raises(Complaint, match="HTX-X"):
        ocop("gate", "HTX-X")


def test_a_shops_rules_decide_and_a_finding_that_does_not_exist_is_refused(store: Store) -> None:
    store.shops.add("s1", "shopee", rules={"price": {"floor": 1000}})
    assert ocop("shop", "rules", "s1", "--gate", "restricted_goods=warn").exit_code == 0
    assert ocop("gate", "--shop", "s1").exit_code == 0
    assert ocop("shop", "rules", "s1", "--floor", "2000").exit_code == 0
    policy = store.shops.get("s1").policy
    assert (policy.price.floor, policy.gate) == (2000, {"restricted_goods": "warn"})
    with pytest.raises(Complaint, match="restricted_goods"):
        ocop("shop", "rules", "s1", "--gate", "alcohol=warn")


def test_a_certificate_is_renewed_withdrawn_and_taken_back_with_its_cause(store: Store) -> None:
    words = ("--stars", "5", "--number", "7/QĐ", "--authority", "Bộ NN&MT", "--issued", "05/08/2026")
    assert "5 sao đến 05/08/2029" in ocop("certificate", "renew", "MAT-ONG-HOA-NHAN", *words).stdout
    ocop("certificate", "withdraw", "MAT-ONG-HOA-NHAN", "--number", "7/QĐ", "--on", "01/09/2026", "--because", "12/TB")
    (_, new) = json.loads(ocop("certificate", "list", "MAT-ONG-HOA-NHAN", "--json").stdout)
    assert (new["stars"], new["withdrawn_on"]) == (5, "2026-09-01")
    ocop("certificate", "withdraw", "MAT-ONG-HOA-NHAN", "--number", "7/QĐ", "--undo")
    product = store.passports.product_id("MAT-ONG-HOA-NHAN")
    assert product is not None
    causes = [change.cause for change in store.products.history(product, ["certificate"])]
    assert causes == ["certificate renewed: by hand", "certificate withdrawn: 12/TB", "certificate withdrawn: by hand"]
    with pytest.raises(Complaint, match="dd/mm/yyyy"):
        ocop("certificate", "withdraw", "MAT-ONG-HOA-NHAN", "--on", "2026-09-01")


def test_a_passport_is_three_files_and_says_when_its_address_must_not_be_printed(tmp_path: Path) -> None:
    told = ocop("passport", "MAT-ONG-HOA-NHAN", "--out", str(tmp_path / "out"))
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".html", ".png", ".svg"]
    assert "OCOP_PUBLIC_URL" in told.stderr


def test_export_and_restore_from_the_command_line(tmp_path: Path) -> None:
    told = json.loads(ocop("export", str(tmp_path / "out.tar.gz"), "--json").stdout)
    assert (told["product"], told["certificate"]) == (2, 2)
    with pytest.raises(Complaint, match="kho trống"):
        ocop("restore", str(tmp_path / "out.tar.gz"))


def test_place_answers_with_todays_code_or_with_what_to_choose_from() -> None:
    assert json.loads(ocop("place", "Xã Bát Tràng, Hà Nội", "--json").stdout)[0]["code"] == "00577"
    divided = ocop("place", "Phường Cống Vị, quận Ba Đình, Hà Nội")
    assert divided.exit_code == 2
    assert "Giảng Võ" in divided.stdout
    assert ocop("place", "Xã Không Có, Hà Nội").exit_code == 2
