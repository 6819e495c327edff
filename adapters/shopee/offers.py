"""Prices, stocks and visibility: absolute values, whose answers list failures line by line beside `error: ""`."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.shopee.client import Client
from adapters.shopee.errors import refused_line
from adapters.shopee.sightings import Sightings
from connector.domain.listing import Value, kind_of
from connector.domain.plan import Kind
from connector.errors import Missing, OutcomeUnknown, Refused
from connector.ports import Connection, Outcome, Receipt, Task

_CALLS = {"price": ("product/update_price", "price_list"), "stock": ("product/update_stock", "stock_list")}


class Offers:
    def __init__(self, connection: Connection, client: Client, sightings: Sightings) -> None:
        self._connection = connection
        self._client = client
        self._sightings = sightings

    def put(self, item: str, ids: Mapping[str, str], values: Mapping[str, Value]) -> tuple[frozenset[str], str]:
        """Set prices or stocks of one item by field: the fields that were set, and why others were not.

        Raises when none was: Shopee may say so with a code, with a line per model, or with both."""
        name, key = _CALLS[kind_of(next(iter(values)))]
        lines = {ids[field.partition(":")[2]]: field for field in values}
        body = {"item_id": int(item), key: [self._line(model, field, values[field]) for model, field in lines.items()]}
        response, trouble = self._client.listed(name, body)
        failed = {str(line.get("model_id") or 0): line["failed_reason"] for line in response.get("failure_list") or ()}
        wrote = frozenset(field for model, field in lines.items() if model not in failed)
        if not wrote:
            raise _refusal(next(iter(failed.values())), trouble)
        return wrote, "; ".join(failed.values())

    def set(self, task: Task) -> Outcome:
        wrote, detail = self.put(task.op.ref.item, task.op.ref.variants, task.op.values)
        return Receipt(wrote=wrote, detail=detail)

    def visibility(self, tasks: Sequence[Task]) -> dict[int, Outcome]:
        """Show or hide up to 50 items in one call."""
        unlist = tasks[0].op.kind is Kind.HIDE
        lines = [{"item_id": int(task.op.ref.item), "unlist": unlist} for task in tasks]
        try:
            response, trouble = self._client.listed("product/unlist_item", {"item_list": lines})
        except (OutcomeUnknown, Refused, Missing) as whole:
            return dict.fromkeys((task.op.listing for task in tasks), whole)
        done = {str(line["item_id"]) for line in response.get("success_list") or ()}
        failed = {str(line["item_id"]): line["failed_reason"] for line in response.get("failure_list") or ()}
        for item in done:
            self._sightings.ours(item)
        return {task.op.listing: _shown(task.op.ref.item, done, failed, trouble) for task in tasks}

    def stock(self, quantity: int) -> list[dict[str, Any]]:
        """Seller stock as every endpoint takes it."""
        first, *others = self._connection.channel.settings["location_ids"] or [""]
        if not first:
            return [{"stock": quantity}]
        return [{"location_id": first, "stock": quantity}, *({"location_id": one, "stock": 0} for one in others)]

    def _line(self, model: str, field: str, value: Value) -> dict[str, Any]:
        amount = int(value)  # type: ignore[arg-type]  # prices and stocks are whole numbers
        wanted = {"original_price": amount} if kind_of(field) == "price" else {"seller_stock": self.stock(amount)}
        return {"model_id": int(model), **wanted}


def _shown(item: str, done: set[str], failed: Mapping[str, str], trouble: Exception | None) -> Outcome:
    if item in done:
        return Receipt()
    if item not in failed:
        return OutcomeUnknown(f"unlist_item does not mention item {item}")
    refusal = _refusal(failed[item], trouble)
    if isinstance(refusal, Missing | Refused):
        return refusal
    raise refusal


def _refusal(reason: str, trouble: Exception | None) -> Exception:
    """A line that says the thing is gone wins; then the code of the whole answer if it is more than a refusal."""
    line = refused_line(reason)
    return line if isinstance(line, Missing) or trouble is None or isinstance(trouble, Refused) else trouble
