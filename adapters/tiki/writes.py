"""Changing Tiki: everything of content is a request that is reviewed; price, stock and the switch are not (`skus`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.markup import to_html
from adapters.tiki import canonical as form
from adapters.tiki import payloads, skus, tracking
from adapters.tiki.check import check
from adapters.tiki.client import Client
from adapters.tiki.reference import Reference
from adapters.tiki.study import learn
from adapters.tiki.tracking import CREATE, UPDATE
from connector.domain.listing import Desired, Offer
from connector.domain.plan import Op
from connector.domain.problem import Problem, blocking
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task

CONTENT = {"title", "description", "brand", "pictures", "weight_g", "size_cm"}


def create(client: Client, task: Task) -> Outcome:
    """One request with all variants; each becomes a product once it is approved."""
    return _request(client, task.desired, task.desired.offers)


def revise(client: Client, task: Task) -> Outcome:
    """Content to every product; a new variant by a request of its own, a vanished one switched off."""
    op, desired = task.op, task.desired
    fields = set(op.values)
    writable = fields - fixed_fields(fields)
    if not writable:
        raise Refused(tuple(fixed(field) for field in sorted(fields)), code="fixed")
    content = {f for f in writable if f in CONTENT or f.startswith("attr:")}
    reference = _ready(client, desired)
    tickets = [_inform(client, op, number, desired, reference, content) for number in _kept(op, desired) if content]
    if "variants" in fields:
        skus.switch(client, [i for sku, i in op.ref.variants.items() if sku not in desired.skus], on=False)
        skus.switch(client, _kept(op, desired) if desired.visible else [], on=True)
        added = [offer for offer in desired.offers if offer.sku not in op.ref.variants]
        if added:
            tickets.append(_request(client, desired, added).request_id)
    client.connection.notebook.put("refused", op.ref.item, "")
    ticket = tracking.ticket(client, tickets, UPDATE) if tickets else None
    return Receipt(wrote=frozenset(writable), ticket=ticket)


def fixed_fields(fields: set[str]) -> set[str]:
    """Those that no call changes on a product."""
    return {f for f in fields if f == "category" or f.startswith(form.OPTION)}


def attempt(call: Any, *given: Any) -> Outcome:
    """The outcome of one op, whichever way it ended; a dead consent concerns the whole shop and is raised."""
    try:
        outcome: Outcome = call(*given)
    except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
        return trouble
    return outcome


def _ready(client: Client, desired: Desired) -> Reference:
    """What Tiki must have told before this can be sent is read, and the check made again with it."""
    learn(client, desired)
    reference = Reference(client.connection)
    if not reference.seller().get("may_write", True):
        raise NeedsConsent("the seller has closed product updates to apps (can_update_product)", code="may_not_write")
    problems = blocking(check(desired, reference, client.settings))
    if problems:
        raise Refused(problems, code="check")
    return reference


def _request(client: Client, desired: Desired, offers: Sequence[Offer]) -> Receipt:
    reference = _ready(client, desired)
    names = [offer.sku for offer in offers]
    tracking.begin(client, names)
    try:
        body = client.send("POST", "/v2.1/requests", "requests", payloads.request(client, desired, offers, reference))
    except (Retry, Refused, Missing, NeedsConsent):
        tracking.unsent(client, names)
        raise
    return Receipt(ticket=tracking.note(client, str(body["track_id"]), names, CREATE), request_id=str(body["track_id"]))


def _kept(op: Op, desired: Desired) -> list[str]:
    """Products of variants that are still wanted."""
    return [number for sku, number in op.ref.variants.items() if sku in desired.skus]


def _inform(client: Client, op: Op, number: str, desired: Desired, reference: Reference, fields: set[str]) -> str:
    """One product's content; the track id of the request it becomes."""
    offers = {op.ref.variants[o.sku]: o for o in desired.offers if o.sku in op.ref.variants}
    every = payloads.attributes(client, desired, reference)
    parcel = form.parcel(desired, offers.get(number))
    wanted = {f.removeprefix("attr:") for f in fields} | ({*parcel} if fields & {"weight_g", "size_cm"} else set())
    said: dict[str, Any] = {name: value for name, value in {**every, **parcel}.items() if name in wanted}
    if "description" in fields:
        said["description"] = to_html(desired.description)
    if "title" in fields:
        said["name"] = form.title(desired, client.settings)  # UNCERTAIN: the public samples show no name
    body: dict[str, Any] = {"product_id": int(number), "attributes": said}
    if "pictures" in fields:
        first, *rest = payloads.pictures(client, desired)
        body |= {"image": first, "images": rest}
    answer: Mapping[str, Any] = client.send("POST", "/v2/requests/updateProductInfo", "updateProductInfo", body)
    track_id = str(answer["track_id"])
    tracking.note(client, track_id, [op.ref.item], UPDATE)
    return track_id


def fixed(field: str) -> Problem:
    what = "ngành hàng" if field == "category" else "tên phân loại"
    return Problem(
        "fixed_at_tiki",
        field,
        f"Tiki không cho đổi {what} của sản phẩm đã duyệt qua API. Đổi trên Seller Center, hoặc đăng lại với SKU mới.",
        f"Tiki does not change {field} of an approved product. Change it in Seller Center, or publish under a new SKU.",
        blocking=False,
    )
