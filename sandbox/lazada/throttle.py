"""Calls per second and the ban that follows, per app and path as the gateway counts them."""

from collections import deque

from sandbox.clock import Clock


class Throttle:
    """A sliding window of one second per key, and bans in seconds."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._until: dict[tuple[str, str], float] = {}

    def over(self, owner: str, path: str, per_second: float) -> bool:
        """Count this call; true if it exceeds the figure (0 = unlimited)."""
        if per_second <= 0:
            return False
        now = self.clock.now()
        window = self._calls.setdefault((owner, path), deque())
        while window and not now - 1 < window[0] <= now:
            window.popleft()
        window.append(now)
        return len(window) > per_second

    def ban(self, owner: str, path: str, per_second: float, seconds: float) -> bool:
        """True while the key is banned; exceeding the figure starts a ban."""
        now = self.clock.now()
        if 0 < self._until.get((owner, path), 0) - now <= seconds:
            return True
        if self.over(owner, path, per_second):
            self._until[owner, path] = now + seconds
            return True
        return False
