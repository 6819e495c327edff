"""The one HTTP seam of all adapters: timeouts, capped bodies, redaction and counting are decided here only."""

import json as jsonlib
import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import structlog
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from connector.errors import OutcomeUnknown, Retry
from connector.ports import Connection

BODY_CAP = 64 * 1024 * 1024  # bytes: a whole category tree is a few, a hostile endless answer is not
_SECRET = {"token", "secret", "key", "sign", "signature", "password", "authorization", "cookie"}
_REQUEST_ID = ("x-request-id", "x-shopee-request-id", "request-id")

log = structlog.get_logger("adapters.http")
# At debug level the library spells out every address, and queries carry tokens and signatures.
logging.getLogger("urllib3").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that arrived whole, whatever its status. `writes`: the request may have changed something."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    endpoint: str = ""
    writes: bool = False

    def json(self) -> Any:
        """The decoded body; OutcomeUnknown for a write and Retry for a read if it cannot be decoded."""
        try:
            return jsonlib.loads(self.body)
        except ValueError:
            raise lost(f"{self.endpoint}: unreadable answer, HTTP {self.status}", writes=self.writes) from None


class Http:
    """Calls of one adapter. `calls` counts them by endpoint."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session = requests.Session()
        self._session.auth = lambda request: request  # else a .netrc of the machine replaces our own header
        self.calls: Counter[str] = Counter()

    def send(
        self,
        method: str,
        url: str,
        *,
        endpoint: str,
        bucket: str,
        writes: bool,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        files: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call within the shop's budget. Raises Retry if it surely had no effect, OutcomeUnknown if it may have."""
        self._connection.throttle.take(bucket)
        self.calls[endpoint] += 1
        started = time.monotonic()
        try:
            with self._session.request(
                method,
                url,
                params=params,
                data=data,
                json=json,
                files=files,
                headers=dict(headers or {}),
                timeout=self._connection.timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as answer:
                body = self._read(answer, endpoint, started, writes=writes)
        except requests.RequestException as error:
            shown = redact(params) if isinstance(params, Mapping) else {}
            self._note(endpoint, started, problem=type(error).__name__, params=shown)
            # `from None`: the original error spells out the whole address, signature and token included.
            raise lost(f"{endpoint}: {type(error).__name__}", writes=writes and not _never_left(error)) from None
        request_id = next((answer.headers[name] for name in _REQUEST_ID if name in answer.headers), "")
        self._note(endpoint, started, status=answer.status_code, request_id=request_id)
        return Reply(answer.status_code, answer.headers, body, endpoint, writes)

    def _read(self, answer: requests.Response, endpoint: str, started: float, *, writes: bool) -> bytes:
        """The body, cut off when it is too long or trickles for more than three timeouts."""
        body = bytearray()
        for part in answer.iter_content(64 * 1024):
            body += part
            if len(body) > BODY_CAP:
                raise lost(f"{endpoint}: answer over {BODY_CAP} bytes", writes=writes)
            if time.monotonic() - started > 3 * self._connection.timeout_seconds:
                raise lost(f"{endpoint}: answer did not end in time", writes=writes)
        return bytes(body)

    def _note(self, endpoint: str, started: float, **fields: Any) -> None:
        ms = round((time.monotonic() - started) * 1000)
        platform, shop = self._connection.channel.platform, self._connection.shop
        log.info("platform_call", platform=platform, shop=shop, endpoint=endpoint, ms=ms, **fields)


def lost(message: str, *, writes: bool) -> Retry | OutcomeUnknown:
    """The trouble of a call without a trustworthy answer."""
    return OutcomeUnknown(message) if writes else Retry(message)


def unwell(reply: Reply) -> Retry | OutcomeUnknown | None:
    """The trouble an answer's status alone tells: 429 had no effect; a 5xx of a write may have had one."""
    if reply.status == 429:
        return Retry(f"{reply.endpoint}: too many calls", after=retry_after(reply), code="429", throttled=True)
    if reply.status >= 500:
        trouble = lost(f"{reply.endpoint}: HTTP {reply.status}", writes=reply.writes)
        trouble.code = str(reply.status)
        return trouble
    return None


def retry_after(reply: Reply, default: float = 1.0) -> float:
    """Seconds of the Retry-After header where it is a number."""
    value = reply.headers.get("Retry-After") or ""
    return float(value) if value.isdigit() else default


def redact(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with the value of anything named like a secret replaced, at any depth of mappings."""
    return {name: "***" if _secret(name) else _redacted(value) for name, value in fields.items()}


def _secret(name: str) -> bool:
    words = name.lower().replace("-", "_").split("_")
    return not _SECRET.isdisjoint(words) or words == ["code"]  # `code`: what a consent is exchanged for


def _redacted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return redact(value)
    return [_redacted(each) for each in value] if isinstance(value, list | tuple) else value


def _never_left(error: requests.RequestException) -> bool:
    """No connection was made, so the platform cannot have seen the request."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
