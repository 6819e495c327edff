"""Runs the console on a server that ends its live streams first when told to stop, so that stopping takes no time."""

import socket

import uvicorn

from web.app import create


class Server(uvicorn.Server):
    """Open streams would otherwise be waited for, and then be cut with an error each."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub = getattr(self.config.app.state, "hub", None)  # type: ignore[union-attr]
        if hub is not None:
            hub.end_pages()
        await super().shutdown(sockets)


def serve(host: str, port: int) -> None:
    Server(uvicorn.Config(create(), host=host, port=port, log_level="warning", access_log=False, ws="none")).run()
