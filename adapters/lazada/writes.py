"""Changing one Lazada item: create, revise, show, hide. Prices and stock go out in batches (`offers`)."""

import json
from collections.abc import Callable

from adapters.lazada import codes, payloads
from adapters.lazada.client import Client
from adapters.lazada.made import made, ready
from adapters.lazada.reads import by_skus
from adapters.lazada.revise import revise
from connector.domain.listing import Desired
from connector.domain.plan import Kind
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task


def change(client: Client, task: Task) -> Outcome:
    """One op on one item. A Retry raised before anything was written is the whole op's."""
    carry: dict[Kind, Callable[[Client, Task], Outcome]] = {
        Kind.CREATE: create,
        Kind.REVISE: revise,
        Kind.SHOW: show,
        Kind.HIDE: hide,
    }
    try:
        return carry[task.op.kind](client, task)
    except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
        return trouble


def create(client: Client, task: Task) -> Outcome:
    """Pictures first (each content once per shop), then the whole item with all variants in one call."""
    desired, reference = task.desired, ready(client, task.desired)
    product = payloads.content(client, desired, reference, None) | {
        "Skus": {"Sku": [payloads.sku_entry(desired, offer, reference) for offer in desired.offers]}
    }
    if desired.axes:
        product["variation"] = payloads.variation(desired, reference)
    answer = client.call("/product/create", payloads.envelope(product), writes=True, bucket="write")
    if answer.ok:
        return made(client, answer)
    trouble = answer.trouble()
    causes = {fault.code for fault in answer.faults} | {answer.code}
    if isinstance(trouble, Refused) and causes & codes.SKU_TAKEN and _alive(client, desired):
        # An earlier create of ours got through after all; the next look adopts it.
        return OutcomeUnknown("/product/create: the seller SKU is there already", code=trouble.code)
    return _unless_it_happened(trouble)


def show(client: Client, task: Task) -> Outcome:
    """There is no call to activate: an update sets each SKU's status, and may go through review."""
    skus = [{**payloads.key(sku, sku_id), "Status": "active"} for sku, sku_id in task.op.ref.variants.items()]
    product = {"ItemId": task.op.ref.item, "Attributes": {}, "Skus": {"Sku": skus}}
    return made(client, client.write("/product/update", payloads.envelope(product)))


def hide(client: Client, task: Task) -> Outcome:
    body = json.dumps({"Request": {"Product": {"ItemId": int(task.op.ref.item)}}})
    answer = client.call("/product/deactivate", {"apiRequestBody": body}, writes=True, bucket="write")
    already = codes.ALREADY_INACTIVE in {answer.code, *(fault.code for fault in answer.faults)}
    if not answer.ok and not already:
        return _unless_it_happened(answer.trouble())
    return Receipt(request_id=answer.request_id)


def _alive(client: Client, desired: Desired) -> bool:
    return any(str(p.get("status") or "").lower() != "deleted" for p in by_skus(client, desired.skus))


def _unless_it_happened(trouble: Exception) -> Outcome:
    if isinstance(trouble, Retry | OutcomeUnknown | Refused | Missing):
        return trouble
    raise trouble
