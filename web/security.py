"""What stands before every route: who is it, may they, did they mean it; and what browsers are told to forbid.

A route is closed unless it says otherwise: `@public` opens it to all, `@only("operator", "admin")` to some roles.
"""

import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request, Response
from redis import Redis
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from connector import accounts
from connector.errors import ConnectorError
from connector.store.accounts import Account
from connector.wiring import Wired, secret_keys
from web.language import LANGUAGES, TONGUE

SESSION, SEED = "ocop_session", "ocop_seed"
_SAFE = ("GET", "HEAD", "OPTIONS")
_TRIES, _WITHIN = 10, 900  # failed sign-ins, seconds
_MAX_FIELDS, _MAX_FILES = 2000, 12
Route = TypeVar("Route", bound=Callable[..., Any])


class SignInFirst(ConnectorError):
    """Nobody is signed in and the page is not for everybody."""


class NotYours(ConnectorError):
    """Signed in, but not for this."""


class Forged(ConnectorError):
    """A post that did not come from our own page, or from one that is too old."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Signs cookies and form tokens. Made from the keys that seal secrets, so there is nothing more to keep."""

    key: bytes

    @classmethod
    def of(cls, wired: Wired) -> "Keys":
        return cls(hmac.digest(secret_keys(wired.settings)[0].encode(), b"console", "sha256"))

    def sign(self, token: str) -> str:
        return f"{token}.{self._mark('cookie', token)}"

    def opened(self, cookie: str) -> str | None:
        token, _, mark = cookie.rpartition(".")
        return token if token and hmac.compare_digest(mark, self._mark("cookie", token)) else None

    def csrf(self, seed: str) -> str:
        """Another one for every page, so that a compressed page gives nothing away."""
        chance = secrets.token_urlsafe(9)
        return f"{chance}.{self._mark('csrf', seed + chance)}"

    def meant(self, seed: str, given: str) -> bool:
        chance, _, mark = given.partition(".")
        return bool(seed) and hmac.compare_digest(mark.encode(), self._mark("csrf", seed + chance).encode())

    def vouch(self, text: str) -> str:
        """What a page carries for us and brings back in a form: nobody else can make one."""
        return f"{text}.{self._mark('vouch', text)}"

    def vouched(self, given: str) -> str | None:
        text, _, mark = given.rpartition(".")
        return text if text and hmac.compare_digest(mark.encode(), self._mark("vouch", text).encode()) else None

    def _mark(self, purpose: str, text: str) -> str:
        return hmac.new(self.key, f"{purpose}:{text}".encode(), sha256).hexdigest()[:43]


@dataclass(frozen=True, slots=True)
class RedisBrake:
    """accounts.Brake for all web processes together."""

    redis: Redis

    def blocked_for(self, key: str) -> int:
        failed = int(self.redis.get(self._name(key)) or 0)
        limit = _TRIES if "|" in key else _TRIES * 10
        return max(int(self.redis.ttl(self._name(key))), 1) if failed >= limit else 0

    def failed(self, key: str) -> None:
        with self.redis.pipeline() as pipe:
            pipe.incr(self._name(key))
            pipe.expire(self._name(key), _WITHIN, nx=True)
            pipe.execute()

    def forget(self, key: str) -> None:
        self.redis.delete(self._name(key))

    def _name(self, key: str) -> str:
        return f"signin:{sha256(key.encode()).hexdigest()[:32]}"


def public(route: Route) -> Route:
    """Open to everybody."""
    route.public = True  # type: ignore[attr-defined]
    return route


def signed(route: Route) -> Route:
    """Open to machines that prove themselves by a signature over the body: no session, no form token."""
    route.public = route.signed = True  # type: ignore[attr-defined]
    return route


def only(*roles: str) -> Callable[[Route], Route]:
    """Open to these roles."""

    def mark(route: Route) -> Route:
        route.roles = roles  # type: ignore[attr-defined]
        return route

    return mark


async def guard(request: Request) -> AsyncIterator[None]:
    """The application's first dependency, so no route can forget it. Closes the files of a form at the end."""
    try:
        await _let_in(request)
        yield
    finally:
        await request.close()


async def _let_in(request: Request) -> None:
    _readable([*map(str, request.path_params.values()), *request.query_params.values()])
    wired: Wired = request.app.state.wired
    keys: Keys = request.app.state.keys
    endpoint = getattr(request.scope.get("route"), "endpoint", None)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    by_token = scheme.lower() == "bearer"  # browsers send Basic by themselves: it must not stand for a form token
    account, seed = None, request.cookies.get(SEED, "")
    if by_token:
        account = await run_in_threadpool(wired.store.accounts.machine, accounts.seal(bearer))
    elif token := keys.opened(request.cookies.get(SESSION, "")):
        account = await run_in_threadpool(wired.store.accounts.signed_in, accounts.seal(token))
        seed = token if account else seed
        request.state.token = token
    request.state.account = account
    request.state.language = _tongue(request, account, wired.settings.language)
    if not getattr(endpoint, "public", False):
        if account is None:
            raise SignInFirst
        if account.role not in getattr(endpoint, "roles", (account.role,)):
            raise NotYours
    proven = getattr(endpoint, "signed", False) or (account is not None and by_token)
    if request.method not in _SAFE and not proven and not await _meant(request, keys, seed):
        raise Forged
    request.state.seed = seed or secrets.token_urlsafe(16)
    request.state.csrf = keys.csrf(request.state.seed)


def _readable(values: Iterable[str]) -> None:
    """What no address of ours has: a letter that cannot be stored, a number that no row can have."""
    for value in values:
        number = value.removeprefix("-")
        if "\0" in value or (len(number) > 18 and number.isdecimal() and int(number[:30]) >= 2**63):
            raise HTTPException(404)


async def _meant(request: Request, keys: Keys, seed: str) -> bool:
    given = request.headers.get("X-CSRF-Token")
    if given is None:
        given = str((await posted(request)).get("csrf", ""))
    return keys.meant(seed, given)


def _tongue(request: Request, account: Account | None, default: str) -> str:
    said = account.language if account else request.cookies.get(TONGUE, default)
    return said if said in LANGUAGES else default


async def posted(request: Request) -> FormData:
    """The form, read once, within bounds."""
    form = await request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS)
    if any("\0" in value for _, value in form.multi_items() if isinstance(value, str)):
        raise HTTPException(404)
    return form


def parts(request: Request) -> Wired:
    wired: Wired = request.app.state.wired
    return wired


def viewer(request: Request) -> Account:
    """Who is signed in; only on routes that are not public."""
    account: Account | None = request.state.account
    if account is None:
        raise SignInFirst
    return account


Posted = Annotated[FormData, Depends(posted)]
Parts = Annotated[Wired, Depends(parts)]
Viewer = Annotated[Account, Depends(viewer)]


def remember(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """A cookie that no script reads and no other site sends along with a post."""
    secure = request.app.state.wired.settings.public_url.startswith("https:")
    response.set_cookie(name, value, max_age=seconds, httponly=True, secure=secure, samesite="lax")
