"""Web, worker and beat as child processes that start together and end together."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

from connector.errors import Complaint

URGENT, PATIENT = "orders,stock,price", "content,night"  # queues, in order of urgency


def worker(name: str, queues: str = f"{URGENT},{PATIENT}", threads: int = 8) -> list[str]:
    """The command of a Celery worker."""
    celery = [sys.executable, "-m", "celery", "-A", "tasks.app", "worker", "--pool", "threads", "--loglevel", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*celery, "--concurrency", str(threads), "--queues", queues, "--hostname", f"{name}@%h", *quiet]


def beat() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "tasks.app", "beat", "--loglevel", "WARNING", "--pidfile="]


def web(port: int) -> list[str]:
    return [sys.executable, "-m", "connector.cli", "web", "--port", str(port)]


class Processes:
    """Children with their logs; leaving the block ends them all, gently first."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self._environment, self._logs = dict(environment), logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        if name in self._running:
            self.end(name)
        self._logs.mkdir(parents=True, exist_ok=True)
        note = self._logs / f"{name}.pid"
        _end_leftover(note)
        with (self._logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, start_new_session=True)
        self._running[name] = child
        note.write_text(f"{child.pid} {psutil.Process(child.pid).create_time()}")
        return child

    def start_all(self, port: int) -> None:
        self.start("web", web(port))
        self.start_workers()

    def start_workers(self) -> None:
        """One worker for what is urgent, one for the rest, whose threads may all be busy for long; and the clock."""
        self.start("urgent", worker("urgent", URGENT, 6))
        self.start("worker", worker("worker", PATIENT, 6))
        self.start("beat", beat())

    def watch(self) -> None:
        """Until Ctrl-C; a child that ends by itself is started again, one that will not stay up ends it all."""
        starts: dict[str, float] = {}
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(1)
                for name, child in list(self._running.items()):
                    if child.poll() is None:
                        continue
                    if time.monotonic() - starts.get(name, 0) < 30:
                        raise Complaint(f"«{name}» dừng liên tục, xem nhật ký.", f"“{name}” keeps ending, see its log.")
                    starts[name] = time.monotonic()
                    self.start(name, child.args)  # type: ignore[arg-type]

    def peak_mb(self) -> dict[str, float]:
        """The largest resident memory so far of each child and its own children, in MB."""
        return {name: _peak(child.pid) for name, child in self._running.items() if child.poll() is None}

    def end(self, name: str, *, kill: bool = False) -> None:
        child = self._running.pop(name)
        (child.kill if kill else child.terminate)()
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _end_leftover(note: Path) -> None:
    """End the process that a killed predecessor of ours left running under this name."""
    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        pid, born = note.read_text().split()
        left = psutil.Process(int(pid))
        if abs(left.create_time() - float(born)) < 1:
            left.kill()
            left.wait(10)


def _peak(pid: int) -> float:
    """VmHWM where the kernel tells it, else what is resident now."""
    total = 0.0
    with suppress(psutil.NoSuchProcess, FileNotFoundError):
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            status = Path(f"/proc/{process.pid}/status")
            lines = status.read_text().splitlines() if status.exists() else []
            peaks = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
            total += peaks[0] if peaks else process.memory_info().rss / 2**20
    return round(total, 1)
