"""Shops: who sells where, paused or not, by which policy and rules."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from connector import calendars, carrying, decisions
from connector.domain.rules import Owner, PriceRule, StockRule, Verbs
from connector.effects import effects
from connector.errors import Complaint
from connector.store import Shop
from web.desk.frame import STAFF, desk_page, told
from web.security import Parts, Posted, Viewer, only
from web.shops import asks

router = APIRouter(prefix="/desk/shops")
_LARGEST = 10**12


@router.get("")
@only(*STAFF)
def shops(request: Request, wired: Parts, account: Viewer) -> Response:
    return desk_page(request, "shops.html", shops=wired.store.desk(account.scope).shops(wired.clock.now()))


@router.get("/{code}")
@only(*STAFF)
def shop(request: Request, wired: Parts, account: Viewer, code: str) -> Response:
    found = wired.store.shops.get(code)
    now = wired.clock.now()
    standing = wired.store.desk(account.scope).shops(now, only=found.id)[0]
    return desk_page(
        request,
        "shop.html",
        shop=found,
        standing=standing,
        budgets=wired.budgets(found),
        tokens=[one for one in calendars.tokens(wired.store, now) if one.shop == code],
        asks=asks(wired, found),
        carried=carrying.by_files(wired.channel(found.platform)),
        verbs=[verb.value for verb in Verbs],
        owners=[owner.value for owner in Owner],
        owned=decisions.OWNED,
        price=decisions.fields(found.policy.price),
        stock=decisions.fields(found.policy.stock),
    )


@router.post("/{code}/pause")
@only(*STAFF)
def pause(wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    found = wired.store.shops.get(code)
    because = str(form.get("because", "")).strip()[:200]
    wired.store.shops.pause(found.id, because or f"by hand of {account.login}")
    return told(f"/desk/shops/{code}", "pause")


@router.post("/{code}/resume")
@only(*STAFF)
def resume(wired: Parts, account: Viewer, code: str) -> Response:
    wired.store.shops.resume(wired.store.shops.get(code).id)
    return told(f"/desk/shops/{code}", "resume")


@router.post("/{code}/rules/preview")
@only(*STAFF)
def look(request: Request, wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    """What the form would do in this shop, beside what other platforms show; nothing is saved."""
    found = wired.store.shops.get(code)
    new = decisions.ruled(found, **_typed(form, found))
    return desk_page(request, "effects.html", shop=found, effects=effects(wired.store, found, new))


@router.post("/{code}/rules")
@only(*STAFF)
def rules(wired: Parts, account: Viewer, code: str, form: Posted) -> Response:
    """The whole form at once; an empty number is the rule's own default."""
    found = wired.store.shops.get(code)
    decisions.change_rules(wired.store, found, who=account.login, **_typed(form, found))
    return told(f"/desk/shops/{code}", "rules")


def _typed(form: FormData, shop: Shop) -> dict[str, Any]:
    """Owners only where they are others than before: an adopted listing keeps its own where nobody has said a word."""
    owners = {kind: str(form[f"owner_{kind}"]) for kind in decisions.OWNED if form.get(f"owner_{kind}")}
    return {
        "verbs": _verbs(form),
        "price": _numbers(form, PriceRule()),
        "stock": _numbers(form, StockRule()),
        "owners": {kind: owner for kind, owner in owners.items() if owner != shop.policy.owner(kind).value},
    }


def _verbs(form: FormData) -> Verbs:
    try:
        return Verbs(str(form.get("verbs", "")))
    except ValueError as error:
        raise Complaint("Chọn mức: chỉ xem, chỉ đăng mới, giữ khớp.", "Choose observe, create or sync.") from error


def _numbers(form: FormData, default: PriceRule | StockRule) -> dict[str, Any]:
    """As people type them: 45.000 is forty-five thousand."""
    made: dict[str, Any] = {}
    for name in default.__dataclass_fields__:
        if name not in form:
            continue  # what the form does not show stays as it is
        typed = str(form.get(name, "")).replace(".", "").replace(",", "").replace(" ", "").removesuffix("đ")
        if not typed:
            made[name] = getattr(default, name)
        elif typed.removeprefix("-").isdecimal() and typed.isascii() and abs(int(typed[:20])) < _LARGEST:
            made[name] = int(typed)
        else:
            raise Complaint(f"«{typed[:40]}» không phải số.", f"“{typed[:40]}” is no number.")
    return made
