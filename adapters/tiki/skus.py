"""Price, stock and the switch of single products: one call each, in force at once, absolute and so safe to repeat."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from adapters.tiki import study
from adapters.tiki.catalogue import Catalogue
from adapters.tiki.client import Client
from connector.domain.plan import Kind
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task

_AT_ONCE = 1.0  # seconds
Stores = Mapping[str, tuple[int, int]]


def groups(client: Client, tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Stock goes in groups, because what is reserved is read for many at once; the rest goes alone."""
    most = int(client.settings.get("stock_group", 100)) if tasks and tasks[0].op.kind is Kind.SET_STOCK else 1
    group: list[Task] = []
    for task in tasks:
        if group and sum(len(t.op.changes) for t in group) + len(task.op.changes) > most:
            yield group
            group = []
        group.append(task)
    if group:
        yield group


def prices(client: Client, task: Task) -> Outcome:
    return _each(task, lambda number, value: _update(client, number, {"price": value}))


def stocks(client: Client, catalogue: Catalogue, tasks: Sequence[Task]) -> dict[int, Outcome]:
    """Tiki sells available minus reserved, so free pieces are written as free plus what its open orders hold."""
    numbers = [n for task in tasks for n in _numbers(task).values()]
    held, ours = catalogue.reserved(numbers), client.warehouse
    if not ours:
        ours = client.warehouse = str(study.seller(client)["warehouse"])
    outcomes: dict[int, Outcome] = {}
    stop: Retry | None = None
    for task in tasks:
        if stop is None:
            outcomes[task.op.listing] = _each(task, lambda n, value: _stock(client, catalogue, n, value, held, ours))
            last = outcomes[task.op.listing]
            stop = last if isinstance(last, Retry) and last.throttled else None
        else:
            outcomes[task.op.listing] = stop
    return outcomes


def show(client: Client, task: Task) -> Outcome:
    switch(client, [n for sku, n in task.op.ref.variants.items() if sku in task.desired.skus], on=True)
    return Receipt()


def hide(client: Client, task: Task) -> Outcome:
    switch(client, list(task.op.ref.variants.values()), on=False)
    return Receipt()


def switch(client: Client, numbers: Sequence[str], *, on: bool) -> None:
    for number in numbers:
        _update(client, number, {"active": int(on)})


def _numbers(task: Task) -> dict[str, str]:
    """Product ids by changed field."""
    known = task.op.ref.variants
    return {f: known[sku] for f in task.op.values if (sku := f.partition(":")[2]) in known}


def _each(task: Task, write: Callable[[str, int], None]) -> Outcome:
    """One call per changed variant. What went through counts, the rest is the next plan's."""
    wrote: set[str] = set()
    trouble: Retry | OutcomeUnknown | Refused | Missing | None = None
    for field, number in _numbers(task).items():
        value = task.op.values[field]
        assert isinstance(value, int)
        try:
            write(number, value)
        except (Retry, OutcomeUnknown) as error:
            trouble = error
            break
        except (Refused, Missing) as error:
            trouble = error
            continue
        wrote.add(field)
    if wrote:
        return Receipt(wrote=frozenset(wrote), detail=str(trouble or ""))
    return trouble or Missing("no product id is known", code="no_product_id")


def _stock(client: Client, catalogue: Catalogue, number: str, free: int, held: Mapping[str, Stores], ours: str) -> None:
    """All warehouses of the product are named: an absent one might be zeroed, reserved pieces included."""
    known = held.get(number)
    if known and any(
        reserved for _, reserved in known.values()
    ):  # a parcel may have left since: free would be too much
        known = catalogue.reserved([number], _AT_ONCE).get(number)
    if known is None:
        raise Missing(f"product {number} is not there", code="404")
    stores = {warehouse: reserved for warehouse, (_, reserved) in known.items()}
    stores[ours] = stores.get(ours, 0) + free
    catalogue.forget(number)
    _update(
        client,
        number,
        {
            "seller_warehouse": ",".join(stores),
            "warehouse_quantities": [{"warehouse_id": int(w), "qty_available": q} for w, q in stores.items()],
        },
    )


def _update(client: Client, number: str, what: Mapping[str, Any]) -> None:
    client.send("PUT", "/v2.1/products/updateSku", "updateSku", {"product_id": int(number), **what})
