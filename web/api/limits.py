"""How much a program may ask: calls a minute by account, rows a page."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query

from web.problems import TooFast
from web.security import Parts, Viewer

_MINUTE = 60
_LARGEST = 2**62

Limit = Annotated[int, Query(ge=1, le=200, description="Số dòng một trang / rows a page")]
After = Annotated[int, Query(ge=0, le=_LARGEST, description="«next» của trang trước / `next` of the page before")]
Before = Annotated[int, Query(ge=0, le=_LARGEST, description="«next» của trang trước / `next` of the page before")]
Code = Annotated[str, Query(max_length=100)]


def measured(wired: Parts, account: Viewer) -> None:
    """One more call of this account in this minute, all web processes together."""
    minute, second = divmod(int(wired.clock.now().timestamp()), _MINUTE)
    key = f"api:{account.id}:{minute}"
    with wired.redis.pipeline() as pipe:
        pipe.incr(key)
        pipe.expire(key, 2 * _MINUTE)
        made = int(pipe.execute()[0])
    if made > wired.settings.api_per_minute:
        raise TooFast(_MINUTE - second)


def paged(
    rows: Sequence[dict[str, Any]], limit: int, key: Callable[[dict[str, Any]], object] = lambda row: row["id"]
) -> dict[str, Any]:
    """`rows` has one more than the page where there is a page behind it."""
    shown = list(rows[:limit])
    return {"items": shown, "next": str(key(shown[-1])) if len(rows) > limit else None}
