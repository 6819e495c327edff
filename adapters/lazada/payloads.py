"""The trees that Lazada's product calls take; pictures are uploaded on the way, each content once per shop."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.lazada import canonical as form
from adapters.lazada.client import Client
from adapters.lazada.reference import Reference
from adapters.markup import to_html
from adapters.pictures import Frame, fit
from adapters.pictures import content as picture
from connector.domain.listing import Desired, Offer
from connector.errors import OutcomeUnknown, Retry


def content(client: Client, desired: Desired, reference: Reference, only: set[str] | None) -> dict[str, Any]:
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


def sku_entry(desired: Desired, offer: Offer, reference: Reference) -> dict[str, Any]:
    """Every value is text: that is how Lazada's JSON form wants it."""
    sku: dict[str, Any] = {"SellerSku": offer.sku, "quantity": str(offer.quantity), "price": str(offer.price)}
    return sku | package(desired, offer) | sale_prop(desired, offer, reference)


def package(desired: Desired, offer: Offer) -> dict[str, str]:
    length, width, height = (str(side) for side in desired.size_cm)
    kilograms = f"{form.round_up(offer.weight_g) / 1000:.2f}"
    return {
        "package_length": length,
        "package_width": width,
        "package_height": height,
        "package_weight": kilograms,
    }


def sale_prop(desired: Desired, offer: Offer, reference: Reference) -> dict[str, Any]:
    names = [form.axis_name(name, desired, reference) for name in desired.axes]
    chosen = dict(zip(names, form.options(desired, offer, reference), strict=False))
    return {"saleProp": chosen} if chosen else {}


def variation(desired: Desired, reference: Reference) -> dict[str, Any]:
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
    data = fit(picture(connection, sha), frame)
    try:
        answer = client.write("/image/upload", {}, bucket="image", files={"image": ("image", data)})
    except OutcomeUnknown as error:
        raise Retry(str(error), code=error.code) from None  # at worst one unused picture
    url = str(answer.data["image"]["url"])
    connection.notebook.put("picture", sha, url)
    return url


def envelope(product: Mapping[str, Any]) -> dict[str, str]:
    return {"payload": json.dumps({"Request": {"Product": product}}, ensure_ascii=False, separators=(",", ":"))}


def key(sku: str, sku_id: str) -> dict[str, Any]:
    return {"SkuId": sku_id} if sku.startswith("?") else {"SkuId": sku_id, "SellerSku": sku}
