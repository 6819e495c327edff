"""A running sandbox for its own tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from lazada_client import Client as Lazada
from shelf import a_picture, serving
from tiki_client import Client as Tiki

from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)


@pytest.fixture
def lazada(sandbox) -> Iterator[Lazada]:  # noqa: F811
    client = Lazada(sandbox)
    yield client
    client.session.close()


@pytest.fixture
def made(lazada) -> dict[str, Any]:
    return lazada.create()["data"]


@pytest.fixture(scope="session")
def _pictures() -> Iterator[str]:
    files = {"a.jpg": a_picture(), "b.jpg": a_picture(colour="red"), "small.jpg": a_picture(499, 600),
             "tall.jpg": a_picture(500, 700), "text.jpg": b"no picture", "slow.jpg": a_picture()}  # fmt: skip
    with serving(files) as address:
        yield address


@pytest.fixture
def tiki(sandbox: Running, _pictures: str) -> Iterator[Tiki]:  # noqa: F811
    client = Tiki(sandbox, _pictures)
    yield client
    client.session.close()
