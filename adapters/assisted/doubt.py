"""What speaks against an export that says it is the whole shop: rows that were known and are not in it.

The same rule serves the counter, where a person can still fetch another file, and the look, where nobody is asked.
"""

from zlib import crc32

from adapters.assisted.desk import Desk
from adapters.assisted.export import Picture
from connector.errors import Complaint, Retry

_SAMPLE = 400  # ids that are remembered of a shop: all of most, of a large one enough to judge by


def lost(at: Desk, shop: Picture) -> int:
    """How many known rows are gone, if that is more than chance would have it."""
    known = at.known_ids
    gone = sum(one not in shop.by_id for one in known)
    found = max(at.known_rows - shop.rows, gone * at.known_rows // max(len(known), 1))
    return found if found * 100 > at.known_rows * at.settings.shrink_percent else 0


def foreign(at: Desk, shop: Picture) -> bool:
    """It shows goods, and not one that was known: most likely somebody else's."""
    return bool(shop.rows and at.known_ids and lost(at, shop)) and not any(one in shop.by_id for one in at.known_ids)


def doubted(at: Desk, shop: Picture) -> bool:
    return foreign(at, shop) or lost(at, shop) > at.settings.shrink_rows


def remember(at: Desk, shop: Picture) -> None:
    at.expect(shop.rows, sorted(shop.by_id, key=lambda one: (crc32(one.encode()), one))[:_SAMPLE])


def broken(at: Desk, shop: Picture) -> Retry:
    """Nothing is called absent after such a picture."""
    if foreign(at, shop):
        return Retry(
            "bản xuất không có dòng nào của gian hàng này: hãy xuất lại từ đúng gian hàng / "
            "the export shows nothing of this shop: export again, from the right shop",
            after=300,
            code="foreign_export",
        )
    gone, known = lost(at, shop), at.known_rows
    return Retry(
        f"bản xuất mất {gone} trong {known} dòng: xuất lại; nếu đúng là đã gỡ, nâng shrink_percent / "
        f"the export lost {gone} of {known} rows: export again; if they were removed, raise shrink_percent",
        after=300,
        code="shrunk_export",
    )


def complaint(at: Desk, shop: Picture, name: str) -> Complaint:
    """The same to the person who stands at the counter with the file."""
    really = f"đặt shrink_percent = 100 trong config/channels/{at.connection.channel.platform}.toml cho lần này"
    in_truth = f"set shrink_percent = 100 in config/channels/{at.connection.channel.platform}.toml for this once"
    if foreign(at, shop):
        return Complaint(
            f"{name} có {shop.rows} dòng, không dòng nào của gian hàng {at.connection.shop}: có lẽ là danh sách của "
            f"gian hàng khác. Hãy đăng nhập đúng gian hàng rồi xuất lại. Nếu thật sự mọi mặt hàng đã thay, {really}.",
            f"{name} has {shop.rows} rows, none of shop {at.connection.shop}: it looks like another shop's list. Log "
            f"in to the right shop and export again. If really all goods were replaced, {in_truth}.",
        )
    gone, known = lost(at, shop), at.known_rows
    return Complaint(
        f"{name} chỉ còn {known - gone} trong {known} dòng đã biết của gian hàng, thiếu {gone}: có lẽ tải dở, hoặc "
        f"đang lọc theo trạng thái. Hãy xuất lại toàn bộ, không lọc. Nếu đúng là đã gỡ {gone} dòng, {really}.",
        f"{name} shows {known - gone} of the {known} rows known of the shop, {gone} are missing: perhaps a broken "
        f"download or a filter. Export all again, unfiltered. If {gone} rows were really removed, {in_truth}.",
    )
