"""docker-compose.yml without Docker: its commands and health checks are run here, against the test servers."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from connector import up
from connector.embedded import place

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
LONG_RUNNING = [name for name in OURS if "healthcheck" in SERVICES[name]]
READY_SECONDS = 120


@pytest.fixture
def here(database_url: str, redis_url: str, tmp_path: Path) -> Iterator["Here"]:
    stage = Here(database_url, redis_url, tmp_path)
    yield stage
    stage.end()


class Here:
    """This machine in the place of the containers: other ports, another data folder, the test servers."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        self.folder = folder
        self.ports = {"8080": str(free_ports(1)), "9100": str(free_ports(6))}
        scripts = str(Path(sys.executable).parent)
        self.environment = {
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "OCOP_DATA": str(folder),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def words(self, command: list[str]) -> list[str]:
        return [self._translated(word) for word in command]

    def _translated(self, word: str) -> str:
        for theirs, ours in {**self.ports, "/app/var": str(self.folder), "$$": "$"}.items():
            word = word.replace(theirs, ours)
        return word

    def run(self, name: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                self.words(SERVICES[name]["command"]), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def is_healthy(self, name: str) -> bool:
        kind, *command = SERVICES[name]["healthcheck"]["test"]
        check = self.words(command if kind == "CMD" else ["sh", "-c", *command])
        return subprocess.run(check, cwd=ROOT, env=self.environment, capture_output=True, check=False).returncode == 0

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


def free_ports(count: int) -> int:
    """The first of several free ports in a row."""
    for first in range(20000 + os.getpid() % 10000, 60000, count):
        try:
            for port in range(first, first + count):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first
    raise OSError("no free ports")


def test_it_brings_database_queue_web_worker_beat_and_on_demand_the_sandbox() -> None:
    always = {name for name, service in SERVICES.items() if not service.get("profiles")}
    assert always == {"postgres", "valkey", "migrate", "web", "urgent", "worker", "beat"}
    assert SERVICES["sandbox"]["profiles"] == ["sandbox"]
    assert SERVICES["postgres"]["image"] == "postgres:18"


def test_the_workers_take_every_queue_between_them_and_each_queue_once() -> None:
    for name, queues in (("urgent", up.URGENT), ("worker", up.PATIENT)):
        command = SERVICES[name]["command"]
        assert command[command.index("--queues") + 1] == queues


def test_every_service_that_stays_up_says_whether_it_is_well() -> None:
    assert {name for name in SERVICES if "healthcheck" not in SERVICES[name]} == {"migrate"}


def test_only_this_machine_reaches_the_open_ports() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_data_and_pictures_outlive_the_containers() -> None:
    assert set(COMPOSE["volumes"]) == {"database", "data"}
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]
    for name in ("migrate", "web", "urgent", "worker", "beat"):
        assert SERVICES[name]["volumes"] == ["data:/app/var"]
        assert SERVICES[name]["environment"]["OCOP_DATA"] == "/app/var"


def test_the_queue_command_is_one_that_valkey_takes(tmp_path: Path) -> None:
    program, *options = SERVICES["valkey"]["command"]
    assert program == "valkey-server"
    port = free_ports(1)
    command = [str(place.programs()[1]), *options, "--port", str(port), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        with redis.Redis(port=port, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 30)) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        server.terminate()


@pytest.mark.parametrize("name", OURS)
def test_the_program_of_each_service_is_in_the_image(name: str) -> None:
    assert shutil.which(SERVICES[name]["command"][0], path=str(Path(sys.executable).parent))


@pytest.mark.processes
def test_migrate_runs_once_and_again(here: Here) -> None:
    for _ in range(2):
        assert here.run("migrate").wait(READY_SECONDS) == 0, here.log("migrate")


@pytest.mark.processes
@pytest.mark.parametrize("name", LONG_RUNNING)
def test_each_service_gets_healthy(name: str, here: Here) -> None:
    if "migrate" in SERVICES[name].get("depends_on", ()):
        assert here.run("migrate").wait(READY_SECONDS) == 0, here.log("migrate")
    process = here.run(name)
    deadline = time.monotonic() + READY_SECONDS
    while not here.is_healthy(name):
        assert process.poll() is None, here.log(name)
        assert time.monotonic() < deadline, here.log(name)
        time.sleep(0.3)
    assert process.poll() is None, here.log(name)
