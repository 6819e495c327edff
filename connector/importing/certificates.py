"""OCOP stars need a decision: with number, stars and date they are a certificate; without, a claim that is noted and
never published."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from connector.domain.product import Certificate
from connector.domain.text import fold
from connector.importing.lines import Line


def certificate(facts: Mapping[str, Any], line: Line, today: date) -> Certificate | None:
    """The certificate that a row's facts make, valid 36 months where no end is given (Decision 26/2026)."""
    stars = facts.get("stars") or facts.get("claimed")
    if "decision" not in facts:
        if stars:
            line.complain("stars", "stars_unproven", stars=stars, blocking=False)
        return None
    if "stars" not in facts or "issued_on" not in facts:
        line.complain("decision", "certificate_incomplete", blocking=False)
        return None
    issued: date = facts["issued_on"]
    expires: date = facts.get("expires_on") or _three_years_later(issued)
    if expires <= issued:
        line.complain("expires_on", "certificate_dates", expires=expires, issued=issued)
    elif expires <= today:
        line.complain("expires_on", "certificate_expired", expires=expires, blocking=False)
    return Certificate(
        facts["stars"],
        facts["decision"],
        facts.get("authority", ""),
        issued,
        expires,
        made_up="chung nhan" in fold(facts.get("made_up", "")),
    )


def _three_years_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 3, day.month, 28 if leap_day else day.day)
