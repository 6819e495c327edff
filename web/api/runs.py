"""Reconciliations: each with counters that add up, and its listings by result. For operators' tokens."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path

from connector.errors import Complaint
from connector.models import RESULTS
from connector.store.feed import NEWEST
from web.api import shapes, states
from web.api.limits import After, Before, Code, Limit, paged
from web.desk.frame import STAFF
from web.security import Parts, Viewer, only

router = APIRouter(tags=["Đối soát / runs"])
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
Result = Literal["open", "applied", "unchanged", "superseded", "blocked", "refused", "failed", "unknown"]
assert set(Result.__args__) == {"open", *RESULTS}  # type: ignore[attr-defined]


@router.get("/runs", response_model=shapes.Page[states.RunOut], summary="Các lần đối soát / runs, newest first")
@only(*STAFF)
def runs(wired: Parts, account: Viewer, shop: Code = "", after: Before = NEWEST, limit: Limit = 50) -> Any:
    return paged(wired.store.inbox(account.scope).runs(shop=shop, before=after, limit=limit + 1), limit)


@router.get("/runs/{run_id}", response_model=states.RunOut, summary="Một lần đối soát / one run")
@only(*STAFF)
def run(wired: Parts, account: Viewer, run_id: Number) -> Any:
    found = wired.store.inbox(account.scope).run(run_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.get(
    "/runs/{run_id}/listings",
    response_model=shapes.Page[states.RunItemOut],
    summary="Tin của một lần đối soát theo kết quả / a run's listings by result",
)
@only(*STAFF)
def items(
    wired: Parts, account: Viewer, run_id: Number, result: Result = "open", after: After = 0, limit: Limit = 50
) -> Any:
    run(wired, account, run_id)
    wanted = "" if result == "open" else result
    found = wired.store.inbox(account.scope).listings_of(run_id, wanted, limit=limit + 1, after=after)
    return paged(found, limit)


@router.post(
    "/shops/{code}/runs",
    status_code=202,
    response_model=states.RunOut,
    summary="Đối soát ngay / reconcile now; the open run where one is under way",
)
@only(*STAFF)
def reconcile(wired: Parts, account: Viewer, code: Annotated[str, Path(max_length=100)]) -> Any:
    try:
        shop = wired.store.shops.get(code)
    except Complaint as error:
        raise HTTPException(404) from error
    cause = f"by {account.login} over the API"
    opened = wired.store.runs.open(shop.id, cause)
    wired.hints.reconcile(shop.id, cause)
    return run(wired, account, opened.id or 0)
