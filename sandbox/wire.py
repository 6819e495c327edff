"""Requests and replies as plain values, so that a marketplace is functions that need no web framework."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote

import python_multipart
from python_multipart.exceptions import FormParserError


@dataclass(frozen=True)
class File:
    """One uploaded file of a multipart form."""

    name: str
    filename: str
    content_type: str
    data: bytes


@dataclass
class Request:
    """What came over the wire; header names are lower-case, `base` is scheme://host:port."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = ""

    def q(self, name: str, default: str | None = None) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def q_all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        return json.loads(self.body)

    def form(self) -> tuple[list[tuple[str, str]], list[File]]:
        """Fields and files of an urlencoded or multipart body; ValueError when it is broken."""
        return self._form

    @cached_property
    def _form(self) -> tuple[list[tuple[str, str]], list[File]]:
        content_type = self.headers.get("content-type", "")
        if not content_type.startswith("multipart/"):
            return parse_qsl(self.body.decode(), keep_blank_values=True), []
        return _multipart(content_type, self.body)


def _multipart(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], list[File]]:
    fields: list[tuple[str, str]] = []
    files: list[File] = []

    def on_field(part: Any) -> None:
        fields.append(((part.field_name or b"").decode(), (part.value or b"").decode()))

    def on_file(part: Any) -> None:
        part.file_object.seek(0)
        name, filename = (part.field_name or b"").decode(), (part.file_name or b"").decode()
        files.append(File(name, filename, part.content_type or "", part.file_object.read()))
        part.close()

    try:
        python_multipart.parse_form({"Content-Type": content_type.encode()}, io.BytesIO(body), on_field, on_file)
    except FormParserError as error:
        raise ValueError(f"broken multipart body: {error}") from error
    return fields, files


@dataclass
class Reply:
    """What goes back. `ok` says whether the platform means success (None: the status decides)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    ok: bool | None = None
    note: str = ""

    @classmethod
    def json(cls, obj: Any, status: int = 200, *, ok: bool | None = None, note: str = "") -> "Reply":
        body = json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, {"content-type": "application/json; charset=utf-8"}, ok, note)

    @classmethod
    def html(cls, text: str, status: int = 200) -> "Reply":
        return cls(status, text.encode(), {"content-type": "text/html; charset=utf-8"})

    @classmethod
    def file(cls, data: bytes, filename: str, mime: str) -> "Reply":
        disposition = f"attachment; filename*=UTF-8''{quote(filename)}"
        return cls(200, data, {"content-type": mime, "content-disposition": disposition})

    @classmethod
    def redirect(cls, url: str) -> "Reply":
        return cls(302, b"", {"location": url})

    @property
    def succeeded(self) -> bool:
        return self.ok if self.ok is not None else self.status < 400
