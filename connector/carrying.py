"""Files that people carry for shops without an interface: what goes out, what comes back, how old each picture is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.domain.listing import Lane
from connector.errors import Complaint
from connector.ports import Brought, Carried, Channel, Hints, Parcel, Slip
from connector.site import Site

log = structlog.get_logger()
_A_PROGRAM = "seller_centre"
_OLDEST_HOURS = 24.0  # as in the channel files


@dataclass(frozen=True, slots=True)
class Counter:
    """What lies at a shop's counter. `takes` False: a program fetches what comes back; `pictures`: the receipt of the
    newest file of each kind that shows the shop or its orders; `oldest`: an older one is not believed."""

    parcels: Sequence[Parcel]
    hashes: dict[str, str]
    pictures: Sequence[Slip]
    takes: bool
    oldest: timedelta

    @property
    def seen(self) -> datetime | None:
        """The moment that the newest picture of the shop shows."""
        return max((slip.at for slip in self.pictures if slip.what == "export"), default=None)

    def tone(self, now: datetime) -> str:
        """good; wait: it will soon be too old; bad: it is, or there is none."""
        if self.seen is None or now - self.seen > self.oldest:
            return "bad"
        return "wait" if now - self.seen > self.oldest * 3 / 4 else "good"


def by_files(channel: Channel) -> bool:
    """Whether a platform's wire is files: its channel file then says who carries."""
    return "carrier" in channel.settings


def counter(site: Site) -> Counter:
    adapter, settings = carried(site), site.channel.settings
    slips = adapter.slips()
    newest: dict[str, Slip] = {}
    for slip in slips:
        if slip.way == "in" and slip.what in ("export", "orders"):
            newest.setdefault(slip.what, slip)
    return Counter(
        parcels=adapter.parcels(),
        hashes={slip.name: slip.sha256 for slip in slips if slip.way == "out"},
        pictures=list(newest.values()),
        takes=settings.get("carrier") != _A_PROGRAM,
        oldest=timedelta(hours=float(settings.get("max_export_age_hours", _OLDEST_HOURS))),
    )


def bring(site: Site, hints: Hints, name: str, content: bytes, at: datetime, who: str, *, whole: bool) -> Brought:
    """Take a file that came back: what waits in the shop is looked at anew, and a new picture of the shop is compared
    with all that is ours, or what a hand changed over there would lie unseen until the night. A Complaint says what is
    wrong."""
    brought = carried(site).bring(name, content, at, who, whole=whole)
    if brought.again:
        return brought
    shop, cause = site.shop, f"{brought.name} brought by {who}"
    log.info("brought", shop=shop.code, what=brought.what, file=brought.name, by=who, rows=brought.rows)
    site.store.shops.look_at_unsettled(shop.id, cause)
    if brought.what == "orders":
        hints.orders(shop.id)
    for lane in Lane:
        hints.converge(shop.id, lane)
    if brought.what == "export":
        hints.reconcile(shop.id, cause)
    return brought


def carried(site: Site) -> Carried:
    if not isinstance(site.adapter, Carried):
        raise Complaint(
            f"Gian hàng {site.shop.code} làm việc qua API, không có tệp để mang.",
            f"Shop {site.shop.code} works through an interface: there are no files to carry.",
        )
    return site.adapter
