"""The admin port: credentials, state, the call log, faults, switches, clock, seed and hand edits."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from sandbox import storefront
from sandbox.faults import Rule
from sandbox.market import Route, Shown, with_duplicates
from sandbox.trade import Trade
from sandbox.wire import Reply, Request
from sandbox.world import World


class Admin:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Any]]] = [
            ("GET", "/healthz", lambda request: {"ok": True, "platforms": list(self.world.markets)}),
            ("GET", "/credentials", self.credentials),
            ("GET", "/state", self.state),
            ("GET", "/log", self.log),
            ("GET", "/calls", self.calls),
            ("POST", "/reset", self.reset),
            ("GET", "/faults", lambda request: self.world.faults.shown()),
            ("POST", "/faults", self.add_faults),
            ("DELETE", "/faults", self.clear_faults),
            ("GET", "/switches", lambda request: {n: m.switches for n, m in self.world.markets.items()}),
            ("POST", "/switches", self.set_switches),
            ("POST", "/clock", self.set_clock),
            ("POST", "/seed", self.set_seed),
            ("POST", "/edit", self.edit),
        ]
        page = Route("GET", "/", "page", False, self.page)
        calls = (Route(verb, path, path[1:], verb != "GET", _as_json(call)) for verb, path, call in table)
        return [page, *calls, *Trade(self.world).routes()]

    def page(self, request: Request, match: re.Match[str]) -> Reply:
        return Reply.html(storefront.admin_page(self.world, self.bases(request), self.state(request)))

    def bases(self, request: Request) -> dict[str, str]:
        host = urlsplit(request.base).hostname or "127.0.0.1"
        return {name: f"http://{host}:{port}" for name, port in self.world.ports.items()}

    def credentials(self, request: Request) -> dict[str, Any]:
        bases = self.bases(request)
        return {name: market.credentials(bases[name]) for name, market in self.world.markets.items()}

    def state(self, request: Request) -> dict[str, Any]:
        """Per platform: listings, counts by state, and groups of listings that share a seller SKU."""
        names = [self.platform(wanted)] if (wanted := request.q("platform")) else list(self.world.markets)
        brief = request.q("brief") == "1"
        return {name: _state(self.world.markets[name].listings(), brief) for name in names}

    def log(self, request: Request) -> dict[str, Any]:
        since, platform = float(request.q("since") or 0), request.q("platform")
        return {"now": self.world.clock.now(), "platforms": self.world.log.counts(since, platform),
                "pushes": self.world.pushes.shown()}

    def calls(self, request: Request) -> list[dict[str, Any]]:
        since, limit = float(request.q("since") or 0), int(request.q("limit") or 10_000)
        return [asdict(call) for call in self.world.log.since(since, request.q("platform"))[-limit:]]

    def reset(self, request: Request) -> dict[str, Any]:
        wanted = _body(request).get("platform")
        self.world.reset(self.platform(wanted) if wanted else None)
        return {"reset": wanted or list(self.world.markets)}

    def add_faults(self, request: Request) -> list[dict[str, Any]]:
        body = request.json()
        rules = [_rule(one) for one in (body if isinstance(body, list) else [body])]
        for rule in rules:
            self.world.faults.add(rule)
        return self.world.faults.shown()

    def clear_faults(self, request: Request) -> list[dict[str, Any]]:
        rule_id = request.q("id")
        self.world.faults.clear(int(rule_id) if rule_id else None, request.q("platform"))
        return self.world.faults.shown()

    def set_switches(self, request: Request) -> dict[str, Any]:
        wanted = {self.platform(name): values for name, values in _body(request).items()}
        for name, values in wanted.items():
            for switch, value in values.items():
                _check_switch(self.world.markets[name].switches, name, switch, value)
        for name, values in wanted.items():
            self.world.markets[name].switches.update(values)
        return {name: market.switches for name, market in self.world.markets.items()}

    def set_clock(self, request: Request) -> dict[str, Any]:
        body = _body(request)
        if "advance" not in body and "set" not in body:
            raise ValueError('say {"advance": seconds} or {"set": epoch seconds}')
        if "set" in body:
            self.world.clock.set(float(body["set"]))
        self.world.clock.advance(float(body.get("advance", 0)))
        self.world.tick()
        return {"now": self.world.clock.now()}

    def set_seed(self, request: Request) -> dict[str, Any]:
        self.world.reset(seed=int(_body(request)["seed"]))
        return {"seed": self.world.seed}

    def edit(self, request: Request) -> dict[str, Any]:
        body = _body(request)
        market = self.world.markets[self.platform(body.get("platform"))]
        listing_id = body.get("listing_id")
        if listing_id is None:
            listing_id = _listing_with(market.listings(), str(body["sku"]))
        market.edit(str(listing_id), body["change"])
        return {"edited": str(listing_id)}

    def platform(self, name: Any) -> str:
        if name not in self.world.markets:
            raise ValueError(f"unknown platform {name!r}; there are {', '.join(self.world.markets)}")
        return str(name)


def _as_json(call: Callable[[Request], Any]) -> Callable[[Request, re.Match[str]], Reply]:
    return lambda request, match: Reply.json(call(request))


def _body(request: Request) -> dict[str, Any]:
    body = request.json() if request.body.strip() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _state(listings: list[Shown], brief: bool) -> dict[str, Any]:
    marked = with_duplicates(listings)
    groups: dict[tuple[str, str], list[str]] = {}
    for shown in marked:
        for sku in {} if shown.state == "deleted" else dict.fromkeys(shown.skus):
            groups.setdefault((shown.shop, sku), []).append(shown.listing_id)
    twins = [{"sku": sku, "listing_ids": ids} for (_, sku), ids in groups.items() if len(ids) > 1]
    rows = [] if brief else [asdict(s) | {"skus": s.skus, "price": s.price, "stock": s.stock} for s in marked]
    kept = [s for s in marked if s.state != "deleted"]
    return {
        "count": len(kept),
        "by_state": Counter(s.state for s in marked),
        "duplicates": twins,
        "listings": rows,
    }


def _listing_with(listings: list[Shown], sku: str) -> str:
    for shown in listings:
        if sku in shown.skus and shown.state != "deleted":
            return shown.listing_id
    raise KeyError(f"no listing with SKU {sku}")


def _rule(body: dict[str, Any]) -> Rule:
    known = ("platform", "endpoint", "kind", "count", "skip", "probability", "params")
    if body.keys() - set(known) or "kind" not in body:
        raise ValueError(f"a fault has {', '.join(known)} and must have a kind; got {sorted(body)}")
    return Rule(**({"platform": "*", "endpoint": "*"} | body))


def _check_switch(switches: dict[str, Any], platform: str, name: str, value: Any) -> None:
    if name not in switches:
        raise ValueError(f"{platform} has no switch {name!r}; there are {', '.join(switches)}")
    now = switches[name]
    if now is None or value is None:
        return
    same_kind = (
        isinstance(value, bool)
        if isinstance(now, bool)
        else not isinstance(value, bool)
        and (isinstance(value, int | float) if isinstance(now, int | float) else isinstance(value, type(now)))
    )
    if not same_kind:
        raise ValueError(f"{platform}.{name} is a {type(now).__name__}, not {value!r}")
