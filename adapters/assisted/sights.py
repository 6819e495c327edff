"""An export that a person brings: how old it is, whether it is whole, and whether it is as the platform made it."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from adapters.assisted.carriers import Delivery
from adapters.assisted.desk import Desk
from adapters.assisted.export import picture
from adapters.assisted.sheet import VIETNAM
from adapters.assisted.wording import complaint, when
from connector.domain.problem import Problem
from connector.domain.text import fold
from connector.errors import Complaint, Trouble
from connector.ports import Brought, Sight

_SLOW = timedelta(minutes=10)  # between what a person says and what a file says of itself


def sights(at: Desk) -> Iterator[Sight]:
    """The pictures of the shop that lie here."""
    for path in (at.folder / "inbox").glob("danh_sach*.xlsx"):
        if "toan bo" in fold(path.stem):
            yield Sight("export", path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))


def export(at: Desk, content: bytes, taken_at: datetime, *, whole: bool) -> Brought:
    if not whole:
        raise Complaint(
            "Đây là danh sách tin đăng. Chỉ bản xuất TOÀN BỘ gian hàng mới dùng được: thiếu một "
            "tin sẽ bị hiểu là đã gỡ. "
            "Nếu đúng là toàn bộ, hãy đánh dấu ô đó.",
            "This is a listing export. Only one of the COMPLETE shop is of use: what it lacks would count as removed. "
            "If it is complete, tick that box.",
        )
    _in_time(at, taken_at)
    for sight in sights(at):
        if (at.folder / "inbox" / sight.name).read_bytes() == content:
            raise Complaint(
                f"Tệp này đã nhận rồi (bản lúc {when(sight.taken_at)}). Xuất lại từ kênh người bán để có bản mới.",
                f"This file is here already (as of {when(sight.taken_at)}). Export again for a newer one.",
            )
    name = f"danh_sach_toan_bo_{taken_at.astimezone(VIETNAM):%Y%m%d_%H%M%S}.xlsx"
    try:
        shop = picture(Delivery(content, taken_at, name), at.template)
    except Trouble as error:
        raise complaint(str(error)) from error
    doubts = [*_of_itself(content, taken_at), *_shrunk(at, shop.rows)]
    remarks = tuple(_blind(at, taken_at))
    return Brought(
        "export", name, taken_at, shop.rows, items=frozenset(shop.groups), doubts=tuple(doubts), remarks=remarks
    )


def _in_time(at: Desk, taken_at: datetime) -> None:
    limit = timedelta(hours=at.settings.max_export_age_hours)
    if taken_at > at.now + _SLOW:
        raise Complaint("Giờ xuất tệp nằm ở tương lai. Ghi lại giờ.", "The file would be from the future. Correct it.")
    if at.now - taken_at > limit:
        hours = limit.total_seconds() / 3600
        raise Complaint(
            f"Tệp xuất lúc {when(taken_at)} đã quá {hours:.0f} giờ nên không tin được nữa. Xuất lại danh sách mới.",
            f"The file of {when(taken_at)} is older than {hours:.0f} hours and not believed any more. Export again.",
        )
    newest = max((sight.taken_at for sight in sights(at)), default=None)
    if newest is not None and taken_at <= newest:
        raise Complaint(
            f"Đã có bản mới hơn, lúc {when(newest)}. Tệp này cũ hơn nên không cần.",
            f"There is a newer one, of {when(newest)}. This one is older and not needed.",
        )


def _of_itself(content: bytes, taken_at: datetime) -> Iterator[Problem]:
    """What the workbook says about when it was made and saved; many say nothing."""
    made, saved = _stamps(content)
    if made and taken_at - made > _SLOW:
        yield Problem(
            "older",
            "export",
            f"Tệp tự ghi là được tạo lúc {when(made)}, cũ hơn giờ bạn ghi. Chọn đúng tệp vừa xuất chưa?",
            f"The file says of itself that it was made at {when(made)}, earlier than you say. Is it the new one?",
        )
    if made and saved and saved - made > _SLOW:
        yield Problem(
            "edited",
            "export",
            f"Tệp đã bị mở ra và lưu lại lúc {when(saved)}, sau khi sàn xuất. Sửa tay sẽ làm sai cả gian hàng: "
            "hãy dùng tệp chưa mở.",
            f"The file was opened and saved at {when(saved)}, after the platform made it. What was changed by hand "
            "would be taken for the shop: use the untouched file.",
        )


def _shrunk(at: Desk, rows: int) -> Iterator[Problem]:
    lost = at.known_rows - rows
    if lost * 100 > at.known_rows * at.settings.shrink_percent:
        yield Problem(
            "half",
            "export",
            f"Tệp chỉ có {rows} dòng, lần trước {at.known_rows}: có thể là nửa tệp, một trang, hay đang lọc. "
            "Xuất lại không lọc; nếu thật sự đã gỡ bớt tin thì vẫn dùng.",
            f"The file has {rows} rows, the last one had {at.known_rows}: it may be half, one "
            f"page, or filtered. Export "
            "again without a filter; if listings were really removed, use it all the same.",
        )


def _blind(at: Desk, taken_at: datetime) -> Iterator[Problem]:
    blind = [entry.pack for entry in at.ledger.all() if entry.open and entry.at > taken_at]
    if blind:
        yield Problem(
            "blind",
            "export",
            f"Tệp có trước {len(blind)} gói đang mang; điều các gói đó đổi chưa được so.",
            f"The file is older than {len(blind)} packs that are out; what they change is not compared yet.",
            blocking=False,
        )


def _stamps(content: bytes) -> tuple[datetime | None, datetime | None]:
    """When a workbook says it was made and saved last."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            core = archive.read("docProps/core.xml")
    except (KeyError, zipfile.BadZipFile, OSError):
        return None, None
    return _moment(core, b"created"), _moment(core, b"modified")


def _moment(core: bytes, name: bytes) -> datetime | None:
    found = re.search(rb"<(?:\w+:)?" + name + rb"[^>]*>([^<]{8,40})<", core[:20_000])
    try:
        moment = datetime.fromisoformat(found[1].decode().strip()) if found else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
