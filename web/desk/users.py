"""Who may use the console: an admin invites, and shuts out."""

from fastapi import APIRouter, Request, Response

from connector import accounts
from web.desk.frame import desk_page, told
from web.security import Parts, Posted, Viewer, only

router = APIRouter(prefix="/desk/users")
_PAGE = 50


@router.get("")
@only("admin")
def users(request: Request, wired: Parts, account: Viewer, after: str = "") -> Response:
    return _users(request, wired, after)


@router.post("")
@only("admin")
def invite(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    """The link is on this one answer and nowhere else."""
    producer = str(form.get("producer", "")).strip() or None
    token = accounts.invite(
        wired.store,
        role=accounts.known_role(str(form.get("role", "")), producer),
        producer=producer,
        name=str(form.get("name", ""))[:100],
        now=wired.clock.now(),
    )
    return _users(request, wired, "", f"{wired.settings.public_url.rstrip('/')}/invitations/{token}")


@router.post("/{account_id}")
@only("admin")
def shut(wired: Parts, account: Viewer, account_id: int, form: Posted) -> Response:
    """Shut somebody out, everywhere at once, or let them in again."""
    accounts.allow(wired.store, account, account_id, yes=form.get("choice") == "allow")
    return told("/desk/users", "allow" if form.get("choice") == "allow" else "shut")


def _users(request: Request, wired: Parts, after: str, link: str = "") -> Response:
    found = wired.store.accounts.page(after, _PAGE + 1)
    return desk_page(request, "users.html", users=found[:_PAGE], more=len(found) > _PAGE, link=link)
