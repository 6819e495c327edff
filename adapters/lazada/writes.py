"""Changing one Lazada item: create, revise, show, hide. Prices and stock go out in batches (`offers`)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.lazada import canonical as form
from adapters.lazada import codes
from adapters.lazada.check import check
from adapters.lazada.client import Client
from adapters.lazada.errors import Answer
from adapters.lazada.reads import by_skus
from adapters.lazada.reference import Reference, learn
from adapters.markup import to_html
from adapters.pictures import Frame, fit
from connector.domain.listing import Desired, Offer, Ref, Ticket
from connector.domain.plan import Kind, Op
from connector.domain.problem import Problem, blocking
from connector.errors import Missing, OutcomeUnknown, Refused, Retry
from connector.ports import Outcome, Receipt, Task

Payload = Mapping[str, Any]
_PRODUCT_FIELDS = {"title", "description", "category", "brand", "pictures", "weight_g", "size_cm"}


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
    desired, reference = task.desired, _ready(client, task.desired)
    product = _content(client, desired, reference, None) | {
        "Skus": {"Sku": [_sku(desired, offer, reference) for offer in desired.offers]}
    }
    if desired.axes:
        product["variation"] = _variation(desired, reference)
    answer = client.call("/product/create", _payload(product), writes=True, bucket="write")
    if answer.ok:
        return _made(client, answer)
    trouble = answer.trouble()
    causes = {fault.code for fault in answer.faults} | {answer.code}
    if isinstance(trouble, Refused) and causes & codes.SKU_TAKEN and _alive(client, desired):
        # An earlier create of ours got through after all; the next look adopts it.
        return OutcomeUnknown("/product/create: the seller SKU is there already", code=trouble.code)
    return _unless_it_happened(trouble)


def revise(client: Client, task: Task) -> Outcome:
    """Content by an update; new variants join, vanished ones are removed: three calls, booked as they succeed."""
    op, desired = task.op, task.desired
    reference = _ready(client, desired)
    added = [offer for offer in desired.offers if offer.sku not in op.ref.variants]
    gone = {sku: sku_id for sku, sku_id in op.ref.variants.items() if sku not in desired.skus}
    changed = set(op.values)
    steps: list[tuple[set[str], Callable[[], Answer]]] = []
    content = {f for f in changed if f in _PRODUCT_FIELDS or f.startswith("attr:")}
    if content or ("variants" in changed and not added and not gone):
        steps.append((content, lambda: _update(client, op, desired, reference, changed)))
    if added and desired.axes:
        steps.append((_offer_fields(added), lambda: _join(client, op, desired, added, reference)))
    if gone and desired.axes:
        steps.append((set(), lambda: _drop(client, op, desired, gone, reference)))
    if (added or gone) and not desired.axes:
        return Refused((_FIXED_VARIANTS,), code="variation_missing")
    return _in_turn(client, op, steps, changed)


def show(client: Client, task: Task) -> Outcome:
    """There is no call to activate: an update sets each SKU's status, and may go through review."""
    skus = [{**_key(sku, sku_id), "Status": "active"} for sku, sku_id in task.op.ref.variants.items()]
    product = {"ItemId": task.op.ref.item, "Attributes": {}, "Skus": {"Sku": skus}}
    return _made(client, client.write("/product/update", _payload(product)))


def hide(client: Client, task: Task) -> Outcome:
    body = json.dumps({"Request": {"Product": {"ItemId": int(task.op.ref.item)}}})
    answer = client.call("/product/deactivate", {"apiRequestBody": body}, writes=True, bucket="write")
    already = codes.ALREADY_INACTIVE in {answer.code, *(fault.code for fault in answer.faults)}
    if not answer.ok and not already:
        return _unless_it_happened(answer.trouble())
    return Receipt(request_id=answer.request_id)


def _ready(client: Client, desired: Desired) -> Reference:
    """What Lazada must have told before this can be sent is read, and the check made again with it."""
    learn(client, desired)
    reference = Reference(client.connection)
    problems = blocking(check(desired, reference, client.connection.channel.settings))
    if problems:
        raise Refused(problems, code="check")
    return reference


