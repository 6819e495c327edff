"""A product's papers: sent from the telephone, shown to who may see them, packed for each platform."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from connector import papers
from connector.domain.product import Product
from connector.errors import Complaint
from connector.filepack import FilePack, file_pack, zipped
from connector.filing import Facts, file_paper
from connector.papers import ENDINGS, JPEG, Kept
from connector.site import VIETNAM
from connector.store.accounts import Account
from connector.wiring import Wired
from web.pages import page
from web.products import mine, nudge
from web.security import Keys, Parts, Posted, Viewer

router = APIRouter()
_ALONE = "default-src 'none'; img-src 'self'; sandbox"  # a file of somebody's runs nothing and reaches nothing


@router.get("/papers/{product_id:int}")
def shelf(request: Request, product_id: int, wired: Parts, account: Viewer) -> Response:
    """What is there, what each platform lacks, and the form for one more."""
    product, day = mine(wired, account, product_id).product, _today(wired)
    rules = wired.book.on(day)
    packs = [_pack(wired, product, name, day) for name in rules.asks]
    lacking = {entry.paper.code for pack in packs for entry in pack.entries if entry.lacks}
    return page(
        request,
        "products/papers.html",
        id=product_id,
        product=product,
        packs=packs,
        today=day,
        kinds=sorted(rules.papers_for(product.set_no), key=lambda one: one.code not in lacking),
        lacking=lacking,
        names={one.code: one for one in rules.papers},
        megabytes=papers.MOST_BYTES // 1_000_000,
    )


@router.post("/papers/{product_id:int}")
async def add(product_id: int, wired: Parts, account: Viewer, form: Posted) -> Response:
    def keep(product: Product, content: bytes) -> None:
        days = [_day(_text(form, name)) for name in ("issued_on", "expires_on")]
        facts = Facts(_text(form, "kind"), _text(form, "number"), _text(form, "issuer"), *days)
        rules, kept = wired.book.on(_today(wired)), wired.papers.take(content)
        if not file_paper(wired.store, rules, product.code, kept, facts, f"console, {account.login}"):
            raise Complaint("Tệp này đã có rồi.", "This file is here already.")
        nudge(wired, account, product_id)

    goods = await run_in_threadpool(mine, wired, account, product_id)
    await run_in_threadpool(keep, goods.product, await _content(form))
    return RedirectResponse(f"/papers/{product_id}?done=paper", 303)


@router.post("/papers/{product_id:int}/{paper_id:int}/remove")
def remove(product_id: int, paper_id: int, wired: Parts, account: Viewer) -> Response:
    product = mine(wired, account, product_id).product
    wired.store.papers.remove(product.code, paper_id, f"console, {account.login}")
    nudge(wired, account, product_id)
    return RedirectResponse(f"/papers/{product_id}?done=paper", 303)


@router.get("/papers/{product_id:int}/file/{paper_id:int}")
def file(product_id: int, paper_id: int, wired: Parts, account: Viewer) -> Response:
    """The file itself. Pictures are shown, documents are saved: nothing of them opens within our pages."""
    product = mine(wired, account, product_id).product
    held = next((one for one in product.papers if one.id == paper_id), None)
    if held is None:
        raise HTTPException(404)
    content = wired.papers.read(held.sha256, held.media)
    name = f"{held.kind}-{held.sha256[:8]}{ENDINGS[held.media]}"
    return _sent(content, held.media, name, "inline" if held.media == JPEG else "attachment")


@router.get("/papers/{product_id:int}/pack/{platform}")
def pack(product_id: int, platform: str, wired: Parts, account: Viewer) -> Response:
    """All that one platform asks for, as one zip with its index."""
    product, day = mine(wired, account, product_id).product, _today(wired)
    if platform not in wired.book.asks:
        raise HTTPException(404)
    made = _pack(wired, product, platform, day)
    return _sent(zipped(made, wired.papers), "application/zip", made.name, "attachment")


@router.post("/uploads/papers")
async def scan(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    """The scan of a certificate, for the form that it comes back into; filed when that form is saved."""
    kept = await run_in_threadpool(wired.papers.take, await _content(form))
    keys: Keys = request.app.state.keys
    return page(request, "products/scans.html", scans=[keys.vouch(f"{account.id}:{kept.sha256}:{kept.media}")])


def vouched(request: Request, account: Account, form: FormData) -> dict[str, Kept]:
    """The scans in a form that this very person sent, by what stands there for them."""
    keys: Keys = request.app.state.keys
    made = {}
    for given in form.getlist("scan"):
        who, _, rest = (keys.vouched(str(given)) or "").partition(":")
        sha256, _, media = rest.partition(":")
        if who == str(account.id) and media in ENDINGS:
            made[str(given)] = Kept(sha256, media)
    return made


async def _content(form: FormData) -> bytes:
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.size:
        raise Complaint("Chọn hoặc chụp một tệp trước.", "Choose a file or take a photo first.")
    return await sent.read(papers.MOST_BYTES + 1)


def _pack(wired: Wired, product: Product, platform: str, day: date) -> FilePack:
    channel = wired.channels.get(platform)
    return file_pack(product, wired.book.on(day), day, platform, channel.name if channel else "")


def _sent(content: bytes, media: str, name: str, how: str) -> Response:
    said = f"{how}; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": said, "Cache-Control": "private, no-store", "Content-Security-Policy": _ALONE}
    return Response(content, media_type=media, headers=headers)


def _today(wired: Wired) -> date:
    return wired.clock.now().astimezone(VIETNAM).date()


def _text(form: FormData, name: str) -> str:
    found: Any = form.get(name, "")
    return found if isinstance(found, str) else ""


def _day(text: str) -> date | None:
    """As browsers send days, or as people write them."""
    if not text.strip():
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), shape).replace(tzinfo=VIETNAM).date()
    raise Complaint(f"«{text[:40]}» không phải ngày (dd/mm/yyyy).", f"“{text[:40]}” is no day (dd/mm/yyyy).")
