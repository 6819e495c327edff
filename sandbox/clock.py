"""The sandbox's own time, so that a token can die or a review can end without anybody waiting."""

import time


class Clock:
    """Real time plus an offset, in epoch seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds

    def set(self, epoch: float) -> None:
        self.offset = epoch - time.time()
