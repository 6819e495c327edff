"""Builds store, adapters, clock and settings for one entrance: the only place that knows what is behind the ports."""

import importlib
import importlib.util
import logging
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from celery import Celery
from cryptography.fernet import Fernet
from redis import Redis, RedisError

from adapters.throttle import Budget, RedisThrottle, budgets
from config.channels import channels, synonyms, versions
from config.ocop import book
from config.settings import Settings
from connector import embedded, escrow
from connector.domain.book import Book
from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.papers import PaperFiles
from connector.pictures import PictureFiles
from connector.ports import Capabilities, Channel, Clock, Connection, Consent, Forgets, Hints, Proposal
from connector.site import Site
from connector.store import Shop, Store

ORDERS = "orders"  # the queue of what shops have to tell: before all lanes
_SITE_SECONDS = 10.0
_HINT_SECONDS = 10  # after that a mark whose message was lost is believed no more
Budgets = list[Budget]


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def hint_key(name: str, args: Sequence[object]) -> str:
    """Stands in Redis while a hint waits in its queue: until the task begins, another one would tell nothing new."""
    return ":".join(["hint", name, *map(str, args)])


class CeleryHints:
    """Sends hints by task name, so that no entrance imports the tasks. A broker that is away costs one sweep, as does
    a hint that was lost with its mark."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=2)
        self._celery = Celery("hints", broker=redis_url, set_as_current=False)
        self._celery.conf.update(task_ignore_result=True, broker_transport_options={"socket_connect_timeout": 2})

    def converge(self, shop_id: int, lane: Lane, *, after: float = 0) -> None:
        self._send("ocop.converge", [shop_id, lane.value], lane.value, after)

    def reconcile(self, shop_id: int, cause: str) -> None:
        self._send("ocop.reconcile", [shop_id, cause], "night")

    def orders(self, shop_id: int) -> None:
        self._send("ocop.orders", [shop_id], ORDERS)

    def events(self, shop_id: int) -> None:
        self._send("ocop.events", [shop_id], ORDERS)

    def _send(self, name: str, args: list[object], queue: str, after: float = 0) -> None:
        away = (RedisError, *self._celery.connection_for_write().recoverable_connection_errors)
        mark = hint_key(name, args)
        try:
            if self._redis.set(mark, time.time() + after, nx=True, px=round((_HINT_SECONDS + after) * 1000)):
                try:
                    self._celery.send_task(name, args, queue=queue, countdown=after or None, retry=False)
                except BaseException:
                    self._redis.delete(mark)  # nothing waits there: the next hint must not be kept back
                    raise
        except away as error:
            structlog.get_logger().warning("hint_lost", task=name, error=type(error).__name__)


class NoHints:
    """For work that the caller does itself."""

    def converge(self, shop_id: int, lane: Lane, *, after: float = 0) -> None:
        return None

    def reconcile(self, shop_id: int, cause: str) -> None:
        return None

    def orders(self, shop_id: int) -> None:
        return None

    def events(self, shop_id: int) -> None:
        return None


class Idle:
    """Sites between two tasks: what an adapter has learned of its platform and its open connections serve the next task
    as well, but not for long, so that what a person changes meanwhile counts."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: defaultdict[tuple[int, bool], list[tuple[float, Site]]] = defaultdict(list)

    def take(self, shop_id: int, *, urgent: bool) -> tuple[float, Site] | None:
        with self._guard:
            kept = self._kept[shop_id, urgent]
            while kept:
                made_at, site = kept.pop()
                if time.monotonic() - made_at < _SITE_SECONDS:
                    return made_at, site
        return None

    def put(self, made_at: float, site: Site, *, urgent: bool) -> None:
        with self._guard:
            self._kept[site.shop.id, urgent].append((made_at, site))


