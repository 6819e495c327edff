"""Two producers who cannot see each other: every route there is, walked with the wrong session."""

import re
import time
from collections.abc import Iterator

import pytest

from connector.filing import Facts, file_paper
from connector.store.scope import within
from tests.builders import TODAY
from tests.papers import a_pdf
from tests.web.conftest import Console, Person, ids, two_producers

CSV = "Tên sản phẩm,Giá bán (đồng),Tồn kho\nMứt KHAC,50.000,9\nMứt hỏng KHAC,rẻ,9\n"


def routes(console: Console) -> Iterator[tuple[str, str]]:
    """Every method and path, those without a schema included."""
    for path, methods in console.app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def an_upload(person: Person, content: str = CSV) -> int:
    sent = person.post("/imports", files={"file": ("hàng KHAC.csv", content.encode(), "text/csv")})
    assert sent.status_code == 303, sent.text
    number = int(sent.headers["Location"].rsplit("/", 1)[1])
    until = time.monotonic() + 20
    while "Đang nhập" in person.get(f"/imports/{number}").text:
        assert time.monotonic() < until
        time.sleep(0.05)
    return number


def test_no_route_shows_or_touches_what_is_another_producers(console: Console) -> None:
    an, binh = two_producers(console)
    upload = an_upload(binh)
    binh.post("/me/machines", {"name": "máy KHAC"})
    store = console.wired.store
    account = store.accounts.by_login("binh")
    assert account
    machine = store.accounts.machines(account[0].id)[0].token
    foreign = {
        "product_id": str(ids(console)["CHE-KHAC"]),
        "number": str(upload),
        "paper_id": str(a_foreign_paper(console)),
        "token": machine,
        "name": "khac.jpg",
        "kind": "svg",
        "platform": "shopee",
        "shop": "nobody",
        "sku": "CHE-KHAC",
        "pack": "goi",
        **dict.fromkeys(("code", "listing_id", "run_id", "account_id"), "1"),  # the desk's: closed before it looks
    }
    own = an.get(f"/papers/{ids(console)['MAT-ONG-HOA-NHAN']}/file/{foreign['paper_id']}")
    assert own.status_code == 404  # nor by way of a product of one's own
    walked = 0
    for method, path in routes(console):
        if path == "/live":
            continue  # walked in test_live: it never ends
        filled = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: foreign[found[1]], path)
        got = an.call(method, filled, {"name": "x"})
        if path == "/sign-out":
            an.sign_in("an")
        assert got.status_code < 500, (method, path, got.text[:300])
        if path.startswith("/api/v1/"):
            assert got.status_code in (200, 403, 404, 405, 422), (method, path, got.text)
        elif any(name in path for name in ("{product_id", "{number", "{sku")):
            assert got.status_code == 404, (method, path)
        assert "KHAC" not in got.text, (method, path)
        assert upload_is_untouched(console, upload), (method, path)
        walked += 1
    assert walked > 25
    assert store.accounts.machines(account[0].id), "the other's token was revoked"
    assert store.products.by_code(["CHE-KHAC"])["CHE-KHAC"].product.name == "Chè KHAC"
    assert len(store.papers.of("CHE-KHAC")) == 1


def a_foreign_paper(console: Console) -> int:
    kept, rules = console.wired.papers.take(a_pdf(b"/X (KHAC)")), console.wired.book.on(TODAY)
    file_paper(console.wired.store, rules, "CHE-KHAC", kept, Facts("food_safety", "KHAC"), "test")
    return console.wired.store.papers.of("CHE-KHAC")[0].id


def upload_is_untouched(console: Console, number: int) -> bool:
    binh = console.wired.store.accounts.by_login("binh")
    assert binh
    found = console.wired.store.uploads.get(binh[0].scope, number)
    return found is not None and found["state"] == "done" and len(found["rows"]) == 1


