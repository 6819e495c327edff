"""PostgreSQL and Valkey from wheels, so that a newcomer installs nothing.

Both listen on 127.0.0.1 with a password of their own, which also answers the question "is that ours?": a
server that a killed process left behind is found by its note and used again. Start and stop take one file
lock; every process in which servers are in use holds a second, shared one that the kernel releases however
the process ends, so the last user is known without counting process ids.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from connector.embedded import postgres, valkey
from connector.embedded.advice import EmbeddedError
from connector.embedded.place import Place, find

__all__ = ["EmbeddedError", "Servers", "start", "stop"]

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "var"

_in_use: dict[Path, int] = {}  # descriptor that holds the shared lock, by folder; one per process


@dataclass(frozen=True)
class Servers:
    """Two running servers; `notice` tells people where the files went if not where they were asked to go."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    folder: Path
    notice: str = ""


def start(folder: Path = DEFAULT_FOLDER, *, keep: bool = False) -> Servers:
    """Start the servers of a data folder, or find them running.

    They stop when the last process that uses them ends, unless that process asked to `keep` them.
    """
    place = find(folder)
    with _one_at_a_time(place):
        servers = Servers(postgres.ensure(place), valkey.ensure(place), place.folder, place.notice)
        _mark_in_use(place, keep)
    return servers


def stop(folder: Path = DEFAULT_FOLDER) -> None:
    """Stop the servers of a data folder, whoever uses them."""
    place = find(folder)
    with _one_at_a_time(place):
        _stop(place)


def _stop(place: Place) -> None:
    valkey.stop(place)
    postgres.stop(place)


@contextmanager
def _one_at_a_time(place: Place) -> Iterator[None]:
    descriptor = place.open_lock("lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _mark_in_use(place: Place, keep: bool) -> None:
    if place.folder in _in_use:
        return
    _in_use[place.folder] = descriptor = place.open_lock("in-use")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not keep:
        atexit.register(_release, place, os.getpid())


def _release(place: Place, owner: int) -> None:
    if os.getpid() != owner or not place.folder.exists():  # a fork inherits the exit handler, not the duty
        return
    with _one_at_a_time(place):
        descriptor = _in_use.pop(place.folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # somebody else still uses them
        else:
            _stop(place)
        finally:
            os.close(descriptor)
