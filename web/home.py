"""Where people land, and the very first page when nobody may sign in yet."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from connector.store.accounts import Account
from web.pages import page
from web.security import Parts, public

router = APIRouter()
STAFF_HOME, PRODUCER_HOME = "/products", "/products"


@router.get("/")
@public
def home(request: Request, wired: Parts) -> Response:
    account: Account | None = request.state.account
    if account is None:
        return RedirectResponse("/sign-in" if wired.store.accounts.any() else "/start", 303)
    return RedirectResponse(STAFF_HOME if account.staff else PRODUCER_HOME, 303)


@router.get("/start")
@public
def start(request: Request, wired: Parts) -> Response:
    """The first account is made where the data is, so that no stranger on the network can be quicker."""
    if wired.store.accounts.any():
        return RedirectResponse("/", 303)
    return page(request, "start.html")
