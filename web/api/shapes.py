"""What goes over the API: the shapes of products, stock and shops, as forms and pages show them too.

Money is integer dong, quantities integer pieces, moments RFC 3339 in UTC.
"""

from datetime import date, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from connector.editing import MOST_PICTURES, MOST_VARIANTS
from connector.importing.values import HIGHEST_PRICE, LOWEST_PRICE
from web.problems import Obstacle

NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=20_000, pattern=NO_NUL)]
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_.-]{3,20}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Price = Annotated[int, Field(ge=LOWEST_PRICE, le=HIGHEST_PRICE, description="dong")]
Pieces = Annotated[int, Field(ge=0, le=10_000_000)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Item = TypeVar("Item")
MOST = 500
"""So many rows in one call that writes."""


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class In(BaseModel):
    """Unknown fields are told, not dropped: a typing error in a name must not pass for success."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(BaseModel, Generic[Item]):
    """`next` is given back as `after` for the page behind this one; null on the last."""

    items: list[Item]
    next: str | None


class Viewing(Out):
    login: str
    role: str
    producer: str
    language: str


class ProducerOut(Out):
    id: int
    code: str
    name: str
    province: str


class ShopOut(Out):
    id: int
    code: str
    name: str
    platform: str
    state: str
    paused_because: str
    needs_consent: bool
    verbs: str
    shared: bool


class Light(Out):
    id: int
    shop: str
    platform: str
    phase: str
    url: str
    blocking: int
    drifts: int


class ProductLine(Out):
    id: int
    code: str
    name: str
    producer: str
    retired: bool
    stars: int | None
    price_from: int | None
    price_to: int | None
    stock: int
    listings: list[Light]


class LabelOut(Out):
    ingredients: str
    usage: str
    storage: str
    warnings: str
    shelf_life: str
    net_content: str
    alcohol_percent: str
    trace_url: str


class CertificateOut(Out):
    stars: int
    number: str
    authority: str
    issued_on: date
    expires_on: date
    withdrawn_on: date | None


class VariantOut(Out):
    """`free` may still be sold; `on_hand` is counted (null: a pack, counted as its base)."""

    sku: str
    price: int
    pack: str
    options: list[str]
    weight_g: int
    barcode: str
    free: int
    on_hand: int | None


class ProductOut(Out):
    id: int
    code: str
    producer: str
    name: str
    short_name: str
    brand: str
    description: str
    set_no: int
    axes: list[str]
    label: LabelOut
    certificate: CertificateOut | None
    pictures: list[str]
    size_cm: tuple[int, int, int]
    delivery_area: str
    retired: bool
    variants: list[VariantOut]
    warnings: list[Obstacle] = []


class LabelIn(In):
    ingredients: Words | None = None
    usage: Words | None = None
    storage: Words | None = None
    warnings: Words | None = None
    shelf_life: Line | None = None
    net_content: Line | None = None
    alcohol_percent: Line | None = None
    trace_url: Line | None = None


class CertificateIn(In):
    stars: Annotated[int, Field(ge=3, le=5)]
    number: Line
    authority: Line = ""
    issued_on: date
    expires_on: date | None = None


class VariantIn(In):
    """Named by its SKU; without one it is new, and gets one. `stock` is a count of what is in the house."""

    sku: Sku | None = None
    price: Price | None = None
    stock: Pieces | None = None
    pack: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] | None = None
    options: Annotated[list[Line], Field(max_length=2)] | None = None
    weight_g: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    barcode: Annotated[str, StringConstraints(pattern=r"^(\d{8}|\d{12,14})?$")] | None = None


class ProductChange(In):
    """What is not named stays; a variant that is not named stays too."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)] | None = None
    short_name: Line | None = None
    brand: Line | None = None
    description: Words | None = None
    delivery_area: Line | None = None
    set_no: Annotated[int, Field(ge=0, le=26)] | None = None
    axes: Annotated[list[Line], Field(max_length=2)] | None = None
    size_cm: Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(min_length=3, max_length=3)] | None = None
    label: LabelIn | None = None
    certificate: CertificateIn | None = None
    pictures: Annotated[list[Sha256], Field(max_length=MOST_PICTURES)] | None = None
    variants: Annotated[list[VariantIn], Field(max_length=MOST_VARIANTS)] | None = None
    retired: bool | None = None


class ProductNew(ProductChange):
    """`producer` is a producer's code; a producer's own token need not say it."""

    producer: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] = ""
    name: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)]
    variants: Annotated[list[VariantIn], Field(min_length=1, max_length=MOST_VARIANTS)]


class PictureOut(Out):
    sha256: str


class PriceIn(In):
    sku: Sku
    price: Price


class Prices(In):
    prices: Annotated[list[PriceIn], Field(min_length=1, max_length=MOST)]


class Saved(Out):
    """`changed` counts products."""

    changed: int
    unchanged: int


class StockOut(Out):
    """In pieces of the good a SKU is made of; `free` in pieces of the SKU."""

    sku: str
    base: str
    pieces: int
    scarce_below: int | None
    on_hand: int
    reserved: int
    free: int


class CountIn(In):
    count: Annotated[int, Field(ge=0, le=10_000_000, description="pieces in the house, packed for open orders or not")]


class MovementIn(In):
    by: Annotated[int, Field(ge=-1_000_000, le=1_000_000, description="pieces more, or fewer; not 0")]
    because: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]


class MovementOut(Out):
    id: int
    at: datetime
    sku: str
    kind: str
    delta: int
    cause: str
    shop: str | None
    order: str
