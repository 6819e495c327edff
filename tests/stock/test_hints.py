"""Hints on their way: one of a kind in a queue, and none that keeps the next one back."""

from typing import Any

import pytest
from redis import ConnectionError as Away
from redis import Redis

from connector.domain.listing import Lane
from connector.wiring import CeleryHints, hint_key


@pytest.fixture
def queue(redis_url: str) -> Any:
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()
        yield redis


def test_what_waits_in_its_queue_is_not_sent_again(redis_url: str, queue: Redis) -> None:
    hints = CeleryHints(redis_url)
    for _ in range(3):
        hints.events(1)
        hints.converge(1, Lane.STOCK)
    hints.events(2)
    assert (queue.llen("orders"), queue.llen("stock")) == (2, 1)


def test_a_hint_that_could_not_be_sent_keeps_no_later_one_back(
    redis_url: str, queue: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = CeleryHints(redis_url)
    with monkeypatch.context() as broken:
        broken.setattr(hints._celery, "send_task", _away)
        hints.converge(1, Lane.CONTENT)
    assert queue.get(hint_key("ocop.converge", [1, Lane.CONTENT.value])) is None
    hints.converge(1, Lane.CONTENT)
    assert queue.llen("content") == 1


def test_a_hint_for_later_stands_for_all_that_come_before_it_is_due(redis_url: str, queue: Redis) -> None:
    hints = CeleryHints(redis_url)
    for _ in range(3):
        hints.converge(1, Lane.STOCK, after=5)
    assert queue.llen("stock") == 1
    left = queue.pttl(hint_key("ocop.converge", [1, Lane.STOCK.value]))
    assert 5_000 < int(left) <= 15_000


def _away(*_: Any, **__: Any) -> None:
    raise Away
