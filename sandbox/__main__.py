"""`python -m sandbox`: starts the five marketplaces and says where they are."""

import argparse
import asyncio
import socket
import sys
from contextlib import suppress

from sandbox.serve import listen_all, server
from sandbox.world import MARKETS, World


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Five marketplaces in a box.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port-base", type=int, default=9100, help="port of the admin; platforms: +1 to +5")
    parser.add_argument("--seed", type=int, default=1, help="fixes credentials, ids and the chance of faults")
    options = parser.parse_args()
    world = World(options.seed)
    for name in MARKETS.keys() - world.markets.keys():
        sys.stderr.write(f"sandbox: no marketplace {name} here, skipped\n")
    try:
        sockets = listen_all(options.host, options.port_base, world)
    except OSError as error:
        sys.stderr.write(
            f"Không mở được cổng từ {options.port_base}: {error}. Hãy chọn cổng khác bằng --port-base.\n"
            f"Cannot listen from port {options.port_base}: {error}. Choose other ports with --port-base.\n"
        )
        return 2
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a person stops it
        asyncio.run(run(world, options.host, sockets))
    return 0


async def run(world: World, host: str, sockets: dict[str, socket.socket]) -> None:
    running = server(world, sockets)
    serving = asyncio.create_task(running.serve(sockets=list(sockets.values())))
    while not (running.started or serving.done()):
        await asyncio.sleep(0.01)
    where = " ".join(f"{name}=http://{host}:{port}" for name, port in world.ports.items())
    sys.stdout.write(f"sandbox ready {where}\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    sys.exit(main())
