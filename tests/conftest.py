"""What every test may use: a database and a queue of its own on real servers; the network is off."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis
import structlog
from cryptography.fernet import Fernet
from hypothesis import settings
from sqlalchemy import create_engine, text

from connector import embedded
from connector.store import Store
from connector.store.schema import METADATA, migrate

FOLDER = Path(__file__).resolve().parents[1] / "var" / "test"
DATABASE = f"ocop_test_{os.getpid()}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", "gw1", …: the processes of one run, children of one parent
NUMBER = 1 + (os.getppid() + int(WORKER[2:]) if WORKER else os.getpid()) % 15
KEY = Fernet.generate_key().decode()
settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits for processes begins first, so that no core stands idle at the end."""
    items.sort(key=lambda item: "processes" not in item.path.parts)


@pytest.fixture(scope="session")
def _servers() -> tuple[str, str]:
    """URLs of the servers that DATABASE_URL and REDIS_URL name, of embedded ones where they name none."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        return given[0], given[1]
    ours = embedded.start(FOLDER)
    return given[0] or ours.database_url, given[1] or ours.redis_url


@pytest.fixture(scope="session")
def database_url(_servers: tuple[str, str]) -> Iterator[str]:
    """An empty database that lasts as long as the test session, for SQLAlchemy with psycopg 3."""
    server, _, options = _servers[0].partition("?")
    base = server.rsplit("/", 1)[0]
    with psycopg.connect(_servers[0].replace("+psycopg", ""), autocommit=True) as connection:
        if "DATABASE_URL" not in os.environ:
            _drop_databases_of_the_dead(connection)
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
        yield f"{base}/{DATABASE}" + (f"?{options}" if options else "")
        connection.execute(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')


def _drop_databases_of_the_dead(connection: psycopg.Connection[Any]) -> None:
    names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'ocop_test_%'")
    for (name,) in names.fetchall():
        if not psutil.pid_exists(int(name.rsplit("_", 1)[1])):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url(_servers: tuple[str, str]) -> Iterator[str]:
    """An empty numbered database of the queue server for each test, never number 0, where real work may be."""
    url = f"{_servers[1].rsplit('/', 1)[0]}/{NUMBER}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """A test that reaches for the network fails instead, before a name is even looked up."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name in (None, "", "localhost", "::1", "0.0.0.0", "::") or str(name).startswith("127.")


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_local(address[0]):
            raise OSError(f"tests may not reach {address[0]}")
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, *rest: Any, **options: Any) -> Any:
        if not _is_local(host):
            raise OSError(f"tests may not look up {host}")
        return lookup(host, *rest, **options)

    return guarded


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command line that runs in this process settles what is logged; the next test shall hear everything again."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def _migrated(database_url: str) -> str:
    engine = create_engine(database_url)
    migrate(engine)
    engine.dispose()
    return database_url


@pytest.fixture
def store(_migrated: str) -> Iterator[Store]:
    """A store over empty tables."""
    made = Store(_migrated, keys=[KEY], pool=4)
    with made.engine.begin() as connection:
        tables = ", ".join(table.name for table in METADATA.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield made
    made.close()
