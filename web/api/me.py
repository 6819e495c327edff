"""Whose token this is, and whom it may see."""

from typing import Any

from fastapi import APIRouter

from web.api import shapes
from web.api.limits import After, Limit, paged
from web.security import Parts, Viewer

router = APIRouter(tags=["Mã này / this token"])


@router.get("/me", response_model=shapes.Viewing, summary="Mã của ai / whose token this is")
def me(account: Viewer) -> Any:
    return account


@router.get("/producers", response_model=shapes.Page[shapes.ProducerOut], summary="Các chủ thể / producers")
def producers(wired: Parts, account: Viewer, after: After = 0, limit: Limit = 50) -> Any:
    return paged(wired.store.feed(account.scope).producers(after, limit + 1), limit)
