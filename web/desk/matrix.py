"""Products × platforms as a picture: the same place in every block is the same product."""

from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request, Response

from web.desk.frame import STAFF, desk_page
from web.security import Parts, Viewer, only

router = APIRouter(prefix="/desk/matrix")
_PAGE = 200
LIGHTS = {"live": "good", "new": "wait", "creating": "wait", "waiting": "wait"}
_WORST = ("bad", "wait", "good", "none")


@router.get("")
@only(*STAFF)
def matrix(request: Request, wired: Parts, account: Viewer, after: str = "", id: int = 0) -> Response:
    inbox = wired.store.inbox(account.scope)
    products = inbox.shelf(after=(after, id), limit=_PAGE + 1)
    more, products = len(products) > _PAGE, products[:_PAGE]
    rows = inbox.phases([product["id"] for product in products])
    shops = wired.store.desk(account.scope).shops(wired.clock.now())
    return desk_page(
        request,
        "matrix.html",
        products=products,
        more=more,
        blocks=_blocks(rows, list(dict.fromkeys(shop["platform"] for shop in shops))),
        stopped=_stopped(products, rows),
        shops=shops,
        lights=LIGHTS,
        across=8 if len(products) <= 40 else 14 if len(products) <= 120 else 20,
    )


def _blocks(rows: list[dict[str, Any]], platforms: list[str]) -> dict[str, dict[int, tuple[str, str]]]:
    """By platform and product: the worst light of its listings there, and the phase that is it."""
    made: dict[str, dict[int, tuple[str, str]]] = {platform: {} for platform in platforms}
    for row in rows:
        light = LIGHTS.get(row["phase"], "bad")
        known = made[row["platform"]].get(row["product_id"], ("none", ""))
        if _WORST.index(light) < _WORST.index(known[0]):
            made[row["platform"]][row["product_id"]] = (light, row["phase"])
    return made


def _stopped(products: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    """The same in words: each product of the page that something stops, with its listings."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["phase"] not in LIGHTS:
            found[row["product_id"]].append(row)
    return [(product, found[product["id"]]) for product in products if product["id"] in found]
