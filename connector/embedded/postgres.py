"""The embedded PostgreSQL of one data folder: made once, started when nothing answers, found otherwise."""

import secrets
import shutil
import signal
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from connector.embedded.advice import EmbeddedError, not_started
from connector.embedded.place import Place
from connector.embedded.process import end, last_lines, ours, port_to_use, wait_until

NOTE = "ocop.url"  # inside the cluster: the password lives and dies with it
LOG = "server.log"
STARTING_SECONDS = 60  # recovery after a crash takes a while; a new cluster takes about one second

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''   # a socket's path may not exceed 107 bytes; a data folder's may
timezone = 'UTC'
log_timezone = 'UTC'
jit = off                      # short queries only
"""


def ensure(place: Place) -> str:
    """The URL of a server that answers."""
    data = place.folder / "postgres"
    if not data.exists():
        _create(place, data)
    url = (data / NOTE).read_text()
    _wait_for_leftover(place, data, url)
    if not _answers(url):
        url = _start(place, data, url)
    return url


def stop(place: Place) -> None:
    """Stop the server; open transactions are rolled back."""
    postmaster = _postmaster(place, place.folder / "postgres")
    if postmaster:
        postmaster.send_signal(signal.SIGINT)
        if not wait_until(lambda: not ours(_marker(place)), 15):
            end(ours(_marker(place)), 10)


def _marker(place: Place) -> str:
    return f"{place.marker}-db"


def _create(place: Place, data: Path) -> None:
    """Make the cluster under another name, rename it when whole: a half-made one is never taken for good.

    The name is new each time: an initdb that outlived its killed starter must not write into ours.
    """
    for half_made in data.parent.glob("postgres.new*"):
        shutil.rmtree(half_made, ignore_errors=True)
    fresh = data.with_name(f"postgres.new-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    place.give(fresh)
    password_file = place.folder / "password"
    password = secrets.token_urlsafe(18)
    place.write_note(password_file, password)
    code = place.run(
        place.postgres / "initdb", "-D", fresh, "-U", "ocop", f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",  # the same on every machine
    )  # fmt: skip
    password_file.unlink()
    if code:
        raise EmbeddedError(not_started("PostgreSQL", "DATABASE_URL", place.output, last_lines(place.output)))
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    place.write_note(fresh / NOTE, f"postgresql+psycopg://ocop:{password}@127.0.0.1:0/ocop")
    fresh.rename(data)


def _start(place: Place, data: Path, url: str) -> str:
    parts = urlsplit(url)
    for _ in range(3):  # a free port may be taken between looking and listening
        end(ours(_marker(place)), 3)  # children that outlived a killed server still hold its memory
        _drop_stale_pid_file(data)
        port = port_to_use(parts.port or None)
        url = parts._replace(netloc=f"ocop:{parts.password}@127.0.0.1:{port}").geturl()
        place.write_note(data / NOTE, url)
        if (data / LOG).exists():
            (data / LOG).replace(data / f"{LOG}.old")
        code = place.run(
            place.postgres / "pg_ctl", "start", "-w", "-t", str(STARTING_SECONDS),
            "-D", data, "-l", data / LOG, "-o", f"-p {port} -c cluster_name={_marker(place)}",
        )  # fmt: skip
        if code == 0 and wait_until(partial(_answers, url), 10):
            return url
    raise EmbeddedError(not_started("PostgreSQL", "DATABASE_URL", data / LOG, last_lines(data / LOG)))


def _answers(url: str) -> bool:
    """Whether our server answers there; the first time, its database is made."""
    server = url.replace("+psycopg", "").removesuffix("/ocop") + "/postgres"
    try:
        with psycopg.connect(server, connect_timeout=3, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'ocop'").fetchone():
                connection.execute("CREATE DATABASE ocop")
    except psycopg.OperationalError:
        return False
    return True


def _postmaster(place: Place, data: Path) -> psutil.Process | None:
    pid = _noted_pid(data)
    return next((process for process in ours(_marker(place)) if process.pid == pid), None)


def _noted_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _wait_for_leftover(place: Place, data: Path, url: str) -> None:
    """Give a server that is still starting or stopping the time to finish."""
    wait_until(lambda: _postmaster(place, data) is None or _answers(url), STARTING_SECONDS)


def _drop_stale_pid_file(data: Path) -> None:
    """Remove a pid file whose number is a stranger's by now: PostgreSQL would refuse to start beside it."""
    pid = _noted_pid(data)
    if pid is not None and psutil.pid_exists(pid):
        (data / "postmaster.pid").unlink()
