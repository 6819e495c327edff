"""Who gets in, who stays in, and what browsers are told."""

import re

from connector import accounts
from connector.cli.demo.people import OPERATOR, PRODUCER, admit
from connector.store import Draft
from tests.builders import a_product
from tests.web.conftest import PASSWORD, Console


def test_the_first_visitor_is_told_how_to_begin(console: Console) -> None:
    visitor = console.visitor()
    assert visitor.get("/").headers["Location"] == "/start"
    assert "ocop user invite --role admin" in visitor.get("/start").text


def test_every_page_but_the_door_wants_a_session(console: Console) -> None:
    console.person("an", role="admin")
    stranger = console.visitor()
    got = stranger.get("/me")
    assert got.status_code == 303
    assert got.headers["Location"] == "/sign-in?back=%2Fme"


def test_an_invitation_is_good_once(console: Console) -> None:
    store = console.wired.store
    token = accounts.invite(store, role="operator", producer=None, name="Chị Hà", now=console.wired.clock.now())
    guest = console.visitor()
    assert "Chị Hà" in guest.get(f"/invitations/{token}").text
    assert guest.post(f"/invitations/{token}", {"login": " HA ", "password": PASSWORD}).status_code == 303
    assert guest.get("/me").status_code == 200
    other = console.visitor()
    assert other.get(f"/invitations/{token}").status_code == 404
    assert other.post(f"/invitations/{token}", {"login": "hai", "password": PASSWORD}).status_code == 422
    assert console.visitor().sign_in("Ha").status_code == 303


def test_a_short_password_is_refused_with_advice(console: Console) -> None:
    token = accounts.invite(console.wired.store, role="admin", producer=None, name="", now=console.wired.clock.now())
    guest = console.visitor()
    guest.get(f"/invitations/{token}")
    got = guest.post(f"/invitations/{token}", {"login": "ngan", "password": "ngắn"})
    assert got.status_code == 422
    assert "10 đến 200 ký tự" in got.text


def test_wrong_tries_are_slowed_down_and_do_not_say_what_was_wrong(console: Console) -> None:
    console.person("an", role="admin")
    thief = console.visitor()
    said = {re.search(r'role="alert">(.*?)<', thief.sign_in(name, "sai mật khẩu").text)[1] for name in ("an", "nobody")}  # type: ignore[index]
    assert len(said) == 1
    for _ in range(9):
        thief.sign_in("an", "sai mật khẩu")
    blocked = thief.sign_in("an", PASSWORD)
    assert blocked.status_code == 422
    assert "Thử lại sau 15 phút" in blocked.text


def test_signing_out_ends_the_session_on_the_server(console: Console) -> None:
    an = console.person("an", role="admin")
    stolen = dict(an.session.cookies)
    assert an.post("/sign-out").status_code == 303
    assert console.visitor().get("/me", cookies=stolen).status_code == 303


def test_a_new_password_signs_every_browser_and_machine_out(console: Console) -> None:
    an = console.person("an", role="admin")
    other = console.visitor()
    other.sign_in("an")
    fresh = re.search(r"ocop_[\w-]+", an.post("/me/machines", {"name": "kế toán"}).text.split('class="notice"')[1])
    assert fresh
    machine = {"Authorization": f"Bearer {fresh[0]}"}
    assert console.visitor().get("/me", headers=machine).status_code == 200
    changed = an.post("/me/password", {"old": PASSWORD, "new": "một mật khẩu khác"})
    assert changed.headers["Location"].startswith("/sign-in")
    assert other.get("/me").status_code == 303
    assert console.visitor().get("/me", headers=machine).status_code == 401


def test_an_altered_cookie_opens_nothing(console: Console) -> None:
    an = console.person("an", role="admin")
    cookie = an.session.cookies["ocop_session"]
    token, _, mark = cookie.rpartition(".")
    for forged in (f"{token}.{'0' * len(mark)}", token, f"x{cookie}", ""):
        assert console.visitor().get("/me", cookies={"ocop_session": forged}).status_code == 303


def test_a_post_without_the_pages_token_does_nothing(console: Console) -> None:
    an = console.person("an", role="admin")
    for token in ("", "x.y", console.visitor().csrf):
        got = an.post("/me/machines", {"name": "bẫy"}, csrf=token)
        assert got.status_code == 403
    foreign = console.person("binh", role="admin")
    assert an.post("/me/machines", {"name": "bẫy"}, csrf=foreign.csrf).status_code == 403
    assert "bẫy" not in an.get("/me").text


def test_every_answer_forbids_what_pages_do_not_need(console: Console) -> None:
    visitor = console.visitor()
    for path in ("/sign-in", "/nowhere", "/static/console.css", "/healthz"):
        got = visitor.get(path)
        assert "script-src 'self'" in got.headers["Content-Security-Policy"], path
        assert "unsafe" not in got.headers["Content-Security-Policy"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "HttpOnly" in visitor.get("/sign-in").headers["Set-Cookie"]


def test_after_signing_in_one_goes_only_to_our_own_pages(console: Console) -> None:
    console.person("an", role="admin")
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "/me\r\nX: y"):
        visitor = console.visitor()
        visitor.get("/sign-in")
        got = visitor.post("/sign-in", {"login": "an", "password": PASSWORD, "back": back})
        assert got.headers["Location"] == "/"


def test_the_language_is_switched_and_remembered(console: Console) -> None:
    an = console.person("an", role="admin")
    assert "Đổi mật khẩu" in an.get("/me").text
    an.post("/language", {"language": "en"})
    assert "Change password" in an.get("/me").text
    again = console.visitor()
    again.sign_in("an")
    assert "Change password" in again.get("/me").text


def test_a_producers_account_belongs_to_one_producer(console: Console) -> None:
    console.wired.store.products.put([], "nothing")
    console.wired.store.products.put([Draft(1, a_product())], "test")
    an = console.person("an", producer=a_product().producer.code)
    assert a_product().producer.name in an.get("/me").text


def test_the_demos_made_up_people_sign_in_and_do_not_land_on_an_empty_page(console: Console) -> None:
    console.wired.store.products.put([Draft(1, a_product())], "demo")
    people = admit(console.wired.store)
    for login, lands, sees in (
        (OPERATOR, "/desk", "tài khoản thử"),
        (PRODUCER, "/products", a_product().name),
    ):
        visitor = console.visitor()
        assert visitor.get("/").headers["Location"] == "/sign-in"
        assert visitor.sign_in(login, people.password).status_code == 303
        assert visitor.get("/").headers["Location"] == lands
        assert sees in visitor.get(lands).text
