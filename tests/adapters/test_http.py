import socket
import time

import pytest
import responses
from requests import ConnectionError as Broken
from requests import ReadTimeout
from structlog.testing import capture_logs

from adapters.http import Http, Reply, redact, retry_after, unwell
from connector.errors import OutcomeUnknown, Retry
from connector.ports import Channel, Connection
from tests.builders import FreeThrottle, MemoryNotebook, MemoryPictures, MemoryVault, RealClock

URL = "https://platform.test/call"


def an_http(throttle: FreeThrottle | None = None, timeout: float = 2.0) -> Http:
    channel = Channel("shopee", "Shopee", "", "https://platform.test")
    vault = MemoryVault.of({})
    budget = throttle or FreeThrottle()
    return Http(Connection("shop-1", channel, MemoryNotebook(), vault, MemoryPictures(), budget, RealClock(), timeout))


def send(http: Http, *, writes: bool, url: str = URL) -> Reply:
    params = {"access_token": "very-hidden"}
    return http.send("POST", url, endpoint="call", bucket="write", writes=writes, params=params, json={"a": 1})


@responses.activate
def test_every_call_is_counted_and_paid_for_and_logged_without_secrets() -> None:
    responses.post(URL, body=b'{"ok": true}', headers={"X-Request-Id": "r1"})
    throttle = FreeThrottle()
    http = an_http(throttle)
    with capture_logs() as events:
        assert send(http, writes=True).json() == {"ok": True}
    assert http.calls == {"call": 1}
    assert throttle.taken == ["write"]
    assert events[0]["event"] == "platform_call"
    assert (events[0]["status"], events[0]["request_id"]) == (200, "r1")
    assert "very-hidden" not in repr(events)


@pytest.mark.parametrize("failure", [ReadTimeout("https://x/?access_token=very-hidden"), Broken("reset")])
@responses.activate
def test_a_write_without_an_answer_is_unknown_and_a_read_is_tried_again(failure: Exception) -> None:
    responses.post(URL, body=failure)
    with capture_logs() as events, pytest.raises(OutcomeUnknown) as unknown:
        send(an_http(), writes=True)
    with pytest.raises(Retry):
        send(an_http(), writes=False)
    assert "very-hidden" not in repr(unknown.value) + repr(events)
    assert unknown.value.__suppress_context__


def test_a_write_that_found_nobody_listening_surely_had_no_effect() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Retry):
        send(an_http(), writes=True, url=f"http://127.0.0.1:{port}/")


@responses.activate
def test_an_unreadable_answer_to_a_write_is_unknown() -> None:
    responses.post(URL, body=b'{"cut')
    with pytest.raises(OutcomeUnknown):
        send(an_http(), writes=True).json()
    with pytest.raises(Retry):
        send(an_http(), writes=False).json()


@responses.activate
def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.http.BODY_CAP", 10)
    responses.post(URL, body=b"x" * 11)
    with pytest.raises(OutcomeUnknown, match="over 10 bytes"):
        send(an_http(), writes=True)


def test_a_silent_platform_costs_no_more_than_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            send(an_http(timeout=0.2), writes=True, url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert time.monotonic() - started < 2


def test_a_status_alone_tells_the_recovery() -> None:
    throttled = unwell(Reply(429, {"Retry-After": "7"}, b"", "call", True))
    assert isinstance(throttled, Retry)
    assert throttled.after == 7
    assert isinstance(unwell(Reply(503, {}, b"", "call", True)), OutcomeUnknown)
    assert isinstance(unwell(Reply(503, {}, b"", "call", False)), Retry)
    assert unwell(Reply(200, {}, b"", "call", True)) is None
    assert retry_after(Reply(429, {"Retry-After": "soon"}, b"")) == 1.0


def test_secrets_are_redacted_by_name_at_any_depth() -> None:
    fields = {"access_token": "a", "Authorization": "b", "code": "c", "error_code": 6, "deep": [{"app_secret": "d"}]}
    hidden = {"access_token": "***", "Authorization": "***", "code": "***"}
    assert redact(fields) == {**hidden, "error_code": 6, "deep": [{"app_secret": "***"}]}
