"""Tiki's error envelope: an HTTP status and a list of sentences."""

from collections.abc import Mapping
from typing import Any

from sandbox.wire import Reply


class Failure(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, *errors: str, meta: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(errors))
        self.status, self.errors, self.meta = status, list(errors), meta

    def reply(self) -> Reply:
        """The envelope; `meta` comes with some errors only."""
        body: dict[str, Any] = {"errors": self.errors}
        if self.meta:
            body["meta"] = dict(self.meta)
        return Reply.json(body, self.status, note="; ".join(self.errors)[:200])


UNREADABLE = "Can't read http message, please check your request"