def test_a_closed_route_lets_nobody_in_without_a_session(console: Console) -> None:
    two_producers(console)
    stranger = console.visitor()
    open_to_all = {"/", "/start", "/sign-in", "/language", "/healthz", "/readyz"}
    for method, path in routes(console):
        filled = re.sub(r"\{(\w+)(:\w+)?\}", "1", path)
        public = path in open_to_all or path.startswith(("/pictures", "/thumbs", "/invitations", "/p/", "/connect/"))
        got = stranger.call(method, filled, {}, csrf="")
        if path.startswith("/hooks/"):
            assert got.status_code == 404, (method, path)  # a signature is asked for, no session and no form token
        elif not public:
            assert got.status_code in (303, 401), (method, path)
            assert got.status_code == 401 or got.headers["Location"].startswith("/sign-in"), (method, path)
        elif method == "POST":
            assert got.status_code == 403, (method, path)  # no token, no post


def test_no_route_takes_a_post_that_our_own_page_did_not_send(console: Console) -> None:
    """Signed in, with every right there is, and still nothing without the token of a page."""
    two_producers(console)
    boss, other = console.person("sep", role="admin"), console.person("ke", role="admin")
    boss.get("/me")
    walked = 0
    for method, path in routes(console):
        if method == "GET" or path.startswith("/hooks/"):
            continue
        filled = re.sub(r"\{(\w+)(:\w+)?\}", "1", path)
        for token in ("", "x.y", other.csrf):
            got = boss.call(method, filled, {"name": "x", "choice": "retry"}, csrf=token)
            assert got.status_code == 403, (method, path, token)
        walked += 1
    assert walked > 30


CLIMBS = ("..%2f..%2fsecret.key", "%2e%2e%2fsecret.key", "..%5csecret.key", "%2fetc%2fpasswd", "....%2f%2fsecret.key")


def test_no_parameter_leads_out_of_a_folder(console: Console) -> None:
    """Every route with a name in it, asked as an admin for a file that lies beside the folders it reads."""
    two_producers(console)
    for place in ("secret.key", "imports/secret.key", "packs/secret.key"):
        path = console.wired.settings.data / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("geheim")
    boss = console.person("sep", role="admin")
    known = {"code": "shopee-1", "product_id": str(ids(console)["CHE-KHAC"]), "shop": "shopee-1"}
    walked = 0
    for method, path in routes(console):
        for name in re.findall(r"\{(\w+)", path) if method == "GET" else ():
            for climb in CLIMBS:
                given = {**dict.fromkeys(re.findall(r"\{(\w+)", path), "1"), **known, name: climb}
                got = boss.get(re.sub(r"\{(\w+)(:\w+)?\}", lambda part, given=given: given[part[1]], path))
                assert got.status_code in (303, 400, 404, 422), (path, name, climb, got.status_code)
                assert "geheim" not in got.text
                assert "root:" not in got.text
                walked += 1
    assert walked > 100


def test_another_producers_product_is_not_changed_by_an_import_that_names_its_code(console: Console) -> None:
    an, _ = two_producers(console)
    rows = "Mã sản phẩm,Tên sản phẩm,Chủ thể,Giá bán (đồng)\nCHE-KHAC,Chè của tôi,HTX Khác,1.000\n"
    page = an.get(f"/imports/{an_upload(an, rows)}").text
    assert "là của chủ thể khác" in page
    assert console.wired.store.products.by_code(["CHE-KHAC"])["CHE-KHAC"].product.name == "Chè KHAC"


def test_what_a_producer_imports_is_theirs_whatever_the_file_says(console: Console) -> None:
    an, binh = two_producers(console)
    an_upload(an, "Tên sản phẩm,Chủ thể,Giá bán (đồng)\nKẹo lạc,HTX KHAC,20.000\n")
    assert "Kẹo lạc" in an.get("/products").text
    assert "Kẹo lạc" not in binh.get("/products").text


def test_staff_see_every_producer(console: Console) -> None:
    two_producers(console)
    boss = console.person("sep", role="operator")
    page = boss.get("/products").text
    assert "Chè KHAC" in page
    assert "Mật ong hoa nhãn" in page


def test_a_query_that_does_not_say_whose_records_it_reads_is_refused() -> None:
    with pytest.raises(ValueError, match="whose records"):
        within("SELECT * FROM product")
    assert ":scope" in within("SELECT * FROM product p WHERE {mine:p.producer_id}")
