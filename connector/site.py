"""One shop ready to be worked on: what the loop and everything beside it is handed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from connector.domain.book import Book
from connector.domain.listing import Desired
from connector.ports import Adapter, Channel, Clock
from connector.store import Shop, Store

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Site:
    """One shop ready to be worked on."""

    shop: Shop
    channel: Channel
    adapter: Adapter
    store: Store
    clock: Clock
    book: Book = field(default_factory=Book)
    studied: set[tuple[str, str]] = field(default_factory=set, compare=False)

    def study(self, wants: Sequence[Desired]) -> None:
        """Let the adapter learn what it needs for these; what it has learned once lasts longer than a site does."""
        news = [want for want in wants if (want.category, want.brand) not in self.studied]
        if news:
            self.adapter.study(news)
            self.studied.update((want.category, want.brand) for want in news)

    def category(self, set_no: int) -> str:
        number = str(set_no)
        return self.shop.categories.get(number) or self.channel.categories.get(number, "")

    def today(self) -> date:
        return self.clock.now().astimezone(VIETNAM).date()
