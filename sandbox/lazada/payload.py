"""The one tree that a write carries, sent as XML or as JSON text; shape errors have codes of their own."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from sandbox.lazada.errors import Refused, plain

REPEATED = {"Image", "Sku", "Url", "option", "MultiWarehouseInventory"}
NUMBERS_ALLOWED = {"delay_delivery_days"}  # the official sample itself sends this one as a number


def tree(text: str | None, strict_values: bool) -> dict[str, Any]:
    """The content of `Request`. XML lists are lists already; JSON has to send them as arrays (1001)."""
    body = (text or "").strip()
    if not body:
        raise Refused("30", "E030: Empty Request")
    root = _xml(body) if body.startswith("<") else _json(body, strict_values)
    if not isinstance(root, dict) or not root:
        raise Refused("30", "E030: Empty Request")
    return root


def product(root: dict[str, Any]) -> dict[str, Any]:
    """The `Product` node."""
    node = root.get("Product")
    if not isinstance(node, dict):
        raise Refused("5", "E005: Invalid Request Format")
    return node


def skus(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`Skus.Sku` as a list."""
    holder = node.get("Skus")
    found = holder.get("Sku") or [] if isinstance(holder, dict) else []
    return [sku for sku in found if isinstance(sku, dict)]


def images(node: Mapping[str, Any]) -> list[str]:
    """`Images.Image` as a list of addresses, empty ones left out."""
    holder = node.get("Images")
    found = holder.get("Image") or [] if isinstance(holder, dict) else []
    return [str(url).strip() for url in found if str(url or "").strip()]


def ident(value: Any) -> int | None:
    """A numeric id sent as text or number."""
    text = str(value if value is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _xml(body: str) -> Any:
    if "<!DOCTYPE" in body[:1000]:
        raise Refused("5", "E005: Invalid Request Format")
    try:
        element = ET.fromstring(body)  # noqa: S314 - a document with a DTD was turned away above
    except (ET.ParseError, ValueError) as error:
        raise Refused("5", "E005: Invalid Request Format") from error
    if element.tag != "Request":
        raise Refused("5", "E005: Invalid Request Format")
    return _node(element)


def _node(element: ET.Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    node: dict[str, Any] = {}
    for child in element:
        value = _node(child)
        if child.tag in REPEATED or child.tag in node:
            kept = node.get(child.tag, [])
            node[child.tag] = [*(kept if isinstance(kept, list) else [kept]), value]
        else:
            node[child.tag] = value
    return node


def _json(body: str, strict_values: bool) -> Any:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise plain("4132") from error
    root = value.get("Request") if isinstance(value, dict) else None
    node = root.get("Product") if isinstance(root, dict) else None
    if isinstance(node, dict):
        _arrays(node)
        for sku in skus(node):
            _arrays(sku)
            if strict_values and any(_number(name, held) for name, held in sku.items()):
                raise _not_json()
    return root


def _number(name: str, value: Any) -> bool:
    return isinstance(value, int | float) and name not in NUMBERS_ALLOWED


def _arrays(node: dict[str, Any]) -> None:
    for holder, name in (("Images", "Image"), ("Skus", "Sku")):
        inner = node.get(holder)
        if isinstance(inner, dict) and name in inner and not isinstance(inner[name], list):
            raise _not_json()
        if isinstance(inner, list):
            raise _not_json()


def _not_json() -> Refused:
    return Refused("1001", "The parameters are not in JSON format")
