"""Who is logged in: a cookie, a time of use, and for the centre that asks for one a form token."""

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from sandbox.wire import Reply, Request

KEPT = 1_000


@dataclass
class Session:
    """`expires` in epoch seconds; a session may exist before anybody has logged in."""

    expires: float
    signed_in: bool
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Sessions:
    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        self._open: dict[str, Session] = {}

    def start(self, reply: Reply, expires: float, *, signed_in: bool) -> Session:
        """Opens a session and gives its cookie to the reply; the oldest of too many is dropped."""
        key = secrets.token_urlsafe(24)
        session = self._open[key] = Session(expires, signed_in)
        if len(self._open) > KEPT:
            del self._open[next(iter(self._open))]
        reply.headers["set-cookie"] = f"{self._cookie}={key}; Path=/; HttpOnly; SameSite=Lax"
        return session

    def find(self, request: Request, now: float) -> Session | None:
        session = self._open.get(self._key(request))
        return session if session and session.expires > now else None

    def end(self, request: Request) -> None:
        self._open.pop(self._key(request), None)

    def _key(self, request: Request) -> str:
        try:
            morsel = SimpleCookie(request.headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return morsel.value if morsel else ""
