"""Quality check: new and changed items may wait, and may be turned away with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.lazada import notices
from sandbox.lazada.state import Item

if TYPE_CHECKING:
    from sandbox.lazada.market import Market

REASON = "Wrong Description,Wrong Image: the content does not match the product"


def submit(market: Market, item: Item, changed: bool = False) -> None:
    """Send an item to QC as the switches say. `changed`: an update, which may not go through QC at all."""
    mode = market.switches["qc"]
    if mode == "instant" or (changed and not market.switches["qc_on_update"]):
        item.sub_status, item.reject_reason = None, ""
        item.was_live = True
        notices.quality(market, item, "APPROVED")
        return
    item.qc_until = market.world.clock.now() + float(market.switches["qc_seconds"])
    item.qc_verdict = "reject" if mode == "reject" else "pass"
    item.sub_status, item.reject_reason = None, ""
    market.state.pending.add(item.item_id)
    notices.quality(market, item, "PENDING")


def finish(market: Market, now: float) -> None:
    """Give the verdicts that are due."""
    for item_id in [i for i in market.state.pending if (market.state.items[i].qc_until or 0) <= now]:
        market.state.pending.discard(item_id)
        item = market.state.items[item_id]
        item.qc_until, item.updated = None, now
        if item.qc_verdict == "reject":
            item.sub_status = "Live Reject" if item.was_live else "Reject"
            item.reject_reason = REASON
            notices.quality(market, item, "LIVE_REJECTED" if item.was_live else "REJECTED")
        else:
            item.was_live = True
            notices.quality(market, item, "APPROVED")
