"""Following what was sent for review: our requests by their track id, and those whose answer never reached us.

Notes: "track" track id -> when and for which SKUs; "pending" SKU -> the track ids of its create; "sent" SKU -> when a
create went out whose answer has not come yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
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
_LIKELY_CAPS = (20, 50, 100)
_SLACK = timedelta(minutes=1)  # clocks differ, and a request is booked some seconds after it was sent
_SOMETIME = datetime(9999, 1, 1, tzinfo=UTC)
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
    client.under_way += 1
    for sku in skus if kind == CREATE else ():
        notebook.put("pending", sku, track_id)
        notebook.put("sent", sku, "")
    return ticket(client, [track_id], kind)


def close(client: Client, skus: Iterable[str]) -> None:
    """No create of these SKUs is out any more."""
    notebook = client.connection.notebook
    for sku in skus:
        for kind in ("sent", "pending"):
            if notebook.get(kind, sku):
                notebook.put(kind, sku, "")


def unsent(client: Client, skus: Iterable[str]) -> None:
    """The create had surely no effect."""
    for sku in skus:
        client.connection.notebook.put("sent", sku, "")


def ticket(client: Client, track_ids: Sequence[str], kind: str) -> Ticket:
    """Look again after half of the time waited so far (machines answer in seconds, people in hours), at full multiples
    of the shortest wait: requests sent one after the other are then looked at together. The more there are, the longer
    the multiples, so that a look brings pages that are full of what it looks for."""
    connection, settings = client.connection, client.settings
    latest = max(begun(client, track_ids), default=connection.clock.now())
    waited = (connection.clock.now() - latest).total_seconds() / 2
    shortest = max(1.0, float(settings.get("review_look_min", 3)))
    longest = float(settings.get("review_look_max", 1800))
    earliest = connection.clock.now().timestamp() + min(max(waited, shortest), longest)
    step = shortest * (1 + client.under_way // (2 * int(settings.get("page", 50))))
    return Ticket(kind, ",".join(track_ids), datetime.fromtimestamp(-(-earliest // step) * step, UTC))


def begun(client: Client, track_ids: Iterable[str]) -> list[datetime]:
    """When those of the requests that we know were sent."""
    noted = (client.connection.notebook.get("track", track_id) for track_id in track_ids)
    return [datetime.fromisoformat(n["at"]) for n in noted if n]


def read(client: Client, track_ids: Iterable[str]) -> dict[str, Track]:
    """The state of each; one that Tiki no longer keeps (after 30 days) is left out."""
    wanted = set(track_ids) - {""}
    found: dict[str, Track] = {}
    if len(wanted) >= _MANY:
        since = min(begun(client, wanted), default=client.connection.clock.now())
        listed = _listed(client, since - _SLACK, strict=False)
        found = {t.id: t for t in listed if t.id in wanted}
    for track_id in sorted(wanted - found.keys()):
        try:
            found[track_id] = Track(client.get(f"/v2/tracking/{track_id}", "tracking/{id}"))
        except Missing:
            continue
    return found


def recover(client: Client, skus: Sequence[str]) -> None:
    """Before an absence is believed: creates whose answer was lost are looked for among the recent requests.

    Asked once in a shop met first, and whenever one of these SKUs has a create without an answer. A request in review
    does not always tell its SKUs; one that may be ours is then waited for ("pending" holds all such).
    """
    notebook, now = client.connection.notebook, client.connection.clock.now()
    sent = {sku: datetime.fromisoformat(at) for sku in skus if (at := notebook.get("sent", sku))}
    first = notebook.get("read_at", "tracking") is None
    if not sent and not first:
        return
    days = timedelta(days=float(client.settings.get("tracking_days", 3)))
    since = min([now - days] if first else list(sent.values())) - _SLACK
    unknown = [t for t in _listed(client, since) if (t.pending or sent) and notebook.get("track", t.id) is None]
    nameless = [(track, made) for track in unknown if (made := _identify(client, track)) is not None]
    for sku, at in sent.items():
        ours = [track.id for track, made in nameless if made >= at - _SLACK]
        if ours and not notebook.get("pending", sku):
            notebook.put("pending", sku, ",".join(ours))
    notebook.put("read_at", "tracking", now.isoformat())


def _identify(client: Client, track: Track) -> datetime | None:
    """Note whose request it is; if it does not tell, when it was made (a time to come if not even that is known)."""
    notebook = client.connection.notebook
    try:
        body = client.get(f"/v2/requests/{track.request}", "requests/{id}") if track.request else {}
    except Missing:
        body = {}
    rows = body.get("products") or ()
    skus = [str(row["original_sku"]) for row in rows if row.get("original_sku")]
    text = body.get("created_at")
    made = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_VIETNAM) if text else _SOMETIME
    if "update" in str(body.get("kind") or ""):
        return None
    if not skus:
        return made
    notebook.put("track", track.id, {"at": made.isoformat(), "skus": skus})
    for sku in skus if not track.approved else ():
        notebook.put("pending", sku, track.id)
    return None


def _listed(client: Client, since: datetime, until: datetime | None = None, *, strict: bool = True) -> list[Track]:
    """All requests tracked since then. How many an answer holds at most is unknown: one that may have been cut off is
    asked for again in two halves. `strict`: Retry if even a second holds more, else what there is."""
    limit = int(client.settings.get("tracking_limit", 200))
    query = {"limit": limit, "created_at_min": _local(since)} | ({"created_at_max": _local(until)} if until else {})
    body = client.get("/v2/tracking", "tracking", query)
    rows = body.get("data") or [] if isinstance(body, Mapping) else body
    if len(rows) < limit and len(rows) not in _LIKELY_CAPS:
        return [Track(row) for row in rows]
    end = until or client.connection.clock.now()
    middle = since + (end - since) / 2
    if end - since < timedelta(seconds=2):
        if strict:
            raise Retry("more requests were made within a second than Tiki lists", code="tracking_full")
        return [Track(row) for row in rows]
    return [*_listed(client, since, middle, strict=strict), *_listed(client, middle, until, strict=strict)]


def _local(at: datetime) -> str:
    return at.astimezone(_VIETNAM).strftime("%Y-%m-%d %H:%M:%S")
