"""What the desk's tests look at: one sandboxed Shopee shop that has sold, been edited by hand, and been repriced."""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from connector.converge import converge
from connector.domain.listing import Lane
from connector.domain.product import Product
from connector.ports import Tokens
from connector.reconcile import reconcile
from connector.store import Draft
from tests.builders import _DRAWN, a_picture, a_product, a_variant
from tests.web.conftest import Console

SHOP = "shopee-1"
TITLE = "Tên ai đó sửa trên Shopee"


def goods(n: int) -> list[Product]:
    return [
        a_product(
            code=f"P{i:04}",
            name=f"Mật ong hoa rừng số {i}",
            variants=(a_variant(f"SKU-{i:04}", 60_000 + i * 1000),),
            pictures=(a_picture(f"hũ {i % 3}"),),
        )
        for i in range(n)
    ]


def put(console: Console, products: list[Product], cause: str = "import goods.xlsx") -> None:
    for sha in {sha for product in products for sha in product.pictures}:
        console.wired.pictures.save(_DRAWN[sha])
    drafts = [Draft(i, product, {v.sku: 10 for v in product.variants}) for i, product in enumerate(products)]
    console.wired.store.products.put(drafts, cause)


def a_shop(console: Console, sandbox: Any, **options: Any) -> None:
    secrets = sandbox.credentials("shopee")
    sandbox.switch("shopee", settle_seconds=0)
    given = {name: str(value) for name, value in secrets.items() if value is not None and "_token" not in name}
    shop = console.wired.store.shops.add(
        SHOP, "shopee", **{"name": "Mật ong Chiến Thắng", "verbs": "sync", "credentials": given, **options}
    )
    tokens = Tokens(SecretStr(secrets["access_token"]), SecretStr(secrets["refresh_token"]))
    console.wired.store.shops.vault(shop.id).save(tokens)


def work(console: Console, passes: int = 3) -> None:
    """All that is due in the shop."""
    for _ in range(passes):
        for lane in Lane:
            converge(console.wired.site(console.wired.store.shops.get(SHOP)), lane)


def night(console: Console) -> Any:
    return reconcile(console.wired.site(console.wired.store.shops.get(SHOP)), "night")


def a_drifted_shop(console: Console, sandbox: Any, n: int = 3) -> list[Product]:
    """Titles are asked about; the first product's was edited over there, and the night has found it."""
    products = goods(n)
    a_shop(console, sandbox, owners={"title": "ask"})
    put(console, products)
    work(console)
    sandbox.post("/edit", {"platform": "shopee", "sku": "SKU-0000", "change": {"title": TITLE}})
    night(console)
    return products


def repriced(products: list[Product], percent: int) -> list[Product]:
    return [
        replace(p, variants=tuple(replace(v, price=v.price * percent // 100) for v in p.variants)) for p in products
    ]


def live_titles(sandbox: Any) -> list[str]:
    return [one["title"] for one in sandbox.get("/state", platform="shopee")["shopee"]["listings"]]
