"""What programs are told when something is wrong: RFC 9457 problem documents, each with a code and both languages."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from connector.errors import ConnectorError

MEDIA = "application/problem+json"
CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "busy",
    413: "too_large",
    422: "unfit",
    429: "too_fast",
    503: "away",
}


class Obstacle(BaseModel):
    """One reason: the field it concerns, a stable code, and what to do."""

    field: str
    code: str
    vi: str
    en: str
    blocking: bool = True


class Report(BaseModel):
    """A problem document; `errors` has every field at once."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    field: str = ""
    vi: str
    en: str
    errors: list[Obstacle] = []


class Unfit(ConnectorError):
    """What a program sent cannot be used; every reason at once."""

    def __init__(self, errors: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.code}" for one in errors))
        self.errors = list(errors)


class TooFast(ConnectorError):
    """More calls than allowed; the next may come after `after` seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(f"wait {after} s")
        self.after = after


def machine(request: Request) -> bool:
    """Whether a program asks rather than a browser."""
    return request.url.path.startswith("/api/")


def report(
    status: int, vi: str, en: str, *, errors: Sequence[Obstacle] = (), headers: Mapping[str, str] | None = None
) -> Response:
    first = errors[0] if errors else None
    made = Report(
        title=HTTPStatus(status).phrase,
        status=status,
        code=first.code if first else CODES.get(status, "bug"),
        field=first.field if first else "",
        vi=first.vi if first and len(errors) == 1 else vi,
        en=first.en if first and len(errors) == 1 else en,
        errors=list(errors),
    )
    return JSONResponse(made.model_dump(), status, dict(headers or {}), MEDIA)


_TYPES = {
    "missing": ("Thiếu trường này.", "This field is missing."),
    "extra_forbidden": ("Không có trường tên này.", "There is no field of this name."),
    "json_invalid": ("Nội dung không phải JSON.", "The body is not JSON."),
    "int_parsing": ("Phải là số nguyên.", "It must be a whole number."),
    "int_type": ("Phải là số nguyên.", "It must be a whole number."),
    "bool_type": ("Phải là true hoặc false.", "It must be true or false."),
    "string_type": ("Phải là chữ.", "It must be a string."),
}


def obstacle(error: Mapping[str, Any]) -> Obstacle:
    """One of pydantic's findings in our words; `field` is a path such as variants[0].price."""
    code = str(error["type"])
    vi, en = _TYPES.get(code, (f"Giá trị không dùng được ({error['msg']}).", f"{error['msg']}."))
    return Obstacle(field=_path(error["loc"]), code=code, vi=vi, en=en)


def _path(where: Sequence[Any]) -> str:
    """Without the part that says whether it stood in the body or in the address."""
    made = ""
    for part in where[1:]:
        made += f"[{part}]" if isinstance(part, int) else f".{part}" if made else str(part)
    return made
