"""The demo's window on the sandbox: its admin calls. What the report says is counted here, not from our own belief."""

import json
import socket
import time
import urllib.request
from typing import Any
from urllib.error import URLError

from connector.errors import Complaint

PLATFORMS = ("shopee", "lazada", "tiki", "postmart", "voso")


class Market:
    """A running sandbox, by its admin port."""

    def __init__(self, port_base: int) -> None:
        self.port_base = port_base
        self._base = f"http://127.0.0.1:{port_base}"

    def wait_until_ready(self, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.get("/healthz")
                return
            except (URLError, ConnectionError):
                time.sleep(0.1)
        raise Complaint("Sàn thử không khởi động được.", "The sandbox did not start.")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self._base + path, timeout=60) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)

    def post(self, path: str, body: Any) -> Any:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def listings(self, platform: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/state?platform={platform}")[platform]["listings"]
        return found

    def live(self, platform: str) -> list[dict[str, Any]]:
        return [one for one in self.listings(platform) if one["state"] == "live"]

    def duplicates(self, platform: str) -> int:
        return len(self.get(f"/state?platform={platform}&brief=1")[platform]["duplicates"])

    def log(self, since: float = 0.0) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/log?since={since}")["platforms"]
        return found

    def now(self) -> float:
        return float(self.get("/log?since=9999999999")["now"])

    def edit(self, platform: str, sku: str, change: dict[str, Any]) -> None:
        self.post("/edit", {"platform": platform, "sku": sku, "change": change})

    def storefront(self, platform: str) -> str:
        return f"http://127.0.0.1:{self.port_base + 1 + PLATFORMS.index(platform)}/"


def free_base(wanted: int, ports: int = 6) -> int:
    """The first base at or above `wanted` whose ports are all free."""
    for base in range(wanted, wanted + 1000, 10):
        if all(_is_free(base + offset) for offset in range(ports)):
            return base
    raise Complaint(f"Không còn cổng trống từ {wanted}.", f"No free ports from {wanted} on.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
