"""One's own account: password, browsers signed in, tokens for machines."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from connector import accounts
from web.pages import page
from web.security import SESSION, Parts, Posted, Viewer

router = APIRouter(prefix="/me")


@router.get("")
def me(request: Request, wired: Parts, account: Viewer) -> Response:
    return _me(request, wired, account)


def _me(request: Request, wired: Parts, account: Viewer, fresh: str = "") -> Response:
    here = accounts.seal(request.state.token) if getattr(request.state, "token", None) else ""
    return page(
        request,
        "me.html",
        browsers=wired.store.accounts.browsers(account.id),
        machines=wired.store.accounts.machines(account.id),
        here=here,
        fresh=fresh,
    )


@router.post("/password")
def password(wired: Parts, account: Viewer, form: Posted) -> Response:
    accounts.change_password(wired.store, account, str(form.get("old", "")), str(form.get("new", "")))
    gone = RedirectResponse("/sign-in?done=password", 303)
    gone.delete_cookie(SESSION)
    return gone


@router.post("/sign-out-others")
def sign_out_others(request: Request, wired: Parts, account: Viewer) -> Response:
    wired.store.accounts.sign_out_others(account.id, accounts.seal(request.state.token))
    return RedirectResponse("/me?done=signed_out", 303)


@router.post("/machines")
def add_machine(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    """The new token is on this one answer and nowhere else."""
    fresh = accounts.new_machine(wired.store, account, str(form.get("name", "")), str(form.get("producer", "")).strip())
    return _me(request, wired, account, fresh)


@router.post("/machines/{token}/revoke")
def revoke_machine(wired: Parts, account: Viewer, token: str) -> Response:
    """`token` is the hash that the page shows, never the secret."""
    wired.store.accounts.revoke_machine(account.id, token)
    return RedirectResponse("/me?done=revoked", 303)
