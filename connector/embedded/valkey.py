"""The embedded Valkey of one data folder. Nothing in it is precious: the queue of record is in PostgreSQL."""

import secrets
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import redis

from connector.embedded.advice import EmbeddedError, not_started
from connector.embedded.place import Place
from connector.embedded.process import end, last_lines, ours, port_to_use, wait_until

NOTE = "ocop.url"
LOG = "server.log"


def ensure(place: Place) -> str:
    """The URL of a server that answers."""
    home = place.folder / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    place.give(home)
    note = home / NOTE
    if note.exists() and _answers(url := note.read_text()):
        return url
    return _start(place, home, note)


def stop(place: Place) -> None:
    """Stop the server; messages in it are lost, and found again by the sweep."""
    end(ours(_marker(place)), 5)


def _marker(place: Place) -> str:
    return f"{place.marker}-queue"


def _start(place: Place, home: Path, note: Path) -> str:
    old = urlsplit(note.read_text()) if note.exists() else None
    password = old.password if old and old.password else secrets.token_urlsafe(18)
    for _ in range(3):  # a free port may be taken between looking and listening
        end(ours(_marker(place)), 1)  # does not answer, so of no use
        port = port_to_use(old.port if old else None)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        place.write_note(note, url)
        settings = _settings(port, password, _marker(place))  # on standard input: no password in a title
        code = place.run(place.valkey, "-", text=settings, cwd=home)
        if code == 0 and wait_until(partial(_answers, url), 5):
            return url
    log = home / LOG if (home / LOG).exists() else place.output
    raise EmbeddedError(not_started("Valkey", "REDIS_URL", log, last_lines(log)))


def _settings(port: int, password: str, marker: str) -> str:
    return f"""
bind 127.0.0.1
port {port}
requirepass {password}
daemonize yes
pidfile server.pid
logfile {LOG}
save ""
appendonly no
maxmemory-policy noeviction
proc-title-template "{{title}} {marker} {{listen-addr}}"
"""


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
