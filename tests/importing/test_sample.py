from connector.describing import describe
from connector.importing import CONFIG
from tests.importing.catalogue import MemoryCatalogue
from tests.importing.files import TODAY, imported

SAMPLE = CONFIG / "sample" / "products.csv"


def the_sample(tmp_path):
    catalogue = MemoryCatalogue()
    return imported(SAMPLE, catalogue, rejects=tmp_path / "loi.xlsx"), catalogue


def test_the_sample_imports_whole_and_twice(tmp_path):
    result, catalogue = the_sample(tmp_path)
    assert result.rejected == 0
    assert result.created >= 400
    again = imported(SAMPLE, catalogue, rejects=tmp_path / "loi.xlsx")
    assert (again.created, again.changed, again.unchanged) == (0, 0, result.created)


def test_the_sample_holds_all_kinds_of_goods_and_marks_what_is_made_up(tmp_path):
    products = list(the_sample(tmp_path)[1].products.values())
    assert {1, 4, 7, 9, 11, 13, 14, 15, 17, 19, 20, 21, 26} <= {p.set_no for p in products}
    assert len({p.producer.province_code for p in products}) >= 30
    assert sum(len(p.variants) > 1 for p in products) >= 30
    held = [p.certificate for p in products if p.certificate]
    assert sum(not c.made_up for c in held) == 24
    assert all(c.number.startswith("MẪU-") == c.made_up for c in held)
    assert any(not c.holds_on(TODAY) for c in held)


def test_composed_descriptions_are_of_fair_length_and_say_nothing_of_health(tmp_path):
    texts = [describe(product) for product in the_sample(tmp_path)[1].products.values()]
    assert all(150 <= len(text) <= 400 for text in texts)
    assert not [t for t in texts for word in ("chữa", "trị bệnh", "ung thư", "tiểu đường") if word in t.lower()]
