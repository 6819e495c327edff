"""The fewest calls that the job could take on each platform, from how far its contract lets calls be batched.

The job is `n` products of three variants (3n SKUs), one picture and one category, published into an empty shop, changed
in price and stock, then compared by a night. Counted as necessary: learning the category once; a look before the first
create; uploads and creates, which stand alone; one look afterwards, because an accepted create is no live listing yet;
absolute prices and stocks without a look; one complete read by night. Stock and price are counted apart, since the
lanes are apart by design (a sold-out good never waits for a price): `TOGETHER` says what one call for both would save.

Left out on purpose, and so not in any ratio: Shopee's `batch_add_item` and Lazada's `/images/migrate` (both answer
later, and the latter needs public pictures), Tiki's `updateSkus` (its size and partial failures are unknown, and
warehouses that are not named are said to be zeroed).
"""

from collections.abc import Callable, Mapping

Calls = Mapping[str, int]
Stages = Mapping[str, Calls]


def _pages(items: int, size: int) -> int:
    return -(-items // size)


def _shopee(n: int) -> Stages:
    """Lists of 100, details of 50, models and writes one item at a time, shown 50 together; made hidden, then shown."""
    look = {"product.get_item_base_info": _pages(n, 50), "product.get_model_list": n}
    learn = dict.fromkeys(("product.get_category", "logistics.get_channel_list", "product.get_attribute_tree"), 1)
    make = dict.fromkeys(("media_space.upload_image", "product.add_item", "product.init_tier_variation"), n)
    first = {"product.get_item_limit": 2, "product.get_item_list": 1}
    return {
        "publish": {**learn, **first, **make, "product.unlist_item": _pages(n, 50), **look},
        "price and stock": {"product.update_stock": n, "product.update_price": n},
        "quiet night": {"product.get_item_list": _pages(n, 100), **look},
    }


def _lazada(n: int) -> Stages:
    """Reads of 50 products, or of 100 SKUs; prices and stocks of up to 50 SKUs of any items together."""
    learn = dict.fromkeys(("category.tree", "category.attributes", "category.brands"), 1)
    looks = _pages(3 * n, 100) + _pages(n, 50)
    return {
        "publish": {**learn, "image.upload": n, "product.create": n, "products.get": looks},
        "price and stock": {"stock.update": _pages(3 * n, 50), "product.price_quantity": _pages(3 * n, 50)},
        "quiet night": {"products.get": _pages(n, 50)},
    }


def _tiki(n: int) -> Stages:
    """Each variant is a product there: 50 a page, written one by one; what open orders hold is read before a stock."""
    once = ("categories.list", "categories.attributes", "sellers.me", "sellers.warehouses")
    learn = {**dict.fromkeys(once, 1), "attributes.values": 2}
    follow = {"tracking.list": _pages(n, 200), "products.list": 1 + _pages(3 * n, 50)}
    return {
        "publish": {**learn, "requests.create": n, **follow},
        "price and stock": {"products.list": _pages(3 * n, 50), "products.update_sku": 3 * n * 2},
        "quiet night": {"products.list": _pages(3 * n, 50)},
    }


def _postmart(n: int) -> Stages:
    """A file holds 200 rows, its result is another file; an export holds the whole shop."""
    packs = _pages(3 * n, 200)
    return {
        "publish": {"login": 1, "export": 2, "upload": packs, "result_file": packs},
        "price and stock": {"upload": 2 * packs, "result_file": 2 * packs},
        "quiet night": {"export": 1},
    }


def _voso(n: int) -> Stages:
    """As Postmart, but an export is ordered before it is fetched, and logging in takes two pages and a form token."""
    made = _postmart(n)
    ordered = {"login": 2, "home": 1, "export_create": 2}
    return {
        "publish": {**made["publish"], **ordered},
        "price and stock": made["price and stock"],
        "quiet night": {"export_create": 1, "export": 1},
    }


FEWEST: Mapping[str, Callable[[int], Stages]] = {
    "shopee": _shopee,
    "lazada": _lazada,
    "tiki": _tiki,
    "postmart": _postmart,
    "voso": _voso,
}

TOGETHER: Mapping[str, Callable[[int], int]] = {
    "lazada": lambda n: _pages(3 * n, 50),  # price_quantity takes both, if nothing of the quantity is in open orders
    "tiki": lambda n: _pages(3 * n, 50) + 3 * n,  # updateSku takes any of price, stock and status
}
