"""The passport as one page that needs nothing else: styles, picture and QR code are in it, its facts are marked up for
search engines (schema.org)."""

import base64
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from connector.domain.product import Certificate
from connector.domain.text import cut, dong, tidy
from connector.errors import Complaint
from connector.passport import Passport, stamp
from connector.ports import Pictures
from connector.store.passports import Selling

_SIDE = 800  # pixels of the picture in the page
_STAMP_MM = 30
_STOCK = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def page(one: Passport, pictures: Pictures) -> str:
    """HTML, Vietnamese first."""
    return _template().render(
        one=one,
        picture=_picture(one, pictures),
        code=Markup(stamp.svg(one.address, _STAMP_MM)),  # noqa: S704 - drawn here, holds no text of others
        markup=Markup(_json(linked(one, pictures))),  # noqa: S704 - escaped by _json
    )


def linked(one: Passport, pictures: Pictures) -> dict[str, Any]:
    """The passport in schema.org's words."""
    product, producer = one.product, one.product.producer
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": one.address,
        "url": one.address,
        "name": one.name,
        "description": cut(tidy(one.story), 500),
        "sku": product.code,
        "category": one.set_name,
        "image": [pictures.url(sha256) for sha256 in product.pictures],
        "brand": {"@type": "Brand", "name": tidy(product.brand)} if product.brand else None,
        "manufacturer": {"@type": "Organization", "name": producer.name, "address": producer.address or one.commune},
        "countryOfOrigin": {"@type": "Country", "name": "Việt Nam"},
        "hasCertification": _certification(one.held) if one.held else None,
        "offers": [_offer(selling) for selling in one.selling if selling.low is not None],
    }
    return {key: value for key, value in made.items() if value}


def _certification(held: Certificate) -> dict[str, Any]:
    return {
        "@type": "Certification",
        "name": f"OCOP {held.stars} sao",
        "certificationIdentification": held.number,
        "issuedBy": {"@type": "Organization", "name": held.authority},
        "validFrom": held.issued_on.isoformat(),
        "expires": held.expires_on.isoformat(),
        "certificationRating": {"@type": "Rating", "ratingValue": held.stars, "bestRating": 5},
    }


def _offer(selling: Selling) -> dict[str, Any]:
    stock = "" if selling.in_stock is None else _STOCK[selling.in_stock]
    span = {"lowPrice": selling.low, "highPrice": selling.high}
    made = {
        "@type": "AggregateOffer" if selling.high != selling.low else "Offer",
        "priceCurrency": "VND",
        **(span if selling.high != selling.low else {"price": selling.low}),
        "url": selling.url,
        "availability": stock,
        "seller": {"@type": "Organization", "name": f"{selling.shop} ({selling.platform})"},
    }
    return {key: value for key, value in made.items() if value}


def _json(value: Any) -> str:
    """JSON that cannot close the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _picture(one: Passport, pictures: Pictures) -> str:
    """The first picture as a data address; empty where there is none to show."""
    if not one.product.pictures:
        return ""
    try:
        image = Image.open(io.BytesIO(pictures.read(one.product.pictures[0]))).convert("RGB")
    except (Complaint, UnidentifiedImageError):
        return ""
    image.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["day"] = lambda day: f"{day:%d/%m/%Y}"
    environment.filters["dong"] = dong
    return environment.get_template("page.html")