def _content(client: Client, desired: Desired, reference: Reference, only: set[str] | None) -> dict[str, Any]:
    """The product's own part; `only` the named facts, or all."""
    settings = client.connection.channel.settings

    def has(name: str) -> bool:
        return only is None or name in only

    about: dict[str, str] = {}
    if has("title"):
        about["name"] = form.title(desired, settings)
    if has("description"):
        about["description"] = to_html(desired.description)
    if has("brand"):
        brand_id, name = reference.brand(desired.brand)
        about |= {"brand_id": brand_id} if brand_id else {"brand": name}
    filled = form.attributes(desired, reference, settings)
    about |= {name: value for name, value in filled.items() if has(f"attr:{name}")}
    product: dict[str, Any] = {"Attributes": about}
    if has("category"):
        product["PrimaryCategory"] = reference.category(desired.category)
    if has("pictures"):
        product["Images"] = {"Image": [_upload(client, sha) for sha in form.pictures(desired, settings)]}
    return product


def _sku(desired: Desired, offer: Offer, reference: Reference) -> dict[str, Any]:
    """Every value is text: that is how Lazada's JSON form wants it."""
    sku: dict[str, Any] = {"SellerSku": offer.sku, "quantity": str(offer.quantity), "price": str(offer.price)}
    return sku | _package(desired, offer) | _sale_prop(desired, offer, reference)


def _package(desired: Desired, offer: Offer) -> dict[str, str]:
    length, width, height = (str(side) for side in desired.size_cm)
    kilograms = f"{form.round_up(offer.weight_g) / 1000:.2f}"
    return {
        "package_length": length,
        "package_width": width,
        "package_height": height,
        "package_weight": kilograms,
    }


def _sale_prop(desired: Desired, offer: Offer, reference: Reference) -> dict[str, Any]:
    names = [form.axis_name(name, desired, reference) for name in desired.axes]
    chosen = dict(zip(names, form.options(desired, offer, reference), strict=False))
    return {"saleProp": chosen} if chosen else {}


def _variation(desired: Desired, reference: Reference) -> dict[str, Any]:
    declared: dict[str, Any] = {}
    for number, name in enumerate(desired.axes):
        values = [form.options(desired, offer, reference)[number] for offer in desired.offers]
        declared[f"variation{number + 1}"] = {
            "name": form.axis_name(name, desired, reference),
            "hasImage": "false",
            "customize": "false" if form.axis(name, desired, reference) else "true",
            "options": {"option": list(dict.fromkeys(values))},
        }
    return declared


def _update(client: Client, op: Op, desired: Desired, reference: Reference, changed: set[str]) -> Answer:
    offers = {offer.sku: offer for offer in desired.offers}
    skus = []
    for sku, sku_id in op.ref.variants.items():
        entry = _key(sku, sku_id)
        if sku in offers and changed & {"weight_g", "size_cm"}:
            entry |= _package(desired, offers[sku])
        if sku in offers and "variants" in changed and desired.axes:
            entry |= _sale_prop(desired, offers[sku], reference)
        skus.append(entry)
    product = {"ItemId": op.ref.item, **_content(client, desired, reference, changed), "Skus": {"Sku": skus}}
    if "variants" in changed and desired.axes:
        product["variation"] = _variation(desired, reference)
    return client.write("/product/update", _payload(product))


def _join(client: Client, op: Op, desired: Desired, added: Sequence[Offer], reference: Reference) -> Answer:
    """New SKUs join the item through a create that names one of its own."""
    known = next(sku for sku in op.ref.variants if not sku.startswith("?"))
    product = _content(client, desired, reference, None) | {
        "AssociatedSku": known,
        "variation": _variation(desired, reference),
        "Skus": {"Sku": [_sku(desired, offer, reference) for offer in added]},
    }
    return client.write("/product/create", _payload(product))


