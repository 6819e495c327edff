"""Five sandboxed shops behind a console, and the work that workers would do, done at once and in order."""

import time
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from connector.converge import converge
from connector.domain.listing import Lane
from connector.ports import Tokens
from connector.wiring import Wired

NAMES = {
    "shopee": "Gian hàng OCOP",
    "lazada": "OCOP chính hãng",
    "tiki": "Đặc sản OCOP",
    "postmart": "Postmart",
    "voso": "Voso",
}
_SWITCHES = {"shopee": {"settle_seconds": 0.0}, "tiki": {"review_seconds": 0.0}}


def open_shops(wired: Wired, sandbox: Any, *platforms: str) -> None:
    """A shop on each platform (or on those named) that may sync, with the sandbox's own credentials."""
    sandbox.post("/switches", _SWITCHES)
    for platform, secrets in sandbox.get("/credentials").items():
        if platforms and platform not in platforms:
            continue
        kept = {key: str(value) for key, value in secrets.items() if value is not None and not key.endswith("_token")}
        shop = wired.store.shops.add(f"{platform}-ocop", platform, name=NAMES[platform], verbs="sync", credentials=kept)
        if "access_token" in secrets:
            tokens = Tokens(SecretStr(secrets["access_token"]), SecretStr(secrets.get("refresh_token") or ""))
            wired.store.shops.vault(shop.id).save(tokens)


def work(wired: Wired, seconds: float = 120) -> Mapping[str, int]:
    """All due work of all shops, until every listing is at rest or `seconds` have passed."""
    results: dict[str, int] = {}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for site in wired.sites():
            for lane in Lane:
                for result, n in converge(site, lane).results.items():
                    results[result] = results.get(result, 0) + n
        done, total = wired.store.reads.progress()
        if done == total:
            break
        time.sleep(0.1)
    return results
