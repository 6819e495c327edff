"""What a passport needs from the tables: the product's number, the key of its address, and where it is on sale."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import Engine, text

_SELLING = text("""
    SELECT s.platform, s.name AS shop, l.url, l.observed, l.observed_at
    FROM listing l JOIN shop s ON s.id = l.shop_id
    WHERE l.product_id = :product AND l.phase = 'live' AND l.observed_state = 'live' AND s.state = 'active'
    ORDER BY s.platform, s.name
""")


@dataclass(frozen=True, slots=True)
class Selling:
    """One live listing as last seen: lowest and highest price in dong, whether pieces are left; None: not told."""

    platform: str
    shop: str
    url: str
    low: int | None
    high: int | None
    in_stock: bool | None
    seen_at: datetime


class Passports:
    def __init__(self, engine: Engine, cipher: MultiFernet) -> None:
        self._engine, self._cipher = engine, cipher

    def key(self) -> bytes:
        """The secret behind every printed address: made once for the database, moves along with the data."""
        self.keep_key(secrets.token_bytes(32))
        with self._engine.connect() as connection:
            sealed: bytes = connection.execute(text("SELECT secret FROM seal WHERE name = 'passport'")).scalar_one()
        return self._cipher.decrypt(bytes(sealed))

    def keep_key(self, key: bytes, *, replace: bool = False) -> None:
        """Take this key if there is none yet. `replace` only while there is no product: nothing is printed then."""
        then = "(name) DO UPDATE SET secret = excluded.secret" if replace else "DO NOTHING"
        statement = text(f"INSERT INTO seal (name, secret) VALUES ('passport', :secret) ON CONFLICT {then}")  # noqa: S608 - two constants
        with self._engine.begin() as connection:
            connection.execute(statement, {"secret": self._cipher.encrypt(key)})

    def product_id(self, code: str) -> int | None:
        with self._engine.connect() as connection:
            found = connection.execute(text("SELECT id FROM product WHERE code = :code"), {"code": code})
            return found.scalar_one_or_none()

    def product_code(self, product_id: int) -> str | None:
        with self._engine.connect() as connection:
            found = connection.execute(text("SELECT code FROM product WHERE id = :id"), {"id": product_id})
            return found.scalar_one_or_none()

    def selling(self, product_id: int, names: Mapping[str, str]) -> tuple[Selling, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(_SELLING, {"product": product_id}).all()
        return tuple(
            Selling(names.get(r.platform, r.platform), r.shop, _link(r.url), *_offer(r.observed), r.observed_at)
            for r in rows
        )


def _link(url: str) -> str:
    """A platform's word is no reason to let a buyer follow anything but a web address."""
    return url if url.startswith(("https://", "http://")) else ""


def _offer(observed: Mapping[str, object]) -> tuple[int | None, int | None, bool | None]:
    prices = [v for f, v in observed.items() if f.startswith("price:") and isinstance(v, int)]
    stocks = [v for f, v in observed.items() if f.startswith("stock:") and isinstance(v, int)]
    return min(prices, default=None), max(prices, default=None), sum(stocks) > 0 if stocks else None
