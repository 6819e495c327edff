"""What goes over the API of what happens at the platforms: plans, listings, attempts, runs, drift, orders."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from connector.domain.listing import Phase
from web.api.shapes import MOST, Id, In, Out
from web.problems import Obstacle


class ChangeOut(Out):
    field: str
    before: Any
    after: Any
    reason: str


class OpOut(Out):
    kind: str
    changes: list[ChangeOut]


class PlanOut(Out):
    """`why` is set where there is no plan: paused, observe, consent, away."""

    shop: str
    platform: str
    why: str
    ops: list[OpOut]
    refused: list[OpOut]
    problems: list[Obstacle]
    wait: datetime | None


class Published(Out):
    """How many listings are looked at now."""

    listings: int


class ListingHead(Out):
    id: int
    product_id: int
    product: str
    shop: str
    platform: str
    phase: Phase
    item: str
    url: str


class ListingLine(ListingHead):
    observed_at: datetime | None
    due_at: datetime | None
    reason: str
    blocking: int
    drifts: int


class ListingOut(ListingHead):
    """The three legs, in the platform's own form."""

    desired: dict[str, Any]
    observed: dict[str, Any]
    applied: dict[str, Any]
    theirs: list[str]
    observed_at: datetime | None
    stock_due_at: datetime | None
    price_due_at: datetime | None
    content_due_at: datetime | None
    reason: str
    cause: str
    tries: int
    problems: list[Obstacle]


class AttemptOut(Out):
    id: int
    run_id: int | None
    kind: str
    changes: list[dict[str, Any]]
    cause: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    code: str
    detail: str
    request_id: str
    settled_at: datetime | None
    settled_as: str


class StepOut(Out):
    at: datetime
    what: str
    value: Any
    cause: str
    detail: str


class StoryOut(Out):
    shop: str
    field: str
    desired: Any
    observed: Any
    applied: Any
    steps: list[StepOut]


class RunOut(Out):
    """Its counters add up: planned is the sum of `counts` and `open`."""

    id: int
    shop: str
    platform: str
    state: str
    cause: str
    started_at: datetime
    finished_at: datetime | None
    planned: int
    counts: dict[str, int]
    open: int
    note: str


class RunItemOut(Out):
    id: int
    product: str
    name: str
    phase: str
    reason: str


class DriftOut(Out):
    id: int
    listing_id: int
    run_id: int | None
    product_id: int
    product: str
    shop: str
    platform: str
    field: str
    desired: Any
    observed: Any
    applied: Any
    verdict: str
    resolution: str
    found_at: datetime
    asked_at: datetime | None


class DecisionIn(In):
    ids: Annotated[list[Id], Field(min_length=1, max_length=MOST)]
    choice: Literal["keep", "take", "ask"]


class Decided(Out):
    """`busy`: a worker holds it just now, decide again; `barred`: it cannot be decided from here."""

    done: int
    busy: int
    barred: int


class OrderLineOut(Out):
    id: int
    shop: str
    platform: str
    order: str
    order_state: str
    placed_at: datetime
    updated_at: datetime
    line: str
    sku: str
    product: str | None
    state: str
    quantity: int
    cancelled: int
    returned: int
    reserved: int
    sold: int
    cancelled_after: int
    came_back: int
