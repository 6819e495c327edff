"""The store: the only SQL, the only commit."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine

from connector.store import connections
from connector.store.accounts import Accounts
from connector.store.adoption import Adoption
from connector.store.attempts import Attempts
from connector.store.bundle import Bundles
from connector.store.certificates import Certificates
from connector.store.consents import Consents
from connector.store.console import Console
from connector.store.decisions import Decisions
from connector.store.desk import Desk
from connector.store.events import Events
from connector.store.feed import Feed
from connector.store.inbox import Inbox
from connector.store.ledger import Ledger
from connector.store.orders import Orders
from connector.store.papers import Papers
from connector.store.passports import Passports
from connector.store.products import Draft, Goods, Products, Saved
from connector.store.quotas import Quotas
from connector.store.reads import Reads, Standing
from connector.store.runs import Runs
from connector.store.scope import Scope
from connector.store.shelves import Shelves
from connector.store.shops import Shop, Shops
from connector.store.stockroom import Stockroom
from connector.store.uploads import Uploads
from connector.store.work import Ending, Held, Work

__all__ = ["Draft", "Ending", "Goods", "Held", "Saved", "Shop", "Standing", "Store"]


class Store:
    """One database. Its parts share an engine; no transaction of theirs ever spans a call to a platform."""

    def __init__(
        self, url: str, *, keys: Sequence[str], lease_seconds: float = 120.0, pool: int = 16, scarce_below: int = 0
    ) -> None:
        self.engine: Engine = connections.engine(url, pool)
        self.products = Products(self.engine, scarce_below)
        self.certificates = Certificates(self.engine)
        self.papers = Papers(self.engine)
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
        self.orders = Orders(self.engine)
        self.events = Events(self.engine)
        self.ledger = Ledger(self.engine)
        self.stockroom = Stockroom(self.engine)
        self.quotas = Quotas(self.engine, scarce_below)
        self.accounts = Accounts(self.engine)
        self.decisions = Decisions(self.engine)
        self.uploads = Uploads(self.engine)

    def console(self, scope: Scope) -> Console:
        """What one viewer may read."""
        return Console(self.engine, scope)

    def desk(self, scope: Scope) -> Desk:
        """How everything stands, within what one viewer may read."""
        return Desk(self.engine, scope)

    def inbox(self, scope: Scope) -> Inbox:
        """What waits for a person, and the histories behind it, within what one viewer may read."""
        return Inbox(self.engine, scope)

    def feed(self, scope: Scope) -> Feed:
        """What a program may read."""
        return Feed(self.engine, scope)

    def shelves(self, scope: Scope) -> Shelves:
        """Stock and orders, within what one viewer may read."""
        return Shelves(self.engine, scope)

    def close(self) -> None:
        self.work.owner.close()
        self.engine.dispose()
