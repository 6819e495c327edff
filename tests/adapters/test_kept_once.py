"""Files that several threads of one worker write at the same moment: each is whole, and none gets in another's way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

from adapters.assisted.pack import Draft, Origin, keep
from adapters.assisted.places import LocalPlace
from adapters.assisted.template import template
from connector.pictures import PictureFiles
from tests.builders import a_channel

_THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    ready = Barrier(_THREADS)

    def one(number: int) -> Any:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(one, range(_THREADS)))


def test_each_pack_gets_a_number_of_its_own(tmp_path: Path) -> None:
    origin = Origin("postmart", "Postmart", "postmart-1", datetime(2026, 11, 24, tzinfo=UTC))
    layout = template(a_channel("postmart").settings["layout"])
    packs = at_once(lambda _: keep(Draft("offers", [], {}, {}), origin, layout, tmp_path))
    assert len({pack.name for pack in packs}) == _THREADS
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(pack.name for pack in packs)


def test_one_picture_is_kept_once_whoever_brings_it(tmp_path: Path) -> None:
    pictures = PictureFiles(tmp_path, "http://127.0.0.1")
    for picture in (bytes([n]) * 50_000 for n in range(20)):
        (kept,) = set(at_once(lambda _, picture=picture: pictures.save(picture)))  # type: ignore[misc]
        assert pictures.read(kept) == picture


def test_one_file_is_put_into_a_place_whole(tmp_path: Path) -> None:
    place = LocalPlace(tmp_path)
    for _ in range(20):
        at_once(lambda n: place.write("outbox", "goi.zip", bytes([n]) * 50_000))
        assert len(set(place.read("outbox", "goi.zip"))) == 1
