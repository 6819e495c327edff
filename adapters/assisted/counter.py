"""The counter: what a person is given to carry, and whether what they bring back may be believed.

People bring the wrong file, an old one, half of one, one that they have edited, the same one twice. Each of these is
told apart and said in words, with what to do instead, before anything is kept.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from adapters.assisted import slips
from adapters.assisted.carriers import Folder
from adapters.assisted.desk import Desk
from adapters.assisted.ledger import Entry
from adapters.assisted.sheet import Table, table
from adapters.assisted.sights import export, sights
from adapters.assisted.template import Reading
from adapters.assisted.wording import complaint
from connector.errors import Complaint, NeedsConsent, Trouble
from connector.ports import Brought, Counter, Parcel

_SHOWN = 40  # closed parcels; every open one is shown


def counter(at: Desk) -> Counter:
    entries = sorted(at.ledger.all(), key=lambda entry: entry.at, reverse=True)
    shown = [entry for i, entry in enumerate(entries) if entry.open or i < _SHOWN]
    return Counter(
        by_hand=_by_hand(at),
        who="" if _by_hand(at) else at.settings.carrier,
        parcels=[_parcel(at, entry) for entry in shown],
        sights=sorted(sights(at), key=lambda sight: sight.taken_at, reverse=True),
        oldest=timedelta(hours=at.settings.max_export_age_hours),
        known_rows=at.known_rows,
    )


def fetch(at: Desk, name: str) -> bytes | None:
    stem = name.removesuffix(".zip").removesuffix(".xlsx")
    pack = stem.removeprefix("ket_qua_")
    if at.ledger.get(pack) is None or name not in (f"{pack}.zip", f"ket_qua_{pack}.xlsx"):
        return None
    path = _path(at, name)
    return path.read_bytes() if path else None


def _parcel(at: Desk, entry: Entry) -> Parcel:
    path = _path(at, f"{entry.pack}.zip")
    whole = path.read_bytes() if path else b""
    return Parcel(
        name=entry.pack,
        at=entry.at,
        stand=entry.stand.value,
        rows=len(entry.rows),
        refused=len(entry.bad),
        until=entry.until,
        ended=entry.ended,
        sha256=hashlib.sha256(whole).hexdigest() if whole else "",
        size=len(whole),
        kept=bool(whole),
        form=_by_hand(at) and _path(at, f"ket_qua_{entry.pack}.xlsx") is not None,
    )


def _path(at: Desk, name: str) -> Path | None:
    """Where a file of ours lies now; `name` is one that we gave."""
    places = (at.folder / place / name for place in ("outbox", "withdrawn"))
    return next((path for path in places if path.is_file()), None)


def _by_hand(at: Desk) -> bool:
    return isinstance(at.carrier, Folder)


def understand(at: Desk, content: bytes, taken_at: datetime, *, whole: bool) -> Brought:
    if not _by_hand(at):
        raise Complaint(
            "Tệp của gian hàng này do máy mang; không cần tải lên ở đây.",
            "A program carries this shop's files; nothing is to be brought here.",
        )
    kind, read = _kind(at, content)
    return slips.result(at, content, read) if kind == "result" else export(at, content, taken_at, whole=whole)


def keep(at: Desk, brought: Brought, content: bytes) -> None:
    """Whole or not at all, and as old as what it shows: a worker may be reading the folder."""
    inbox = at.folder / "inbox"
    half = inbox / f".{brought.name}.{os.getpid()}.half"
    half.write_bytes(content)
    os.utime(half, (brought.taken_at.timestamp(), brought.taken_at.timestamp()))
    half.replace(inbox / brought.name)


def _kind(at: Desk, content: bytes) -> tuple[str, Table]:
    """By its headings: the name of a file says nothing for certain."""
    readings: Mapping[str, Reading] = {"result": at.template.result, "export": at.template.export}
    for kind, reading in readings.items():
        try:
            return kind, table(content, reading, at.template.id)
        except NeedsConsent:
            continue
        except Trouble as error:
            raise complaint(str(error)) from error
    wanted = " · ".join(", ".join(names[0] for names in one.columns.values()) for one in readings.values())
    raise Complaint(
        f"Tệp này không phải phiếu kết quả, cũng không phải danh sách gian hàng: các cột khác "
        f"hẳn. Cần các cột: {wanted}. "
        "Tải lại tệp từ kênh người bán và đừng sửa dòng tiêu đề.",
        f"This is neither a result nor a listing export: its columns are others. Wanted: {wanted}. "
        "Fetch the file from the seller centre again and leave its headings alone.",
    )