@dataclass(frozen=True, slots=True)
class Wired:
    """One entrance's parts."""

    settings: Settings
    store: Store
    channels: Mapping[str, Channel]
    pictures: PictureFiles
    papers: PaperFiles
    redis: Redis
    hints: Hints
    clock: Clock
    book: Book
    idle: Idle = field(default_factory=Idle)

    @contextmanager
    def lent(self, shop_id: int, *, urgent: bool = False) -> Iterator[Site]:
        """A site for one task, which nobody else uses meanwhile; one over which a task failed is not used again."""
        shop = self.store.shops.by_id(shop_id)
        kept = self.idle.take(shop_id, urgent=urgent)
        made_at, site = kept or (time.monotonic(), self.site(shop, urgent=urgent))
        if kept and isinstance(site.adapter, Forgets):
            site.adapter.forget()
        yield replace(site, shop=shop)
        self.idle.put(made_at, site, urgent=urgent)

    def site(self, shop: Shop, *, urgent: bool = False) -> Site:
        """`urgent`: its calls go before those of other work."""
        connection = self.connection(shop, urgent=urgent)
        module, _, name = connection.channel.adapter.rpartition(".")
        adapter = getattr(importlib.import_module(module), name)(connection)
        return Site(shop, connection.channel, adapter, self.store, self.clock, self.book)

    def connection(self, shop: Shop, *, urgent: bool = False) -> Connection:
        channel = self.channel(shop.platform)
        vault = self.store.shops.vault(shop.id)
        if "folder" in channel.settings:  # relative to our data, wherever a worker was started
            folder = self.settings.data / channel.settings["folder"]
            channel = replace(channel, settings={**channel.settings, "folder": str(folder)})
        base_url = vault.credentials().get("base_url")
        return Connection(
            shop=shop.code,
            channel=replace(channel, base_url=base_url.get_secret_value()) if base_url else channel,
            notebook=self.store.shops.notebook(shop.id),
            vault=vault,
            pictures=self.pictures,
            throttle=RedisThrottle(self.redis, f"{shop.platform}:{shop.code}", channel.rates, urgent=urgent),
            clock=self.clock,
            timeout_seconds=self.settings.timeout_seconds,
            door=f"{self.settings.public_url.rstrip('/')}/hooks/{shop.platform}/{shop.code}",
        )

    def consent(self, shop: Shop) -> Consent:
        """How a seller lets us into this shop: the module `consent` beside its adapter."""
        name = self.channel(shop.platform).adapter.rpartition(".")[0] + ".consent"
        if importlib.util.find_spec(name) is None:
            raise Complaint(
                f"Sàn {shop.platform} không có bước cấp quyền: {shop.code} dùng tệp hoặc mật khẩu.",
                f"{shop.platform} asks for no consent: {shop.code} works by files or a password.",
            )
        made: Consent = importlib.import_module(name).Consent(self.connection(shop))
        return made

    def sites(self) -> Iterable[Site]:
        return (self.site(shop) for shop in self.store.shops.all())

    def weigh(self, *, everything: bool = False) -> int:
        """Weigh the pools of scarce goods that may have changed; how many quotas moved."""
        if not self.store.quotas.due(everything=everything, limit=1):
            return 0
        reaches = {
            shop.id: escrow.reach(self.channel(shop.platform), shop.policy, self._can(shop), active=shop.active)
            for shop in self.store.shops.all()
            if shop.active
        }
        patience = timedelta(seconds=self.settings.quota_patience_seconds)
        return escrow.weigh(self.store, reaches, self.clock.now(), patience, everything=everything)

    def budgets(self, shop: Shop) -> Budgets:
        """The shop's call budgets as they stand; none to tell where the queue server is away."""
        try:
            return budgets(self.redis, f"{shop.platform}:{shop.code}")
        except RedisError:
            return []

    def _can(self, shop: Shop) -> Capabilities:
        """What an adapter can do is the same for every shop, one without credentials included; only what files carry
        depends on the shop's template."""
        module, _, name = self.channel(shop.platform).adapter.rpartition(".")
        can: Capabilities | None = getattr(getattr(importlib.import_module(module), name), "can", None)
        return can or self.site(shop).adapter.can

    def channel(self, platform: str) -> Channel:
        found = self.channels.get(platform)
        if found is None:
            known = ", ".join(self.channels)
            raise Complaint(f"Không có sàn «{platform}». Có: {known}.", f"No platform “{platform}”. Known: {known}.")
        overrides = {
            name: value
            for name in ("settle_seconds", "confirm_seconds")
            if (value := getattr(self.settings, name)) is not None
        }
        pace = self.settings.calls_per_second
        return replace(found, **overrides, rates=found.rates if pace is None else dict.fromkeys(found.rates, pace))

    def close(self) -> None:
        self.store.close()
        self.redis.close()


def wire(settings: Settings, *, hints: bool = True) -> Wired:
    """Everything for one entrance; embedded servers are started (or found) where no URL is given."""
    database_url, redis_url = endpoints(settings)
    return Wired(
        settings=settings,
        store=Store(
            database_url,
            keys=secret_keys(settings),
            lease_seconds=settings.lease_seconds,
            scarce_below=settings.scarce_below,
        ),
        channels=channels(),
        pictures=PictureFiles(settings.data / "pictures", settings.public_url),
        papers=PaperFiles(settings.data / "papers"),
        redis=Redis.from_url(redis_url),
        hints=CeleryHints(redis_url) if hints else NoHints(),
        clock=WallClock(),
        book=book(),
    )


def learn(channel: Channel, content: bytes, name: str, kind: str) -> Proposal:
    """How a sheet of this platform may be mapped. A Complaint where the platform works without files."""
    module, _, cls = channel.adapter.rpartition(".")
    learner = getattr(getattr(importlib.import_module(module), cls), "learn", None)
    if learner is None:
        raise Complaint(
            f"{channel.name} không dùng tệp mẫu: không có gì để học.",
            f"{channel.name} works without files: there is nothing to learn.",
        )
    version = max(versions(channel.platform), default=0) + 1
    made: Proposal = learner(content, name, channel.settings["layout"], synonyms(), kind, version)
    return made


def endpoints(settings: Settings) -> tuple[str, str]:
    """Where PostgreSQL and Redis are: as set, else embedded."""
    if settings.database_url and settings.redis_url:
        return _with_driver(settings.database_url), settings.redis_url
    servers = embedded.start(settings.data)
    return _with_driver(settings.database_url or servers.database_url), settings.redis_url or servers.redis_url


def secret_keys(settings: Settings) -> list[str]:
    """The keys that seal secrets: as set, else one made once and kept beside the data, readable by its owner only."""
    if settings.secret_keys:
        return [key.get_secret_value() for key in settings.secret_keys]
    path = settings.data / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = Path(f"{path}.{os.getpid()}")
        half.touch(mode=0o600)
        half.write_text(Fernet.generate_key().decode())
        try:
            os.link(half, path)
        except FileExistsError:
            pass  # another process was quicker: its key counts
        finally:
            half.unlink()
    return [path.read_text().strip()]


def log_to_stderr(level: str) -> None:
    """Events as JSON lines on stderr; the level is the only knob."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # looked up anew: the stream may be replaced
    )


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)
