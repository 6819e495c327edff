"""The motifs of drawn pictures: flat shapes in a product group's own colours, drawn at twice the size and reduced so
that their edges are smooth."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import ImageDraw

GOLD, INK, PAPER = (214, 158, 46), (38, 38, 36), (255, 253, 248)
SCALE = 2

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


class Brush:
    """Draws in the picture's coordinates on a canvas SCALE times as large."""

    def __init__(self, pen: ImageDraw.ImageDraw) -> None:
        self._pen = pen

    def __getattr__(self, shape: str) -> Callable[..., None]:
        method = getattr(self._pen, shape)

        def scaled(points: Any, *rest: Any, **style: Any) -> None:
            larger = {name: style[name] * SCALE for name in ("width", "radius") if name in style}
            method(_larger(points), *rest, **style | larger)

        return scaled


def _larger(points: Any) -> Any:
    return [tuple(n * SCALE for n in point) if isinstance(point, tuple) else point * SCALE for point in points]


@dataclass(frozen=True, slots=True)
class Look:
    """A product group's calm ground and strong colour, its caption and its motif."""

    ground: Colour
    strong: Colour
    caption: str
    motif: Callable[[Brush, random.Random, "Look"], None]


def look(set_no: int) -> Look:
    """How products of an OCOP set are drawn."""
    return next((look for numbers, look in _GROUPS if set_no in numbers), _PLAIN)


def star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.42
        angle = math.pi * index / 5 - math.pi / 2
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return corners


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    first, second, third = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return first, second, third


def _shades(look: Look) -> Sequence[Colour]:
    return [_mix(look.strong, look.ground, share) for share in (0.0, 0.25, 0.5, 0.7)]


def _around(x: float, y: float, reach: float) -> Box:
    return x - reach, y - reach, x + reach, y + reach


def _leaf(pen: Brush, x: float, y: float, length: float, angle: float, fill: Colour) -> None:
    points = []
    for index in range(25):
        t = index / 12
        along, side = (t, 1) if t <= 1 else (2 - t, -1)
        across = side * math.sin(math.pi * along) * 0.24
        points.append(
            (
                x + length * (along * math.cos(angle) - across * math.sin(angle)),
                y + length * (along * math.sin(angle) + across * math.cos(angle)),
            )
        )
    pen.polygon(points, fill=fill)


