"""The admin calls about buying: buyers, single purchases, what becomes of orders, what was sold, where pushes go."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import buyers
from sandbox.market import Route
from sandbox.orders import MOVES, NotOnSale, Order, SoldOut, WrongStage
from sandbox.wire import Reply, Request
from sandbox.world import World

REFUSALS = (SoldOut, NotOnSale, WrongStage)


class Trade:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Any]]] = [
            ("GET", "/buyers", lambda request: self.world.buyers.shown()),
            ("POST", "/buyers", self.set_buyers),
            ("POST", "/buy", self.buy),
            ("GET", "/orders", self.orders),
            ("POST", "/order", self.move),
            ("GET", "/sold", self.sold),
            ("GET", "/push", lambda request: self.world.pushes.shown()),
            ("POST", "/push", self.point),
            ("GET", "/pushes", self.pushes),
        ]
        return [Route(verb, path, path[1:], verb != "GET", _answer(call)) for verb, path, call in table]

    def set_buyers(self, request: Request) -> dict[str, Any]:
        """{"rate": arrivals an hour, ...} lets buyers come, {"stop": true} sends them home."""
        body = _object(request)
        if body.get("stop"):
            self.world.buyers.stop()
        else:
            self.world.buyers.start(buyers.plan(body))
        return self.world.buyers.shown()

    def buy(self, request: Request) -> dict[str, Any]:
        """One order now: {"platform", "sku", "quantity"?} or {"platform", "lines": {sku: pieces}}."""
        body = _object(request)
        platform = self._platform(body)
        lines = body.get("lines") or {body["sku"]: body.get("quantity", 1)}
        order = self.world.buyers.buy(
            platform, [(str(sku), int(pieces)) for sku, pieces in lines.items()],
            lag=None if body.get("lag") is None else float(body["lag"]),
            paid=bool(body.get("paid", True)), cod=bool(body.get("cod", True)), look=True,
        )  # fmt: skip
        return self._row(platform, order)

    def move(self, request: Request) -> dict[str, Any]:
        """{"platform", "order", "action", "lines"?: {sku: pieces}, "by"?, "reason"?}."""
        body = _object(request)
        platform, action = self._platform(body), body.get("action")
        if action not in MOVES:
            raise ValueError(f"unknown action {action!r}; there are {', '.join(MOVES)}")
        part = {str(sku): int(pieces) for sku, pieces in (body.get("lines") or {}).items()}
        order = self.world.markets[platform].till.act(
            str(body["order"]), action, part=part or None, by=str(body.get("by", "buyer")),
            reason=str(body.get("reason", "")),
        )  # fmt: skip
        return self._row(platform, order)

    def orders(self, request: Request) -> list[dict[str, Any]]:
        """Every order, those included that the platform's own lists do not show yet; ?platform=&sku=&since=."""
        wanted, sku, since = request.q("platform"), request.q("sku"), float(request.q("since") or 0)
        return [
            self._row(name, order)
            for name, market in self.world.markets.items() if wanted in (None, name)
            for order in market.till.orders.values()
            if order.at >= since and (sku is None or any(line.sku == sku for line in order.lines))
        ]  # fmt: skip

    def _row(self, platform: str, order: Order) -> dict[str, Any]:
        till = self.world.markets[platform].till
        names = ("number", "listing_id", "variant_id", "sku", "price", "quantity", "stage")
        return {
            "platform": platform, "order": order.id, "state": order.stage, "word": till.word(order),
            "at": order.at, "updated": order.updated, "visible_at": order.visible_at,
            "visible": order.visible_at <= self.world.clock.now(), "by": order.by, "reason": order.reason,
            "lines": [{name: getattr(line, name) for name in names} for line in order.lines],
        }  # fmt: skip

    def sold(self, request: Request) -> dict[str, Any]:
        """Per SKU over all platforms: ordered, cancelled, sold (ordered less cancelled), and what came back."""
        wanted = request.q("sku")
        found: dict[str, dict[str, Any]] = {}
        for name, market in self.world.markets.items():
            for order in market.till.orders.values():
                for line in order.lines:
                    if wanted not in (None, line.sku):
                        continue
                    row = found.setdefault(line.sku, _nothing())
                    row["ordered"] += line.quantity
                    kept = line.stage != "canceled"
                    row["canceled" if not kept else "sold"] += line.quantity
                    row["by_platform"][name] += line.quantity if kept else 0
                    if line.stage in ("failed", "returning", "returned"):
                        row[line.stage] += line.quantity
        for sku, pieces in self.world.buyers.lost.items():
            if wanted in (None, sku):
                found.setdefault(sku, _nothing())["wanted_in_vain"] = pieces
        return dict(sorted(found.items()))

    def point(self, request: Request) -> dict[str, Any]:
        """{"shopee": {"url": "http://..."}}; a url of null ends the pushes of that platform."""
        body = _object(request)
        for name, target in body.items():
            if name not in self.world.markets or not isinstance(target, dict) or "url" not in target:
                raise ValueError('say {"platform": {"url": address or null}}')
        for name, target in body.items():
            self.world.pushes.point(name, target["url"])
        return self.world.pushes.shown()

    def pushes(self, request: Request) -> list[dict[str, Any]]:
        """Every try to deliver, oldest first; ?platform=&since=&limit=."""
        rows = self.world.pushes.rows(float(request.q("since") or 0), request.q("platform"))
        return rows[-int(request.q("limit") or 10_000) :]

    def _platform(self, body: dict[str, Any]) -> str:
        name = body.get("platform")
        if name not in self.world.markets:
            raise ValueError(f"unknown platform {name!r}; there are {', '.join(self.world.markets)}")
        return str(name)


def _nothing() -> dict[str, Any]:
    names = ("ordered", "sold", "canceled", "failed", "returning", "returned", "wanted_in_vain")
    return {**dict.fromkeys(names, 0), "by_platform": Counter()}


def _object(request: Request) -> dict[str, Any]:
    body = request.json() if request.body.strip() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _answer(call: Callable[[Request], Any]) -> Callable[[Request, re.Match[str]], Reply]:
    """JSON, and 409 with the refusal's name for what the platform itself does not allow."""

    def answer(request: Request, match: re.Match[str]) -> Reply:
        try:
            return Reply.json(call(request))
        except REFUSALS as refusal:
            return Reply.json({"error": f"{type(refusal).__name__}: {refusal}"}, 409)

    return answer
