"""Pictures and files that a marketplace fetches from a seller's own address.

Only addresses of this machine are asked: a sandbox that could be told to call anywhere would be a hole.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit

from sandbox.pictures import Pictures

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sandbox-fetch")


def fetch(pictures: Pictures, url: str, timeout: float = 5.0) -> bytes:
    """The bytes behind a loopback address; OSError or ValueError when there are none to be had."""
    if (urlsplit(url).hostname or "").lower() not in LOOPBACK:
        raise ValueError(f"the sandbox downloads from this machine only, not {url}")
    return pictures.download(url, timeout=timeout)


def fetch_later(pictures: Pictures, url: str, timeout: float = 5.0) -> "Future[bytes]":
    """The same in a thread, so that the event loop answers meanwhile (the address may be our own)."""
    return _workers.submit(fetch, pictures, url, timeout)
