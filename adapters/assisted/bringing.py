"""A file that a person brings: recognised by what is in it, checked whole, and only then laid into the inbox.

A wrong, old, half or twice-edited file is told apart here, while the person still stands at the counter.
"""

from adapters.assisted import doubt, orders
from adapters.assisted.carriers import INBOX, Delivery, Exchange
from adapters.assisted.counter import unknown
from adapters.assisted.desk import Desk
from adapters.assisted.export import picture
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.results import verdicts
from adapters.assisted.sheet import VIETNAM, cells, recognised, table
from connector.errors import Complaint, NeedsConsent, Retry
from connector.ports import Brought


def bring(at: Desk, file: Delivery, who: str, *, whole: bool) -> Brought:
    """Raises Complaint for whatever cannot be taken, with the reason and what to do."""
    if not isinstance(at.carrier, Exchange):
        raise Complaint(
            "Kênh này tự lấy tệp từ kênh người bán (carrier = seller_centre): không cần mang tệp về.",
            "This channel fetches its files itself (carrier = seller_centre): nothing need be brought.",
        )
    try:
        what = recognised(cells(file.content, file.source), at.template)
        if what is None:
            table(file.content, at.template.export, file.source)  # tells which columns of an export are not there
        if what == "result":
            return _result(at, at.carrier, file, who)
        if what in ("export", "orders"):
            return _picture(at, at.carrier, file, what, who, whole=whole)
    except (Retry, NeedsConsent) as trouble:
        vi, _, en = str(trouble).partition(" / ")
        raise Complaint(vi, en or vi) from trouble
    raise Complaint(
        f"{file.source} là gói do ta viết, không phải phiếu kết quả. Tải nó lên sàn, rồi mang phiếu kết quả về.",
        f"{file.source} is a pack that we wrote, no result. Upload it over there, then bring the result.",
    )


def _picture(at: Desk, carrier: Exchange, file: Delivery, what: str, who: str, *, whole: bool) -> Brought:
    """An export of the shop or of its orders, newer than the last."""
    last = next((slip for slip in at.receipts.all() if slip.what == what), None)
    if last is not None and last.sha256 == file.sha256:
        return Brought(what, last.name, 0, again=True)
    if last is not None and file.taken_at < last.at:
        raise Complaint(
            f"{file.source} chụp lúc {_local(file)}, cũ hơn tệp đã nhận ({last.name}). Hãy xuất lại từ sàn.",
            f"{file.source} shows {_local(file)}, older than the file we have ({last.name}). Export again.",
        )
    if what == "orders":
        rows = sum(len(order.lines) for order in orders.read(file, at, file.source))
        name = f"don_hang_{_stamp(file)}.xlsx"
    else:
        shop = picture(file, at.template)
        rows = shop.rows
        if not whole:
            raise Complaint(
                f"{file.source} có {rows} dòng. Nếu đó là toàn bộ gian hàng, thêm --whole; một phần thì không đủ.",
                f"{file.source} has {rows} rows. If that is the complete shop, add --whole; a part is of no use.",
            )
        if doubt.doubted(at, shop):
            raise doubt.complaint(at, shop, file.source)
        name = f"danh_sach_{_stamp(file)}_toan_bo.xlsx"
    carrier.place.write(INBOX, name, file.content)
    at.receipts.note("in", what, name, file.sha256, file.taken_at, who)
    return Brought(what, name, rows)


def _result(at: Desk, carrier: Exchange, file: Delivery, who: str) -> Brought:
    """The result of exactly one pack of ours, whole."""
    records = table(file.content, at.template.result, file.source, at.template).records
    packs = {record["row_key"].partition("#")[2] for record in records if "#" in record["row_key"]}
    if len(packs) != 1:
        raise Complaint(
            f"{file.source}: các dòng thuộc {len(packs)} gói. Mỗi phiếu kết quả là của đúng một gói.",
            f"{file.source}: its rows belong to {len(packs)} packs. A result is of exactly one.",
        )
    entry = at.ledger.get(packs.pop())
    if entry is None:
        raise unknown(next(iter(record["row_key"].partition("#")[2] for record in records)))
    name = f"ket_qua_{entry.pack}_{_stamp(file)}.xlsx"
    if any(slip.sha256 == file.sha256 for slip in at.receipts.all()):
        return Brought("result", name, len(records), again=True)
    _fits(entry, file, {record["row_key"] for record in records})
    verdicts(file, entry.rows, at.template, entry.pack)
    carrier.place.write(INBOX, name, file.content)
    at.receipts.note("in", "result", entry.pack, file.sha256, file.taken_at, who)
    return Brought("result", name, len(records))


def _fits(entry: Entry, file: Delivery, keys: set[str]) -> None:
    lost = sorted({row.key for row in entry.rows} - keys)
    strange = sorted(keys - {row.key for row in entry.rows})
    if entry.stand is Stand.VOID:
        instead = entry.by or "-"
        raise Complaint(
            f"Gói {entry.pack} đã hủy (thay bằng {instead}), phiếu không được tính. Hãy xuất danh sách toàn bộ.",
            f"Pack {entry.pack} is void (replaced by {instead}): its result does not count. Bring an export instead.",
        )
    if entry.stand is Stand.DONE:
        raise Complaint(
            f"Gói {entry.pack} đã có kết quả khác với phiếu này: phiếu bị sửa? Hãy xuất danh sách toàn bộ.",
            f"Pack {entry.pack} has a result already, unlike this one. Was it edited? Bring an export instead.",
        )
    if lost or strange:
        some = ", ".join([*lost, *strange][:5])
        raise Complaint(
            f"{file.source}: thiếu {len(lost)} dòng, thừa {len(strange)} dòng ({some}). Hãy tải lại phiếu nguyên vẹn.",
            f"{file.source}: {len(lost)} rows are missing, {len(strange)} are strange ({some}). Fetch it again whole.",
        )


def _stamp(file: Delivery) -> str:
    return f"{file.taken_at.astimezone(VIETNAM):%Y%m%d-%H%M%S}"


def _local(file: Delivery) -> str:
    return f"{file.taken_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
