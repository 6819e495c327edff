"""The sandbox in a process of its own, and a picture. Runs in .venv-clients, which holds nothing of the project."""

import io
import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sandbox() -> Iterator[str]:
    """The admin's address."""
    base = _free_base()
    python = os.environ.get("SANDBOX_PYTHON", str(ROOT / ".venv" / "bin" / "python"))
    command = [python, "-m", "sandbox", "--port-base", str(base)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        yield f"http://127.0.0.1:{base}"
    finally:
        process.terminate()
        process.wait(10)


def ask(address: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data), timeout=10) as answer:
        return json.load(answer)


def agreed(address: str) -> str:
    """The seller opens the page and agrees: where the browser is sent, with the code in its query."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("nobody was sent anywhere")


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 800), "orange").save(out, "JPEG")
    return out.getvalue()


def shown(admin: str, platform: str) -> list[dict[str, Any]]:
    """What stands in the shop, as the sandbox tells it."""
    found: list[dict[str, Any]] = ask(f"{admin}/state?platform={platform}")[platform]["listings"]
    return found


def _free_base() -> int:
    for base in range(9800, 9990, 10):
        if all(_free(base + offset) for offset in range(6)):
            return base
    raise AssertionError("no free ports")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


__all__ = ["a_picture", "agreed", "ask", "sandbox", "shown"]
