"""The states of a request, driven by the clock; what is wrong with it shows only on the way."""

from __future__ import annotations

import heapq
import json
from typing import TYPE_CHECKING

from sandbox.pictures import NotAPicture
from sandbox.tiki import birth, checks
from sandbox.tiki.categories import BY_ID, Category
from sandbox.tiki.state import FINAL, Ticket

if TYPE_CHECKING:
    from sandbox.tiki.market import Market

LEAST_SIDES = {"fashion": (500, 700)}
NOT_IN_LIST = "Giá trị không tồn tại trong danh sách quy định"


def path(ticket: Ticket) -> tuple[str, ...]:
    """The states in order. Certificates are looked at by the legal team first."""
    if ticket.kind != "create_product":
        return ("queuing", "processing", "update_product_awaiting_approve", "update_product_approved")
    legal = ("md_awaiting_approve",) if ticket.payload.get("certificate_files") or _documents(ticket) else ()
    return ("queuing", "processing", *legal, "bot_awaiting_approve", "awaiting_approve", "approved")


def _documents(ticket: Ticket) -> bool:
    return bool(BY_ID[ticket.payload["category_id"]].restricted)


def step_seconds(market: Market, ticket: Ticket) -> float:
    """How long a request stays in one state."""
    return float(market.switches["review_seconds"]) / (len(path(ticket)) - 1)


def advance(market: Market, now: float) -> None:
    """Move on every request whose time has come; one with downloads under way waits in `processing`."""
    waiting, market.waiting = market.waiting, []
    for track_id in waiting:
        market.schedule(market.tickets[track_id], now)
    while market.queue and market.queue[0][0] <= now:
        at, _, track_id = heapq.heappop(market.queue)
        ticket = market.tickets.get(track_id)
        if ticket is None or ticket.state in FINAL or ticket.next_at != at:
            continue
        if ticket.state == "processing" and not all(one.done() for one in ticket.downloads.values()):
            market.waiting.append(track_id)
            continue
        _step(market, ticket, at)


def _step(market: Market, ticket: Ticket, at: float) -> None:
    reason = _objection(market, ticket)
    ticket.updated = at
    if reason is not None:
        ticket.state, ticket.reason = "rejected", reason
        return
    states = path(ticket)
    ticket.state = states[states.index(ticket.state) + 1]
    if ticket.state == "approved":
        birth.make_products(market, ticket, at)
    elif ticket.state == "update_product_approved":
        birth.apply_update(market, ticket, at)
    else:
        market.schedule(ticket, at + step_seconds(market, ticket))
        return
    ticket.approved_at = at


def _objection(market: Market, ticket: Ticket) -> str | None:
    """Why the request is turned away on leaving its present state, or None."""
    if ticket.state == "processing":
        return _build(market, ticket)
    if ticket.state == "md_awaiting_approve":
        return _papers(market, ticket)
    if ticket.state == "bot_awaiting_approve":
        return _content(market, ticket)
    if ticket.state in {"awaiting_approve", "update_product_awaiting_approve"}:
        rule = market.world.faults.take("tiki", f"requests.{ticket.kind}", "reject")
        reason = rule.params.get("reason", "rejected") if rule else market.switches["reject_reason"]
        return str(reason) if reason else None
    return None


def _build(market: Market, ticket: Ticket) -> str | None:
    _settle(market, ticket)
    if not ticket.request_id:
        ticket.request_id = str(market.chance.randrange(10**18, 10**19))
        market.by_request[ticket.request_id] = ticket.track_id
    if ticket.kind != "create_product":
        return _build_update(market, ticket)
    for sku in ticket.skus:
        if sku in market.by_sku or _elsewhere(market, ticket, sku):
            return _not_unique(sku)
    if any(not birth.pictures_of(ticket, variant) for variant in ticket.payload["variants"]):
        return "product media is empty"
    market.claimed |= dict.fromkeys(ticket.skus, ticket.track_id)
    return None


def _build_update(market: Market, ticket: Ticket) -> str | None:
    wanted = [url for url in (ticket.payload.get("image"), *(ticket.payload.get("images") or ())) if url]
    if wanted and not any(url in ticket.pictures for url in wanted):
        return "product media is empty"
    given = ticket.payload.get("attributes") or {}
    strangers = checks.strangers(_category(market, ticket), given)
    return f"{NOT_IN_LIST}: {strangers[0]}" if strangers else None


def _elsewhere(market: Market, ticket: Ticket, sku: str) -> bool:
    """Whether a request that was built earlier is going to make the same seller SKU."""
    other = market.tickets.get(market.claimed.get(sku, ""))
    return other is not None and other is not ticket and other.state not in FINAL


def _not_unique(sku: str) -> str:
    error = {"code": 420, "msg": "Mã seller product không duy nhất",
             "msg_eng": "Seller product code is not unique",
             "description": f"Product code {sku} is not unique", "data": None}  # fmt: skip
    body = {"errors": [error], "message": "Seller product code is not unique", "trace_id": None}
    return json.dumps(body, ensure_ascii=False)


def _settle(market: Market, ticket: Ticket) -> None:
    """Keep the pictures that are large enough; the others are dropped without a word."""
    category = _category(market, ticket)
    width, height = LEAST_SIDES.get(category.schema, (500, 500))
    papers = {str(file.get("url")) for file in ticket.payload.get("certificate_files") or ()}
    for url, download in ticket.downloads.items():
        try:
            data = download.result()
            if url in papers:
                ticket.pictures[url] = ""
                continue
            picture = market.world.pictures.keep(data)
        except (OSError, ValueError, NotAPicture):
            continue
        if picture.width >= width and picture.height >= height:
            ticket.pictures[url] = picture.id
    ticket.downloads = {}


def _category(market: Market, ticket: Ticket) -> Category:
    if ticket.kind == "create_product":
        return BY_ID[ticket.payload["category_id"]]
    return BY_ID[market.products[ticket.product_id].category_id]


def _papers(market: Market, ticket: Ticket) -> str | None:
    given = {
        file.get("document_id") for file in ticket.payload.get("certificate_files") or ()
        if str(file.get("url")) in ticket.pictures
    }  # fmt: skip
    for document in _category(market, ticket).wants(market.switches["required_documents"]):
        if document.id not in given:
            return f"Category legal document is missing document_id = {document.id} : {document.name}"
    return None


def _content(market: Market, ticket: Ticket) -> str | None:
    category = _category(market, ticket)
    if missing := checks.missing_attributes(category, ticket.payload):
        return missing[0]
    if papers := _papers(market, ticket):
        return papers
    for variant in ticket.payload["variants"]:
        if strangers := checks.strangers(category, checks.merged(ticket.payload, variant)):
            return f"{NOT_IN_LIST}: {strangers[0]}"
        if variant["price"] * 10 < birth.market_price(ticket, variant):
            return "Price is not valid because less than ten percent listing price"
    return None
