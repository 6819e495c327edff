"""The Tiki marketplace: routes by version and method, bearer tokens, and time that turns into states."""

from __future__ import annotations

import heapq
import itertools
import random
import re
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.market import Route, Shown
from sandbox.tiki import catalogue, confirm, events, hand, oauth, offers, orders, reads, review, submissions
from sandbox.tiki.errors import UNREADABLE, Failure
from sandbox.tiki.state import Product, Ticket
from sandbox.tiki.switches import DEFAULTS
from sandbox.tiki.till import Till
from sandbox.wire import Reply, Request
from sandbox.world import World

V1, V2, V21, BOTH = "v1", "v2", r"v2\.1", r"(?:v2|v2\.1)"


@dataclass
class Call:
    """One admitted call: the request, the parts of its path, its JSON body."""

    request: Request
    match: re.Match[str]
    name: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.request.path.split("/")[2]


Business = Callable[["Market", Call], Any]


@dataclass(frozen=True)
class Endpoint:
    """A method and path after /integration with the scope that its token needs."""

    method: str
    versions: str
    path: str
    name: str
    run: Business
    scope: str = "product"
    write: bool = False


_TRACK, _NUMBER = r"(?P<track>[0-9a-zA-Z-]+)", r"(?P<id>\d+)"
_CODE, _QUEUE = r"(?P<code>\d+)", r"(?P<queue>[0-9a-f-]+)"
ENDPOINTS = (
    Endpoint("GET", V2, "/sellers/me", "sellers.me", catalogue.seller, ""),
    Endpoint("POST", BOTH, "/sellers/me/updateCanUpdateProduct", "sellers.can_update", catalogue.can_update,
             "", True),
    Endpoint("GET", V2, "/sellers/me/warehouses", "sellers.warehouses", catalogue.warehouses, "inventory"),
    Endpoint("GET", V2, "/categories", "categories.list", catalogue.categories, ""),
    Endpoint("GET", V2, f"/categories/{_NUMBER}", "categories.detail", catalogue.category, ""),
    Endpoint("GET", V2, f"/categories/{_NUMBER}/attributes", "categories.attributes", catalogue.attributes,
             ""),
    Endpoint("GET", V2, f"/categories/{_NUMBER}/optionLabels", "categories.option_labels",
             catalogue.option_labels, ""),
    Endpoint("GET", V2, f"/attributes/{_NUMBER}/values", "attributes.values", catalogue.values, ""),
    Endpoint("POST", V21, "/requests", "requests.create", submissions.create, write=True),
    Endpoint("POST", V2, "/requests/updateProductInfo", "requests.update_info", submissions.update_info,
             write=True),
    Endpoint("GET", V2, "/requests", "requests.list", reads.requests),
    Endpoint("GET", V2, "/requests/findBy", "requests.find_by", reads.request_by),
    Endpoint("DELETE", V2, "/requests/findBy", "requests.delete_by", submissions.delete_by, write=True),
    Endpoint("GET", V2, f"/requests/{_NUMBER}", "requests.detail", reads.request),
    Endpoint("DELETE", V2, f"/requests/{_NUMBER}", "requests.delete", submissions.delete, write=True),
    Endpoint("GET", V2, "/tracking", "tracking.list", reads.trackings),
    Endpoint("GET", V2, f"/tracking/{_TRACK}", "tracking.detail", reads.tracking),
    Endpoint("POST", V2, f"/tracking/{_TRACK}/replay", "tracking.replay", submissions.replay, write=True),
    Endpoint("GET", BOTH, "/products", "products.list", reads.products),
    Endpoint("GET", BOTH, "/products/findBy", "products.find_by", reads.product_by),
    Endpoint("GET", BOTH, f"/products/{_NUMBER}", "products.detail", reads.product),
    Endpoint("PUT", BOTH, "/products/updateSku", "products.update_sku", offers.update_sku, write=True),
    Endpoint("PUT", BOTH, "/products/updateSkus", "products.update_skus", offers.update_skus, write=True),
    Endpoint("POST", V2, "/products/updateOriginalSku", "products.update_original_sku",
             offers.update_original_sku, write=True),
    Endpoint("GET", V2, "/orders", "orders.list", orders.orders, "order"),
    Endpoint("GET", V2, "/orders/dropship/expected-pickup-slots", "orders.pickup_slots", confirm.pickup_slots, "order"),
    Endpoint("GET", V2, f"/orders/{_CODE}", "orders.detail", orders.order, "order"),
    Endpoint("GET", V2, f"/orders/{_CODE}/dropship/labels", "orders.labels", confirm.labels, "order"),
    Endpoint("POST", V2, f"/orders/{_CODE}/dropship/confirm-available", "orders.confirm_dropship", confirm.dropship,
             "order", True),
    Endpoint("POST", V2, f"/orders/{_CODE}/dropship/confirm-packing", "orders.confirm_packing", confirm.packing,
             "order", True),
    Endpoint("POST", V2, f"/orders/{_CODE}/confirm-available", "orders.confirm", confirm.available, "order", True),
    Endpoint("GET", V2, "/seller-inventories", "orders.inventories", confirm.seller_inventories, "order"),
    Endpoint("POST", V1, "/orders", "orders.mock", confirm.mock, "order", True),
    Endpoint("POST", V1, f"/orders/{_CODE}/updateStatus", "orders.mock_status", confirm.update_status, "order", True),
    Endpoint("GET", V1, "/queues", "queues.list", events.listed, ""),
    Endpoint("POST", V1, "/queues", "queues.create", events.create, ""),
    Endpoint("GET", V1, f"/queues/{_QUEUE}/subscriptions", "queues.subscriptions", events.subscriptions, ""),
    Endpoint("POST", V1, f"/queues/{_QUEUE}/subscriptions", "queues.subscribe", events.subscribe, ""),
    Endpoint("PUT", V1, f"/queues/{_QUEUE}/subscriptions/(?P<subscription>[0-9a-f-]+)", "queues.switch",
             events.switch_subscription, ""),
    Endpoint("POST", V1, f"/queues/{_QUEUE}/events/pull", "queues.pull", events.pull, ""),
)  # fmt: skip


