"""Access tokens: renewed by one process at a time, the new pair saved before anyone uses it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from connector.errors import NeedsConsent
from connector.ports import Connection, Tokens

_NONE = Tokens(SecretStr(""), access_until=datetime(1970, 1, 1, tzinfo=UTC))


def fresh(
    connection: Connection,
    refresh: Callable[[Tokens], Tokens],
    leeway: timedelta,
    *,
    rejected: SecretStr | None = None,
    anew: bool = False,
) -> SecretStr:
    """An access token good for `leeway` more; `rejected` is one the platform no longer takes, whatever its time says.

    Raises NeedsConsent when there is nothing left to refresh with; `refresh` raises it when the platform says so.
    `anew`: the platform grants tokens on the credentials alone, so nothing held or refreshable is no obstacle.
    """
    tokens = _held(connection, anew)
    if _good(tokens, connection.clock.now() + leeway, rejected):
        return tokens.access
    with connection.vault.lease():
        tokens = _held(connection, anew)  # another process may have renewed it while we waited
        if _good(tokens, connection.clock.now() + leeway, rejected):
            return tokens.access
        if not anew and not _renewable(tokens, connection.clock.now()):
            raise _dead(connection, "refresh token thiếu hoặc hết hạn / missing or over", "refresh_token_over")
        try:
            renewed = refresh(tokens)
        except NeedsConsent as error:
            # Also what becomes of a pair that was lost between the platform's answer and our commit.
            raise _dead(connection, str(error), error.code) from None
        connection.vault.save(replace(renewed, consent_until=renewed.consent_until or tokens.consent_until))
    return renewed.access


def _held(connection: Connection, anew: bool) -> Tokens:
    tokens = connection.vault.tokens()
    if tokens is None and anew:
        return _NONE
    if tokens is None:
        raise _dead(connection, "chưa có token / no tokens yet", "no_tokens")
    return tokens


def _dead(connection: Connection, why: str, code: str) -> NeedsConsent:
    """Nothing but a person helps now: the shop pauses, so nothing asks again and nothing is lost."""
    shop = connection.shop
    vi = f"Gian hàng {shop} cần được cấp quyền lại: ocop shop connect {shop}"
    return NeedsConsent(f"{vi} / consent is needed again ({why})", code=code)


def _good(tokens: Tokens, until: datetime, rejected: SecretStr | None) -> bool:
    return tokens.access != rejected and (tokens.access_until is None or tokens.access_until > until)


def _renewable(tokens: Tokens, now: datetime) -> bool:
    return tokens.refresh is not None and (tokens.refresh_until is None or tokens.refresh_until > now)
