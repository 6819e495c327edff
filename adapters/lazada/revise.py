"""Revising one Lazada item: its content, the variants that join and those that leave."""

import json
from collections.abc import Callable, Mapping, Sequence

from adapters.lazada import canonical as form
from adapters.lazada import payloads
from adapters.lazada.client import Client
from adapters.lazada.errors import Answer
from adapters.lazada.made import made, ready
from adapters.lazada.reference import Reference
from connector.domain.listing import Desired, Offer
from connector.domain.plan import Op
from connector.domain.problem import Problem
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task

_PRODUCT_FIELDS = {"title", "description", "category", "brand", "pictures", "weight_g", "size_cm"}


def revise(client: Client, task: Task) -> Outcome:
    """Content by an update; new variants join, vanished ones are removed: three calls, booked as they succeed."""
    op, desired = task.op, task.desired
    reference = ready(client, desired)
    added = [offer for offer in desired.offers if offer.sku not in op.ref.variants]
    gone = {sku: sku_id for sku, sku_id in op.ref.variants.items() if sku not in desired.skus}
    changed = set(op.values)
    steps: list[tuple[set[str], Callable[[], Answer]]] = []
    content = {f for f in changed if f in _PRODUCT_FIELDS or f.startswith("attr:")}
    if fixed(op, desired):
        plain = changed - {"variants"}
        steps += [(content, lambda: _update(client, op, desired, reference, plain))] if content else []
        return _in_turn(client, op, [*steps, (set(), _refuse)], changed)
    if content or ("variants" in changed and not added and not gone):
        steps.append((content, lambda: _update(client, op, desired, reference, changed)))
    if added and desired.axes:
        joining = {"variants", *(f"{head}:{offer.sku}" for offer in added for head in ("price", "stock"))}
        steps.append((joining, lambda: _join(client, op, desired, added, reference)))
    if gone:
        steps.append((set(), lambda: _drop(client, op, desired, gone, reference)))
    return _in_turn(client, op, steps, changed)


def fixed(op: Op, desired: Desired) -> bool:
    """The variants cannot become what is wanted: axes of an item neither join others nor leave (contract 3.5)."""
    change = next((c for c in op.changes if c.field == "variants"), None)
    if change is None:
        return False
    live = change.before if isinstance(change.before, tuple) else ()
    axes = max((entry.count("|") for entry in live), default=0)
    if len(desired.offers) == 1:
        return desired.skus[0] not in op.ref.variants
    return bool(axes) and axes != len(desired.axes)


def _refuse() -> Answer:
    raise Refused((FIXED,), code="variants_fixed")


def _update(client: Client, op: Op, desired: Desired, reference: Reference, changed: set[str]) -> Answer:
    offers, skus = {offer.sku: offer for offer in desired.offers}, []
    for sku, sku_id in op.ref.variants.items():
        entry = payloads.key(sku, sku_id)
        if sku in offers and changed & {"weight_g", "size_cm"}:
            entry |= payloads.package(desired, offers[sku])
        if sku in offers and "variants" in changed and desired.axes:
            entry |= payloads.sale_prop(desired, offers[sku], reference)
        skus.append(entry)
    product = {"ItemId": op.ref.item, **payloads.content(client, desired, reference, changed), "Skus": {"Sku": skus}}
    if "variants" in changed and desired.axes:
        product["variation"] = payloads.variation(desired, reference)
    return client.write("/product/update", payloads.envelope(product))


def _join(client: Client, op: Op, desired: Desired, added: Sequence[Offer], reference: Reference) -> Answer:
    """New SKUs join the item through a create that names one of its own."""
    known = next((sku for sku in op.ref.variants if not sku.startswith("?")), "")
    product = payloads.content(client, desired, reference, None) | {
        "AssociatedSku": known,
        "variation": payloads.variation(desired, reference),
        "Skus": {"Sku": [payloads.sku_entry(desired, offer, reference) for offer in added]},
    }
    return client.write("/product/create", payloads.envelope(product))


def _drop(client: Client, op: Op, desired: Desired, gone: Mapping[str, str], reference: Reference) -> Answer:
    if not desired.axes:
        ids = [f"SkuId_{op.ref.item}_{sku_id}" for sku_id in gone.values()]
        return client.write("/product/remove", {"sku_id_list": json.dumps(ids)})
    product = {
        "ItemId": op.ref.item,
        "variation": {"Variation1": {"name": form.axis_name(desired.axes[0], desired, reference)}},
        "Skus": {"Sku": [{"SkuId": sku_id} for sku_id in gone.values()]},
    }
    return client.write("/product/sku/remove", payloads.envelope(product))


def _in_turn(
    client: Client, op: Op, steps: Sequence[tuple[set[str], Callable[[], Answer]]], changed: set[str]
) -> Outcome:
    """The steps one after the other; what a failed step leaves undone is the next plan's work."""
    wrote: set[str] = set()
    last: Receipt | None = None
    for fields, step in steps:
        try:
            last = made(client, step(), op.ref)
        except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
            if last is None:
                raise
            return Receipt(last.ref, frozenset(wrote), last.ticket, last.request_id, str(trouble))
        wrote |= fields
    if last is None:
        return Receipt(wrote=frozenset())
    return Receipt(last.ref, frozenset(changed), last.ticket, last.request_id)


FIXED = Problem(
    "variants_fixed",
    "variants",
    "Lazada không cho thêm hay bỏ nhóm phân loại của tin đang có. Giữ nhóm phân loại như trên sàn, "
    "hoặc gỡ tin cũ trên Seller Center để tin mới tự đăng lại.",
    "Lazada neither adds nor removes the axis of an item that stands. Keep the axes as they are there, "
    "or delete the item in the seller centre: the new one is then published by itself.",
    blocking=False,
)
