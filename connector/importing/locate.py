"""Finds the sheet that holds products, the row of headings, and the mapping that fits them."""

from collections.abc import Mapping

from connector.errors import Complaint
from connector.importing.mapping import Header, Naming, find_header, heading_text
from connector.importing.sheet import Contents, Sheet


def locate(
    contents: Contents, namings: Mapping[str, Naming], chosen: str | None, file: str
) -> tuple[Sheet, Naming, Header]:
    """The sheet with products, and how its columns are named."""
    if chosen and chosen not in namings:
        names = ", ".join(namings)
        raise Complaint(
            f"Không có cách đặt tên cột «{chosen}». Chọn một trong: {names}.",
            f"There is no mapping “{chosen}”. Choose one of: {names}.",
        )
    candidates = [namings[chosen]] if chosen else sorted(namings.values(), key=lambda n: (-len(n.detect), n.name))
    for sheet in contents.sheets:
        for naming in candidates:
            header = find_header(naming, sheet.grid, () if chosen else naming.detect)
            if header:
                return sheet, naming, header
    loose = namings.get("template") if not chosen else None
    for sheet in contents.sheets if loose else ():
        header = find_header(loose, sheet.grid) if loose else None
        if loose and header:
            return sheet, loose, header
    raise _no_header(contents, namings, file)


def _no_header(contents: Contents, namings: Mapping[str, Naming], file: str) -> Complaint:
    rows = [row for sheet in contents.sheets for row in sheet.grid if any(str(cell).strip() for cell in row)]
    seen = ", ".join(heading_text(cell) for cell in rows[0][:8] if cell) if rows else ""
    if not rows:
        return Complaint(
            f"Tệp {file} rỗng. Hãy nhập sản phẩm vào tệp mẫu (lệnh: ocop template) rồi thử lại.",
            f"The file {file} is empty. Fill in the template (command: ocop template) and try again.",
        )
    return Complaint(
        f"Không tìm thấy dòng tiêu đề trong {file} (thấy: {seen}). Dòng tiêu đề cần có «Tên sản phẩm», «Chủ thể», "
        f"«Giá bán (đồng)» như tệp mẫu (lệnh: ocop template), hoặc chọn --mapping: {', '.join(namings)}.",
        f"No row of headings was found in {file} (seen: {seen}). It needs “Tên sản phẩm”, “Chủ thể”, “Giá bán (đồng)” "
        f"as in the template (command: ocop template), or choose --mapping: {', '.join(namings)}.",
    )
