"""Signatures, computed from the printed rule alone: HMAC-SHA256 over glued parts, the key taken as text."""

import hashlib
import hmac


def public_base(partner_id: int | str, path: str, timestamp: int | str) -> str:
    return f"{partner_id}{path}{timestamp}"


def owner_base(partner_id: int | str, path: str, timestamp: int | str, access_token: str, owner_id: int | str) -> str:
    """Shop and merchant calls glue the token and the id of the shop or merchant behind the public parts."""
    return f"{public_base(partner_id, path, timestamp)}{access_token}{owner_id}"


def digest(partner_key: str, base: str) -> str:
    """64 lower-case hexadecimal digits."""
    return hmac.new(partner_key.encode(), base.encode(), hashlib.sha256).hexdigest()


def matches(partner_key: str, base: str, sign: str) -> bool:
    return hmac.compare_digest(digest(partner_key, base).encode(), sign.encode())
