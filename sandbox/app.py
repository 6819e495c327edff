"""One ASGI program for all ports: read, let faults strike, call the marketplace, log, answer."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from sandbox import storefront
from sandbox.admin import Admin
from sandbox.faults import CORE_KINDS, Rule
from sandbox.log import Call
from sandbox.market import Market, Route
from sandbox.wire import Reply, Request
from sandbox.world import World

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TICK_SECONDS = 0.1
BODY_LIMIT = 60 * 1024 * 1024
BAD_INPUT = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What a handler raises when a body has another shape than it reads; anything else is our own bug."""

logger = logging.getLogger("sandbox")


class TooLarge(Exception):
    """The body is over the limit."""


class Router:
    """The routes of one port, tried in order."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(route, re.compile(route.path), set(route.method.split("|"))) for route in routes]

    def find(self, request: Request) -> tuple[Route, re.Match[str]] | None:
        for route, pattern, methods in self._routes:
            if request.method in methods and (match := pattern.fullmatch(request.path)):
                return route, match
        return None


class App:
    def __init__(self, world: World) -> None:
        self.world = world
        self.admin = Admin(world)
        self._admin_router = Router(self.admin.routes())
        self._routers = {name: Router(market.routes()) for name, market in world.markets.items()}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
            return
        port = scope["server"][1]
        platform = next((name for name, own in self.world.ports.items() if own == port), "admin")
        try:
            request = await read(scope, receive)
        except TooLarge:
            await write(send, Reply.json({"error": f"body over {BODY_LIMIT} bytes"}, 413))
            return
        if platform == "admin":
            await write(send, self.answer_admin(request))
        else:
            await self.answer_market(self.world.markets[platform], request, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """While the server runs, time passes in the sandbox even when nobody calls."""
        await receive()
        passing = asyncio.create_task(self._pass_time())
        passing.add_done_callback(_complain)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        passing.cancel()
        self.world.pushes.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _pass_time(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.world.tick()

    def answer_admin(self, request: Request) -> Reply:
        found = self._admin_router.find(request)
        if found is None:
            return Reply.json({"error": f"no admin call {request.method} {request.path}"}, 404)
        route, match = found
        self.world.tick()
        try:
            return route.handler(request, match)
        except BAD_INPUT as error:
            return Reply.json({"error": f"{type(error).__name__}: {error}"}, 400)

    async def answer_market(self, market: Market, request: Request, receive: Receive, send: Send) -> None:
        self.world.buyers.tick(self.world.clock.now())
        market.tick(self.world.clock.now())
        market.till.tick(self.world.clock.now())
        found = self._routers[market.name].find(request)
        if found is None:
            await write(send, self._elsewhere(market, request))
            return
        route, match = found
        rule = self.world.faults.take_first(market.name, route.name, CORE_KINDS)
        if rule and rule.kind == "delay":
            await asyncio.sleep(float(rule.params.get("seconds", 1)))
            market.tick(self.world.clock.now())
        reply = self._strike(market, request, rule) or self._handle(market, route, request, match)
        if rule:
            reply = spoil(reply, rule)
        self._note(market, route, request, reply, rule)
        if rule and rule.kind in ("drop_before", "drop_after"):
            await hang_up(receive, send)
        else:
            await write(send, reply)

    def _strike(self, market: Market, request: Request, rule: Rule | None) -> Reply | None:
        """The answer of a fault that keeps the call from having an effect."""
        if rule is None:
            return None
        if rule.kind == "drop_before":
            return Reply(0, ok=False)
        if rule.kind == "rate_limit":
            return market.throttled(request)
        return made_up(rule) if rule.kind == "http" else None

    def _handle(self, market: Market, route: Route, request: Request, match: re.Match[str]) -> Reply:
        try:
            return route.handler(request, match)
        except BAD_INPUT as error:
            logger.warning("%s %s broke on its input", market.name, route.name, exc_info=error)
            return market.crashed(request, error)

    def _elsewhere(self, market: Market, request: Request) -> Reply:
        shown = storefront.answer(self.world, market, request)
        if shown is not None:
            return shown
        reply = market.unknown(request)
        call = Call(
            self.world.clock.now(),
            market.name,
            "unknown",
            request.method,
            request.path,
            False,
            reply.status,
            False,
        )
        self.world.log.append(call)
        return reply

    def _note(self, market: Market, route: Route, request: Request, reply: Reply, rule: Rule | None) -> None:
        self.world.log.append(
            Call(
                self.world.clock.now(),
                market.name,
                route.name,
                request.method,
                request.path,
                route.write,
                reply.status,
                reply.succeeded,
                rule.kind if rule else None,
                reply.note,
            )
        )


def _complain(passing: asyncio.Task[None]) -> None:
    if not passing.cancelled() and (error := passing.exception()):
        logger.error("time stands still in the sandbox but for its calls", exc_info=error)


def made_up(rule: Rule) -> Reply:
    status, body = int(rule.params.get("status", 500)), rule.params.get("body", "")
    if isinstance(body, str):
        return Reply(status, body.encode(), {"content-type": "text/html; charset=utf-8"}, ok=False)
    return Reply.json(body, status, ok=False)


def spoil(reply: Reply, rule: Rule) -> Reply:
    """What is left of an answer after a fault that strikes behind the effect."""
    if rule.kind == "http_after":
        return made_up(rule)
    if rule.kind == "garbage":
        return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers, reply.ok)
    return reply


async def read(scope: MutableMapping[str, Any], receive: Receive) -> Request:
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise TooLarge
    host, port = scope["server"]
    base = f"{scope['scheme']}://{headers.get('host') or f'{host}:{port}'}"
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return Request(scope["method"], scope["path"], query, headers, bytes(body), base)


async def write(send: Send, reply: Reply) -> None:
    headers = [(key.lower().encode(), value.encode("latin-1")) for key, value in reply.headers.items()]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def hang_up(receive: Receive, send: Send) -> None:
    """Closes the connection without a byte. ASGI has no word for it: reach for uvicorn's transport."""
    send.__self__.transport.abort()  # type: ignore[attr-defined]
    while (await receive())["type"] != "http.disconnect":
        pass
