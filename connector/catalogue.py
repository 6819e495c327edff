"""What our mapping says against what the platform has now: categories that resolve, attributes that are demanded.

A demand that is new becomes a problem on the listings it touches before the platform refuses them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import structlog

from connector.converge import wish
from connector.domain.product import Label, Producer, Product, Variant
from connector.domain.text import fold
from connector.errors import Complaint
from connector.ports import Catalogue, Catalogued, Category
from connector.site import Site
from connector.store import Goods

log = structlog.get_logger()
_SETS = range(1, 27)
_PAGE = 500
_NEAREST = 3
_READING = ("catalogue", "reading")  # where the notebook keeps what was seen last


@dataclass(frozen=True, slots=True)
class Lost:
    """A mapped name that is no category over there, with the nearest that are: id and path."""

    sets: tuple[int, ...]
    name: str
    nearest: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed in a category since the last reading; `required`: attributes demanded anew, name to label."""

    sets: tuple[int, ...]
    name: str
    before: str
    now: str
    required: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """A mandatory attribute without a value. `products`: how many of the shop do not state it; `never`: no fact of any
    product could fill it, so the channel file lacks a source."""

    set_no: int
    attribute: str
    vi: str
    en: str
    products: int
    never: bool


@dataclass(frozen=True, slots=True)
class Findings:
    mapped: int
    lost: Sequence[Lost]
    moved: Sequence[Moved]
    gaps: Sequence[Gap]
    due: int


def check(site: Site) -> Findings:
    """Read the catalogue anew and compare; listings that a change touches become due. A few reading calls."""
    if not isinstance(site.adapter, Catalogued):
        name = site.channel.name
        raise Complaint(
            f"{name} không công bố danh mục qua API: không có gì để đối chiếu.",
            f"{name} tells no catalogue: there is nothing to compare with.",
        )
    sets = _sets(site)
    read = site.adapter.catalogue(list(sets), fresh=True)
    moved, due = _compare(site, sets, read)
    lost = [
        Lost(sets[name], name, _nearest(name, read.paths)) for name, found in read.categories.items() if not found.id
    ]
    return Findings(len(sets), lost, moved, list(_gaps(site)), due)


def watch(site: Site) -> Sequence[Moved]:
    """Compare what is remembered with what was remembered last time. Calls nobody."""
    if not isinstance(site.adapter, Catalogued):
        return ()
    sets = _sets(site)
    return _compare(site, sets, site.adapter.catalogue(list(sets), fresh=False))[0]


def _sets(site: Site) -> dict[str, tuple[int, ...]]:
    """OCOP sets by the name they map to in this shop."""
    names = {number: site.category(number) for number in _SETS}
    return {name: tuple(n for n in names if names[n] == name) for name in names.values() if name}


def _compare(site: Site, sets: Mapping[str, tuple[int, ...]], read: Catalogue) -> tuple[list[Moved], int]:
    notebook = site.store.shops.notebook(site.shop.id)
    last = notebook.get(*_READING) or {}
    moved = [
        Moved(sets[name], name, last[name]["id"], now.id, _anew(last[name]["required"], now))
        for name, now in read.categories.items()
        if name in last and (last[name]["id"] != now.id or _anew(last[name]["required"], now))
    ]
    due = 0
    for one in moved:
        cause = f"{site.channel.name}: {one.name} now demands {', '.join(one.required.values()) or 'another category'}"
        due += site.store.shops.look_at_sets(site.shop.id, one.sets, cause)
        log.warning("catalogue_moved", shop=site.shop.code, category=one.name, required=sorted(one.required))
    reading = {name: {"id": now.id, "required": dict(now.required)} for name, now in read.categories.items()}
    if reading and {**last, **reading} != last:
        notebook.put(*_READING, {**last, **reading})  # only now: a reading that was not acted upon comes again
    return moved, due


def _anew(before: Mapping[str, str], now: Category) -> dict[str, str]:
    return {name: label for name, label in now.required.items() if name not in before}


def _nearest(name: str, paths: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """By the words they share with the last part of the name, then by its letters."""
    wanted = fold(name.rpartition(">")[2])
    words = set(wanted.split())

    def near(path: str) -> float:
        leaf = fold(path.rpartition(">")[2])
        shared = len(words & set(fold(path).split())) / max(len(words), 1)
        return shared + SequenceMatcher(None, wanted, leaf).ratio()

    ranked = sorted(((near(path), leaf, path) for leaf, path in paths.items()), reverse=True)
    return tuple((leaf, path) for score, leaf, path in ranked[:_NEAREST] if score > 0.5)


def _gaps(site: Site) -> Iterator[Gap]:
    """By asking the adapter's own check, about every product of the shop and about one that states everything."""
    stated = {(n, field): said for n, field, said in _missing(site, [_talkative(n) for n in _SETS if site.category(n)])}
    counted: Counter[tuple[int, str]] = Counter()
    words = dict(stated)
    for goods in _pages(site):
        for set_no, attribute, said in _missing(site, goods):
            counted[set_no, attribute] += 1
            words.setdefault((set_no, attribute), said)
    for (set_no, attribute), (vi, en) in sorted(words.items()):
        never = (set_no, attribute) in stated
        yield Gap(set_no, attribute, vi, en, counted[set_no, attribute], never)


def _missing(site: Site, goods: Sequence[Goods]) -> Iterator[tuple[int, str, tuple[str, str]]]:
    for each, (_, _, problems) in zip(goods, wish(site, goods), strict=True):
        for problem in problems:
            if problem.blocking and problem.field.startswith("attr:"):
                yield each.product.set_no, problem.field.removeprefix("attr:"), (problem.vi, problem.en)


def _pages(site: Site) -> Iterator[list[Goods]]:
    after = 0
    while page := site.store.runs.listings(site.shop.id, after, _PAGE):
        loaded = site.store.products.load({held.product_id for held in page})
        yield list(loaded.values())
        after = page[-1].listing.id


def _talkative(set_no: int) -> Goods:
    """A product that states every fact a product can state, in words that any attribute might take."""
    label = Label(
        "nguyên liệu tự nhiên", "dùng trực tiếp", "nơi khô mát", "không", "12 tháng", "500 g", "30", "https://x.vn"
    )
    producer = Producer("X", "Hợp tác xã", commune="Xã", province_code="01", province="Hà Nội")
    product = Product(
        "X", producer, "Sản phẩm OCOP", (Variant("MAU-1", 100_000, pack="500 g"),), set_no=set_no, label=label
    )
    return Goods(product, {"MAU-1": 1})
