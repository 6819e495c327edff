"""What both centres show and give out of their orders: a page of them, one of them, and the order workbook."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.orders import Line, Order, WrongStage
from sandbox.seller_centre import workbook
from sandbox.seller_centre.checks import VIETNAM
from sandbox.seller_centre.till import SHIPPING_FEE
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.seller_centre.centre import Centre

PAGE_SIZE = 50
UNKNOWN_STATE = "Đang đối soát"
FAULTS = ("half_rows", "state_word_unknown", "truncated_export")
DAY = 86_400


def moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC).astimezone(VIETNAM)


def one_page(centre: "Centre", wanted: str, page: int) -> dict[str, Any]:
    """One page of orders, newest first, and how many pages there are."""
    found = [o for o in reversed(centre.till.seen()) if not wanted or centre.till.word(o) == wanted]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return {"orders": found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], "total": len(found), "page": page,
            "pages": pages, "wanted": wanted, "word": centre.till.word, "moment": moment,
            "words": list(dict.fromkeys(centre.order_words.states.values()))}  # fmt: skip


def detail(centre: "Centre", request: Request, order_id: str) -> Reply:
    order = centre.till.find(order_id)
    if order is None:
        return centre.unknown(request)
    return centre.page("order", request, order=order, word=centre.till.word(order), moment=moment)


def move(centre: "Centre", request: Request, order_id: str, action: str, back: str, reason: str = "") -> Reply:
    """Carries a step out and leads back to the order; 409 when its state does not allow the step."""
    if centre.till.find(order_id) is None:
        return centre.unknown(request)
    try:
        centre.till.act(order_id, action, reason=reason or "Nhà bán hủy đơn")
    except WrongStage:
        word = centre.till.word(centre.till.orders[order_id])
        return centre.message(request, 409, "Không làm được", f"Đơn {order_id} đang ở trạng thái «{word}».")
    return Reply(303, b"", {"location": back})


def days(first: str, last: str, form: str) -> tuple[float, float]:
    """Epoch seconds of the days between, ends included, open where empty; ValueError for a bad date."""
    start = datetime.strptime(first, form).replace(tzinfo=VIETNAM).timestamp() if first else 0.0
    end = datetime.strptime(last, form).replace(tzinfo=VIETNAM).timestamp() + DAY if last else float("inf")
    return start, end


def export(centre: "Centre", period: tuple[float, float], wanted: str) -> bytes:
    """The order workbook: one row per line, in the layout and forms that the switches ask for."""
    struck = [kind for kind in FAULTS if centre.world.faults.take(centre.name, "order_export", kind)]
    facts = [
        _fact(centre, order, line) for order in centre.till.seen()
        if period[0] <= order.at < period[1] and (not wanted or centre.till.word(order) == wanted)
        for line in order.lines
    ]  # fmt: skip
    facts = [{"ordinal": n, **one} for n, one in enumerate(facts, start=1)]
    if "half_rows" in struck:
        facts = facts[::2]
    if "state_word_unknown" in struck:
        for one in facts[::3]:
            one["state"] = UNKNOWN_STATE
    words, head = centre.order_words, centre.dialect.header_row
    above: list[list[Any]] = [["DANH SÁCH ĐƠN HÀNG"], []] if head else []
    data = workbook.write([(words.sheet, [*above, *_laid_out(centre, facts)])], head)
    return data[: len(data) // 2] if "truncated_export" in struck else data


def _fact(centre: "Centre", order: Order, line: Line) -> dict[str, Any]:
    form = centre.dialect.time_form[centre.switches["export_dates"]]
    return {
        "order": order.id, "line": line.number, "placed": moment(order.at).strftime(form),
        "state": centre.order_words.states[line.stage], "variant_id": line.variant_id, "sku": line.sku,
        "title": line.title, "axes": line.variant, "quantity": line.quantity, "price": line.price,
        "total": line.price * line.quantity, "freight": SHIPPING_FEE if line.number == 1 else 0,
        "buyer": order.buyer.name, "phone": order.buyer.phone, "address": f"***, {order.buyer.province}",
        "waybill": order.waybill, "note": "", "reason": order.reason if line.stage == "canceled" else "",
        "updated": moment(order.updated).strftime(form),
    }  # fmt: skip


def _laid_out(centre: "Centre", facts: list[dict[str, Any]]) -> list[list[Any]]:
    columns = [
        pair for pair in centre.order_words.exports[centre.switches["export_layout"]]
        if centre.switches["export_sku_column"] or pair[1] != "sku"
    ]  # fmt: skip
    keys = [key for _, key in columns]
    body = [[one[key] for key in keys] for one in facts]
    if centre.switches["export_total_row"]:
        total = {"quantity": sum(one["quantity"] for one in facts)}
        body.append([centre.dialect.total_word, *(total.get(key, "") for key in keys[1:])])
    if centre.switches["export_numbers_as_text"]:
        body = [[str(cell) for cell in row] for row in body]
    return [[heading for heading, _ in columns], *body]
