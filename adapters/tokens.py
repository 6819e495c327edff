"""Access tokens: renewed by one process at a time, the new pair saved before anyone uses it."""

from collections.abc import Callable
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
            raise NeedsConsent(f"{connection.shop}: the refresh token is missing or over", code="refresh_token_over")
        renewed = refresh(tokens)
        connection.vault.save(renewed)
    return renewed.access


def _held(connection: Connection, anew: bool) -> Tokens:
    tokens = connection.vault.tokens()
    if tokens is None and anew:
        return _NONE
    if tokens is None:
        raise NeedsConsent(f"{connection.shop}: no tokens yet", code="no_tokens")
    return tokens


def _good(tokens: Tokens, until: datetime, rejected: SecretStr | None) -> bool:
    return tokens.access != rejected and (tokens.access_until is None or tokens.access_until > until)


def _renewable(tokens: Tokens, now: datetime) -> bool:
    return tokens.refresh is not None and (tokens.refresh_until is None or tokens.refresh_until > now)
