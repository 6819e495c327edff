"""The papers that one platform asks for with one product, as one zip: stable names, an index, the same bytes."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from connector.domain.book import Rules
from connector.domain.gate.papers import told_otherwise
from connector.domain.ocop import Asks, Confidence, Paper
from connector.domain.product import PaperHeld, Product
from connector.errors import Complaint
from connector.papers import ENDINGS, PaperFiles

INDEX = "MUC_LUC.txt"
_STILL = (2020, 1, 1, 0, 0, 0)  # zip entries need a time; the moment of packing must not change the bytes
_SURE = {
    Confidence.CONFIRMED: "đã xác nhận",
    Confidence.SINGLE: "một nguồn, chưa đối chiếu",
    Confidence.INFERRED: "suy luận, chưa chắc",
    Confidence.UNREAD: "chưa đọc được quy định của sàn, chưa chắc",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper that the platform asks for: what is there of it, under which names; `said`: a fact of the record that
    stands in its place."""

    paper: Paper
    must: bool
    files: tuple[tuple[str, PaperHeld], ...]
    ended: tuple[PaperHeld, ...] = ()
    said: str = ""

    @property
    def lacks(self) -> bool:
        return self.must and not self.files and not self.said


@dataclass(frozen=True, slots=True)
class FilePack:
    """What goes into the zip, before anything is read."""

    name: str
    product: Product
    platform: str
    asks: Asks
    day: date
    entries: tuple[Entry, ...]


def file_pack(product: Product, rules: Rules, day: date, platform: str, platform_name: str = "") -> FilePack:
    """The pack of a product for a platform on a day. A Complaint if nobody said what the platform asks for."""
    asks = rules.asks.get(platform)
    if asks is None:
        known = ", ".join(rules.asks)
        raise Complaint(
            f"Chưa có danh mục giấy tờ của sàn «{platform}» (config/ocop/file_packs.toml có: {known}).",
            f"config/ocop/file_packs.toml does not say what “{platform}” asks for. It has: {known}.",
        )
    entries = tuple(_entry(product, rules, paper, must, day) for paper, must in rules.asked(product.set_no, platform))
    name = f"giay-to_{platform}_{product.code}.zip"
    return FilePack(name, product, platform_name or platform, asks, day, entries)


def zipped(pack: FilePack, files: PaperFiles) -> bytes:
    """The zip: papers, then the index. The same papers on the same day give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in pack.entries:
            for name, held in entry.files:
                archive.writestr(zipfile.ZipInfo(name, _STILL), files.read(held.sha256, held.media))
        told = "\r\n".join(index(pack)) + "\r\n"
        archive.writestr(zipfile.ZipInfo(INDEX, _STILL), told.encode("utf-8-sig"))
    return out.getvalue()


def index(pack: FilePack) -> Iterator[str]:
    """The index, for the person at the platform's desk: Vietnamese, line by line."""
    product, producer = pack.product, pack.product.producer
    yield f"BỘ GIẤY TỜ GỬI {pack.platform.upper()}"
    yield f"Sản phẩm: {product.name} (mã {product.code})"
    yield f"Chủ thể: {producer.name}{', ' + producer.address if producer.address else ''}"
    yield f"Lập ngày {pack.day:%d/%m/%Y}. Danh mục giấy tờ của sàn: {_SURE[pack.asks.confidence]}."
    lacking = [entry.paper.vi for entry in pack.entries if entry.lacks]
    yield ""
    yield f"CÒN THIẾU {len(lacking)}: {'; '.join(lacking)}" if lacking else "ĐỦ GIẤY TỜ BẮT BUỘC."
    for number, entry in enumerate(pack.entries, 1):
        yield ""
        yield f"{number}. {entry.paper.vi} ({'cần có' if entry.must else 'kèm nếu có'})"
        for name, held in entry.files:
            yield f"   - {name}{_told(held)}"
        for held in entry.ended:
            yield f"   - đã hết hạn, không kèm{_told(held)}"
        if entry.said:
            yield f"   - {entry.said}"
        elif not entry.files:
            yield "   - THIẾU" if entry.must else "   - không có"


def _entry(product: Product, rules: Rules, paper: Paper, must: bool, day: date) -> Entry:
    """A file's name begins with its paper's place in the list of all papers, so that a paper more renames none."""
    held = [one for one in product.papers if one.kind == paper.code]
    place = rules.papers.index(paper) + 1
    good = tuple(
        (f"{place:02}-{paper.file}-{one.sha256[:8]}{ENDINGS[one.media]}", one) for one in held if one.holds_on(day)
    )
    said = "" if good or not told_otherwise(product, paper, day) else _said(product, paper)
    return Entry(paper, must, good, tuple(one for one in held if not one.holds_on(day)), said)


def _said(product: Product, paper: Paper) -> str:
    if paper.code == "traceability":
        return f"đường dẫn: {product.label.trace_url}"
    return "không có chứng nhận còn hiệu lực; tin đăng không nêu sao"


def _told(held: PaperHeld) -> str:
    parts = [
        f"số {held.number}" if held.number else "",
        held.issuer,
        f"cấp {held.issued_on:%d/%m/%Y}" if held.issued_on else "",
        f"đến {held.expires_on:%d/%m/%Y}" if held.expires_on else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f": {said}" if said else ""
