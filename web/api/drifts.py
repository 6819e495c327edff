"""Drift and what people or programs decide about it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from connector import decisions
from connector.store.feed import NEWEST
from web.api import shapes, states
from web.api.limits import Before, Code, Limit, paged
from web.security import Parts, Viewer

router = APIRouter(prefix="/drifts", tags=["Điểm lệch / drift"])
Which = Annotated[Literal["ask", "heal", "report", "keep", "accept"] | None, Query(description="resolution")]


@router.get("", response_model=shapes.Page[states.DriftOut], summary="Điểm lệch còn mở / open drift, newest first")
def drifts(
    wired: Parts,
    account: Viewer,
    which: Which = None,
    shop: Code = "",
    asked: bool = False,
    after: Before = NEWEST,
    limit: Limit = 50,
) -> Any:
    """A producer's token sees what its producer was asked, as its page does."""
    inbox = wired.store.inbox(account.scope)
    only_asked = asked or not account.staff
    found = inbox.drifts(which=which or "", shop=shop, asked=only_asked, before=after, limit=limit + 1)
    return paged(found, limit)


@router.post(
    "/decisions",
    response_model=states.Decided,
    summary="Giữ của ta, theo sàn, hoặc hỏi chủ thể / keep ours, take theirs, or ask the producer",
)
def decide(wired: Parts, account: Viewer, given: states.DecisionIn) -> Any:
    return decisions.on_drifts(wired.store, account.scope, given.ids, given.choice, account.login)
