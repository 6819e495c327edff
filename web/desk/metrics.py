"""/metrics for Prometheus: asked with an operator's machine token, answered from the database and the queue server."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError

from adapters.throttle import calls
from connector import calendars
from connector.site import VIETNAM
from connector.store.scope import Scope
from connector.wiring import Wired
from web.desk.frame import STAFF
from web.hooks import refused
from web.security import Parts, only

router = APIRouter()
_WITHIN = (30, 90, 180)
_HOUR = timedelta(hours=1)


@router.get("/metrics")
@only(*STAFF)
def metrics(wired: Parts) -> Response:
    registry = CollectorRegistry()
    registry.register(Standing(wired))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Standing(Collector):
    """Everything is read when asked for: no process keeps counters that another would not know of."""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not read."""
        return ()

    def collect(self) -> Iterator[Metric]:
        yield from self._shops()
        yield from self._work()
        yield from self._calendars()

    def _shops(self) -> Iterator[Metric]:
        now = self._wired.clock.now()
        listings = GaugeMetricFamily("ocop_listings", "Listings by phase.", labels=("platform", "shop", "phase"))
        seen = GaugeMetricFamily("ocop_live_age_seconds", "Age of the oldest look at a live listing.", labels=_SHOP)
        due = GaugeMetricFamily("ocop_due", "Listings due now.", labels=(*_SHOP, "lane"))
        wait = GaugeMetricFamily("ocop_due_age_seconds", "How long the longest waiting has been due.", labels=_SHOP)
        stopped = GaugeMetricFamily("ocop_shop_stopped", "1 while paused or held for approval.", labels=_SHOP)
        for shop in self._wired.store.desk(Scope(None)).shops(now):
            names = [shop["platform"], shop["code"]]
            for phase, n in shop["phases"].items():
                listings.add_metric([*names, phase], n)
            for lane in ("stock", "price", "content"):
                due.add_metric([*names, lane], shop[lane])
            if shop["oldest"]:
                seen.add_metric(names, (now - shop["oldest"]).total_seconds())
            late = (now - shop["due_since"]).total_seconds() if shop["due_since"] else 0.0
            wait.add_metric(names, max(late, 0.0))
            stopped.add_metric(names, shop["state"] == "paused" or bool(shop["holds"]))
        yield from (listings, seen, due, wait, stopped)

    def _work(self) -> Iterator[Metric]:
        desk = self._wired.store.desk(Scope(None))
        recent = GaugeMetricFamily(
            "ocop_operations_last_hour",
            "Writing operations begun in the last hour, by outcome and the platform's code.",
            labels=("platform", "outcome", "code"),
        )
        for row in desk.outcomes(self._wired.clock.now() - _HOUR):
            recent.add_metric([row["platform"], row["outcome"], row["code"]], row["n"])
        drift = GaugeMetricFamily("ocop_drift_open", "Open drift.", labels=("platform", "verdict", "resolution"))
        for row in desk.drifting():
            drift.add_metric([row["platform"], row["verdict"], row["resolution"]], row["n"])
        oversold = GaugeMetricFamily("ocop_oversold_pieces", "Pieces sold that do not exist.", value=desk.oversold())
        yield from (recent, drift, oversold, self._calls(), self._pushes())

    def _calls(self) -> Metric:
        made = CounterMetricFamily("ocop_calls", "Calls let through by the budget.", labels=(*_SHOP, "bucket"))
        for shop in self._wired.store.shops.all():
            try:
                counted = calls(self._wired.redis, f"{shop.platform}:{shop.code}")
            except RedisError:
                break  # the queue server is away: the other figures still stand
            for bucket, n in counted.items():
                made.add_metric([shop.platform, shop.code, bucket], n)
        return made

    def _pushes(self) -> Metric:
        away = CounterMetricFamily("ocop_pushes_refused", "Pushes turned away.", labels=("platform", "reason"))
        with suppress(RedisError):  # the queue server is away: the other figures still stand
            for (platform, reason), n in refused(self._wired.redis).items():
                away.add_metric([platform, reason], n)
        return away

    def _calendars(self) -> Iterator[Metric]:
        now = self._wired.clock.now()
        left = GaugeMetricFamily("ocop_token_days_left", "Days until a token ends.", labels=(*_SHOP, "token"))
        for one in calendars.tokens(self._wired.store, now):
            if one.days is not None:
                left.add_metric([one.platform, one.shop, one.token], one.days)
        today = now.astimezone(VIETNAM).date()
        ending = GaugeMetricFamily("ocop_certificates_ending", "Certificates that end within days.", labels=("within",))
        ends = self._wired.store.desk(Scope(None)).ending(today, max(_WITHIN))
        for days in _WITHIN:
            ending.add_metric([str(days)], sum(n for day, n in ends.items() if day < today + timedelta(days=days)))
        first = self._wired.store.desk(Scope(None)).certificates(today, limit=1)
        soonest = GaugeMetricFamily("ocop_certificate_days_left", "Days until the first certificate in force ends.")
        for certificate in first:
            soonest.add_metric([], (certificate["expires_on"] - today).days)
        yield from (left, ending, soonest)


_SHOP = ("platform", "shop")
