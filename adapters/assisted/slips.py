"""A result that a person brings: of which pack it is, whether somebody has edited it, what it says."""

from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence

from adapters.assisted.carriers import Delivery
from adapters.assisted.desk import Desk
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.results import REFUSED_LAYOUT, Bad, Good, Verdict, verdicts
from adapters.assisted.sheet import Record, Table
from adapters.assisted.wording import complaint, listed
from connector.domain.problem import Problem
from connector.errors import Complaint, NeedsConsent, Trouble
from connector.ports import Brought


def result(at: Desk, content: bytes, read: Table) -> Brought:
    entry = _pack_of(at, read.records)
    name = f"ket_qua_{entry.pack}.xlsx"
    before = _earlier(at, name)
    if before == content and entry.stand is not Stand.VOID:
        raise Complaint(
            f"Phiếu này của gói {entry.pack} đã nhận rồi, không phải mang lần nữa.",
            f"This result of pack {entry.pack} is here already; it need not be brought again.",
        )
    _still_wanted(entry)
    _unedited(entry, read.records)
    now = Delivery(content, at.now, name)
    found = _verdicts(at, now, entry)
    _ids_given(at, entry, read.records, found)
    return Brought(
        kind="result",
        name=name,
        taken_at=at.now,
        rows=len(entry.rows),
        parcel=entry.pack,
        refused=sum(isinstance(one, Bad) for one in found.values()),
        waiting=sum(one is None for one in found.values()),
        doubts=tuple(_contradicts(at, entry, before, found)),
    )


def _pack_of(at: Desk, records: Sequence[Record]) -> Entry:
    named = Tally(record["row_key"].partition("#")[2] for record in records)
    packs = [pack for pack in named if pack]
    if not packs:
        raise Complaint(
            "Không biết phiếu này của gói nào: cột «Mã dòng» trống hoặc đã bị sửa. Tải lại phiếu từ kênh người bán, "
            "hoặc điền mẫu phiếu tải ở đây.",
            "It is not clear which pack this result is of: its row keys are empty or were edited. Fetch it again from "
            "the seller centre, or fill in the form from here.",
        )
    if len(packs) > 1:
        raise Complaint(
            f"Phiếu này trộn dòng của {len(packs)} gói ({listed(packs)}). Mang riêng phiếu của từng gói.",
            f"This result mixes rows of {len(packs)} packs ({listed(packs)}). Bring one for each.",
        )
    entry = at.ledger.get(packs[0])
    if entry is None:
        raise Complaint(
            f"Gói {packs[0]} không phải của gian hàng này. Xem lại đúng gian hàng chưa.",
            f"Pack {packs[0]} is not of this shop. Is it the right shop?",
        )
    return entry


def _still_wanted(entry: Entry) -> None:
    if entry.stand is Stand.DONE:
        raise Complaint(
            f"Gói {entry.pack} đã có kết quả và đã được tin; phiếu khác không thay được. Nếu trên "
            f"sàn khác đi, hãy mang "
            "danh sách toàn bộ gian hàng mới về.",
            f"Pack {entry.pack} has its result and it was believed; another cannot replace it. If the shop looks "
            "otherwise, bring a new export of the complete shop.",
        )
    if entry.stand is Stand.VOID:
        raise Complaint(
            f"Gói {entry.pack} đã bị hủy, việc của nó nằm ở gói khác. Không tải gói này lên sàn "
            f"nữa; nếu đã tải, hãy mang "
            "danh sách toàn bộ gian hàng về.",
            f"Pack {entry.pack} was withdrawn, its work is in another. Do not upload it any more; "
            f"if you have, bring an "
            "export of the complete shop.",
        )


def _unedited(entry: Entry, records: Sequence[Record]) -> None:
    """Every row is one of ours, once, with the SKU that it had."""
    ours = {row.key: row for row in entry.rows}
    keys = Tally(record["row_key"] for record in records)
    foreign = [r.number for r in records if r["row_key"] not in ours]
    twice = [r.number for r in records if keys[r["row_key"]] > 1]
    other = [r.number for r in records if (row := ours.get(r["row_key"])) and r["sku"] and r["sku"] != row.sku]
    for rows, vi, en in (
        (foreign, "có «Mã dòng» không thuộc gói này", "have a row key that is not of this pack"),
        (twice, "trùng «Mã dòng»", "have the same row key twice"),
        (other, "có mã hàng khác với gói đã gửi", "have another SKU than the pack had"),
    ):
        if rows:
            raise Complaint(
                f"Phiếu đã bị sửa: dòng {listed(rows)} {vi}. Tải lại phiếu từ kênh người bán, chỉ điền "
                f"các cột kết quả.",
                f"The result was edited: rows {listed(rows)} {en}. Fetch it again and fill in the "
                f"outcome columns only.",
            )


def _verdicts(at: Desk, delivery: Delivery, entry: Entry) -> Mapping[str, Verdict]:
    try:
        return verdicts(delivery, entry.rows, at.template, entry.pack)
    except NeedsConsent as error:
        if error.code != REFUSED_LAYOUT:
            raise complaint(str(error)) from error
        return {row.key: Bad(()) for row in entry.rows}  # the platform refused the whole file: that is an answer too
    except Trouble as error:
        raise complaint(str(error)) from error


def _ids_given(at: Desk, entry: Entry, records: Sequence[Record], found: Mapping[str, Verdict]) -> None:
    """A new listing without its id over there would never be found again."""
    creates = {row.key for row in entry.rows if row.creates}
    lacking = [
        record.number
        for record in records
        if record["row_key"] in creates and isinstance(one := found.get(record["row_key"]), Good) and not one.listing_id
    ]
    if lacking:
        heading = at.template.result.columns["listing_id"][0]
        raise Complaint(
            f"Dòng {listed(lacking)} ghi thành công nhưng cột «{heading}» trống. Điền mã mà sàn cấp rồi mang lại.",
            f"Rows {listed(lacking)} went through but «{heading}» is empty. Fill in the id that the platform gave.",
        )


def _contradicts(at: Desk, entry: Entry, before: bytes | None, found: Mapping[str, Verdict]) -> Iterator[Problem]:
    """Against the one that was brought before and is not believed yet, since it was half."""
    if before is None:
        return
    earlier = _verdicts(at, Delivery(before, at.now, entry.pack), entry)
    names = [row.sku for row in entry.rows if _turned(earlier.get(row.key), found.get(row.key))]
    if names:
        said = listed(names)
        yield Problem(
            "contradicts",
            "result",
            f"Phiếu mang về trước nói khác ở {len(names)} dòng: {said}. Kiểm tra phiếu nào đúng.",
            f"The result brought before says otherwise in {len(names)} rows: {said}. See which one is right.",
        )


def _turned(earlier: Verdict, later: Verdict) -> bool:
    return earlier is not None and type(earlier) is not type(later)


def _earlier(at: Desk, name: str) -> bytes | None:
    path = at.folder / "inbox" / name
    return path.read_bytes() if path.is_file() else None
