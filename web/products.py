"""My products: the list with a light per platform, and one product with its listings."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from connector.domain.listing import Lane
from connector.importing import CONFIG
from connector.importing.sets import load_sets
from connector.passport import stamp
from connector.store import Goods
from connector.store.accounts import Account
from connector.store.console import PAGE, Key
from connector.wiring import Wired
from web.fields import missing
from web.lights import light
from web.pages import page, say
from web.security import Parts, Viewer

router = APIRouter(prefix="/products")


@router.get("")
def products(
    request: Request,
    wired: Parts,
    account: Viewer,
    q: Annotated[str, Query(max_length=100)] = "",
    only: Annotated[str, Query(pattern="^(|bad)$")] = "",
    after: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """A page of them; `after` is where the last one ended."""
    console = wired.store.console(account.scope)
    found = console.products(words=q, light=only, after=key_of(after))
    shown, more = found[:PAGE], len(found) > PAGE
    context: dict[str, Any] = {
        "products": [row | {"lights": _lights(request, wired, row["listings"])} for row in shown],
        "more": f"{shown[-1]['id']}:{shown[-1]['folded']}" if more else "",
        "q": q,
        "only": only,
    }
    if after or request.headers.get("HX-Target") == "goods":
        return page(request, "products/rows.html", **context)
    return page(request, "products/list.html", counts=console.counts(), **context)


@router.get("/{product_id:int}")
def product(request: Request, product_id: int, wired: Parts, account: Viewer) -> Response:
    goods = mine(wired, account, product_id)
    return page(
        request,
        "products/product.html",
        id=product_id,
        goods=goods,
        product=goods.product,
        today=wired.clock.now().date(),
        passport=stamp.address(wired.settings.public_url, product_id, wired.store.passports.key()),
        set_name=set_names().get(goods.product.set_no, ""),
        changes=wired.store.console(account.scope).changes(product_id),
        **_listings(request, wired, account, product_id),
    )


@router.get("/{product_id:int}/listings")
def listings(request: Request, product_id: int, wired: Parts, account: Viewer) -> Response:
    """The live part of a product's page."""
    mine(wired, account, product_id)
    return page(request, "products/listings.html", id=product_id, **_listings(request, wired, account, product_id))


@router.post("/{product_id:int}/publish")
def publish(product_id: int, wired: Parts, account: Viewer) -> Response:
    """Look at every listing of it again, now."""
    mine(wired, account, product_id)
    wired.store.products.look_again(product_id, f"published by {account.login}")
    nudge(wired, account, product_id)
    return RedirectResponse(f"/products/{product_id}?done=saved", 303)


def mine(wired: Wired, account: Account, product_id: int) -> Goods:
    """A product within the viewer's scope, with its stock; else there is no such page."""
    if wired.store.console(account.scope).product(product_id) is None:
        raise HTTPException(404)
    return wired.store.products.load([product_id])[product_id]


def nudge(wired: Wired, account: Account, product_id: int) -> None:
    """Wake the workers of the shops that carry it. A lost hint costs one sweep."""
    rows = wired.store.console(account.scope).listings([product_id]).get(product_id, [])
    for row in rows:
        for lane in Lane:
            wired.hints.converge(row["shop_id"], lane)


def set_names() -> dict[int, str]:
    """The 26 OCOP product sets by number."""
    return dict(load_sets(CONFIG / "admin").names)


def _listings(request: Request, wired: Wired, account: Account, product_id: int) -> dict[str, Any]:
    console = wired.store.console(account.scope)
    rows = console.listings([product_id]).get(product_id, [])
    problems = console.problems(product_id)
    lit = [
        row
        | {
            "light": light(say(request), row),
            "channel": _channel(wired, row),
            "problems": problems.get(row["id"], []),
            "prices": {key: value for key, value in row["observed"].items() if key.startswith(("price:", "stock:"))},
        }
        for row in rows
    ]
    flat = [one for some in problems.values() for one in some]
    return {
        "listings": lit,
        "missing": missing(wired.channels, flat),
        "moving": sum(one["light"].tone == "wait" for one in lit),
        "live": sum(one["phase"] == "live" for one in lit),
    }


def _lights(request: Request, wired: Wired, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"channel": _channel(wired, row), "light": light(say(request), row)} for row in rows]


def _channel(wired: Wired, row: dict[str, Any]) -> str:
    found = wired.channels.get(row["platform"])
    return found.name if found else row["platform"]


def key_of(after: str) -> Key | None:
    number, _, folded = after.partition(":")
    return Key(folded, int(number)) if number.isdecimal() and len(number) < 19 else None