class Market:
    """One demo seller on Tiki."""

    name = "tiki"
    title = "Tiki"
    shop = "Gian hàng OCOP Hà Nội"
    seller_id = 328784

    def __init__(self, world: World) -> None:
        self.world = world
        self.switches: dict[str, Any] = dict(DEFAULTS)
        self.routes_known = [
            (endpoint, re.compile(f"/integration/{endpoint.versions}{endpoint.path}"))
            for endpoint in ENDPOINTS
        ]
        self.reset()

    def reset(self) -> None:
        """Forget everything but the switches; credentials come back as the seed made them."""
        self.chance = random.Random(f"tiki {self.world.seed}")
        self.client_id = f"{self.chance.randrange(10**15, 10**16)}"
        self.client_secret = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=32))
        self.legacy_key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        self.desk = oauth.Desk(self)
        self.products: dict[int, Product] = {}
        self.by_sku: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.by_request: dict[str, str] = {}
        self.claimed: dict[str, str] = {}
        self.queue: list[tuple[float, int, str]] = []
        self.waiting: list[str] = []
        self.delayed: list[tuple[float, int, Callable[[], None]]] = []
        self.order = itertools.count()
        self.calls: deque[float] = deque()
        self.next_product = 270_000_000
        self.queues: dict[str, events.EventQueue] = {}
        self.event_numbers = itertools.count()
        self.till: Till = Till(self)

    def routes(self) -> Sequence[Route]:
        """OAuth and /integration under one base."""
        api = [
            Route(endpoint.method, pattern.pattern, endpoint.name, endpoint.write, self._handler(endpoint))
            for endpoint, pattern in self.routes_known
        ]
        return [
            Route("GET", "/sc/oauth2/auth", "oauth.auth", False, self._consent),
            Route("POST", "/sc/oauth2/token", "oauth.token", False, self._token),
            *api,
        ]

    def _consent(self, request: Request, match: re.Match[str]) -> Reply:
        return self.desk.consent(request)

    def _token(self, request: Request, match: re.Match[str]) -> Reply:
        return self.desk.token(request)

    def _handler(self, endpoint: Endpoint) -> Callable[[Request, re.Match[str]], Reply]:
        return lambda request, match: self.serve(endpoint, request, match)

    def serve(self, endpoint: Endpoint, request: Request, match: re.Match[str]) -> Reply:
        """Gateway, token, limit, body; then the business function."""
        if self.switches["filter_user_agents"] and _default_agent(request):
            return _forbidden()
        try:
            self.desk.bearer(request, endpoint.name, endpoint.scope)
            if self._crowded():
                return self.throttled(request)
            body = _body(request) if endpoint.method in {"POST", "PUT"} else {}
            if endpoint.write and endpoint.scope == "product":
                self._may_write()
            return Reply.json(endpoint.run(self, Call(request, match, endpoint.name, body)))
        except Failure as failure:
            return failure.reply()

    def _crowded(self) -> bool:
        limit, now = float(self.switches["calls_per_second"]), self.world.clock.now()
        while self.calls and not now - 1 < self.calls[0] <= now:
            self.calls.popleft()
        if limit <= 0:
            return False
        self.calls.append(now)
        return len(self.calls) > limit

    def _may_write(self) -> None:
        if not self.switches["can_update_product"]:
            raise Failure(403, "Seller is not allowed to update products through the open API")

    def credentials(self, base: str) -> dict[str, Any]:
        """What a client of the platform is configured with; the tokens are the newest pair."""
        return {
            "base_url": f"{base}/integration", "auth_url": f"{base}/sc/oauth2/auth",
            "token_url": f"{base}/sc/oauth2/token", "client_id": self.client_id,
            "client_secret": self.client_secret, "access_token": self.desk.latest["access_token"],
            "refresh_token": self.desk.latest["refresh_token"], "seller_id": self.seller_id,
            "tiki_api": self.legacy_key,
        }  # fmt: skip

    def unknown(self, request: Request) -> Reply:
        """A known path with another method is 405, a wrong version or path 404."""
        if any(pattern.fullmatch(request.path) for _, pattern in self.routes_known):
            return Failure(405, f"Request method '{request.method}' not supported").reply()
        return Failure(404, "no Route matched with those values").reply()

    def throttled(self, request: Request) -> Reply:
        """Over the limit of calls."""
        return Failure(429, "API rate limit exceeded").reply()

    def crashed(self, request: Request, error: Exception) -> Reply:
        """A body of a shape that no rule foresaw."""
        return Failure(400, UNREADABLE).reply()

    def schedule(self, ticket: Ticket, at: float) -> None:
        """Look at a request again at this time."""
        ticket.next_at = at
        heapq.heappush(self.queue, (at, next(self.order), ticket.track_id))

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        """Let a change happen now, or after the lag that the switch asks for."""
        if seconds <= 0:
            change()
        else:
            heapq.heappush(self.delayed, (self.world.clock.now() + seconds, next(self.order), change))

    def tick(self, now: float) -> None:
        """Reviews move on, late writes take effect."""
        while self.delayed and self.delayed[0][0] <= now:
            heapq.heappop(self.delayed)[2]()
        review.advance(self, now)

    def listings(self) -> list[Shown]:
        """The shop as a person sees it."""
        return hand.listings(self)

    def edit(self, listing_id: str, change: dict[str, Any]) -> None:
        """A change by hand in the seller centre."""
        hand.edit(self, listing_id, change)


def _body(request: Request) -> dict[str, Any]:
    if not request.body and request.method == "POST":
        return {}
    try:
        body = request.json()
    except ValueError as error:
        raise Failure(400, UNREADABLE) from error
    if not isinstance(body, dict):
        raise Failure(400, UNREADABLE)
    return body


def _default_agent(request: Request) -> bool:
    agent = request.headers.get("user-agent", "").lower()
    return not agent or agent.startswith(("python", "curl"))


def _forbidden() -> Reply:
    return Reply.html("<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>", 403)