def _fruit(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    for x, y, reach in ((360, 390, 116), (640, 390, 116), (500, 330, 132)):
        reach += chance.randint(-10, 10)
        shade = shades[chance.randint(0, 1) if x != 500 else 0]
        pen.ellipse(_around(x, y, reach), fill=shade)
        pen.ellipse(_around(x - reach * 0.35, y - reach * 0.35, reach * 0.22), fill=_mix(shade, PAPER, 0.45))
        _leaf(pen, x, y - reach + 8, 84, -0.6 + chance.random() * 0.4, shades[2])


def _grain(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    for stem in range(5):
        x, lean = 260 + stem * 120, (stem - 2) * 0.07 + chance.random() * 0.06
        pen.line((x, 530, x + lean * 330, 250), fill=shades[2], width=7)
        for index in range(7):
            at_y = 250 + index * 32
            at_x = x + lean * (530 - at_y) * 1.18
            for side in (-1, 1):
                _leaf(pen, at_x, at_y + 30, 62, -math.pi / 2 + side * 0.62 + lean, shades[(index + stem) % 2])


def _jar(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    for x, width, height in ((330, 170, 220), (670, 170, 220), (500, 220, 290)):
        height += chance.randint(-12, 12)
        top = 520 - height
        shade = shades[0] if x == 500 else shades[1]
        pen.rounded_rectangle((x - width / 2, top, x + width / 2, 520), radius=36, fill=shade)
        pen.rounded_rectangle((x - width / 2 + 14, top - 34, x + width / 2 - 14, top + 14), radius=14, fill=shades[2])
        pen.rectangle((x - width / 2, top + height * 0.34, x + width / 2, top + height * 0.74), fill=PAPER)
        _leaf(pen, x - 38, top + height * 0.6, 84, -0.5, shade)


def _bottle(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    for x, width, height in ((340, 104, 270), (660, 104, 270), (500, 124, 340)):
        height += chance.randint(-12, 8)
        top = 520 - height
        shade = shades[0] if x == 500 else shades[1]
        pen.rounded_rectangle((x - width / 2, top + height * 0.34, x + width / 2, 520), radius=26, fill=shade)
        pen.rectangle((x - width * 0.17, top + 20, x + width * 0.17, top + height * 0.42), fill=shade)
        pen.polygon(
            (
                (x - width * 0.17, top + height * 0.24),
                (x + width * 0.17, top + height * 0.24),
                (x + width / 2 - 6, top + height * 0.42),
                (x - width / 2 + 6, top + height * 0.42),
            ),
            fill=shade,
        )
        pen.rounded_rectangle((x - width * 0.22, top, x + width * 0.22, top + 30), radius=8, fill=shades[2])
        pen.rectangle((x - width / 2, top + height * 0.56, x + width / 2, top + height * 0.82), fill=PAPER)


def _cup(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    pen.ellipse((250, 460, 750, 540), fill=shades[3])
    pen.arc((620, 330, 740, 450), -90, 90, fill=shades[0], width=26)
    pen.pieslice((330, 180, 670, 520), 0, 180, fill=shades[0])
    pen.ellipse((330, 316, 670, 384), fill=shades[1])
    pen.ellipse((352, 328, 648, 374), fill=_mix(look.strong, INK, 0.35))
    for index in range(3):
        x = 430 + index * 70 + chance.randint(-8, 8)
        pen.arc((x - 22, 200, x + 22, 256), 90, 270, fill=shades[2], width=9)
        pen.arc((x - 22, 246, x + 22, 302), -90, 90, fill=shades[2], width=9)


def _bowl(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    deep = _mix(look.strong, INK, 0.2)
    for index in range(9):
        rise = 46 * math.sin(math.pi * index / 8) + chance.randint(-10, 10)
        pen.ellipse(_around(340 + index * 40, 312 - rise, 42), fill=shades[1 + index % 2])
    pen.line((600, 300, 770, 176), fill=shades[2], width=12)
    pen.line((640, 302, 806, 202), fill=shades[2], width=12)
    pen.pieslice((290, 106, 710, 526), 0, 180, fill=shades[0])
    pen.rounded_rectangle((270, 300, 730, 336), radius=18, fill=deep)
    pen.rounded_rectangle((420, 512, 580, 536), radius=12, fill=deep)


def _weave(pen: Brush, chance: random.Random, look: Look) -> None:
    """A basket."""
    shades = _shades(look)
    pen.arc((330, 180, 670, 520), 180, 360, fill=shades[1], width=22)
    turn = chance.randint(0, 1)
    for row in range(5):
        for column in range(10):
            x, y = 280 + column * 44, 322 + row * 42
            upright = (row + column + turn) % 2 == 0
            inset = (4, 1, 40, 41) if upright else (1, 4, 43, 38)
            shade = shades[(row + column) % 2 if upright else 2]
            pen.rounded_rectangle((x + inset[0], y + inset[1], x + inset[2], y + inset[3]), radius=8, fill=shade)
    pen.rounded_rectangle((262, 304, 738, 336), radius=16, fill=shades[0])
    pen.rounded_rectangle((276, 518, 724, 540), radius=11, fill=shades[0])


def _leaves(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    for index in range(9):
        angle = -math.pi * (0.12 + 0.76 * index / 8) + (chance.random() - 0.5) * 0.1
        _leaf(pen, 500, 520, 250 + chance.randint(0, 60), angle, shades[index % 3])
    pen.ellipse(_around(500, 520, 20), fill=shades[0])


def _hills(pen: Brush, chance: random.Random, look: Look) -> None:
    shades = _shades(look)
    pen.ellipse(_around(660 + chance.randint(-40, 40), 260, 62), fill=GOLD)
    for left, peak, right, shade in ((56, 330, 620, 3), (330, 290, 944, 2), (56, 410, 944, 1)):
        middle = (left + right) / 2 + chance.randint(-50, 50)
        pen.polygon(((left, 480), (middle, peak), (right, 480)), fill=shades[shade])
    pen.rounded_rectangle((56, 470, 944, 560), radius=44, fill=shades[0])
    pen.rectangle((56, 470, 944, 516), fill=shades[0])


_GROUPS: Sequence[tuple[range, Look]] = (
    (range(1, 2), Look((233, 243, 222), (86, 138, 52), "RAU, QUẢ TƯƠI", _fruit)),
    (range(2, 3), Look((250, 232, 226), (186, 84, 66), "THỰC PHẨM TƯƠI", _bowl)),
    (range(3, 4), Look((248, 240, 214), (176, 134, 40), "GẠO, NGŨ CỐC", _grain)),
    (range(4, 5), Look((253, 239, 205), (206, 138, 22), "MẬT ONG, NÔNG SẢN", _jar)),
    (range(5, 6), Look((253, 233, 217), (201, 99, 42), "ĐỒ ĂN NHANH", _bowl)),
    (range(6, 7), Look((250, 238, 222), (178, 118, 62), "TỪ GẠO, NGŨ CỐC", _bowl)),
    (range(7, 8), Look((252, 232, 214), (204, 108, 38), "RAU, QUẢ CHẾ BIẾN", _fruit)),
    (range(8, 9), Look((250, 228, 220), (174, 72, 54), "THỊT, THỦY SẢN", _jar)),
    (range(9, 10), Look((247, 229, 214), (150, 78, 36), "NƯỚC MẮM, TƯƠNG", _bottle)),
    (range(10, 11), Look((250, 231, 216), (186, 74, 40), "GIA VỊ", _jar)),
    (range(11, 13), Look((228, 240, 226), (62, 116, 74), "CHÈ, TRÀ", _cup)),
    (range(13, 14), Look((240, 230, 220), (108, 70, 44), "CÀ PHÊ, CA CAO", _cup)),
    (range(14, 16), Look((241, 228, 233), (128, 52, 84), "ĐỒ UỐNG CÓ CỒN", _bottle)),
    (range(16, 18), Look((222, 238, 247), (44, 116, 162), "ĐỒ UỐNG", _bottle)),
    (range(18, 19), Look((226, 241, 234), (40, 124, 100), "DƯỢC LIỆU", _leaves)),
    (range(19, 20), Look((229, 236, 247), (72, 104, 168), "MỸ PHẨM, GIA DỤNG", _bottle)),
    (range(20, 21), Look((226, 241, 234), (40, 124, 100), "TINH DẦU, DƯỢC LIỆU", _leaves)),
    (range(21, 22), Look((243, 234, 222), (150, 100, 58), "THỦ CÔNG MỸ NGHỆ", _weave)),
    (range(22, 23), Look((243, 231, 240), (136, 72, 120), "VẢI, MAY MẶC", _weave)),
    (range(23, 26), Look((231, 243, 228), (70, 134, 78), "SINH VẬT CẢNH", _leaves)),
    (range(26, 27), Look((222, 238, 243), (48, 122, 134), "DU LỊCH CỘNG ĐỒNG", _hills)),
)
_PLAIN = Look((236, 238, 240), (92, 104, 116), "SẢN PHẨM OCOP", _leaves)
