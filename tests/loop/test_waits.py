"""Waits that end about the same time end together, so that one look serves them all."""

from datetime import UTC, datetime, timedelta

from connector.outcomes import _together

NOW = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)


def test_waits_of_one_batch_end_at_one_moment_though_they_began_apart() -> None:
    ends = {
        _together(NOW + timedelta(seconds=10, milliseconds=7 * i), NOW + timedelta(microseconds=i)) for i in range(60)
    }
    assert len(ends) == 1


def test_a_wait_is_never_cut_short_nor_drawn_out_by_more_than_a_third() -> None:
    for seconds in (1, 3, 10, 60, 600, 3600):
        end = NOW + timedelta(seconds=seconds)
        assert end <= _together(end, NOW) <= end + timedelta(seconds=max(seconds / 3, 0.5))
