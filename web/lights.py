"""A listing's light: its tone, and the words for those who cannot see or tell colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.language import Speech
from web.words import PHASES, _

_TONES = {"live": "good", "new": "wait", "creating": "wait", "waiting": "wait"}


@dataclass(frozen=True, slots=True)
class Light:
    """good: on sale and equal; wait: on its way or being made equal; bad: somebody must do something; none: resting."""

    tone: str
    words: str


def light(say: Speech, listing: Mapping[str, Any]) -> Light:
    phase = listing["phase"]
    if listing["shop_state"] == "paused":
        return Light("none", say(_("Gian hàng tạm dừng")))
    if phase == "new" and listing["verbs"] == "observe":
        return Light("none", say(_("Gian hàng chỉ quan sát")))
    if phase == "live" and listing["drifts"]:
        return Light("wait", say(_("Đang bán, nhưng trên sàn khác với bạn ghi")))
    if phase == "live" and listing["blocking"]:
        return Light("wait", say(_("Đang bán, nhưng thay đổi mới còn vướng")))
    return Light(_TONES.get(phase, "bad"), say(PHASES[phase]))
