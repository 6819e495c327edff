"""The programs of the project as processes of their own: a web server, workers."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.ground import FOLDER
from connector import up
from connector.cli.demo.market import free_base


@contextmanager
def office(database_url: str, redis_url: str, **settings: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A web server over these servers: its address and its process."""
    port = free_base(9300 + os.getpid() % 40 * 5)
    with program(up.web(port), database_url, redis_url, FOLDER / "web.log", **settings) as process:
        url = f"http://127.0.0.1:{port}"
        _until_ready(url)
        yield url, process


@contextmanager
def program(
    command: Sequence[str], database_url: str, redis_url: str, log: Path, **settings: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """One of our programs with these settings; ended when it is not needed any more."""
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": redis_url, "OCOP_DATA": str(FOLDER)}
    with log.open("wb") as out:
        process = subprocess.Popen(list(command), env={**environment, **settings}, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def _until_ready(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if requests.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        assert time.monotonic() < until, "the web server does not start: see var/bench/web.log"
        time.sleep(0.2)
