"""A running console over the test's own database, and people who use it."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from config.settings import Settings
from connector import accounts
from connector.store import Draft, Store
from connector.wiring import Wired, wire
from tests.builders import a_producer, a_product, a_variant
from tests.conftest import KEY
from web.app import create
from web.serve import Server

PASSWORD = "bốn từ ghép lại"


@dataclass
class Console:
    """A server on a port of its own."""

    url: str
    wired: Wired
    app: FastAPI

    def visitor(self) -> "Person":
        return Person(self)

    def person(self, login: str, *, role: str = "producer", producer: str | None = None) -> "Person":
        """Somebody with an account, signed in."""
        accounts.add(self.wired.store, login, PASSWORD, name=login.title(), role=role, producer=producer)
        visitor = self.visitor()
        assert visitor.sign_in(login).status_code == 303
        return visitor


@dataclass
class Machine:
    """A program with a token."""

    console: Console
    token: str

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = f"{self.console.url}/api/v1{path}"
        return requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **options)


@dataclass
class Person:
    """A browser: cookies, and the form token of the last page seen."""

    console: Console
    session: requests.Session = field(default_factory=requests.Session)
    csrf: str = ""

    def get(self, path: str, **options: Any) -> requests.Response:
        got = self.session.get(self.console.url + path, allow_redirects=False, timeout=30, **options)
        found = (
            re.search(r'X-CSRF-Token": "([^"]+)"', got.text)
            if "text/html" in got.headers.get("Content-Type", "")
            else None
        )
        self.csrf = found[1] if found else self.csrf
        return got

    def post(self, path: str, data: Any = None, *, csrf: str | None = None, **options: Any) -> requests.Response:
        token = self.csrf if csrf is None else csrf
        headers = {"X-CSRF-Token": token, **options.pop("headers", {})}
        return self.session.post(
            self.console.url + path, data=data, headers=headers, allow_redirects=False, timeout=30, **options
        )

    def call(self, method: str, path: str, data: Any = None, *, csrf: str | None = None) -> requests.Response:
        """Any method; what writes has the form token."""
        if method == "GET":
            return self.get(path)
        headers = {"X-CSRF-Token": self.csrf if csrf is None else csrf}
        url = self.console.url + path
        return self.session.request(method, url, data=data, headers=headers, allow_redirects=False, timeout=30)

    def sign_in(self, login: str, password: str = PASSWORD) -> requests.Response:
        self.get("/sign-in")
        got = self.post("/sign-in", {"login": login, "password": password})
        if got.status_code == 303:
            self.get("/me")
        return got


def machine_of(console: Console, login: str, producer: str = "") -> Machine:
    """A program of somebody who has an account."""
    owner = accounts.machine_owner(console.wired.store, login)
    return Machine(console, accounts.new_machine(console.wired.store, owner, "test", producer))


@contextmanager
def served(store: Store, redis_url: str, folder: Path, **said: Any) -> Iterator[Console]:
    """The console on a port of its own, over a database and a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        data=folder,
        database_url=store.engine.url.render_as_string(hide_password=False),
        redis_url=redis_url,
        secret_keys=(SecretStr(KEY),),
        public_url=url,
        settle_seconds=0,
        confirm_seconds=0,
        **said,
    )
    wired = wire(settings, hints=False)
    wired.redis.flushdb()
    app = create(wired)
    server = Server(uvicorn.Config(app, port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield Console(url, wired, app)
    server.should_exit = True
    thread.join(10)
    wired.close()


@pytest.fixture
def console(store: Store, redis_url: str, tmp_path: Path) -> Iterator[Console]:
    """The console with no accounts and no products yet."""
    with served(store, redis_url, tmp_path) as made:
        yield made


def two_producers(console: Console) -> tuple[Person, Person]:
    """An with honey, Binh with tea (marked KHAC everywhere), and a shop that carries both."""
    other = a_producer(code="KHAC", name="HTX KHAC")
    tea = a_product(code="CHE-KHAC", name="Chè KHAC", producer=other, variants=(a_variant("CHE-KHAC"),))
    console.wired.store.products.put([Draft(1, a_product()), Draft(2, tea)], "test")
    console.wired.store.shops.add("shopee-1", "shopee", verbs="observe")
    return console.person("an", producer=a_producer().code), console.person("binh", producer="KHAC")


def ids(console: Console) -> dict[str, int]:
    """Product ids by code."""
    with console.wired.store.engine.connect() as connection:
        return {row.code: row.id for row in connection.execute(text("SELECT code, id FROM product"))}
