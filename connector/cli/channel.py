"""ocop channel: the counter of platforms that are reached by files. What to carry, what came back, and new sheets."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.channels import channels, save_template
from connector import carrying
from connector.cli import say
from connector.cli.entrance import NEEDS_PERSON, OK, Json, Shops, chosen, parts, settings
from connector.cli.say import t
from connector.errors import Complaint
from connector.ports import Carried, Channel, Parcel, Proposal
from connector.site import VIETNAM
from connector.wiring import Wired
from connector.wiring import learn as learn_sheet

app = typer.Typer(no_args_is_help=True, help="Kênh làm bằng tệp: Postmart, Voso / platforms that are reached by files.")
Code = Annotated[str, typer.Argument(metavar="SHOP", help="Mã gian hàng / shop code.")]
Pack = Annotated[str, typer.Argument(metavar="PACK", help="Tên gói, xem ocop channel files / a pack's name.")]

_STANDS = {
    "waiting": ("chờ người mang", "to be carried"),
    "taken": ("đã lấy, chờ kết quả", "taken, no result yet"),
    "done": ("đã có kết quả", "done"),
    "void": ("đã hủy", "void"),
}
_KINDS = {
    "content": ("tin mới và sửa tin", "new and changed listings"),
    "offers": ("giá và tồn kho", "prices and stock"),
    "status": ("ẩn, hiện, gỡ", "show, hide, remove"),
    "result": ("phiếu kết quả", "a result"),
    "export": ("danh sách toàn bộ gian hàng", "the export of the complete shop"),
    "orders": ("danh sách đơn hàng", "the order export"),
    "pack": ("gói", "a pack"),
}
_READ = ("result", "export", "orders")


@app.command()
def files(
    shops: Shops = None,
    all_: Annotated[bool, typer.Option("--all", help="Cả gói đã xong / done and void ones too.")] = False,
    json_: Json = False,
) -> None:
    """Tệp nào cần mang đi, mang về, ảnh chụp cũ bao lâu / What to carry, what to bring, how old it all is."""
    with parts(hints=False) as wired:
        found = {code: (site.parcels(), site.slips()) for code, site in _carried(wired, shops).items()}
    if json_:
        say.as_json(
            {
                code: {"packs": [asdict(one) for one in packs], "receipts": [asdict(one) for one in slips]}
                for code, (packs, slips) in found.items()
            }
        )
    for code, (packs, slips) in found.items() if not json_ else ():
        shown = [one for one in packs if all_ or one.stand in ("waiting", "taken")]
        rows = [(one.name, _kind(one.what), one.rows, say.ago(one.at), _stand(one)) for one in shown[:100]]
        heads = t("gói|loại|dòng|làm lúc|đang ở đâu", "pack|kind|rows|made|where it is")
        say.table(code, heads.split("|"), rows, right=[2])
        for what in ("export", "orders"):
            last = next((one for one in slips if one.what == what), None)
            age = say.ago(last.at) if last else t("chưa có", "none yet")
            say.out.print(f"  {_kind(what)}: {age}")
    waits = any(one.stand == "waiting" for packs, _ in found.values() for one in packs)
    raise typer.Exit(NEEDS_PERSON if waits else OK)


@app.command()
def get(
    shop: Code,
    pack: Pack,
    to: Annotated[Path, typer.Option(help="Thư mục nhận / where to.")] = Path(),
) -> None:
    """Lấy một gói để mang đi, lấy lại bao nhiêu lần cũng được / Fetch a pack, as often as needed."""
    with parts(hints=False) as wired:
        content = _one(wired, shop).hand_over(pack, getpass.getuser())
    path = to / f"{pack}.zip"
    path.write_bytes(content)
    say.out.print(
        t(f"{path}: mở HUONG_DAN.md trong gói để biết cách tải lên.", f"{path}: HUONG_DAN.md in it says how.")
    )


@app.command()
def put(
    shop: Code,
    file: Annotated[Path, typer.Argument(help="Phiếu kết quả, danh sách hoặc đơn hàng / what came back.")],
    whole: Annotated[bool, typer.Option("--whole", help="Danh sách là toàn bộ gian hàng / the complete shop.")] = False,
    pictured: Annotated[
        str, typer.Option(help="Tệp chụp lúc nào, dạng 24/11/2026 09:30; trống: ngày của tệp / empty: its date.")
    ] = "",
    json_: Json = False,
) -> None:
    """Nộp một tệp mang về: tự nhận ra là tệp gì, sai thì nói rõ / Hand in a file that came back; it is recognised."""
    try:
        content = file.read_bytes()
        at = _moment(pictured) if pictured else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        raise Complaint(f"Không mở được {file}: {error.strerror}.", f"Cannot open {file}: {error.strerror}.") from error
    with parts() as wired:
        site = wired.site(wired.store.shops.get(shop))
        brought = carrying.bring(site, wired.hints, file.name, content, at, getpass.getuser(), whole=whole)
    if json_:
        say.as_json({"what": brought.what, "name": brought.name, "rows": brought.rows, "again": brought.again})
    elif brought.again:
        say.out.print(t(f"Tệp này đã nhận rồi ({brought.name}).", f"We have this file already ({brought.name})."))
    else:
        kind = _kind(brought.what)
        say.out.print(t(f"Đã nhận {kind}: {brought.rows} dòng.", f"Taken as {kind}: {brought.rows} rows."))


@app.command()
def back(shop: Code, pack: Pack) -> None:
    """Hủy một gói chưa ai lấy; thay đổi được xếp vào gói mới / Void a pack nobody took; its changes go anew."""
    with parts() as wired:
        _one(wired, shop).take_back(pack)
        wired.hints.reconcile(wired.store.shops.get(shop).id, f"{pack} taken back by {getpass.getuser()}")
    say.out.print(t(f"Đã hủy {pack}.", f"{pack} is void."))


@app.command()
def receipts(shop: Code, limit: Annotated[int, typer.Option(min=1)] = 50, json_: Json = False) -> None:
    """Biên nhận: tệp nào đi, về, lúc nào, ai, mã băm / Receipts: what went and came, when, who, its hash."""
    with parts(hints=False) as wired:
        slips = _one(wired, shop).slips()[:limit]
    if json_:
        say.as_json([asdict(one) for one in slips])
        return
    rows = [
        (s.number, t("đi", "out") if s.way == "out" else t("về", "in"), _kind(s.what), s.name, say.when(s.at),
         s.who, s.sha256[:12])
        for s in slips
    ]  # fmt: skip
    heads = t("số|chiều|loại|tên|lúc|ai|sha256", "number|way|kind|name|at|who|sha256")
    say.table(t("Biên nhận", "Receipts"), heads.split("|"), rows, right=[0])


@app.command()
def learn(
    file: Annotated[Path, typer.Argument(help="Tệp mẫu .xlsx của sàn / a sheet of the platform.")],
    platform: Annotated[str, typer.Option(help="postmart, voso")] = "postmart",
    as_: Annotated[str, typer.Option("--as", help="content, offers, status, result, export, orders")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại / do not ask.")] = False,
    json_: Json = False,
) -> None:
    """Đề xuất cách đọc mẫu thật của sàn; đồng ý thì ghi phiên bản mới / Propose a mapping; write it if confirmed."""
    settings()
    found = channels()
    if platform not in found or as_ not in ("", *(k for k in _KINDS if k != "pack")):
        raise Complaint(f"Không có sàn «{platform}» hoặc loại «{as_}».", f"No platform “{platform}” or kind “{as_}”.")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Complaint(f"Không mở được {file}: {error.strerror}.", f"Cannot open {file}: {error.strerror}.") from error
    made = learn_sheet(found[platform], content, file.name, as_)
    if json_:
        say.as_json(asdict(made))
    else:
        _show(found[platform], made, file)
    if made.same or not made.layout:
        raise typer.Exit(OK if made.same else NEEDS_PERSON)
    if yes or (not json_ and typer.confirm(t("Ghi phiên bản mẫu mới như trên?", "Write this as a new version?"))):
        _save(found[platform], made)


def _show(channel: Channel, made: Proposal, file: Path) -> None:
    rows = [
        (p.column, p.heading, _called(channel, made, p.key) if p.key else "–", f"{p.sure} %" if p.key else "–",
         _because(p.because)) for p in made.pairs
    ]  # fmt: skip
    heads = t("cột|tiêu đề trong tệp này|là cột đang dùng|chắc|vì", "column|heading of this file|is our|sure|because")
    title = t(f"{file.name}: {_kind(made.kind)}, tiêu đề ở dòng {made.header_row}", f"{file.name}: {_kind(made.kind)}")
    say.table(title, heads.split("|"), rows, right=[3])
    if made.same:
        say.out.print(t("Mẫu không đổi so với phiên bản đang dùng.", "The sheet is the one in use; nothing changes."))
    if made.gone:
        gone = ", ".join(_called(channel, made, key) for key in made.gone)
        say.out.print(t(f"Không còn cột cho: {gone}.", f"No column any more for: {gone}."))
    strange = [f"«{p.heading}» ({p.column})" for p in made.pairs if not p.key and p.heading]
    if strange:
        listed = ", ".join(strange)
        read = ("bỏ qua khi đọc", "passed over") if made.kind in _READ else ("giữ chỗ và để trống", "kept empty")
        say.out.print(t(f"Cột lạ, {read[0]}: {listed}.", f"Nothing of ours, {read[1]}: {listed}."))
    if made.lacking:
        lacking = ", ".join(_called(channel, made, key) for key in made.lacking)
        vi = f"Dừng: không thấy cột cho {lacking}. Kiểm tra tệp, hoặc thêm tên cột vào config/templates/synonyms.toml."
        say.out.print(t(vi, f"Stopped: no column for {lacking}. Check the file, or add the heading to synonyms.toml."))


def _save(channel: Channel, made: Proposal) -> None:
    path = save_template(channel.platform, made.layout)
    line = f'template = "{channel.platform}/{made.layout["version"]}"'
    say.out.print(
        t(
            f"Đã ghi {path}. Dùng nó: đặt {line} trong config/channels/{channel.platform}.toml, rồi ocop shop resume.",
            f"Wrote {path}. To use it put {line} into config/channels/{channel.platform}.toml, then ocop shop resume.",
        )
    )


def _carried(wired: Wired, codes: list[str] | None) -> dict[str, Carried]:
    adapters = {shop.code: wired.site(shop).adapter for shop in chosen(wired, codes)}
    return {
        code: _by_file(code, adapter) for code, adapter in adapters.items() if codes or isinstance(adapter, Carried)
    }


def _one(wired: Wired, code: str) -> Carried:
    return _by_file(code, wired.site(wired.store.shops.get(code)).adapter)


def _by_file(code: str, adapter: object) -> Carried:
    if not isinstance(adapter, Carried):
        raise Complaint(f"{code} không làm bằng tệp.", f"{code} is not reached by files.")
    return adapter


def _moment(written: str) -> datetime:
    try:
        return datetime.strptime(written, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError as error:
        raise Complaint(f"«{written}»: viết dạng 24/11/2026 09:30.", f"“{written}”: like 24/11/2026 09:30.") from error


def _kind(what: str) -> str:
    return t(*_KINDS.get(what, (what, what)))


def _called(channel: Channel, made: Proposal, key: str) -> str:
    """A field of ours by the heading that the version in force gives it, which people know, and its key."""
    layout = channel.settings["layout"]
    read = layout.get(made.kind, {}).get("columns", {}).get(key, ())
    heading = read[0] if read else layout["columns"].get(key, {}).get("heading")
    return f"{heading} ({key})" if heading else key


def _because(told: str) -> str:
    source, _, name = told.partition(", ")
    words = {"version": ("mẫu đang dùng", "version in force"), "synonym": ("từ đồng nghĩa", "synonym")}
    return f"{t(*words.get(source, (source, source)))} {name}".strip()


def _stand(one: Parcel) -> str:
    said = t(*_STANDS[one.stand])
    if one.by:
        return said + t(f", thay bằng {one.by}", f", replaced by {one.by}")
    return said + (t(f", {one.refused} dòng lỗi", f", {one.refused} rows refused") if one.refused else "")
