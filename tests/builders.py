"""Builders of what tests talk about: a product, what a shop wants of it, a connection to a sandboxed shop.

The outside of an adapter is played by plain memory here; the platform is the sandbox, over HTTP.
"""

import atexit
import hashlib
import io
import json
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image, ImageDraw
from pydantic import SecretStr

from config.channels import channels
from connector.domain.desired import desired
from connector.domain.listing import Desired
from connector.domain.product import Certificate, Label, Producer, Product, Variant
from connector.domain.rules import Policy, Verbs
from connector.ports import Channel, Clock, Connection, Throttle, Tokens

TODAY = date(2026, 11, 24)


def a_producer(**changes: Any) -> Producer:
    producer = Producer(
        code="HTX-CHIEN-THANG",
        name="Hợp tác xã Nông nghiệp Chiến Thắng",
        kind="cooperative",
        commune="Xã Bát Tràng",
        province_code="01",
        province="Hà Nội",
    )
    return replace(producer, **changes)


def a_certificate(**changes: Any) -> Certificate:
    issued, expires = date(2025, 6, 1), date(2028, 6, 1)
    certificate = Certificate(4, "1234/QĐ-UBND", "UBND thành phố Hà Nội", issued, expires, made_up=True)
    return replace(certificate, **changes)


def a_variant(sku: str = "MONG-500", price: int = 120_000, *options: str, **changes: Any) -> Variant:
    return replace(Variant(sku=sku, price=price, options=options, pack="500 g", weight_g=600), **changes)


def a_product(**changes: Any) -> Product:
    """Honey in one form; pass `variants` and `axes` for several."""
    product = Product(
        code="MAT-ONG-HOA-NHAN",
        producer=a_producer(),
        name="Mật ong hoa nhãn Hưng Yên",
        short_name="Mật ong hoa nhãn",
        description="Mật ong nguyên chất lấy từ vườn nhãn, lọc lạnh, không pha đường. " * 3,
        set_no=4,
        variants=(a_variant(),),
        label=Label(
            ingredients="100% mật ong hoa nhãn",
            usage="Pha nước ấm hoặc dùng trực tiếp",
            storage="Nơi khô mát, tránh nắng",
            shelf_life="24 tháng",
            net_content="500 g",
        ),
        certificate=a_certificate(),
        pictures=(a_picture("mật ong"),),
    )
    return replace(product, **changes)


def a_product_in_two_sizes(**changes: Any) -> Product:
    variants = (
        a_variant("MONG-250", 70_000, "250 g", pack="250 g", weight_g=350),
        a_variant("MONG-500", 120_000, "500 g", weight_g=600),
    )
    return a_product(axes=("Quy cách",), variants=variants, **changes)


def a_desired(
    platform: str, product: Product | None = None, *, free: int = 10, policy: Policy | None = None, **changes: Any
) -> Desired:
    """What a shop on `platform` ought to show of the product, in the category its channel file gives the set."""
    product = product or a_product()
    category = a_channel(platform).categories.get(str(product.set_no), "")
    stock = {variant.sku: free for variant in product.variants}
    return replace(desired(product, stock, policy or a_policy(), category, TODAY), **changes)


def a_policy(**changes: Any) -> Policy:
    return replace(Policy(verbs=Verbs.SYNC), **changes)


@cache
def a_channel(platform: str) -> Channel:
    """The platform's own channel file."""
    return channels()[platform]


