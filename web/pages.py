"""Renders a template for one request: its language, its viewer, its token against forged posts."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connector.domain.text import dong
from web import causes, words
from web.language import LANGUAGES, TONGUE, Speech, speech

HERE = Path(__file__).parent
_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"dong": dong, "when": words.when, "day": words.day}


def page(request: Request, template: str, http: int = 200, **context: Any) -> HTMLResponse:
    """A page or a fragment of one. Templates know `_`, `account`, `csrf`, `path` and the words of web.words."""
    made = _environment.get_template(template).render(**_standing(request), **context)
    return HTMLResponse(made, status_code=http, headers={"Cache-Control": "no-store"})


def say(request: Request) -> Speech:
    return speech(language(request))


def language(request: Request) -> str:
    """The viewer's; before anybody knows who it is, what the browser remembers."""
    said = getattr(request.state, "language", request.cookies.get(TONGUE, "vi"))
    return said if said in LANGUAGES else "vi"


def _standing(request: Request) -> Mapping[str, Any]:
    tongue = say(request)
    return {
        "_": tongue,
        "language": language(request),
        "account": getattr(request.state, "account", None),
        "csrf": getattr(request.state, "csrf", ""),
        "path": request.url.path,
        "static": static,
        "done": request.query_params.get("done", ""),
        "field_name": lambda field: words.field_name(tongue, field),
        "value": lambda field, shown: words.value(tongue, field, shown),
        "because": lambda cause: causes.because(tongue, cause),
        "ago": lambda moment: words.ago(tongue, moment),
        "browser": lambda agent: words.browser(tongue, agent),
        "phase": lambda name: tongue(words.PHASES.get(name, name)),
        "reason": lambda code: tongue(words.REASONS.get(code, code)),
        "role": lambda name: tongue(words.ROLES.get(name, name)),
        "in_tongue": lambda vi, en: en if language(request) == "en" else vi,
    }


@cache
def static(name: str) -> str:
    """The address of a vendored file; it changes with its content, so browsers may keep it for ever."""
    mark = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"
