"""Prices and stock in batches over many items; what became of each SKU when a batch fails in part."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.lazada.client import Client
from adapters.lazada.errors import Answer, Fault
from adapters.lazada.observed import Reader, is_deleted
from adapters.lazada.reads import by_skus
from adapters.paging import batched
from connector.domain.plan import Kind
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Connection, Outcome, Receipt, Task

_BUSY = "513"  # the batch was too large for the moment
_PATHS = {
    Kind.SET_PRICE: ("/product/price_quantity/update", "Price"),
    Kind.SET_STOCK: (
        "/product/stock/sellable/update",
        "SellableQuantity",
    ),  # not Quantity, which counts open orders too
}


def groups(connection: Connection, tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Whole tasks, as many as one call takes."""
    most, held = _most(connection), 0
    group: list[Task] = []
    for task in tasks:
        size = len(task.op.changes)
        if group and held + size > most:
            yield group
            group, held = [], 0
        group.append(task)
        held += size
    if group:
        yield group


def write(client: Client, tasks: Sequence[Task]) -> dict[int, Outcome]:
    """One call for the group (more only for a listing with more SKUs than a call takes)."""
    outcomes: dict[int, Outcome] = {}
    if len(tasks) == 1 and len(tasks[0].op.changes) > _most(client.connection):
        return {tasks[0].op.listing: _in_parts(client, tasks[0])}
    path, _ = _PATHS[tasks[0].op.kind]
    entries = [entry for task in tasks for entry in _entries(task)]
    if entries:
        try:
            answer = _call(client, path, entries)
        except OutcomeUnknown as unknown:
            return dict.fromkeys((task.op.listing for task in tasks), unknown)
        if answer.ok:
            return {task.op.listing: Receipt(request_id=answer.request_id) for task in tasks}
        outcomes = _sort_out(client, tasks, answer)
    return outcomes or {task.op.listing: Missing("no SKU id is known", code="no_sku_id") for task in tasks}


def adjust(client: Client, task: Task) -> Outcome:
    """A signed change, one call for each SKU: of a batch that fails in part nobody could say afterwards which of its
    changes were made, since buyers move the same number."""
    wrote: set[str] = set()
    troubles: list[Outcome] = []
    for change in task.op.changes:
        sku = change.field.partition(":")[2]
        entry = {"ItemId": task.op.ref.item, "SkuId": task.op.ref.variants.get(sku, ""), "SellerSku": sku}
        entry["SellableQuantity"] = str(_number(change.after) - _number(change.before))
        try:
            answer = _call(client, "/product/stock/sellable/adjust", [entry])
            if answer.ok:
                wrote.add(change.field)
            else:
                troubles.append(_verdict(answer, answer.faults))
        except (Retry, OutcomeUnknown) as trouble:
            troubles.append(trouble)
    if wrote:
        return Receipt(wrote=frozenset(wrote), detail="; ".join(map(str, troubles)))
    if len({type(trouble) for trouble in troubles}) > 1:
        return OutcomeUnknown("; ".join(map(str, troubles)))  # one word for all of them: the one that promises least
    return troubles[0]


def _number(value: Any) -> int:
    assert isinstance(value, int)
    return value


def _most(connection: Connection) -> int:
    """SKUs per call: fewer once Lazada has said that a full batch was too much."""
    settings = connection.channel.settings
    busy = connection.notebook.get("limit", "skus_per_call")
    return int(busy or settings.get("skus_per_call", 50))


def _entries(task: Task) -> list[dict[str, str]]:
    ref, name = task.op.ref, _PATHS[task.op.kind][1]
    entries = []
    for field, value in task.op.values.items():
        sku = field.partition(":")[2]
        if sku in ref.variants:
            entries.append({"ItemId": ref.item, "SkuId": ref.variants[sku], "SellerSku": sku, name: str(value)})
    return entries


def _call(client: Client, path: str, entries: Sequence[Mapping[str, str]]) -> Answer:
    payload = json.dumps({"Request": {"Product": {"Skus": {"Sku": entries}}}}, ensure_ascii=False)
    try:
        return client.call(path, {"payload": payload}, writes=True, bucket="write")
    except Retry as error:
        if error.code == _BUSY:
            fewer = int(client.connection.channel.settings.get("skus_per_call_if_busy", 20))
            client.connection.notebook.put("limit", "skus_per_call", fewer)
        raise


