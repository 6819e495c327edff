"""Pictures: uploaded or migrated to the platform's own host, the only addresses a listing may use."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.fetch import fetch, fetch_later
from sandbox.lazada import payload
from sandbox.lazada.errors import Flaw, Refused, plain, umbrella
from sandbox.pictures import NotAPicture
from sandbox.wire import Reply
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.lazada.market import Call, Market

LEAST_SIDE, MOST_SIDE = 330, 5000
MOST_IMAGES = 8
MIGRATE_SECONDS = 5.0


@dataclass
class Batch:
    """A migration under way."""

    base: str
    ready_at: float
    downloads: list[tuple[str, Future[bytes]]]


@dataclass
class Album:
    """Which pictures the platform hosts, by content hash, and under which addresses it said so."""

    pictures: dict[str, str] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    batches: dict[str, Batch] = field(default_factory=dict)

    def hosted(self, url: str) -> str | None:
        """The picture id behind one of the platform's own addresses; None for a foreign one (4138)."""
        parts = urlsplit(url)
        if parts.netloc not in self.hosts or not parts.path.startswith("/p/"):
            return None
        return self.pictures.get(parts.path.removeprefix("/p/").rpartition(".")[0])

    def serve(self, world: World, content_hash: str) -> Reply:
        """The bytes, as a content delivery host would send them."""
        picture = world.pictures.get(self.pictures.get(content_hash, ""))
        if picture is None:
            return Reply(404, b"no such picture", {"content-type": "text/plain"})
        return Reply(200, picture.data, {"content-type": picture.mime})


def keep(market: Market, data: bytes, base: str) -> dict[str, str]:
    """Check a picture and host it: {url, hash_code}."""
    if len(data) > int(market.switches["image_max_bytes"]):
        raise Refused("303", "E303: The image is too large")
    try:
        picture = market.world.pictures.keep(data)
    except NotAPicture as error:
        raise Refused("300", "E300: Upload Image Failed") from error
    if picture.format not in {"JPEG", "PNG"}:
        raise Refused("300", "E300: Upload Image Failed")
    if max(picture.width, picture.height) > MOST_SIDE:
        raise Refused("303", "E303: The image is too large")
    if min(picture.width, picture.height) < LEAST_SIDE:
        raise Refused("300", f"E300: Upload Image Failed, each side needs at least {LEAST_SIDE} px")
    content_hash = hashlib.md5(data, usedforsecurity=False).hexdigest()
    market.album.pictures[content_hash] = picture.id
    market.album.hosts.add(urlsplit(base).netloc)
    ending = "jpg" if picture.format == "JPEG" else "png"
    return {"url": f"{base}/p/{content_hash}.{ending}", "hash_code": content_hash}


def upload(market: Market, call: Call) -> dict[str, Any]:
    """/image/upload."""
    file = next((file for file in call.files if file.name == "image"), None)
    if file is None:
        raise Refused("302", "Not supported URL") if "image" in call.params else _empty()
    if not file.data:
        raise _empty()
    return {"data": {"image": keep(market, file.data, call.request.base)}}


def _empty() -> Refused:
    return Refused("30", "E030: Empty Request")


def migrate(market: Market, call: Call) -> dict[str, Any]:
    """/image/migrate: one picture, downloaded while the caller waits."""
    root = payload.tree(call.params.get("payload"), strict_values=False)
    try:
        data = fetch(market.world.pictures, _one_url(root), MIGRATE_SECONDS)
    except (OSError, ValueError) as error:
        raise Refused("302", "E302: Not supported URL") from error
    return {"data": {"image": keep(market, data, call.request.base)}}


def _one_url(root: dict[str, Any]) -> str:
    node = root.get("Image")
    node = node[0] if isinstance(node, list) and node else node
    url = node.get("Url") if isinstance(node, dict) else ""
    url = url[0] if isinstance(url, list) and url else url
    if not url:
        raise _empty()
    return str(url).strip()


def migrate_many(market: Market, call: Call) -> dict[str, Any]:
    """/images/migrate: up to eight pictures, downloaded in threads; the batch id stands at the top level."""
    root = payload.tree(call.params.get("payload"), strict_values=False)
    node = root.get("Images")
    urls = node.get("Url") if isinstance(node, dict) else None
    if not urls:
        raise _empty()
    if not isinstance(urls, list) or len(urls) > MOST_IMAGES:
        raise Refused("5", "E005: Invalid Request Format")
    batch_id = f"{market.chance.getrandbits(104):026x}"
    ready = market.world.clock.now() + float(market.switches["migrate_seconds"])
    downloads = [
        (str(url).strip(), fetch_later(market.world.pictures, str(url).strip(), MIGRATE_SECONDS))
        for url in urls
    ]
    market.album.batches[batch_id] = Batch(call.request.base, ready, downloads)
    return {"batch_id": batch_id}


def response(market: Market, call: Call) -> dict[str, Any]:
    """/image/response/get: what is done stands in one of two lists, what is pending in neither."""
    batch = market.album.batches.get(call.need("batch_id"))
    if batch is None:
        raise Refused("5", "E005: Invalid Request Format")
    images: list[dict[str, str]] = []
    errors: list[dict[str, str]] = []
    if market.world.clock.now() >= batch.ready_at:
        for url, download in batch.downloads:
            if download.done():
                _settle(market, batch.base, url, download, images, errors)
    return {"data": {"images": images, "errors": errors}}


def _settle(
    market: Market, base: str, url: str, download: Future[bytes],
    images: list[dict[str, str]], errors: list[dict[str, str]],
) -> None:  # fmt: skip
    try:
        images.append(keep(market, download.result(), base))
    except (OSError, ValueError, Refused) as error:
        errors.append({"field": url, "msg": f"Error download image: {error}", "original_url": url})


def flaws_of(market: Market, urls: list[str], field_name: str, seller_sku: str = "") -> list[Flaw]:
    """What is wrong with a list of picture addresses."""
    flaws = []
    if len(urls) > MOST_IMAGES:
        flaws.append(Flaw("4169", field_name, seller_sku))
    if len(set(urls)) < len(urls):
        flaws.append(Flaw("4116", field_name, seller_sku))
    if any(market.album.hosted(url) is None for url in urls):
        flaws.append(Flaw("4138", field_name, seller_sku))
    return flaws


def set_images(market: Market, call: Call) -> dict[str, Any]:
    """/images/set: replace the pictures of SKUs."""
    node = payload.product(payload.tree(call.params.get("payload"), strict_values=False))
    entries = payload.skus(node)
    if not entries:
        raise _empty()
    if len(entries) > 50:
        raise Refused("204", "E204: Too many SKU in one request")
    flaws: list[Flaw] = []
    found = []
    for entry in entries:
        urls, name = payload.images(entry), str(entry.get("SellerSku") or "")
        sku_id = payload.ident(entry.get("SkuId"))
        held = market.state.find(None, sku_id) if sku_id else None
        if held is None:
            raise plain("4136") if sku_id else Refused("200", "E200: Empty SellerSku")
        if len(urls) > MOST_IMAGES:
            raise Refused("203", "E203: Too many images in one SKU")
        if held[0].campaign_block:
            flaws.append(Flaw("4162", "Images", name, text="THD_IC_ERR_F_IC_ABILITY_PG_004"))
        flaws += flaws_of(market, urls, "Images", name)
        found.append((held, urls))
    if flaws:
        raise umbrella("504", flaws, market.switches["validation_style"])
    for (item, sku), urls in found:
        sku.images, item.updated = urls, market.world.clock.now()
    return {"data": {}}
