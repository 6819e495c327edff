import pytest

from adapters.paging import batched, pages
from connector.errors import Retry


def test_pages_are_walked_to_the_end() -> None:
    book = {0: ([1, 2], 2), 2: ([3], None)}
    assert list(pages(book.__getitem__, 0)) == [[1, 2], [3]]


def test_a_cursor_that_comes_again_stops_the_walk_loudly() -> None:
    book = {"a": ([1], "b"), "b": ([2], "a")}
    with pytest.raises(Retry, match="circle"):
        list(pages(book.__getitem__, "a"))


def test_batches_are_full_but_the_last() -> None:
    assert [list(batch) for batch in batched(range(5), 2)] == [[0, 1], [2, 3], [4]]
