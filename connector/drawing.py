"""Draws a product a picture from its facts, for goods that have none (the sample, a producer's first import).

The same facts give the same bytes, so that the picture's content address is stable: the typeface is vendored, and the
shapes follow from the product's code.
"""

import hashlib
import io
import random
from datetime import date
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from connector.domain.product import Product
from connector.domain.text import tidy
from connector.motifs import GOLD, INK, PAPER, SCALE, Brush, Look, look, star

SIZE = 1000
_FONTS = Path(__file__).parents[1] / "config" / "fonts"
_STAGE = (56, 56, SIZE - 56, 560)
_WIDTH = SIZE - 144


def draw(product: Product, today: date | None = None) -> bytes:
    """A 1000 x 1000 JPEG: motif above, name, pack, producer and province below; OCOP stars only if there is a
    certificate that holds `today` (a picture outlives a certificate, so the caller says so)."""
    style = look(product.set_no)
    image = _stage(product, style)
    pen = ImageDraw.Draw(image)
    _caption(pen, style)
    if today and product.certificate and product.certificate.holds_on(today):
        _stars(pen, product.certificate.stars)
    _words(pen, product, style)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, subsampling=0)
    return out.getvalue()


def _stage(product: Product, style: Look) -> Image.Image:
    image = Image.new("RGB", (SIZE, SIZE), PAPER)
    large = Image.new("RGB", (SIZE * SCALE, 600 * SCALE), PAPER)
    brush = Brush(ImageDraw.Draw(large))
    brush.rounded_rectangle(_STAGE, radius=44, fill=style.ground)
    seed = int.from_bytes(hashlib.sha256(product.code.encode()).digest()[:8], "big")
    style.motif(brush, random.Random(seed), style)
    image.paste(large.reduce(SCALE), (0, 0))
    return image


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    # The basic layout does without an optional library that would place marks differently on another machine.
    return ImageFont.truetype(_FONTS / f"BeVietnamPro-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def _caption(pen: ImageDraw.ImageDraw, style: Look) -> None:
    font = _font("Bold", 26)
    width = pen.textlength(style.caption, font)
    pen.rounded_rectangle((92, 92, 92 + width + 48, 146), radius=27, fill=PAPER)
    pen.text((116, 119), style.caption, font=font, fill=style.strong, anchor="lm")


def _stars(pen: ImageDraw.ImageDraw, count: int) -> None:
    left = SIZE - 92 - (150 + count * 42)
    pen.rounded_rectangle((left, 92, SIZE - 92, 146), radius=27, fill=PAPER)
    pen.text((left + 24, 119), "OCOP", font=_font("Bold", 26), fill=INK, anchor="lm")
    for index in range(count):
        pen.polygon(star(left + 148 + index * 42, 120, 18), fill=GOLD)


def _words(pen: ImageDraw.ImageDraw, product: Product, style: Look) -> None:
    name, size = _fit(pen, tidy(product.name))
    y = 606.0
    for line in name:
        pen.text((72, y), line, font=_font("Bold", size), fill=INK)
        y += size * 1.3
    packs = " · ".join(dict.fromkeys(variant.pack for variant in product.variants if variant.pack))
    if packs:
        shown = _clip(pen, packs, _font("Bold", 34), SIZE - 180)
        width = pen.textlength(shown, _font("Bold", 34))
        y += 14
        pen.rounded_rectangle((72, y, 72 + width + 48, y + 58), radius=29, fill=style.strong)
        pen.text((96, y + 29), shown, font=_font("Bold", 34), fill=PAPER, anchor="lm")
    pen.line((72, 866, SIZE - 72, 866), fill=style.ground, width=4)
    producer, regular, bold = product.producer, _font("Regular", 32), _font("Bold", 30)
    pen.text((72, 880), _clip(pen, tidy(producer.name), regular, _WIDTH), font=regular, fill=INK)
    place = ", ".join(part for part in (producer.commune, producer.province or "Việt Nam") if part)
    pen.text((72, 926), _clip(pen, place, bold, _WIDTH), font=bold, fill=style.strong)


def _fit(pen: ImageDraw.ImageDraw, text: str) -> tuple[list[str], int]:
    """The largest size at which the name takes at most two lines (three at the smallest), cut if it must."""
    for size, rows in ((66, 2), (56, 2), (48, 2), (42, 3)):
        lines = _wrap(pen, text, _font("Bold", size))
        if len(lines) <= rows:
            return lines, size
    lines[2] = _clip(pen, f"{lines[2]} {lines[3]}", _font("Bold", 42), _WIDTH)
    return lines[:3], 42


def _wrap(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and pen.textlength(longer, font) > _WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_clip(pen, line, font, _WIDTH) for line in lines]


def _clip(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if pen.textlength(text, font) <= width:
        return text
    while text and pen.textlength(f"{text}…", font) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
