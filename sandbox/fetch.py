"""Pictures and files that a marketplace fetches from a seller's own address.

Only addresses of this machine are asked: a sandbox that could be told to call anywhere would be a hole.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from sandbox.pictures import Pictures

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MOST_BYTES = 10_000_000


class _Loopback(HTTPRedirectHandler):
    """Follows a redirect only to where we may go."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_opener = build_opener(_Loopback, ProxyHandler({}))
_workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sandbox-fetch")


def fetch(pictures: Pictures, url: str, timeout: float = 5.0) -> bytes:
    """The bytes behind a loopback address; OSError or ValueError when there are none to be had."""
    _check(url)
    path = urlsplit(url).path
    if path.startswith("/_picture/") and (own := pictures.get(path.removeprefix("/_picture/"))):
        return own.data  # asking ourselves over HTTP inside a handler would wait for ever
    try:
        with _opener.open(url, timeout=timeout) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        error.close()  # it holds the connection
        raise OSError(f"{url} answers {error.code}") from error
    except HTTPException as error:
        raise OSError(f"broken answer from {url}: {error!r}") from error
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes at {url}")
    return data


def fetch_later(pictures: Pictures, url: str, timeout: float = 5.0) -> "Future[bytes]":
    """The same in a thread, so that the event loop answers meanwhile."""
    return _workers.submit(fetch, pictures, url, timeout)


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or (parts.hostname or "").lower() not in LOOPBACK:
        raise ValueError(f"the sandbox downloads from this machine only, not {url}")
