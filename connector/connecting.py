"""Connecting a shop: a link for the seller, the answer that comes back, and tokens kept before the shop goes on.

The same for every entrance: the command line waits on a loopback port or takes a pasted address, the web has a route.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import structlog

from connector.errors import Complaint, Refused, Trouble
from connector.ports import Clock, Consent, Granted, Tokens
from connector.store import Shop, Store

log = structlog.get_logger()
GOOD_FOR = timedelta(minutes=30)
"""A seller has to sign in over there first; no platform's code lives longer than this."""
_WARN = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to give the seller. `state` is a secret until it has come back."""

    link: str
    state: str


@dataclass(frozen=True, slots=True)
class Ends:
    """Whole days until the refresh token and the consent are over, None where the platform does not say."""

    token_days: int | None
    consent_days: int | None
    soon: bool


def begin(store: Store, consent: Consent, shop: Shop, redirect: str, clock: Clock) -> Asked:
    now = clock.now()
    state = store.consents.ask(shop.id, redirect, now + GOOD_FOR, now)
    try:
        return Asked(consent.link(state, redirect), state)
    except KeyError as missing:
        raise Complaint(
            f"{shop.code} chưa có khóa ứng dụng {missing.args[0]}: nhờ người vận hành chạy ocop shop credentials.",
            f"{shop.code} lacks the app's key {missing.args[0]}: ask an operator to run ocop shop credentials.",
        ) from missing


def finish(
    store: Store, consent_of: Callable[[Shop], Consent], platform: str, answer: Mapping[str, str], clock: Clock
) -> Shop:
    """Spend the state and the code that came back; the shop they connect. A Complaint says what to do instead."""
    taken = store.consents.take(answer.get("state", ""), clock.now())
    shop = store.shops.by_id(taken[0]) if taken else None
    if taken is None or shop is None or shop.platform != platform:
        raise Complaint(
            "Liên kết này đã dùng, đã quá hạn hoặc không phải của ta. Tạo liên kết mới: ocop shop connect MÃ.",
            "This link was used, is too old or is not ours. Make a new one: ocop shop connect CODE.",
        )
    if "error" in answer or "code" not in answer:
        said = answer.get("error_hint") or answer.get("error") or "?"
        raise Complaint(
            f"Sàn chưa cấp quyền cho {shop.code}: {said}. Mở liên kết mới và bấm đồng ý.",
            f"The platform gave no consent for {shop.code}: {said}. Open a new link and agree.",
        )
    grant(store, consent_of(shop), shop, answer, taken[1])
    return shop


def grant(store: Store, consent: Consent, shop: Shop, answer: Mapping[str, str], redirect: str) -> None:
    """Exchange, compare the account with the one we know, keep, resume."""
    try:
        granted = consent.exchange(answer, redirect)
    except Trouble as error:
        log.warning("consent_failed", shop=shop.code, code=error.code)
        said = "; ".join(p.vi for p in error.problems) if isinstance(error, Refused) else str(error)
        raise Complaint(
            f"Sàn không đổi mã lấy token cho {shop.code} ({said}). Mã chỉ dùng được một lần: tạo liên kết mới.",
            f"The platform gave no token for {shop.code} ({error}). A code works once: make a new link.",
        ) from None
    _same_account(store, shop, granted)
    store.shops.connected(shop.id, granted)
    log.info("connected", shop=shop.code, accounts=sorted(granted.credentials.values()))


def _same_account(store: Store, shop: Shop, granted: Granted) -> None:
    held = store.shops.vault(shop.id).credentials()
    for name, value in granted.credentials.items():
        known = held[name].get_secret_value() if name in held else value
        if known != value:
            raise Complaint(
                f"Đã đồng ý cho {name} {value}, nhưng {shop.code} là {known}. Đăng nhập đúng tài khoản rồi làm lại.",
                f"Consent was given for {name} {value}, but {shop.code} is {known}. Sign in as that one and repeat.",
            )


def answer_of(address: str) -> dict[str, str]:
    """The query of an address that somebody copied from their browser."""
    return dict(parse_qsl(urlsplit(address.strip()).query))


def ends(tokens: Tokens | None, now: datetime) -> Ends:
    """`soon`: one of the two is over within three weeks. A refresh token that each refresh renews comes that near only
    where the shop has not been worked on for long, which a person should know too."""
    if tokens is None:
        return Ends(None, None, False)
    last = [moment for moment in (tokens.refresh_until, tokens.consent_until) if moment is not None]
    soon = bool(last) and min(last) - now < _WARN
    return Ends(_days(tokens.refresh_until, now), _days(tokens.consent_until, now), soon)


def _days(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max((moment - now) // timedelta(days=1), 0)
