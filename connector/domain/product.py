"""The canonical record: what the producer said once, on no platform's terms."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Producer:
    """The OCOP subject (chủ thể): a household, a cooperative, a small firm; the unit of tenancy."""

    code: str
    name: str
    kind: str = ""
    address: str = ""
    commune: str = ""
    province_code: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The OCOP recognition of one product: 3 to 5 stars, 36 months from the decision. `made_up` marks sample data."""

    stars: int
    number: str
    authority: str
    issued_on: date
    expires_on: date
    withdrawn_on: date | None = None
    made_up: bool = False

    def holds_on(self, day: date) -> bool:
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.issued_on <= day < self.expires_on and not withdrawn


@dataclass(frozen=True, slots=True)
class PaperHeld:
    """A paper that proves something, as kept: `kind` is a code of config/ocop/papers.toml, `sha256` and `media` its
    file, `producers` true where it speaks for all products of the producer. `expires_on` None: it does not end."""

    kind: str
    sha256: str
    media: str
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    producers: bool = False
    id: int = 0

    def holds_on(self, day: date) -> bool:
        return self.expires_on is None or day < self.expires_on


@dataclass(frozen=True, slots=True)
class Variant:
    """A sellable form of a product. `price` in dong, `weight_g` the parcel's grams, `options` one value per axis."""

    sku: str
    price: int
    options: tuple[str, ...] = ()
    pack: str = ""
    weight_g: int = 500
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What the law wants a buyer to read (Decree 37/2026); empty where the producer has not said it."""

    ingredients: str = ""
    usage: str = ""
    storage: str = ""
    warnings: str = ""
    shelf_life: str = ""
    net_content: str = ""
    alcohol_percent: str = ""
    trace_url: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One canonical product. `set_no` is the OCOP product set 1 to 26 (0 unknown), `pictures` are sha256 in order,
    `size_cm` the parcel's length, width and height."""

    code: str
    producer: Producer
    name: str
    variants: tuple[Variant, ...]
    short_name: str = ""
    description: str = ""
    brand: str = ""
    set_no: int = 0
    axes: tuple[str, ...] = ()
    label: Label = field(default_factory=Label)
    certificate: Certificate | None = None
    pictures: tuple[str, ...] = ()
    size_cm: tuple[int, int, int] = (20, 15, 10)
    delivery_area: str = ""
    retired: bool = False
    papers: tuple[PaperHeld, ...] = ()

    def stars_on(self, day: date) -> int:
        """The stars that may be claimed on that day; 0 without a certificate in force."""
        return self.certificate.stars if self.certificate and self.certificate.holds_on(day) else 0
