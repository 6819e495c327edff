"""The operator's desk: one screen for how things stand, and a page for each thing that waits for a person."""

from fastapi import APIRouter

from web.desk import approvals, carry, drifts, listings, matrix, metrics, runs, settings, shops, today, users

router = APIRouter()
for part in (today, runs, drifts, approvals, carry, listings, shops, matrix, users, settings, metrics):
    router.include_router(part.router)
