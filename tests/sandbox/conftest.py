"""A running sandbox for its own tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from lazada_client import Client as Lazada

from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)


@pytest.fixture
def lazada(sandbox) -> Iterator[Lazada]:  # noqa: F811
    client = Lazada(sandbox)
    yield client
    client.session.close()


@pytest.fixture
def made(lazada) -> dict[str, Any]:
    return lazada.create()["data"]
