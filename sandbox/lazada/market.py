"""The Lazada (Vietnam) marketplace: gateway checks in the real order, then the business functions by path."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.lazada import (
    catalogue,
    hand,
    images,
    items,
    notices,
    orders,
    qc,
    reads,
    returned,
    reverse,
    status,
    stock,
    tokens,
    updates,
)  # fmt: skip
from sandbox.lazada.errors import Refused, gateway, missing
from sandbox.lazada.sign import as_text, collect, verified
from sandbox.lazada.state import Seller
from sandbox.lazada.switches import DEFAULTS
from sandbox.lazada.throttle import Throttle
from sandbox.lazada.till import Till
from sandbox.market import Route, Shown
from sandbox.wire import File, Reply, Request
from sandbox.world import World

WINDOW_SECONDS = 7200


@dataclass
class Call:
    """One verified call: its parameters as text, its files, the request."""

    params: dict[str, str]
    files: list[File]
    request: Request
    endpoint: str

    def need(self, name: str) -> str:
        """A mandatory parameter."""
        if not self.params.get(name):
            raise missing(name)
        return self.params[name]


Business = Callable[["Market", Call], dict[str, Any]]


@dataclass(frozen=True)
class Endpoint:
    """A path with its business function; `lane` groups paths that share one call budget."""

    path: str
    name: str
    run: Business
    write: bool = False
    token: bool = True
    lane: str = ""


ENDPOINTS = (
    Endpoint("/auth/token/create", "auth.create", tokens.create, token=False),
    Endpoint("/auth/token/refresh", "auth.refresh", tokens.refresh, token=False),
    Endpoint("/category/tree/get", "category.tree", catalogue.tree, token=False),
    Endpoint("/category/attributes/get", "category.attributes", catalogue.attributes, token=False),
    Endpoint("/category/brands/query", "category.brands", catalogue.brands, token=False),
    Endpoint("/product/category/suggestion/get", "category.suggestion", catalogue.suggest),
    Endpoint("/image/upload", "image.upload", images.upload, write=True),
    Endpoint("/image/migrate", "image.migrate", images.migrate, write=True),
    Endpoint("/images/migrate", "images.migrate", images.migrate_many, write=True),
    Endpoint("/image/response/get", "image.response", images.response),
    Endpoint("/images/set", "images.set", images.set_images, write=True),
    Endpoint("/product/create", "product.create", items.create, write=True),
    Endpoint("/product/update", "product.update", updates.update, write=True),
    Endpoint("/product/price_quantity/update", "product.price_quantity", stock.price_quantity, True,
             lane="inventory"),
    Endpoint("/product/stock/sellable/update", "stock.update", stock.sellable_update, True, lane="inventory"),
    Endpoint("/product/stock/sellable/adjust", "stock.adjust", stock.sellable_adjust, True, lane="inventory"),
    Endpoint("/product/deactivate", "product.deactivate", status.deactivate, write=True),
    Endpoint("/product/remove", "product.remove", status.remove, write=True),
    Endpoint("/product/sku/remove", "sku.remove", status.remove_skus, write=True),
    Endpoint("/products/get", "products.get", reads.products),
    Endpoint("/product/item/get", "product.item", reads.item),
    Endpoint("/product/seller/item/limit", "seller.item_limit", reads.limit),
    Endpoint("/seller/get", "seller.get", reads.seller),
    Endpoint("/orders/get", "orders.get", orders.orders),
    Endpoint("/order/get", "order.get", orders.order),
    Endpoint("/order/items/get", "order.items", orders.items),
    Endpoint("/orders/items/get", "orders.items", orders.many_items),
    Endpoint("/reverse/getreverseordersforseller", "reverse.list", returned.listed),
    Endpoint("/order/reverse/cancel/validate", "reverse.validate", reverse.validate),
    Endpoint("/order/reverse/cancel/create", "reverse.cancel", reverse.create, write=True),
    Endpoint("/order/reverse/cancel/seller/decide", "reverse.decide", reverse.decide, write=True),
)  # fmt: skip
BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}


class Market:
    """One demo seller on Lazada Vietnam."""

    name = "lazada"
    title = "Lazada"
    app_key = "123456"
    shop = "Gian hàng OCOP Hà Nội"
    seller_id = "100200300"
    short_code = "VN1OCOPHN"

    def __init__(self, world: World) -> None:
        self.world = world
        self.switches: dict[str, Any] = dict(DEFAULTS)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the switches; credentials come back as the seed made them."""
        self.chance = random.Random(f"lazada {self.world.seed}")
        self.app_secret = "".join(self.chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=32))
        self.throttle = Throttle(self.world.clock)
        self.state = Seller()
        self.album = images.Album()
        self.tokens = tokens.Tokens(self)
        self.warned: set[str] = set()
        self.till: Till = Till(self)

    def routes(self) -> Sequence[Route]:
        """Every path under /rest by GET or POST (the real gateway takes both); tokens without /rest too."""
        found = [Route("GET", r"/oauth/authorize", "oauth.consent", False, self._consent)]
        for endpoint in ENDPOINTS:
            prefix = "(?:/rest)?" if endpoint.name.startswith("auth.") else "/rest"
            path, handler = prefix + re.escape(endpoint.path), self._handler(endpoint)
            found.append(Route("GET|POST", path, endpoint.name, endpoint.write, handler))
        found.append(Route("GET", r"/p/(?P<hash>[0-9a-f]{32})\.(?:jpg|png)", "cdn", False, self._picture))
        return found

    def _handler(self, endpoint: Endpoint) -> Callable[[Request, re.Match[str]], Reply]:
        return lambda request, match: self.serve(endpoint, request)

    def serve(self, endpoint: Endpoint, request: Request) -> Reply:
        """Gateway checks, the business function, the envelope: HTTP 200 whatever comes of it."""
        try:
            call = self._admit(endpoint, request)
            return self.envelope({"code": "0"} | endpoint.run(self, call))
        except Refused as refusal:
            return self.envelope(refusal.body())

    def _admit(self, endpoint: Endpoint, request: Request) -> Call:
        params, rich, files = collect(request)
        self._system(params)
        if not verified(self.app_secret, endpoint.path, params, rich):
            raise gateway("IncompleteSignature", "The request signature does not conform to lazada standards")
        if endpoint.token:
            self._token(endpoint, params)
        limit = float(self.switches["inventory_per_second" if endpoint.lane else "calls_per_second"])
        seconds = float(self.switches["ban_seconds"])
        if self.throttle.ban(params["app_key"], endpoint.lane or endpoint.path, limit, seconds):
            raise self._banned()
        if endpoint.token:
            self._open(endpoint)
        return Call(as_text(params, rich), files, request, endpoint.name)

    def _open(self, endpoint: Endpoint) -> None:
        state = self.switches["seller_status"]
        if state == "inactive" and endpoint.write:
            raise Refused("SellerNotActive", "Seller not active,please check seller status")
        if state == "unverified":
            raise Refused("SellerNotVerified", "Seller not verified,please check seller status")

    def _system(self, params: dict[str, str]) -> None:
        names = ["app_key", "timestamp", "sign_method", "sign"]
        for name in names + (["partner_id"] if self.switches["partner_id_required"] else []):
            if not params.get(name):
                raise missing(name)
        when = _timestamp(params["timestamp"])
        # Clients stamp with real time, also where the sandbox's own clock was moved.
        if when is None or abs(when - time.time()) > WINDOW_SECONDS:
            raise gateway(self.switches["timestamp_code"], "The specified timestamp is invalid or expired")
        if params["app_key"] != self.app_key:
            raise gateway(self.switches["app_key_code"], "The specified App Key is invalid")
        if params["sign_method"] != "sha256":
            raise gateway("IncompleteSignature", "The request signature does not conform to lazada standards")

    def _token(self, endpoint: Endpoint, params: dict[str, str]) -> None:
        if not params.get("access_token"):
            raise missing("access_token")
        dead = self.world.faults.take("lazada", endpoint.name, "dead_token")
        if dead or not self.tokens.living(params["access_token"]):
            raise gateway("IllegalAccessToken", "The specified access token is invalid or expired")

    def _banned(self) -> Refused:
        seconds = max(1, round(float(self.switches["ban_seconds"])))
        return gateway(
            "ApiCallLimit",
            f"Api access frequency exceeds the limit. this ban will last {seconds} seconds",
        )

    def envelope(self, body: dict[str, Any]) -> Reply:
        """An answer with its request id."""
        ok = body["code"] == "0" and body.get("success", True)
        note = "" if ok else f"{body['code']} {body.get('message', '')}"
        return Reply.json(body | {"request_id": f"{self.chance.getrandbits(92):023x}"}, ok=ok, note=note)

    def _consent(self, request: Request, match: re.Match[str]) -> Reply:
        return tokens.consent(self, request)

    def _picture(self, request: Request, match: re.Match[str]) -> Reply:
        return self.album.serve(self.world, match["hash"])

    def id(self, number: int) -> int | str:
        """An item or SKU id as the switch has it: live answers carry numbers, the metadata says String."""
        return number if self.switches["ids"] == "number" else str(number)

    def credentials(self, base: str) -> dict[str, Any]:
        """What a client of the platform is configured with; the tokens are the newest pair."""
        latest = self.tokens.latest
        return {
            "base_url": f"{base}/rest", "auth_url": f"{base}/rest",
            "authorize_url": f"{base}/oauth/authorize",
            "app_key": self.app_key, "app_secret": self.app_secret, "access_token": latest.access,
            "refresh_token": latest.refresh, "auth_code": self.tokens.first_code, "country": "vn",
            "seller_id": self.seller_id, "short_code": self.short_code,
        }  # fmt: skip

    def unknown(self, request: Request) -> Reply:
        """The gateway's answer to a path it does not know."""
        return self.envelope(gateway("InvalidApiPath", "The specified API path is invalid").body())

    def throttled(self, request: Request) -> Reply:
        """The gateway's answer to a client that calls too often."""
        return self.envelope(self._banned().body())

    def crashed(self, request: Request, error: Exception) -> Reply:
        """Input that no rule above caught: the platform's internal error."""
        return self.envelope(Refused("6", "E006: Unexpected internal error").body())

    def tick(self, now: float) -> None:
        """Quality checks finish; tokens come near their end."""
        qc.finish(self, now)
        notices.tick(self, now)

    def listings(self) -> list[Shown]:
        """The shop as a person sees it."""
        return hand.listings(self)

    def edit(self, listing_id: str, change: dict[str, Any]) -> None:
        """A change by hand in the seller centre."""
        hand.edit(self, listing_id, change)


def _timestamp(text: str) -> float | None:
    """Epoch seconds of `timestamp`: milliseconds, or UTC as `2017-11-11T12:00:00Z`."""
    if text.isdigit():
        return int(text) / 1000
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
