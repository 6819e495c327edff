"""Signing in and out, accepting an invitation, switching the language."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from connector import accounts
from connector.errors import Complaint
from connector.store.accounts import Account
from web.language import LANGUAGES, TONGUE
from web.pages import language, page
from web.security import SEED, SESSION, Keys, Parts, Posted, RedisBrake, Viewer, public, remember

router = APIRouter()
_A_YEAR = 365 * 86400


@router.get("/sign-in")
@public
def ask(request: Request, back: Annotated[str, Query(max_length=500)] = "/") -> Response:
    return _seeded(request, page(request, "sign_in.html", back=_inside(back), wrong="", login=""))


@router.post("/sign-in")
@public
def sign_in(request: Request, form: Posted, wired: Parts) -> Response:
    login, back = str(form.get("login", "")), _inside(str(form.get("back", "/")))
    brake = RedisBrake(wired.redis)
    address = request.client.host if request.client else ""
    agent = request.headers.get("User-Agent", "")
    try:
        password = str(form.get("password", ""))
        token = accounts.sign_in(wired.store, brake, login, password, address, agent, wired.clock.now())
    except Complaint as wrong:
        said = wrong.say(language(request))
        return _seeded(request, page(request, "sign_in.html", 422, back=back, wrong=said, login=login[:100]))
    return _enter(request, token, back)


@router.post("/sign-out")
def sign_out(request: Request, wired: Parts, account: Viewer) -> Response:
    wired.store.accounts.sign_out(account.id, accounts.seal(request.state.token))
    gone = RedirectResponse("/sign-in", 303)
    gone.delete_cookie(SESSION)
    return gone


@router.get("/invitations/{token}")
@public
def invited(request: Request, token: str, wired: Parts) -> Response:
    found = wired.store.accounts.invitation(accounts.seal(token))
    status = 200 if found else 404
    return _seeded(request, page(request, "invitation.html", status, found=found, wrong="", login=""))


@router.post("/invitations/{token}")
@public
def accept(request: Request, token: str, form: Posted, wired: Parts) -> Response:
    login = str(form.get("login", ""))
    try:
        account = accounts.accept(wired.store, token, login, str(form.get("password", "")))
    except Complaint as wrong:
        found = wired.store.accounts.invitation(accounts.seal(token))
        said = wrong.say(language(request))
        return _seeded(request, page(request, "invitation.html", 422, found=found, wrong=said, login=login[:100]))
    opened = accounts.open_session(wired.store, account, request.headers.get("User-Agent", ""), wired.clock.now())
    return _enter(request, opened, "/")


@router.post("/language")
@public
def switch(request: Request, form: Posted, wired: Parts) -> Response:
    wanted = str(form.get("language", ""))
    account: Account | None = request.state.account
    back = RedirectResponse(_inside(urlsplit(request.headers.get("Referer", "/")).path), 303)
    if wanted in LANGUAGES:
        if account:
            wired.store.accounts.set_language(account.id, wanted)
        remember(request, back, TONGUE, wanted, _A_YEAR)
    return back


def _seeded(request: Request, response: Response) -> Response:
    """Who is not signed in yet still needs something that their form token is bound to."""
    remember(request, response, SEED, request.state.seed)
    return response


def _enter(request: Request, token: str, back: str) -> Response:
    keys: Keys = request.app.state.keys
    inside = RedirectResponse(back, 303)
    remember(request, inside, SESSION, keys.sign(token), int(accounts.SIGNED_IN_FOR.total_seconds()))
    inside.delete_cookie(SEED)
    return inside


def _inside(back: str) -> str:
    """Only to a place of ours: a link must not carry people elsewhere after they signed in."""
    fits = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if fits else "/"
