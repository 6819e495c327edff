"""Making and revising items: each the fewest calls that Shopee's interface allows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.shopee.canonical import AXES, attributes, canonical, capped, single
from adapters.shopee.check import problems
from adapters.shopee.client import Client
from adapters.shopee.knowledge import Knowledge
from adapters.shopee.offers import Offers
from adapters.shopee.reads import Reads
from adapters.shopee.shipping import logistic_info
from adapters.shopee.sightings import Sightings
from adapters.shopee.uploads import Uploads
from adapters.shopee.variants import Models, Step, flatten, steps
from connector.domain.listing import Desired, Ref, Ticket, Value, kind_of
from connector.domain.problem import blocking
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Connection, Outcome, Receipt, Task

_NO_BRAND = {"brand_id": 0, "original_brand_name": "No Brand"}
_OFFERS = ("price", "stock")


class Writes:
    def __init__(
        self,
        connection: Connection,
        client: Client,
        knowledge: Knowledge,
        sightings: Sightings,
        reads: Reads,
        offers: Offers,
    ) -> None:
        self._connection = connection
        self._client = client
        self._knowledge = knowledge
        self._sightings = sightings
        self._reads = reads
        self._offers = offers
        self._uploads = Uploads(connection, client)
        self._settle = float(connection.channel.settings["settle_add_seconds"])

    def prepare(self, task: Task) -> None:
        """Read the limits of the category if need be. Retry if what was learned makes the plan one of yesterday."""
        self._knowledge.learn()
        self._knowledge.learn_limits(self._knowledge.category(task.desired.category))
        facts = canonical(task.desired, self._connection, self._knowledge)
        if facts != task.op.values:
            raise Retry("the category's limits were read only now; the plan has to be made again", after=0.0)

    def create(self, task: Task) -> Outcome:
        """A plain item goes live at once; one with variants is made hidden and waits before it can be given them."""
        desired = capped(task.desired, self._knowledge)
        facts = canonical(desired, self._connection, self._knowledge)
        if found := blocking(problems(desired, self._connection, self._knowledge)):
            raise Refused(found)
        answer = self._with_pictures(facts, lambda: self._add(desired, facts))
        if "item_id" not in answer:
            raise OutcomeUnknown("add_item answered without an item_id")
        item, now = str(answer["item_id"]), self._connection.clock.now()
        self._sightings.note(item, desired.skus[:1], made=now.timestamp())
        if single(desired):
            return Receipt(Ref(item, {desired.skus[0]: "0"}))
        wrote = frozenset(
            f for f in task.op.values if f != AXES and kind_of(f) not in ("visible", "variants", *_OFFERS)
        )
        ticket = Ticket("settle", item, now + timedelta(seconds=self._settle), settling=True)
        return Receipt(Ref(item), wrote, ticket)

    def revise(self, task: Task) -> Outcome:
        """Content, then structure. What was done before a step failed is told as done; the next plan has the rest."""
        wrote: set[str] = set()
        variants = dict(task.op.ref.variants)
        try:
            self._revise_content(task, wrote)
            self._revise_structure(task, wrote, variants)
        except (Retry, Refused, Missing) as trouble:
            if not wrote:
                raise
            # A half-made item that did not get its variants must not be shown by the op that follows.
            half = any(c.field == "variants" and c.before == () for c in task.op.changes)
            wait = Ticket("settle", task.op.ref.item, self._connection.clock.now(), settling=True) if half else None
            return Receipt(Ref(task.op.ref.item, variants), frozenset(wrote), wait, detail=str(trouble))
        return Receipt(Ref(task.op.ref.item, variants), frozenset(wrote))

    def _add(self, desired: Desired, facts: Mapping[str, Value]) -> Mapping[str, Any]:
        cheapest = min(desired.offers, key=lambda offer: offer.price)
        filled = attributes(desired, self._connection, self._knowledge)
        body = {
            **self._body(facts),
            "attribute_list": [one.payload for one in filled.values()],
            "brand": _NO_BRAND,
            "logistic_info": logistic_info(desired, self._knowledge.channels() or ()),
            "original_price": cheapest.price,
            "seller_stock": self._offers.stock(cheapest.quantity),
            "item_sku": desired.skus[0],  # a half-made item is found again by it
            "item_status": "NORMAL" if single(desired) else "UNLIST",
            "condition": "NEW",
            "pre_order": {"is_pre_order": False},
        }
        return self._client.write("product/add_item", body)

    def _revise_content(self, task: Task, wrote: set[str]) -> None:
        content = {f: v for f, v in task.op.values.items() if f != AXES and kind_of(f) not in ("variants", *_OFFERS)}
        renamed = "variants" in task.op.values and single(task.desired)
        if not content and not renamed:
            return
        item = task.op.ref.item

        def send() -> Mapping[str, Any]:
            body = {"item_id": int(item), **self._body(content)}
            if any(kind_of(field) in ("category", "attributes") for field in content):
                body["attribute_list"] = self._attribute_list(task, keep="category" not in content)
            if renamed:
                body["item_sku"] = task.desired.skus[0]
            return self._client.write("product/update_item", body)

        self._with_pictures(content, send)
        self._sightings.ours(item)
        wrote |= set(content)

    def _attribute_list(self, task: Task, *, keep: bool) -> list[Mapping[str, Any]]:
        """A list that is sent replaces the whole list, so what a person has added over there is sent along."""
        ours = [one.payload for one in attributes(task.desired, self._connection, self._knowledge).values()]
        ids = {payload["attribute_id"] for payload in ours}
        live = self._reads.attributes(task.op.ref.item) if keep else ()
        return [*ours, *(each for each in live if each["attribute_id"] not in ids)]

    def _revise_structure(self, task: Task, wrote: set[str], variants: dict[str, str]) -> None:
        desired, item = capped(task.desired, self._knowledge), task.op.ref.item
        changes = {c.field: c for c in task.op.changes if c.field in ("variants", AXES)}
        if not changes:
            return
        half_made = "variants" in changes and changes["variants"].before == ()
        live = self._half_made(item) if half_made else self._reads.models(item)
        if single(desired) and not live.models:
            self._plain_offers(task, wrote, variants)
        else:
            variants.clear()
            variants |= {sku: str(m["model_id"]) for sku, m in live.by_sku().items() if sku in desired.skus}
            for step in self._steps(desired, live, int(item)):
                wrote |= self._take(step, variants, half_made=half_made) & set(task.op.values)
        wrote.update(changes)
        self._sightings.ours(item, desired.skus)

    def _steps(self, desired: Desired, live: Models, item: int) -> Sequence[Step]:
        stock = self._offers.stock
        return [flatten(desired, item, stock)] if single(desired) else steps(desired, live, item, stock)

    def _half_made(self, item: str) -> Models:
        """It was just seen without models, so there is nothing to read, only to wait for."""
        made, now = self._sightings.made(item) or 0.0, self._connection.clock.now().timestamp()
        if made + self._settle > now:
            raise Retry("the new item needs a moment before it takes variants", after=made + self._settle - now)
        return Models()

    def _take(self, step: Step, variants: dict[str, str], *, half_made: bool) -> set[str]:
        try:
            answer = self._client.write(step.endpoint, step.body)
        except Missing as missing:
            if not half_made:
                raise
            # A look has just shown the item, so Shopee's other half does not know it yet: time, not absence.
            raise Retry(f"the new item is not ready for variants: {missing}", after=self._settle) from missing
        if step.endpoint == "product/init_tier_variation":
            variants.clear()  # it destroys every model id there was
        plain = {step.sets[0]: "0"} if step.flat else {}
        made = {m["model_sku"]: str(m["model_id"]) for m in answer.get("model") or () if m.get("model_sku")}
        variants.update(plain or made)
        return {f"{head}:{sku}" for head in _OFFERS for sku in step.sets}

    def _plain_offers(self, task: Task, wrote: set[str], variants: dict[str, str]) -> None:
        """Price and stock of a plain item whose SKU was put right."""
        variants.clear()
        variants[task.desired.skus[0]] = "0"
        for head in _OFFERS:
            values = {field: value for field, value in task.op.values.items() if kind_of(field) == head}
            if values:
                wrote |= self._offers.put(task.op.ref.item, variants, values)[0]

    def _body(self, facts: Mapping[str, Value]) -> dict[str, Any]:
        """Content facts as add_item and update_item take them."""
        body: dict[str, Any] = {}
        for field, value in facts.items():
            match field, value:
                case "title", _:
                    body["item_name"] = value
                case "description", _:
                    body["description"] = value
                case "category", str():
                    body["category_id"] = int(value)
                case "pictures", tuple():
                    body["image"] = {"image_id_list": self._uploads.refs(value), "image_ratio": "1:1"}
                case "weight_g", int():
                    body["weight"] = value / 1000  # it replaces the weight of every model, as we want
                case "size_cm", str():
                    sides: Sequence[int] = [int(side) for side in value.split("x")]
                    names = ("package_length", "package_width", "package_height")
                    body["dimension"] = dict(zip(names, sides, strict=True))
        return body

    def _with_pictures(self, facts: Mapping[str, Value], send: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Send; if Shopee has forgotten pictures uploaded earlier, upload them again and send once more."""
        value = facts.get("pictures")
        pictures = value if isinstance(value, tuple) else ()
        reused = bool(pictures) and self._uploads.all_known(pictures)
        try:
            return send()
        except Refused as refused:
            if not (reused and _image_gone(refused)):
                raise
        self._uploads.forget(pictures)
        return send()


def _image_gone(refused: Refused) -> bool:
    return "error_image_unavailable" in refused.code or "image not exist" in str(refused).lower()
