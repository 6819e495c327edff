"""The fewest calls that the demo's work could take, from what was done and how far each contract lets calls be batched.

The work is what the design asks for, no more: learn the categories used; look once before creating; create; look once
to confirm; give scarce goods, made with none on sale, their parts; the edits, each with what it needs; two nights that
read everything; one look and one confirmation around what the night heals. Figures are the contracts' (a picture, a
create and, where so, a price or stock stand alone).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.cli.demo.market import PLATFORMS
from connector.cli.demo.stage import SHOPS
from connector.cli.demo.story import Story
from connector.domain.product import Product
from connector.store import Goods
from connector.wiring import Wired


@dataclass(frozen=True, slots=True)
class Work:
    """What was done on one platform: products made, edited by us (price, stock, content), and healed by the night.
    `granted`: products made with none on sale, because they are scarce, that were then given their part."""

    made: Sequence[Product]
    considered: int
    categories: int
    mapped: int
    priced: Sequence[Product]
    counted: Sequence[Product]
    reworded: Sequence[Product]
    healed_price: Sequence[Product]
    healed_stock: Sequence[Product]
    healed_title: Sequence[Product]
    remade: Sequence[Product]
    granted: Sequence[Product] = ()
    seconds: float = 0.0  # that publishing took

    @property
    def healed(self) -> list[Product]:
        return [*self.healed_price, *self.healed_stock, *self.healed_title, *self.remade]


def work_done(wired: Wired, story: Story, platform: str) -> Work:
    goods = wired.store.products.by_code(wired.store.products.codes(100_000))
    by_sku = {v.sku: g.product for g in goods.values() for v in g.product.variants}
    live = {v["sku"] for one in story.stage.market.live(platform) for v in one["variants"]}
    made = [g.product for g in goods.values() if all(v.sku in live for v in g.product.variants)]
    site = wired.site(wired.store.shops.get(SHOPS[platform]))
    codes = {product.code for product in made}
    edited = [goods[code].product for code in story.edited]
    ours = [p for p in story.planted if p.platform == platform]
    lost = [by_sku[p.sku] for p in story.planted if p.verdict == "lost"]

    def here(products: Sequence[Product]) -> list[Product]:
        return [product for product in products if product.code in codes]

    def of(kind: str) -> list[Product]:
        return [by_sku[p.sku] for p in ours if p.field.startswith(kind)]

    return Work(
        made=made,
        considered=len(goods),
        categories=len({site.category(g.product.set_no) for g in goods.values()} - {""}),
        mapped=len(set(site.channel.categories.values())),
        priced=here(edited[0::3]),
        counted=here([*edited[1::3], *lost]),
        reworded=here(edited[2::3]),
        healed_price=of("price"),
        healed_stock=of("stock"),
        healed_title=of("title"),
        remade=of("listing"),
        granted=[g.product for g in goods.values() if g.product.code in codes and _has_part(g, site.shop.id)],
        seconds=story.stage.seconds.get("publish", 0.0),
    )


def _has_part(goods: Goods, shop_id: int) -> bool:
    return any(shop_id in parts and parts[shop_id].ceiling > 0 for parts in goods.quotas.values())


def fewest_calls(wired: Wired, story: Story) -> Mapping[str, int]:
    return {platform: _FORMULAS[platform](work_done(wired, story, platform)) for platform in PLATFORMS}


def _shopee(work: Work) -> int:
    """100 ids a list page, 50 a detail call, models one by one; writes one item each, showing 50 together."""

    def look(products: Sequence[Product]) -> int:
        return _pages(len(products), 50) + _with_variants(products)

    made, several = len(work.made), _with_variants(work.made)
    learn = 1 + 1 + 1 + work.categories + _pages(work.mapped, 20)
    publish = _pages(work.considered, 200) + made + made + several + 2 * _pages(several, 50) + look(work.made)
    edits = len(work.priced) + len(work.counted) + look(work.reworded) * 2 + len(work.reworded) + len(work.granted)
    night = max(1, _pages(made, 100)) + look(work.made)
    heal = look(work.healed) + 1 + len(work.healed) + look([*work.healed_title, *work.remade])
    heal += _with_variants(work.remade) * 2 + _pages(_with_variants(work.remade), 50)
    return learn + publish + edits + 2 * night + heal


def _lazada(work: Work) -> int:
    """50 items a read, prices and stocks of 20 SKUs together, everything else item by item."""

    def look(products: Sequence[Product]) -> int:
        return _pages(len(products), 50)

    def offers(products: Sequence[Product]) -> int:
        return _pages(_skus(products), 20)

    made = len(work.made)
    learn = 1 + work.categories + 1
    publish = _pages(work.considered, 50) + made + made + look(work.made)
    edits = offers(work.priced) + _each(work.counted, 1) + 2 * look(work.reworded) + len(work.reworded)
    edits += offers(work.granted)
    heal = look(work.healed) + offers(work.healed_price) + offers(work.healed_stock)
    heal += len(work.healed_title) + len(work.remade) + look([*work.healed_title, *work.remade])
    return learn + publish + edits + 2 * max(1, look(work.made)) + heal


def _tiki(work: Work) -> int:
    """50 products (variants) a page, requests followed by their list; prices and stocks are written one by one.

    What is in review is looked for among the newest products, once in ten seconds at least: how many looks that takes
    is a matter of time, not of batching.
    """

    def look(products: Sequence[Product]) -> int:
        return _pages(_skus(products), 50)

    made = len(work.made)
    learn = 1 + work.categories + 2 + _TIKI_LISTS
    publish = 2 + made + 1 + look(work.made) + max(2, _pages(round(work.seconds), 10))
    edits = _skus(work.priced) + 2 * _each(work.counted, 1) + 2 * len(work.reworded) + 2 * look(work.reworded)
    edits += look(work.granted) + _skus(work.granted)
    heal = look(work.healed) + _skus(work.remade) + len(work.healed_price) + 2 * len(work.healed_stock)
    heal += 2 * len(work.healed_title) + 2 * len(work.remade) + look([*work.healed_title, *work.remade])
    return learn + publish + edits + 2 * max(1, look(work.made)) + heal


def _centre(export: int, login: int) -> Callable[[Work], int]:
    """200 rows a pack, two calls a pack (up, result); an export is the whole shop."""

    def formula(work: Work) -> int:
        def packs(products: Sequence[Product]) -> int:
            return 2 * _pages(_skus(products), 200)

        publish = export + packs(work.made) + export
        edits = packs(work.priced) + 2 * len(work.counted) + 2 * export + packs(work.reworded) + packs(work.granted)
        heal = export + packs(work.healed_price) + packs(work.healed_stock) + packs(work.healed_title)
        return login + publish + edits + 2 * export + heal + packs(work.remade) + export

    return formula


_FORMULAS: Mapping[str, Callable[[Work], int]] = {
    "shopee": _shopee,
    "lazada": _lazada,
    "tiki": _tiki,
    "postmart": _centre(export=1, login=1),
    "voso": _centre(export=2, login=3),
}


_TIKI_LISTS = 3  # attributes whose allowed values must be read: brand, origin, country of the brand


def _pages(n: int, size: int) -> int:
    return -(-n // size)


def _skus(products: Iterable[Product]) -> int:
    return sum(len(product.variants) for product in products)


def _with_variants(products: Iterable[Product]) -> int:
    return sum(len(product.variants) > 1 for product in products)


def _each(products: Iterable[Product], calls: int) -> int:
    """Edits that came one after the other cannot share a call."""
    return sum(calls for _ in products)
