"""Which of the shop's shipping channels can carry a parcel; an item without one cannot be published."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.domain.listing import Desired

_NEEDS_FEE = ("CUSTOM_PRICE", "SELLER_LOGISTICS")  # the seller would have to name a fee or run the transport


def logistic_info(desired: Desired, channels: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The item's shipping lines: every channel that takes this weight and size, empty if none does."""
    return [_line(channel) for channel in channels if channel["usable"] and _takes(channel, desired)]


def _line(channel: Mapping[str, Any]) -> dict[str, Any]:
    line = {"logistic_id": channel["id"], "enabled": True, "is_free": False}
    return line | {"size_id": int(channel["size_id"])} if channel["fee"] == "SIZE_SELECTION" else line


def _takes(channel: Mapping[str, Any], desired: Desired) -> bool:
    if channel["fee"] in _NEEDS_FEE or (channel["fee"] == "SIZE_SELECTION" and channel["size_id"] is None):
        return False
    kilos = desired.weight_g / 1000
    light = channel["min_kg"] <= kilos and (not channel["max_kg"] or kilos <= channel["max_kg"])
    sides = zip(sorted(desired.size_cm), sorted(channel["sides"]), strict=True)
    small = 0 in channel["sides"] or all(ours <= most for ours, most in sides)
    return light and small and (not channel["side_sum"] or sum(desired.size_cm) <= channel["side_sum"])
