"""The counter where a person takes packs: each may be fetched again, and one that nobody has may be taken back."""

from dataclasses import replace

from adapters.assisted.carriers import OUTBOX, TAKEN, Exchange
from adapters.assisted.desk import Desk
from adapters.assisted.ledger import Entry, Stand
from adapters.assisted.pack import result_form
from connector.errors import Complaint
from connector.ports import Parcel


def parcels(at: Desk) -> list[Parcel]:
    """Newest first; a pack still in the outbox waits."""
    waiting = _waiting(at)
    entries = sorted(at.ledger.all(), key=lambda entry: (entry.at, entry.pack), reverse=True)
    return [_parcel(entry, waiting) for entry in entries]


def hand_over(at: Desk, pack: str, who: str) -> bytes:
    path = at.packs / f"{pack}.zip"
    if at.ledger.get(pack) is None or not path.is_file():
        raise unknown(pack)
    content = path.read_bytes()
    if isinstance(at.carrier, Exchange) and at.carrier.place.move(f"{pack}.zip", OUTBOX, TAKEN):
        at.receipts.taken(pack, who)
    return content


def form(at: Desk, pack: str) -> bytes:
    """The result form again, while the pack's rows are known."""
    entry = at.ledger.get(pack)
    if entry is None or not entry.rows:
        raise unknown(pack)
    return result_form(pack, entry.rows, at.template)


def take_back(at: Desk, pack: str) -> None:
    entry = at.ledger.get(pack)
    if entry is None:
        raise unknown(pack)
    if entry.stand is not Stand.OUT or not at.carrier.withdraw(pack):
        raise Complaint(
            f"Gói {pack} không còn nằm chờ: đã có người lấy, đã xong hoặc đã hủy. Hãy đợi kết quả.",
            f"Pack {pack} does not lie waiting any more: taken, done or void. Wait for its result.",
        )
    at.ledger.put(replace(entry, stand=Stand.VOID))


def unknown(pack: str) -> Complaint:
    return Complaint(
        f"Không có gói «{pack}» của gian hàng này. Xem: ocop channel files.",
        f"This shop has no pack “{pack}”. See: ocop channel files.",
    )


def _waiting(at: Desk) -> set[str]:
    if not isinstance(at.carrier, Exchange):
        return set()
    return {file.name.removesuffix(".zip") for file in at.carrier.place.names(OUTBOX)}


def _parcel(entry: Entry, waiting: set[str]) -> Parcel:
    stand = {Stand.DONE: "done", Stand.VOID: "void"}.get(entry.stand) or (
        "waiting" if entry.pack in waiting else "taken"
    )
    return Parcel(entry.pack, entry.what, entry.count, entry.at, stand, len(entry.bad), entry.by)
