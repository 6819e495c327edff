"""The store: the only SQL, the only commit."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine, create_engine

from connector.store.adoption import Adoption
from connector.store.attempts import Attempts
from connector.store.bundle import Bundles
from connector.store.certificates import Certificates
from connector.store.consents import Consents
from connector.store.passports import Passports
from connector.store.products import Draft, Goods, Products, Saved
from connector.store.reads import Reads, Standing
from connector.store.runs import Runs
from connector.store.shops import Shop, Shops
from connector.store.work import Ending, Held, Work

__all__ = ["Draft", "Ending", "Goods", "Held", "Saved", "Shop", "Standing", "Store"]


class Store:
    """One database. Its parts share an engine; no transaction of theirs ever spans a call to a platform."""

    def __init__(self, url: str, *, keys: Sequence[str], lease_seconds: float = 120.0, pool: int = 16) -> None:
        self.engine: Engine = create_engine(url, pool_pre_ping=True, pool_size=pool, max_overflow=pool)
        self.products = Products(self.engine)
        self.certificates = Certificates(self.engine)
        self.bundles = Bundles(self.engine)
        cipher = MultiFernet([Fernet(key) for key in keys])
        self.shops = Shops(self.engine, cipher)
        self.passports = Passports(self.engine, cipher)
        self.work = Work(self.engine, lease_seconds)
        self.attempts = Attempts(self.engine, self.work)
        self.runs = Runs(self.engine)
        self.reads = Reads(self.engine)
        self.adoption = Adoption(self.engine)
        self.consents = Consents(self.engine)

    def close(self) -> None:
        self.work.owner.close()
        self.engine.dispose()
