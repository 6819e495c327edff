"""Events: Tiki does not push, it keeps them in a queue of ours until we have fetched and acknowledged them.

A batch is acknowledged by the next pull, with the id that came with it; that id is kept only once the batch is. So a
batch may come twice and none is lost.

A public app makes its queues with its own token and subscribes with the seller's. With which it lists and fetches is
not readable: `queue_token` says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from adapters.tiki.client import Client
from connector.errors import Missing, NeedsConsent, Refused
from connector.ports import Hint

log = structlog.get_logger()
_MOST = 200  # batches of one visit; the rest is fetched by the next


class Queue:
    """The queue of one shop, made when it is first asked; its code and the last `ack_id` are in the notebook."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._notebook = client.connection.notebook
        self._types: Sequence[str] = client.settings["events"]
        self._as_app = str(client.settings.get("queue_token", "app")) == "app"

    def outbox(self) -> Iterator[Sequence[Hint]]:
        try:
            yield from self._fetch(self._code())
        except (Refused, NeedsConsent) as error:  # no more queues, or no right to one: orders are read by the clock too
            log.warning("event_queue_refused", shop=self._client.connection.shop, error=str(error))
        except Missing:
            self._notebook.put("queue", "code", "")  # it was deleted over there

    def _fetch(self, code: str) -> Iterator[Sequence[Hint]]:
        for _ in range(_MOST):
            ack = self._notebook.get("queue", "ack") or None
            body = self._send("events/pull", f"/v1/queues/{code}/events/pull", {"ack_id": ack}, as_app=self._as_app)
            events = body.get("events") or ()
            if not events:
                return
            yield [hint for event in events if (hint := _hint(event))]
            self._notebook.put("queue", "ack", str(body.get("ack_id") or ""))

    def _code(self) -> str:
        known = str(self._notebook.get("queue", "code") or "")
        if known and self._notebook.get("queue", "types") == list(self._types):
            return known
        name = f"ocop {self._client.connection.shop}"
        listed = self._client.get("/v1/queues", "queues", as_app=self._as_app)
        queue = next((each for each in listed if each.get("name") == name), None)
        queue = queue or self._send("queues", "/v1/queues", {"name": name}, as_app=True)
        code = str(queue["code"])
        self._subscribe(code)
        if code != known:
            self._notebook.put("queue", "ack", "")
        self._notebook.put("queue", "types", list(self._types))
        self._notebook.put("queue", "code", code)
        return code

    def _subscribe(self, code: str) -> None:
        path = f"/v1/queues/{code}/subscriptions"
        held = {str(each.get("event_type")) for each in self._client.get(path, "queues/subscriptions")}
        for kind in self._types:
            if kind not in held:
                self._send("queues/subscriptions", path, {"event_type": kind})

    def _send(self, endpoint: str, path: str, body: Mapping[str, Any], *, as_app: bool = False) -> Mapping[str, Any]:
        """These change nothing in the shop: without an answer they are asked again."""
        answer: Mapping[str, Any] = self._client.ask(path, endpoint, body, as_app=as_app)
        return answer


def _hint(event: Mapping[str, Any]) -> Hint | None:
    about, key = event.get("payload") or {}, str(event.get("id") or "")
    if not key or not isinstance(about, Mapping):
        return None
    order = str(about.get("order_code") or about.get("orderCode") or "")
    return Hint(key, order, str(about.get("product_id") or ""), "", str(event.get("type") or ""))
