"""Lazada's request signature: HMAC-SHA256 over path and parameters, sorted by name, joined without separators."""

import hashlib
import hmac
from collections.abc import Mapping


def sign(secret: str, path: str, params: Mapping[str, str]) -> str:
    """Upper-case hex over raw (not URL-encoded) values. `path` is without /rest; files and `sign` are not signed."""
    text = path + "".join(name + params[name] for name in sorted(params, key=str.encode) if name != "sign")
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
