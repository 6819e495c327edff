"""Server processes: which are ours, ending them, a free port, the end of a log.

Ours are told by a marker in the process title. Process ids alone will not do (they are used again after a
restart of the machine), nor will working directories (root in a container may not read them).
"""

import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil


def ours(marker: str) -> list[psutil.Process]:
    """Every living server process whose title holds the marker."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        title = " ".join(process.info["cmdline"] or ())
        if marker in title and ("postgres" in title or "valkey-server" in title) and _lives(process):
            found.append(process)
    return found


def end(processes: Sequence[psutil.Process], patience: float) -> None:
    """Ask processes to end, make them after `patience` seconds, return when all are gone."""
    for act in (psutil.Process.terminate, psutil.Process.kill):
        for process in filter(_lives, processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                act(process)
        if wait_until(lambda: not any(map(_lives, processes)), patience):
            return


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE  # dead, its parent just has not looked yet
    except psutil.NoSuchProcess:
        return False


def port_to_use(wanted: int | None) -> int:
    """The wanted port of 127.0.0.1 (clients reconnect there) if it gets free in a second, else a free one."""
    if wanted and wait_until(lambda: _bind(wanted) == wanted, 1):  # a killed server's port lingers a moment
        return wanted
    return _bind(0)


def _bind(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return -1
        return int(probe.getsockname()[1])


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a server's log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(không có nhật ký / no log)"


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
