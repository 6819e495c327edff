"""Two producers in two browsers: whatever one can see, click, send or download, the other cannot."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import text

from connector.domain.orders import OrderLine, OrderSeen, OrderState
from connector.store.schema import METADATA
from tests.papers import a_pdf
from tests.web.browsing import a_phone, browser, chromium, enter  # noqa: F401  (fixture)
from tests.web.conftest import Console, Person, ids, two_producers
from tests.web.test_uploads import a_photo
from tests.web.test_walls import CSV, a_foreign_paper, an_upload

pytestmark = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium, or set CHROMIUM")
# Shop windows: what buyers and platforms see is open to all, and says nothing that a shop does not.
OPEN = re.compile(r"/static/.*|/pictures/.*|/thumbs/.*|/p/.*|/live")
REACHED = {"/products/N", "/papers/N/file/N", "/papers/N/pack/tiki", "/imports/N/rejects", "/imports/N/mend",
           "/stock/CHE-KHAC", "/shops/tiki-binh/connect", "/products/N/stamp.png", "/products/N/publish"}  # fmt: skip
LINKS = """([html, here]) => {
    const page = new DOMParser().parseFromString(html, 'text/html'), found = [];
    const note = (how, to) => {
        const at = to && new URL(to, new URL(here, location));
        if (at && at.origin == location.origin) found.push([how, at.pathname + at.search]);
    };
    for (const one of page.querySelectorAll('[href], [src], [hx-get], [hx-post], form')) {
        for (const name of ['href', 'src', 'hx-get']) note('GET', one.getAttribute(name));
        note('POST', one.getAttribute('hx-post'));
        if (one.matches('form')) note(one.method.toUpperCase(), one.getAttribute('action') || here);
    }
    return found;
}"""


def furnish(console: Console, binh: Person) -> None:
    """What Binh has: goods with papers, a file with a bad row, a shop alone, an order, a machine."""
    an_upload(binh, CSV)
    a_foreign_paper(console)
    tea = ids(console)["CHE-KHAC"]
    sent = binh.post(f"/papers/{tea}", {"kind": "trademark"}, files={"file": ("a.pdf", a_pdf(b"/B (KHAC)"))})
    assert sent.status_code == 303, sent.text
    photo = binh.post("/uploads/pictures", files=[("file", ("a.jpg", a_photo(), "image/jpeg"))])
    assert "value=" in photo.text
    store = console.wired.store
    shop = store.shops.add("tiki-binh", "tiki", name="Gian hàng KHAC", producer="KHAC", verbs="observe")
    now = console.wired.clock.now()
    seen = OrderSeen("KHAC-1", OrderState.OPEN, [OrderLine("1", 1, "CHE-KHAC")], now, now)
    store.orders.absorb(shop.id, [seen])
    binh.post("/me/machines", {"name": "máy KHAC"})


def walked(page: Page, console: Console) -> set[tuple[str, str]]:
    """Every address, with its method, that somebody's own pages lead to."""
    found: set[tuple[str, str]] = set()
    ahead = [("GET", "/products")]
    while ahead:
        how, path = ahead.pop()
        if (how, path) in found or OPEN.fullmatch(urlsplit(path).path):
            continue
        found.add((how, path))
        answer = page.request.get(console.url + path) if how == "GET" else None
        if answer and answer.ok and "text/html" in answer.headers["content-type"]:
            ahead += [(how, to) for how, to in page.evaluate(LINKS, [answer.text(), path])]
    return found


def test_whatever_one_producer_can_reach_is_not_there_for_another(
    console: Console,
    browser: Browser,  # noqa: F811
) -> None:
    _, binh = two_producers(console)
    furnish(console, binh)
    hers, his = a_phone(browser), a_phone(browser)
    enter(hers, console, "an")
    enter(his, console, "binh")
    common = walked(hers, console)
    owned = walked(his, console) - common
    told = {re.sub(r"\d+", "N", path.partition("?")[0]) for _, path in owned}
    assert told >= REACHED, REACHED - told

    token = hers.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRF-Token']")
    stranger = a_phone(browser)
    shared = {path for _, path in common}
    before = everything(console)
    for how, path in sorted(owned):
        asks = {"method": how, "headers": {"X-CSRF-Token": token}, "max_redirects": 0}
        got = hers.request.fetch(console.url + path, **asks)
        if path.partition("?")[0] not in shared:  # a page of hers, asked for what is his
            revoked = path.endswith("/revoke")  # says the same whether there was anything to revoke
            assert got.status == (303 if revoked else 404), (how, path, got.status)
        asked = parse_qs(urlsplit(path).query).get("sku", ["-"])[0]  # what she asked for comes back
        assert b"KHAC" not in got.body().replace(asked.encode(), b""), path
        assert stranger.request.fetch(console.url + path, **asks).status in (303, 403), (how, path)
    for path in sorted(path for how, path in common if how == "GET"):
        assert b"KHAC" not in hers.request.get(console.url + path).body(), path
    assert everything(console) == before, "something of the other's was changed"


def everything(console: Console) -> dict[str, str]:
    """A fingerprint of every table but that of who was here last."""
    with console.wired.store.engine.connect() as connection:
        whole = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t"
        return {
            name: connection.execute(text(whole.format(name))).scalar() for name in METADATA.tables if name != "signin"
        }
