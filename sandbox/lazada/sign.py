"""Request parameters and their signature, in every style that known clients use.

Parameters may stand in the query, in a form body or in a JSON body; all of them are signed but `sign` itself
and file parts. Some clients leave empty values out of the signature and some do not, so both are accepted.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.wire import File, Request


def signature(secret: str, path: str, params: Mapping[str, str]) -> str:
    """Upper-case hex HMAC-SHA256 over the path and the parameters sorted by name, values raw."""
    text = path + "".join(name + params[name] for name in sorted(params, key=str.encode))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def collect(request: Request) -> tuple[dict[str, str], dict[str, Any], list[File]]:
    """Text parameters, JSON members that are not text, and files."""
    params = dict(request.query)
    rich: dict[str, Any] = {}
    files: list[File] = []
    kind = request.headers.get("content-type", "")
    if request.body and "json" in kind:
        for name, value in _members(request.body).items():
            if isinstance(value, str):
                params[name] = value
            else:
                rich[name] = value
    elif request.body:
        fields, files = request.form()
        params.update(fields)
    return params, rich, files


def _members(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def verified(secret: str, path: str, params: Mapping[str, str], rich: Mapping[str, Any]) -> bool:
    """Whether `sign` fits under either rule for empty values and any known way to write nested JSON."""
    given = params.get("sign", "")
    return any(
        hmac.compare_digest(signature(secret, path, chosen), given) for chosen in _readings(params, rich)
    )


def _readings(params: Mapping[str, str], rich: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for write in _WRITERS if rich else _WRITERS[:1]:
        full = {**params, **{name: write(value) for name, value in rich.items()}}
        full.pop("sign", None)
        yield full
        yield {name: value for name, value in full.items() if name and value}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _php(value: Any) -> str:
    """As PHP's json_encode writes it: non-ASCII letters and slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


_WRITERS: tuple[Callable[[Any], str], ...] = (_compact, _php)


def as_text(params: Mapping[str, str], rich: Mapping[str, Any]) -> dict[str, str]:
    """One map of text parameters for the business code."""
    return {**params, **{name: _compact(value) for name, value in rich.items()}}
