"""Signs of life and figures for machines that watch, and logs that say which listing and which attempt."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import requests
import structlog
from redis import RedisError
from structlog.testing import capture_logs

from connector.store import Draft
from connector.store.scope import Scope
from tests.builders import a_product
from tests.running import _started, sandbox  # noqa: F401  (fixtures)
from tests.web import scenes
from tests.web.conftest import Console, machine_of


def test_the_process_answers_even_when_the_queue_does_not_and_says_so(console: Console, monkeypatch: Any) -> None:
    assert requests.get(f"{console.url}/healthz", timeout=30).json() == {"status": "ok"}
    assert requests.get(f"{console.url}/readyz", timeout=30).json() == {"status": "ready"}
    monkeypatch.setattr(console.wired.redis, "ping", _away)
    away = requests.get(f"{console.url}/readyz", timeout=30)
    assert (away.status_code, away.json()["status"]) == (503, "away")
    assert requests.get(f"{console.url}/healthz", timeout=30).status_code == 200


def _away() -> None:
    raise RedisError("away")


def test_the_figures_name_freshness_due_calls_errors_calendars_and_oversold(
    console: Console,
    sandbox: Any,  # noqa: F811
) -> None:
    scenes.a_drifted_shop(console, sandbox)
    vault = console.wired.store.shops.vault(console.wired.store.shops.get(scenes.SHOP).id)
    held = vault.tokens()
    assert held
    vault.save(replace(held, refresh_until=console.wired.clock.now() + timedelta(days=30)))
    console.wired.store.products.put([Draft(1, a_product())], "test")  # has a certificate, and is due
    console.person("sep", role="operator")
    token = machine_of(console, "sep").token
    told = requests.get(f"{console.url}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=30).text
    figures = {line.split("{")[0].split(" ")[0] for line in told.splitlines() if line and not line.startswith("#")}
    assert figures >= {
        "ocop_live_age_seconds",
        "ocop_due",
        "ocop_due_age_seconds",
        "ocop_calls_total",
        "ocop_operations_last_hour",
        "ocop_token_days_left",
        "ocop_certificates_ending",
        "ocop_certificate_days_left",
        "ocop_drift_open",
        "ocop_oversold_pieces",
    }
    assert "ocop_oversold_pieces 0.0" in told
    assert re.search(r'ocop_due\{lane="content",platform="shopee",shop="shopee-1"\} 1.0', told)
    assert re.search(r'ocop_operations_last_hour\{code="",outcome="applied",platform="shopee"\} [1-9]', told)


def test_each_call_to_a_platform_is_logged_with_its_listings_and_attempts(
    console: Console,
    sandbox: Any,  # noqa: F811
) -> None:
    scenes.a_shop(console, sandbox)
    scenes.put(console, scenes.goods(1))
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        scenes.work(console)
    sent = [one for one in events if one["event"] == "platform_call" and one.get("attempts")]
    assert sent
    done = [one for one in events if one["event"] == "attempt"]
    attempt = console.wired.store.inbox(Scope(None)).attempts(done[0]["listing"])[-1]
    assert (done[0]["shop"], done[0]["attempt"]) == (scenes.SHOP, attempt["id"])
    assert (sent[0]["shop"], sent[0]["listings"], sent[0]["attempts"]) == (
        scenes.SHOP,
        [done[0]["listing"]],
        [attempt["id"]],
    )
    looked = [one for one in events if one["event"] == "platform_call" and not one.get("attempts")]
    assert looked, "a look has no attempt"