def _drop(client: Client, op: Op, desired: Desired, gone: Mapping[str, str], reference: Reference) -> Answer:
    axis = {"name": form.axis_name(desired.axes[0], desired, reference)}
    product = {
        "ItemId": op.ref.item,
        "variation": {"Variation1": axis},
        "Skus": {"Sku": [{"SkuId": sku_id} for sku_id in gone.values()]},
    }
    return client.write("/product/sku/remove", _payload(product))


def _in_turn(
    client: Client, op: Op, steps: Sequence[tuple[set[str], Callable[[], Answer]]], changed: set[str]
) -> Outcome:
    """The steps one after the other; what a failed step leaves undone is the next plan's work."""
    wrote: set[str] = set()
    last: Receipt | None = None
    for fields, step in steps:
        try:
            last = _made(client, step(), op.ref)
        except (Retry, OutcomeUnknown, Refused, Missing) as trouble:
            if last is None:
                raise
            return Receipt(last.ref, frozenset(wrote), last.ticket, last.request_id, str(trouble))
        wrote |= fields
    if last is None:
        return Receipt(wrote=frozenset())
    return Receipt(last.ref, frozenset(changed), last.ticket, last.request_id)


def _made(client: Client, answer: Answer, known: Ref | None = None) -> Receipt:
    """New ids, and a ticket if a review follows."""
    data = answer.data if isinstance(answer.data, Mapping) else {}
    made = {str(s.get("seller_sku")): str(s.get("sku_id")) for s in data.get("sku_list") or ()}
    item = str(data.get("item_id") or (known.item if known else ""))
    ref = Ref(item, {**(known.variants if known else {}), **made}) if made else None
    ticket = None
    if str(data.get("item_status") or "").lower().startswith("pending"):
        wait = float(client.connection.channel.settings.get("review_look_seconds", 600))
        ticket = Ticket("review", item, client.connection.clock.now() + timedelta(seconds=wait))
    return Receipt(ref=ref, ticket=ticket, request_id=answer.request_id)


def _upload(client: Client, sha: str) -> str:
    """The picture's address at Lazada; a content is uploaded once per shop."""
    connection = client.connection
    known = connection.notebook.get("picture", sha)
    if known is not None:
        return str(known)
    settings = connection.channel.settings
    frame = Frame(
        int(settings.get("picture_min_side", 330)),
        int(settings.get("picture_max_side", 5000)),
        int(settings.get("picture_max_bytes", 1_000_000)),
        square=bool(settings.get("picture_square", False)),
    )
    data = fit(connection.pictures.read(sha), frame)
    try:
        answer = client.write("/image/upload", {}, bucket="image", files={"image": ("image", data)})
    except OutcomeUnknown as error:
        raise Retry(str(error), code=error.code) from None  # at worst one unused picture
    url = str(answer.data["image"]["url"])
    connection.notebook.put("picture", sha, url)
    return url


def _alive(client: Client, desired: Desired) -> bool:
    return any(str(p.get("status") or "").lower() != "deleted" for p in by_skus(client, desired.skus))


def _unless_it_happened(trouble: Exception) -> Outcome:
    if isinstance(trouble, Retry | OutcomeUnknown | Refused | Missing):
        return trouble
    raise trouble


def _offer_fields(offers: Iterable[Offer]) -> set[str]:
    return {"variants"} | {f"{head}:{offer.sku}" for offer in offers for head in ("price", "stock")}


def _key(sku: str, sku_id: str) -> dict[str, Any]:
    return {"SkuId": sku_id} if sku.startswith("?") else {"SkuId": sku_id, "SellerSku": sku}


def _payload(product: Payload) -> dict[str, str]:
    return {"payload": json.dumps({"Request": {"Product": product}}, ensure_ascii=False, separators=(",", ":"))}


_FIXED_VARIANTS = Problem(
    "variants_fixed",
    "variants",
    "Tin trên Lazada không có nhóm phân loại nên không thêm bớt biến thể được. Gỡ tin cũ rồi đăng lại.",
    "The listing has no variation axis, so variants cannot join or leave it. Remove it and publish anew.",
)
