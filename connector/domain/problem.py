"""Why a listing cannot be as desired, in words that say what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, with the field it concerns, a stable code, and a sentence in both languages that says how to fix it.

    A blocking problem stops creating and revising; a warning is only shown. With `entry` it stops creating and showing
    only: what is live may still be revised, for that is how a claim comes down.
    """

    code: str
    field: str
    vi: str
    en: str
    blocking: bool = True
    entry: bool = False

    def say(self, language: str) -> str:
        return self.en if language == "en" else self.vi


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(p for p in problems if p.blocking)
