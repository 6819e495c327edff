"""Product requests: accepted at once with a track id, built and reviewed later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.fetch import fetch_later
from sandbox.tiki import checks, review
from sandbox.tiki.errors import Failure
from sandbox.tiki.state import FINAL, Ticket

if TYPE_CHECKING:
    from sandbox.tiki.market import Call, Market

DOWNLOAD_SECONDS = 3.0
TRACK_SECONDS = 30 * 86400


def create(market: Market, call: Call) -> dict[str, str]:
    """POST /v2.1/requests."""
    checks.check(market, call.body)
    return _accept(market, "create_product", call)


def update_info(market: Market, call: Call) -> dict[str, str]:
    """POST /v2/requests/updateProductInfo: content of a product that this seller made."""
    product_id = call.body.get("product_id")
    product = market.products.get(product_id) if isinstance(product_id, int) else None
    if product is None:
        raise Failure(404, f"Product not found id: {product_id}")
    if product.foreign:
        raise Failure(403, "you do not have permission to update this product")
    if errors := checks.media(call.body):
        raise Failure(422, *errors)
    return _accept(market, "update_product", call, product.product_id)


def _accept(market: Market, kind: str, call: Call, product_id: int = 0) -> dict[str, str]:
    now = market.world.clock.now()
    ticket = Ticket(f"{market.chance.getrandbits(128):032x}", kind, call.body, call.request.base, now, now,
                    product_id=product_id)  # fmt: skip
    market.tickets[ticket.track_id] = ticket
    _start(market, ticket)
    return {"track_id": ticket.track_id, "state": ticket.state}


def _start(market: Market, ticket: Ticket) -> None:
    """Begin, or begin again: pictures are fetched while the request waits."""
    ticket.state, ticket.reason = "queuing", None
    ticket.pictures = {}
    ticket.downloads = {
        url: fetch_later(market.world.pictures, url, DOWNLOAD_SECONDS)
        for url in dict.fromkeys(addresses(ticket.payload))
    }
    market.schedule(ticket, market.world.clock.now() + review.step_seconds(market, ticket))


def addresses(payload: Mapping[str, Any]) -> Iterator[str]:
    """Every address that Tiki has to fetch: pictures of the product and its variants, certificates."""
    for holder in (payload, *(payload.get("variants") or ())):
        yield from pictures(holder)
    for file in payload.get("certificate_files") or ():
        if isinstance(file, dict) and file.get("url"):
            yield str(file["url"])


def pictures(holder: Mapping[str, Any]) -> list[str]:
    """`image` and `images` of a product or a variant, without repeats."""
    urls = [holder.get("image"), *(holder.get("images") or ())]
    return list(dict.fromkeys(str(url) for url in urls if url))


def find(market: Market, track_id: str) -> Ticket:
    """A request by its track id, which is kept for 30 days."""
    ticket = market.tickets.get(track_id)
    if ticket is None or market.world.clock.now() - ticket.created > TRACK_SECONDS:
        raise Failure(404, f"Track id not found: {track_id}")
    return ticket


def replay(market: Market, call: Call) -> dict[str, str]:
    """POST /v2/tracking/{track_id}/replay: the same payload once more under the same track id."""
    ticket = find(market, call.match["track"])
    if ticket.state != "rejected":
        raise Failure(422, f"Can not replay a request in state {ticket.state}")
    _start(market, ticket)
    return {"track_id": ticket.track_id, "state": ticket.state}


def delete(market: Market, call: Call) -> dict[str, str]:
    """DELETE /v2/requests/{request_id}."""
    track_id = market.by_request.get(call.match["id"])
    if track_id is None:
        raise Failure(404, f"Request not found id: {call.match['id']}")
    return _delete(market, market.tickets[track_id])


def delete_by(market: Market, call: Call) -> dict[str, str]:
    """DELETE /v2/requests/findBy?track_id=."""
    return _delete(market, find(market, call.request.q("track_id") or ""))


def _delete(market: Market, ticket: Ticket) -> dict[str, str]:
    if ticket.state in FINAL:
        raise Failure(422, f"Can not delete a request in state {ticket.state}")
    ticket.state, ticket.updated = "deleted", market.world.clock.now()
    return {"request_id": ticket.request_id, "state": "deleted"}
