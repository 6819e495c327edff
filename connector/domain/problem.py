"""Why a listing cannot be as desired, in words that say what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


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


def merged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One problem for each code and field: what is wrong with several variants is told in one, variant by variant."""
    found: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.field)
        found[key] = _joined(found[key], problem) if key in found else problem
    return tuple(found.values())


def _joined(one: Problem, other: Problem) -> Problem:
    vi, en = (_both(*pair) for pair in ((one.vi, other.vi), (one.en, other.en)))
    strict = one.blocking or other.blocking
    return replace(one, vi=vi, en=en, blocking=strict, entry=one.entry and other.entry)


def _both(one: str, other: str) -> str:
    return one if other in one else f"{one} {other}"
