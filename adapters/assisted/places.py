"""A folder of this machine as a place of exchange: a person, or any program that syncs folders, does the rest."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from adapters.assisted.carriers import INBOX, OUTBOX, TAKEN, File
from connector.errors import Retry


class LocalPlace:
    """Four folders below one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.who = f"thư mục / folder {folder.name}"
        for name in (INBOX, OUTBOX, TAKEN):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def names(self, folder: str) -> list[File]:
        found = []
        for path in sorted((self._folder / folder).glob("*")):
            if path.is_file() and not path.name.startswith("."):
                found.append(File(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)))
        return found

    def read(self, folder: str, name: str) -> bytes:
        try:
            return (self._folder / folder / name).read_bytes()
        except OSError as error:
            raise Retry(f"{folder}/{name}: {error.strerror}", after=60, code="unreadable") from error

    def write(self, folder: str, name: str, content: bytes) -> None:
        half = self._folder / folder / f".{name}.{os.getpid()}.{threading.get_ident()}.half"
        try:
            half.write_bytes(content)
            half.replace(self._folder / folder / name)
        except OSError as error:
            raise Retry(f"{folder}/{name}: {error.strerror}", after=60, code="unwritable") from error

    def move(self, name: str, source: str, target: str) -> bool:
        (self._folder / target).mkdir(exist_ok=True)
        try:
            (self._folder / source / name).rename(self._folder / target / name)
        except FileNotFoundError:
            return False
        return True
