"""Signatures of Shopee Open Platform v2: HMAC-SHA256 over parameters without separators."""

import hashlib
import hmac


def sign(key: str, partner_id: str, path: str, timestamp: int, access_token: str = "", shop_id: str = "") -> str:
    """Lower-case hex, keyed by the key's text, which only looks like hex. A public call has neither token nor shop."""
    base = f"{partner_id}{path}{timestamp}{access_token}{shop_id}"
    return hmac.new(key.encode(), base.encode(), hashlib.sha256).hexdigest()
