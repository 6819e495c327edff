"""One call as an endpoint sees it: who asks, what is asked, and the sentences for what is missing."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sandbox.shopee.errors import Refusal, missing, wrong
from sandbox.shopee.state import Item, Shop
from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.shopee.market import Market


@dataclass
class Call:
    market: "Market"
    request: Request
    endpoint: str
    shop_id: int | None = None

    @property
    def now(self) -> float:
        return self.market.world.clock.now()

    @property
    def switches(self) -> dict[str, Any]:
        return self.market.switches

    @property
    def shop(self) -> Shop:
        assert self.shop_id is not None, "a public endpoint has no shop"
        return self.market.shops[self.shop_id]

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; an empty or broken one is refused as measured ("EOF")."""
        try:
            body = self.request.json()
        except json.JSONDecodeError as error:
            raise Refusal("error_param", "EOF") from error
        if not isinstance(body, dict):
            raise Refusal("error_param", "parameter invalid")
        return body

    def need(self, name: str) -> Any:
        value = self.body.get(name)
        if value is None:
            raise missing(name)
        return value

    def need_list(self, name: str, most: int) -> list[Any]:
        value = self.need(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise wrong(f"{name} must hold 1 to {most} rows")
        return value

    def query(self, name: str) -> str:
        value = self.request.q(name)
        if not value:
            raise missing(name)
        return value

    def number(self, name: str, default: int | None = None) -> int:
        value = self.request.q(name)
        if not value:
            if default is None:
                raise missing(name)
            return default
        if not value.lstrip("-").isdigit():
            raise wrong(f"{name} must be a number")
        return int(value)

    def page_size(self, most: int = 100) -> int:
        size = self.number("page_size")
        if not 1 <= size <= most:
            raise wrong(f"page_size must be {most} or less")
        return size

    def values(self, *names: str) -> list[str]:
        """An array of the query in any spelling seen: repeated, comma-joined, [1,2] and name[]=1."""
        wanted = {*names, *(f"{name}[]" for name in names)}
        raw = [value for key, value in self.request.query if key in wanted]
        parts = ",".join(raw).replace("[", "").replace("]", "").replace('"', "").replace("'", "").split(",")
        return [part.strip() for part in parts if part.strip()]

    def ids(self, *names: str, most: int = 50) -> list[int]:
        values = self.values(*names)
        if not values:
            raise missing(names[0])
        if len(values) > most:
            raise wrong(f"{names[0]} must hold {most} or less")
        if not all(value.isdigit() for value in values):
            raise wrong(f"{names[0]} must be numbers")
        return [int(value) for value in values]

    def item(self, item_id: Any) -> Item:
        """An item of this shop, deleted ones included; refused when there is none."""
        item = self.market.items.get(item_id) if isinstance(item_id, int) else None
        if item is None:
            raise Refusal("error_item_not_found", "Item_id is not found.")
        if item.shop_id != self.shop_id:
            raise Refusal("error_item_not_belong_shop", "Item not belong to shop.")
        return item

    def editable(self) -> Item:
        """The item named in the body, when it may still be edited."""
        item = self.item(self.need("item_id"))
        if item.status not in ("NORMAL", "UNLIST", "REVIEWING", "BANNED"):
            raise Refusal("error_item_uneditable", "Can't edit this item. item status can not support editing.")
        return item
