"""From Lazada's answer to what to do next. An umbrella code means nothing by itself: its cause is in `detail`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.lazada import codes
from connector.domain.problem import Problem
from connector.errors import Missing, NeedsConsent, OutcomeUnknown, Refused, Retry

Trouble = Retry | OutcomeUnknown | Refused | Missing | NeedsConsent
_BAN = re.compile(r"last (\d+) second", re.I)
_NAMED = re.compile(r"\s*([A-Z][A-Z0-9_]{3,})\s*:\s*(.*)", re.S)
_NUMBERED = re.compile(r"E?0*(\d{2,5})\s*:\s*(.*)", re.S)


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of `detail`; every key of it is optional over there."""

    code: str = ""
    message: str = ""
    field: str = ""
    sku: str = ""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Fault":
        message = str(entry.get("message") or entry.get("msg") or "")
        code = str(entry.get("code") or "")
        named = _NAMED.match(message) or _NUMBERED.match(message)
        if not code and named:
            code, message = named.group(1), named.group(2)
        sku = next((str(entry[k]) for k in ("seller_sku", "SellerSku", "sku", "sku_id", "SkuId") if entry.get(k)), "")
        return cls(codes.NUMBERS.get(code, code), message, str(entry.get("field") or ""), sku)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body that the gateway or the business behind it gave. `code` "0" is success."""

    path: str
    code: str
    data: Any = None
    message: str = ""
    faults: Sequence[Fault] = field(default_factory=tuple)
    request_id: str = ""
    writes: bool = False

    @classmethod
    def of(cls, path: str, body: Mapping[str, Any], *, writes: bool) -> "Answer":
        detail = body.get("detail") or ()
        entries = [detail] if isinstance(detail, Mapping) else [e for e in detail if isinstance(e, Mapping)]
        return cls(
            path=path,
            code=str(body.get("code", "0")),
            data=body.get("data", body.get("result")),  # `result` from the reverse orders only
            message=str(body.get("message") or ""),
            faults=tuple(Fault.of(entry) for entry in entries),
            request_id=str(body.get("request_id") or ""),
            writes=writes,
        )

    @property
    def ok(self) -> bool:
        return self.code == "0" and not self.faults

    @property
    def in_parts(self) -> bool:
        """A failure of which some SKUs may have been carried out."""
        return self.code in codes.UMBRELLA | {"0"}

    def trouble(self) -> Trouble:
        """The recovery; call it only on an answer that is not ok."""
        causes = [f.code for f in self.faults if f.code] if self.in_parts else []
        for code in causes or [self.code]:
            named = _recovery(code, self)
            if named is not None:
                return named
        return Refused(self.problems(), code=self.code)

    def problems(self, faults: Sequence[Fault] | None = None) -> tuple[Problem, ...]:
        chosen = self.faults if faults is None else faults
        return tuple(problem(fault) for fault in chosen or [Fault(self.code, self.message)])

    @property
    def ban_seconds(self) -> float:
        """How long the gateway says it will turn us away; at least a second."""
        match = _BAN.search(self.message)
        return max(1.0, float(match.group(1))) if match else 1.0


def _recovery(code: str, answer: Answer) -> Trouble | None:
    text = f"{answer.path}: {code} {answer.message[:200]}"
    if code in codes.TOO_FAST:
        return Retry(text, after=60.0 if code == "998" else answer.ban_seconds, code=code)
    if code in codes.NOT_NOW:
        return Retry(text, code=code)
    if code in codes.CLOCK:
        return Retry(f"{text}: set this machine's clock", after=300.0, code=code)
    if code in codes.IN_DOUBT:
        return OutcomeUnknown(text, code=code) if answer.writes else Retry(text, code=code)
    if code in codes.CONSENT | codes.DEAD_TOKEN:
        return NeedsConsent(text, code=code)
    return Missing(text, code=code) if code in codes.MISSING else None


def problem(fault: Fault) -> Problem:
    """What a producer reads. A code we have no words for is shown as it came."""
    said = f"{fault.field} {fault.message}".strip()[:300]
    known = codes.MEANINGS.get(fault.code) or (codes.MEANINGS["209"] if fault.field == "variation" else None)
    if known is None:
        vi = f"Lazada từ chối (mã {fault.code or '?'}): {said or 'không nêu lý do'}. Sửa theo lý do này rồi lưu lại."
        return Problem(f"lazada_{fault.code or 'refused'}", "listing", vi, f"Lazada refused ({fault.code}): {said}.")
    about = f" ({said})" if said else ""
    where = f"{known.field}:{fault.sku}" if known.field in ("price", "stock") and fault.sku else known.field
    return Problem(f"lazada_{fault.code}", where, known.vi + about, known.en + about)
