"""A running sandbox on free ports, emptied before each test: fixtures for whoever needs one."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.serve import listen_all, server
from sandbox.world import World


@dataclass(frozen=True)
class Running:
    """The sandbox as a test sees it: addresses, and the world behind them."""

    world: World
    admin: str

    def base(self, platform: str) -> str:
        return f"http://127.0.0.1:{self.world.ports[platform]}"

    def credentials(self, platform: str) -> dict[str, Any]:
        return self.get("/credentials")[platform]

    def get(self, path: str, **query: Any) -> Any:
        return requests.get(self.admin + path, params=query, timeout=30).json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = requests.post(self.admin + path, json=body or {}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def switch(self, platform: str, **values: Any) -> None:
        self.post("/switches", {platform: values})

    def fault(self, platform: str, kind: str, endpoint: str = "*", **more: Any) -> None:
        self.post("/faults", {"platform": platform, "endpoint": endpoint, "kind": kind, **more})


def downloaded(sandbox: Running) -> None:
    """Until Tiki has fetched the pictures of its requests: that takes real time, which the clock cannot push."""
    tickets = sandbox.world.markets["tiki"].tickets.values()
    wait([fetching for ticket in list(tickets) for fetching in list(ticket.downloads.values())], timeout=30)


@pytest.fixture(scope="session")
def _started() -> Iterator[Running]:
    with started() as made:
        yield made


@contextmanager
def started() -> Iterator[Running]:
    world = World(seed=1)
    sockets = listen_all("127.0.0.1", 0, world)
    running = server(world, sockets)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=list(sockets.values()))))
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield Running(world, f"http://127.0.0.1:{world.ports['admin']}")
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def sandbox(_started: Running) -> Running:
    _started.post("/reset")
    return _started