def a_connection(
    platform: str,
    sandbox: Any,
    *,
    clock: Clock | None = None,
    throttle: Throttle | None = None,
    settings: Mapping[str, Any] | None = None,
    door: str = "",
) -> Connection:
    """A shop of the sandbox with its credentials and tokens, remembered in memory; `settings` overlay the channel's."""
    channel = a_channel(platform)
    secrets = sandbox.credentials(platform)
    kept = {"folder": _folder().name} if "folder" in channel.settings else {}
    return Connection(
        shop=f"{platform}-demo",
        channel=replace(channel, settings={**channel.settings, **kept, **(settings or {})}),
        notebook=MemoryNotebook(),
        vault=MemoryVault.of(secrets),
        pictures=MemoryPictures(),
        throttle=throttle or FreeThrottle(),
        clock=clock or RealClock(),
        timeout_seconds=20.0,
        door=door,
    )


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where assisted channels keep their packs, as long as the tests run."""
    return tempfile.TemporaryDirectory(prefix="ocop-packs-")


# ---- pictures


_DRAWN: dict[str, bytes] = {}


@cache
def a_picture(text: str = "ảnh", side: int = 640) -> str:
    """The sha256 of a picture drawn for `text`; MemoryPictures serves every picture drawn."""
    shade = hashlib.sha256(text.encode()).digest()
    image = Image.new("RGB", (side, side), (shade[0], shade[1], shade[2]))
    corners = (side // 4, side // 4, side * 3 // 4, side * 3 // 4)
    ImageDraw.Draw(image).ellipse(corners, fill=(shade[3], shade[4], shade[5]))
    out = io.BytesIO()
    image.save(out, "PNG")
    sha = hashlib.sha256(out.getvalue()).hexdigest()
    _DRAWN[sha] = out.getvalue()
    return sha


class MemoryPictures:
    """Pictures drawn by `a_picture`, with an address on loopback for platforms that download them."""

    def read(self, sha256: str) -> bytes:
        return _DRAWN[sha256]

    def url(self, sha256: str) -> str:
        return f"{_picture_server()}/{sha256}.png"


@cache
def _picture_server() -> str:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            picture = _DRAWN.get(self.path.strip("/").removesuffix(".png"))
            self.send_response(200 if picture else 404)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(picture or b"")))
            self.end_headers()
            self.wfile.write(picture or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    atexit.register(server.server_close)
    atexit.register(server.shutdown)
    return f"http://127.0.0.1:{server.server_address[1]}"


# ---- memory instead of the store


@dataclass
class MemoryNotebook:
    """Keeps JSON, as the real one does, so that what cannot be stored fails here too."""

    notes: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, kind: str, key: str) -> Any | None:
        text = self.notes.get(kind, {}).get(key)
        return None if text is None else json.loads(text)

    def all(self, kind: str) -> Mapping[str, Any]:
        return {key: json.loads(text) for key, text in self.notes.get(kind, {}).items()}

    def put(self, kind: str, key: str, value: Any) -> None:
        self.notes.setdefault(kind, {})[key] = json.dumps(value)


@dataclass
class MemoryVault:
    """Credentials and tokens; `saved` counts renewals."""

    secrets: Mapping[str, SecretStr]
    held: Tokens | None = None
    saved: int = 0
    leased: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, secrets: Mapping[str, Any]) -> "MemoryVault":
        """Of what a sandbox tells under the platform's own names."""
        hidden = {name: SecretStr(str(value)) for name, value in secrets.items() if isinstance(value, str | int)}
        access, refresh = hidden.get("access_token"), hidden.get("refresh_token")
        return cls(hidden, Tokens(access, refresh) if access else None)

    def credentials(self) -> Mapping[str, SecretStr]:
        return self.secrets

    def tokens(self) -> Tokens | None:
        return self.held

    def save(self, tokens: Tokens) -> None:
        self.held = tokens
        self.saved += 1

    @contextmanager
    def lease(self) -> Iterator[bool]:
        waited = not self.leased.acquire(blocking=False)
        if waited:
            self.leased.acquire()
        try:
            yield waited
        finally:
            self.leased.release()


@dataclass
class FreeThrottle:
    """Never waits; remembers what was taken and hit."""

    taken: list[str] = field(default_factory=list)
    hits: list[tuple[str, float]] = field(default_factory=list)

    def take(self, bucket: str) -> None:
        self.taken.append(bucket)

    def hit(self, bucket: str, after: float = 0.0) -> None:
        self.hits.append((bucket, after))

    def rest(self, after: float) -> None:
        self.hits.append(("*", after))


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """Stands still until a test moves it."""

    at: datetime = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)
