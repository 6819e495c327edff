"""From Tiki's answer to what to do next. Tiki speaks by HTTP status; its sentences only say why."""

import json
from typing import Any

from adapters.http import Reply, lost, retry_after
from adapters.tiki.refusals import problem, sentences
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry

Trouble = Retry | OutcomeUnknown | Refused | Missing | NeedsConsent
_GATEWAY_SECONDS = 60.0


def trouble(reply: Reply) -> Trouble | None:
    """None for a success. An unknown refusal is Refused with its own words, never sent again."""
    body = _body(reply)
    said = sentences(body)
    text = f"{reply.endpoint}: HTTP {reply.status} {'; '.join(said)[:300]}"
    code = str(reply.status)
    if reply.status < 300:
        paused = isinstance(body, dict) and "integration_status" in body
        return NeedsConsent(f"{reply.endpoint}: the seller paused the connection", code="paused") if paused else None
    if reply.status == 429:
        return Retry(text, after=retry_after(reply), code=code, throttled=True)
    if reply.status >= 500:
        unwell = lost(text, writes=reply.writes)
        unwell.code = code
        return unwell
    if reply.status == 404:
        return Missing(text, code=code)
    if reply.status == 401:
        return NeedsConsent(text, code=code)
    if reply.status == 403 and body is None:
        # Not the interface but a gateway in front of it: nothing was looked at.
        return Retry(text, after=_GATEWAY_SECONDS, code=code)
    if reply.status == 403 and not reply.writes:
        return NeedsConsent(text, code=code)  # a scope is missing or the seller is not active
    return Refused(tuple(problem(each) for each in said or [""]), code=code)


def _body(reply: Reply) -> Any | None:
    try:
        return json.loads(reply.body)
    except ValueError:
        return None
