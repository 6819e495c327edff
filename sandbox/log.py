"""Every call that was made, so that call budgets are counted by the platform and not believed."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `ok` is the platform's own verdict, `fault` the kind that struck it."""

    at: float
    platform: str
    endpoint: str
    method: str
    path: str
    write: bool
    status: int
    ok: bool
    fault: str | None = None
    note: str = ""


class CallLog:
    def __init__(self, bound: int = 500_000) -> None:
        self.calls: deque[Call] = deque(maxlen=bound)

    def append(self, call: Call) -> None:
        self.calls.append(call)

    def clear(self) -> None:
        self.calls.clear()

    def since(self, epoch: float = 0.0, platform: str | None = None) -> list[Call]:
        return [c for c in self.calls if c.at >= epoch and platform in (None, c.platform)]

    def counts(self, since: float = 0.0, platform: str | None = None) -> dict[str, dict[str, Any]]:
        """Per platform: calls, reads, writes, failed, and counts by endpoint, status and fault."""
        found: dict[str, dict[str, Any]] = {}
        for call in self.since(since, platform):
            into = found.setdefault(call.platform, _empty())
            into["calls"] += 1
            into["writes" if call.write else "reads"] += 1
            into["failed"] += not call.ok
            into["by_endpoint"][call.endpoint] += 1
            into["by_status"][str(call.status)] += 1
            if call.fault:
                into["by_fault"][call.fault] += 1
        return found


def _empty() -> dict[str, Any]:
    return {
        "calls": 0,
        "reads": 0,
        "writes": 0,
        "failed": 0,
        "by_endpoint": Counter(),
        "by_status": Counter(),
        "by_fault": Counter(),
    }
