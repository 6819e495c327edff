"""Six sockets, one event loop, one server: requests of all platforms run one after the other."""

import socket
from collections.abc import Mapping

import uvicorn

from sandbox.app import App
from sandbox.world import MARKETS, World

PORT_OFFSETS = {"admin": 0} | {name: offset for offset, name in enumerate(MARKETS, start=1)}


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; else each answer waits 40 ms for an ACK.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def listen_all(host: str, port_base: int, world: World) -> dict[str, socket.socket]:
    """The admin's socket and one for each marketplace there is; base 0 takes free ports."""
    names = ["admin", *world.markets]
    return {name: listen(host, port_base and port_base + PORT_OFFSETS[name]) for name in names}


def server(world: World, sockets: Mapping[str, socket.socket]) -> uvicorn.Server:
    """A server for these sockets; run it with `serve(sockets=list(sockets.values()))`."""
    world.ports = {name: sock.getsockname()[1] for name, sock in sockets.items()}
    # A long keep-alive: a pooled connection that closes by itself looks like a fault nobody asked for.
    config = uvicorn.Config(
        App(world),
        lifespan="on",
        ws="none",
        http="h11",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    return uvicorn.Server(config)
