"""Errors named by what to do next. Adapters translate once, at their edge; a bug is none of these and propagates.

ConnectorError
├── Trouble            of a platform call
│   ├── Retry          not done; ask again after some seconds
│   ├── OutcomeUnknown sent, no trustworthy answer: look before doing anything else
│   ├── Refused        the platform said no to exactly this; the problems say why
│   ├── Missing        the thing addressed is not there
│   └── NeedsConsent   the shop's consent is dead: pause it, tell a person
└── Complaint          of what a person gave us: says what to do, Vietnamese first
"""

from connector.domain.problem import Problem


class ConnectorError(Exception):
    """Root of all expected errors."""


class Trouble(ConnectorError):
    """A platform call that did not end well. `code` is the platform's own, kept raw."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Retry(Trouble):
    """Nothing happened over there; ask again after `after` seconds. `throttled`: only the pace is to blame, so asking
    again exactly then is right, however often it comes to that."""

    def __init__(self, message: str, *, after: float = 5.0, code: str = "", throttled: bool = False) -> None:
        super().__init__(message, code=code)
        self.after, self.throttled = after, throttled


class OutcomeUnknown(Trouble):
    """The request went out and no trustworthy answer came back."""


class Refused(Trouble):
    """Final for this desired fingerprint. `ours`: the platform was not even asked, something of our own was lacking;
    so it is final for nothing and tried again in an hour."""

    def __init__(self, problems: tuple[Problem, ...], *, code: str = "", ours: bool = False) -> None:
        super().__init__("; ".join(p.en for p in problems), code=code)
        self.problems, self.ours = problems, ours


class Missing(Trouble):
    """What the call addressed does not exist over there."""


class NeedsConsent(Trouble):
    """No call of this shop can succeed until a person renews the consent."""


class Complaint(ConnectorError):
    """Bad input by a person: what is wrong, where, and what to do about it."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi, self.en = vi, en

    def say(self, language: str) -> str:
        return self.en if language == "en" else self.vi
