"""Scarce goods are weighed though not every shop can be called."""

from pathlib import Path

from redis import Redis

from config.channels import channels
from config.settings import Settings
from connector.domain.book import Book
from connector.papers import PaperFiles
from connector.pictures import PictureFiles
from connector.store import Draft, Store
from connector.wiring import NoHints, Wired
from tests.builders import RealClock, a_product
from tests.conftest import KEY


def test_a_shop_without_credentials_does_not_stop_the_weighing(store: Store, redis_url: str, tmp_path: Path) -> None:
    for code, platform in (("shopee-1", "shopee"), ("lazada-1", "lazada"), ("tiki-1", "tiki")):
        store.shops.add(code, platform, verbs="sync")  # active, and nobody has entered any keys yet
    store.products.put([Draft(0, a_product(), {"MONG-500": 1})], "import")
    scarce = Store(store.engine.url.render_as_string(hide_password=False), keys=[KEY], pool=3, scarce_below=5)
    with Redis.from_url(redis_url) as redis:
        files = PictureFiles(tmp_path, "http://127.0.0.1"), PaperFiles(tmp_path)
        wired = Wired(Settings(data=tmp_path), scarce, channels(), *files, redis, NoHints(), RealClock(), Book())
        assert scarce.quotas.due(everything=True, limit=1)  # there is something to weigh
        wired.weigh(everything=True)
    scarce.close()
