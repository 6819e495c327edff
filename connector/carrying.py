"""Files that people carry for shops without an interface: what goes out, what comes back, how old each picture is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import structlog

from connector.converge import Site
from connector.domain.problem import Problem
from connector.errors import Complaint
from connector.ports import Brought, Carried, Channel, Counter

log = structlog.get_logger()
_FEW = 3  # a shop with fewer listings says nothing about whose file it is


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was brought. `doubts`: why it was not kept; a person may insist."""

    brought: Brought
    doubts: Sequence[Problem] = ()


def by_files(channel: Channel) -> bool:
    """Whether a platform's wire is files: its channel file then says who carries."""
    return "carrier" in channel.settings


def counter(site: Site) -> Counter:
    return _carried(site).counter()


def fetch(site: Site, name: str) -> bytes | None:
    """A parcel or the form for its result; None if there is none of that name."""
    return _carried(site).fetch(name) if PurePath(name).name == name else None


def bring(site: Site, content: bytes, taken_at: datetime, who: str, *, whole: bool, insist: bool) -> Taken:
    """Take a file that came back, if it is what it seems or the person insists; the shop is then looked at anew."""
    adapter = _carried(site)
    brought = adapter.understand(content, taken_at, whole=whole)
    _right_shop(site, brought)
    doubts = [doubt for doubt in brought.doubts if doubt.blocking]
    if doubts and not insist:
        return Taken(brought, doubts)
    adapter.keep(brought, content)
    log.info("brought", shop=site.shop.code, kind=brought.kind, file=brought.name, by=who, rows=brought.rows)
    site.store.shops.look_at_unsettled(site.shop.id, f"{brought.name} brought by {who}")
    return Taken(brought)


def _right_shop(site: Site, brought: Brought) -> None:
    """An export that shows none of what stands in this shop is another shop's: believing it would make all anew."""
    if brought.kind != "export":
        return
    known = {place.item for place in site.store.adoption.places(site.shop.id) if place.item}
    if len(known) >= _FEW and not known & brought.items:
        raise Complaint(
            f"Tệp này không có tin nào trong {len(known)} tin ta biết ở {site.shop.code}: có lẽ là của gian hàng khác.",
            f"This file shows none of the {len(known)} listings known in {site.shop.code}: it may be another shop's.",
        )


def _carried(site: Site) -> Carried:
    if not isinstance(site.adapter, Carried):
        raise Complaint(
            f"Gian hàng {site.shop.code} làm việc qua API, không có tệp để mang.",
            f"Shop {site.shop.code} works through an interface: there are no files to carry.",
        )
    return site.adapter
