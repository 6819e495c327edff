"""Following what was sent for review: our requests by their track id, and those whose answer never reached us.

Notes: "track" track id -> when and for which SKUs; "pending" SKU -> the track id of its create; "sent" SKU -> when a
create went out whose answer has not come yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.tiki.client import Client
from adapters.tiki.refusals import sentences
from connector.domain.listing import Ticket
from connector.errors import Missing, Retry

CREATE, UPDATE = "request", "update"  # kinds of ticket
_APPROVED = {"approved", "update_product_approved"}
_REJECTED = {"rejected", "deleted", "update_product_rejected"}
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_LIST_CAP = 50
_MANY = 5  # requests from which on their list is read instead of each


class Track:
    """The state of one request. A state we do not know is one more way of waiting."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.id = str(raw.get("track_id") or "")
        self.request = str(raw.get("request_id") or "")
        state = str(raw.get("state") or "")
        self.approved, self.rejected = state in _APPROVED, state in _REJECTED
        self.reason = "; ".join(sentences(raw.get("reason"))) or state

    @property
    def pending(self) -> bool:
        return not (self.approved or self.rejected)


def begin(client: Client, skus: Iterable[str]) -> None:
    """Noted before a create goes out."""
    for sku in skus:
        client.connection.notebook.put("sent", sku, client.connection.clock.now().isoformat())


def note(client: Client, track_id: str, skus: Sequence[str], kind: str) -> Ticket:
    """A request of ours that Tiki has taken on."""
    notebook, now = client.connection.notebook, client.connection.clock.now()
    notebook.put("track", track_id, {"at": now.isoformat(), "skus": list(skus)})
    for sku in skus if kind == CREATE else ():
        notebook.put("pending", sku, track_id)
        notebook.put("sent", sku, "")
    return ticket(client, [track_id], kind)


def unsent(client: Client, skus: Iterable[str]) -> None:
    """The create had surely no effect."""
    for sku in skus:
        client.connection.notebook.put("sent", sku, "")


def ticket(client: Client, track_ids: Sequence[str], kind: str) -> Ticket:
    """Look again after half of the time waited so far: machines answer in seconds, people in hours."""
    connection, settings = client.connection, client.settings
    noted = (connection.notebook.get("track", track_id) for track_id in track_ids)
    begun = max((datetime.fromisoformat(n["at"]) for n in noted if n), default=connection.clock.now())
    waited = (connection.clock.now() - begun).total_seconds() / 2
    shortest, longest = float(settings.get("review_look_min", 3)), float(settings.get("review_look_max", 1800))
    pause = timedelta(seconds=min(max(waited, shortest), longest))
    return Ticket(kind, ",".join(track_ids), connection.clock.now() + pause)


def read(client: Client, track_ids: Iterable[str]) -> dict[str, Track]:
    """The state of each; one that Tiki no longer keeps (after 30 days) is left out."""
    wanted = set(track_ids) - {""}
    found: dict[str, Track] = {}
    if len(wanted) >= _MANY:
        noted = [n for n in (client.connection.notebook.get("track", t) for t in wanted) if n]
        since = min((datetime.fromisoformat(n["at"]) for n in noted), default=client.connection.clock.now())
        found = {t.id: t for t in _listed(client, since - timedelta(minutes=1)) if t.id in wanted}
    for track_id in sorted(wanted - found.keys()):
        try:
            found[track_id] = Track(client.get(f"/v2/tracking/{track_id}", "tracking/{id}"))
        except Missing:
            continue
    return found


def recover(client: Client, skus: Sequence[str]) -> None:
    """Before an absence is believed: creates whose answer was lost are looked for among the recent requests.

    Read once for a shop we meet first, and whenever one of these SKUs has a create without an answer. Raises Retry
    while Tiki has a request that nobody can tell the SKU of yet.
    """
    notebook, now = client.connection.notebook, client.connection.clock.now()
    sent = [datetime.fromisoformat(at) for sku in skus if (at := notebook.get("sent", sku))]
    first = notebook.get("read_at", "tracking") is None
    if not sent and not first:
        return
    days = timedelta(days=float(client.settings.get("tracking_days", 3)))
    since = now - days if first else min(sent) - timedelta(minutes=1)
    for track in _listed(client, since):
        if notebook.get("track", track.id) is None:
            _identify(client, track)
    notebook.put("read_at", "tracking", now.isoformat())


def _identify(client: Client, track: Track) -> None:
    notebook = client.connection.notebook
    if track.pending and not track.request:
        raise Retry(f"request {track.id} has no content yet", after=3.0, code="unidentified_request")
    try:
        body = client.get(f"/v2/requests/{track.request}", "requests/{id}") if track.request else {}
    except Missing:
        body = {}
    skus = [str(row["original_sku"]) for row in body.get("products") or () if row.get("original_sku")]
    made = body.get("created_at")
    at = (
        datetime.strptime(made, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_VIETNAM) if made else client.connection.clock.now()
    )
    notebook.put("track", track.id, {"at": at.isoformat(), "skus": skus})
    creates = str(body.get("kind") or "create_product") == "create_product"
    for sku in skus if creates and not track.approved else ():
        notebook.put("pending", sku, track.id)


def _listed(client: Client, since: datetime, until: datetime | None = None) -> list[Track]:
    """All requests tracked since then; a full answer may have been cut off, so its span is halved."""
    cap = int(client.settings.get("tracking_limit", _LIST_CAP))
    query = {"limit": cap, "created_at_min": _local(since)} | ({"created_at_max": _local(until)} if until else {})
    body = client.get("/v2/tracking", "tracking", query)
    rows = body.get("data") or [] if isinstance(body, Mapping) else body
    if len(rows) < cap:
        return [Track(row) for row in rows]
    end = until or client.connection.clock.now()
    middle = since + (end - since) / 2
    if end - since < timedelta(seconds=2):
        raise Retry("more requests were made within a second than Tiki lists", code="tracking_full")
    return [*_listed(client, since, middle), *_listed(client, middle, until)]


def _local(at: datetime) -> str:
    return at.astimezone(_VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