def _in_parts(client: Client, task: Task) -> Outcome:
    """One listing over several calls: written as far as it went."""
    path, _ = _PATHS[task.op.kind]
    wrote: set[str] = set()
    for part in batched(_entries(task), _most(client.connection)):
        try:
            answer = _call(client, path, part)
            if not answer.ok:
                raise answer.trouble()
        except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
            return Receipt(wrote=frozenset(wrote), detail=str(trouble)) if wrote else trouble
        wrote |= {f"{task.op.kind.removeprefix('set_')}:{entry['SellerSku']}" for entry in part}
    return Receipt(wrote=frozenset(wrote))


def _sort_out(client: Client, tasks: Sequence[Task], answer: Answer) -> dict[int, Outcome]:
    """A failed batch: the SKUs that `detail` names have failed; of the others nothing is said, so they are read back.

    Where it names none of a group, each listing is sent by itself: absolute values may be sent twice, but for a raise
    of stock, which would bring back what was sold in between.
    """
    trouble = answer.trouble()
    if isinstance(trouble, OutcomeUnknown):
        return dict.fromkeys((task.op.listing for task in tasks), trouble)
    if isinstance(trouble, Retry):
        raise trouble
    named = {task.op.listing: _named(task, answer.faults) for task in tasks}
    if len(tasks) == 1 and len(tasks[0].op.changes) == 1:
        return {tasks[0].op.listing: _verdict(answer, answer.faults)}
    if not any(named.values()) and answer.in_parts and any(_raises(task) for task in tasks):
        doubt = OutcomeUnknown(f"{answer.path}: {answer.code} names no SKU", code=answer.code)
        return dict.fromkeys((task.op.listing for task in tasks), doubt)
    if not any(named.values()):
        return _one_by_one(client, tasks) if len(tasks) > 1 else {tasks[0].op.listing: _verdict(answer, answer.faults)}
    live = _read_back(client, tasks)
    return {t.op.listing: _outcome(t, answer, named[t.op.listing], live) for t in tasks}


def _one_by_one(client: Client, tasks: Sequence[Task]) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    for task in tasks:
        try:
            outcomes |= write(client, [task])
        except (Retry, OutcomeUnknown) as trouble:
            outcomes[task.op.listing] = trouble
    return outcomes


def _named(task: Task, faults: Sequence[Fault]) -> list[Fault]:
    skus = [field.partition(":")[2] for field in task.op.values]
    ids = {*skus, *(task.op.ref.variants.get(sku, sku) for sku in skus)}
    return [fault for fault in faults if fault.sku in ids]


def _read_back(client: Client, tasks: Sequence[Task]) -> dict[str, Any]:
    """Live facts by `item field`."""
    reader = Reader(client.connection)
    skus = [field.partition(":")[2] for task in tasks for field in task.op.values]
    facts: dict[str, Any] = {}
    for part in batched(skus, 100):
        for product in (p for p in by_skus(client, part) if not is_deleted(p)):
            facts |= {f"{reader.item_id(product)} {field}": v for field, v in reader.observed(product).facts.items()}
    return facts


def _outcome(task: Task, answer: Answer, faults: Sequence[Fault], live: Mapping[str, Any]) -> Outcome:
    wrote = {f for f, value in task.op.values.items() if live.get(f"{task.op.ref.item} {f}") == value}
    if wrote:
        detail = "; ".join(fault.message for fault in faults)
        return Receipt(wrote=frozenset(wrote), request_id=answer.request_id, detail=detail)
    if faults and (len(faults) >= len(task.op.changes) or not _raises(task)):
        return _verdict(answer, faults)
    if _raises(task):  # a number that differs may be ours less what has been sold since
        return OutcomeUnknown(f"{answer.path}: {answer.code}, not seen in a read", code=answer.code)
    return Retry(f"{answer.path}: not applied because of others in the batch", after=1.0, code=answer.code)


def _raises(task: Task) -> bool:
    return task.op.kind is Kind.SET_STOCK and any(_number(c.after) > _number(c.before or 0) for c in task.op.changes)


def _verdict(answer: Answer, faults: Sequence[Fault]) -> Outcome:
    trouble = answer.trouble()
    if isinstance(trouble, Refused):
        return Refused(answer.problems(faults), code=next((f.code for f in faults if f.code), answer.code))
    assert isinstance(trouble, Retry | OutcomeUnknown | Missing)  # a dead consent is raised by the client
    return trouble
