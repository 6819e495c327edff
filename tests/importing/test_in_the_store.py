"""The same promises with the real store."""

from dataclasses import replace

from connector.describing import describe
from connector.drawing import draw
from connector.importing import CONFIG
from connector.pictures import PictureFiles
from connector.store import Store
from tests.importing.files import TODAY, a_csv, a_row, imported


def test_the_sample_goes_into_the_store_with_pictures_and_again_without_a_change(store: Store, tmp_path):
    files = PictureFiles(tmp_path / "pictures", "http://127.0.0.1")
    drawn = []

    def complete(product):
        if not product.pictures:
            drawn.append(product.code)
            product = replace(product, pictures=(files.save(draw(product, TODAY)),))
        return replace(product, description=product.description or describe(product))

    path = tmp_path / "some.csv"
    path.write_text("\n".join((CONFIG / "sample" / "products.csv").read_text("utf-8").splitlines()[:41]), "utf-8")
    first = imported(path, store.products, complete=complete)
    again = imported(path, store.products, complete=complete)
    assert first.rejected == 0
    assert (again.created, again.changed, again.unchanged) == (0, 0, first.created)
    assert len(drawn) == first.created


def test_a_changed_price_and_a_second_pack_are_the_only_changes(store: Store, tmp_path):
    rows = [a_row(code="STORE-1", stock=5), a_row(name="Trà của kho", stock=2)]
    imported(a_csv(tmp_path / "a.csv", rows), store.products)
    rows[0] = a_row(code="STORE-1", price=155000)
    changed = imported(a_csv(tmp_path / "b.csv", rows), store.products)
    assert (changed.created, changed.changed, changed.unchanged) == (0, 1, 1)
    goods = store.products.by_code(["STORE-1"])["STORE-1"]
    assert [v.price for v in goods.product.variants] == [155000]
    assert list(goods.free.values()) == [5]
    imported(a_csv(tmp_path / "c.csv", [rows[0], a_row(code="STORE-1", pack="1 kg", price=290000)]), store.products)
    goods = store.products.by_code(["STORE-1"])["STORE-1"]
    assert sorted(v.options for v in goods.product.variants) == [("1 kg",), ("Chai 500 g",)]
