"""Adding and editing a product, with a look at what publishing it would do before anything is saved."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from connector import photos
from connector.domain.product import Producer, Product
from connector.editing import CERTIFICATE, LABEL, MOST_PICTURES, PLAIN, VARIANT, Edited, Typed, as_typed, edit
from connector.errors import Complaint
from connector.filing import Facts, file_paper
from connector.preview import Preview, preview
from connector.site import VIETNAM
from connector.store import Goods
from connector.store.accounts import Account
from connector.wiring import Wired
from web.desk.frame import STAFF
from web.fields import missing
from web.pages import page
from web.papers import vouched
from web.products import key_of, mine, nudge, set_names
from web.security import Parts, Posted, Viewer, only

router = APIRouter()
_CHOICES = 12  # producers shown at once
_FACTS = (*PLAIN, *LABEL, *CERTIFICATE, "size_cm", "axis_1", "axis_2")


@router.get("/products/new")
def new(request: Request, wired: Parts, account: Viewer) -> Response:
    return _form(request, wired, account, None, as_typed(None))


@router.get("/products/{product_id:int}/edit")
def change(request: Request, product_id: int, wired: Parts, account: Viewer) -> Response:
    goods = mine(wired, account, product_id)
    return _form(request, wired, account, product_id, as_typed(goods))


@router.get("/products/variant")
def variant(request: Request, place: int = 1) -> Response:
    """One more variant's fields."""
    return page(request, "products/variant.html", place=min(max(place, 0), 99), given={}, problems={}, axes=[])


@router.get("/products/producers")
@only(*STAFF)
def producers(
    request: Request,
    wired: Parts,
    account: Viewer,
    who: Annotated[str, Query(max_length=100)] = "",
    producer: Annotated[int, Query(ge=0, lt=2**62)] = 0,
    after: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Whose product it is: those found, the one chosen before kept on top."""
    return page(request, "products/producers.html", **_producers(wired, account, producer, who, after))


@router.post("/uploads/pictures")
async def pictures(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    """Pictures from the camera or the gallery, as they will be kept; each comes back as a part of the form."""
    taken = []
    for file in form.getlist("file")[:MOST_PICTURES]:
        if isinstance(file, UploadFile) and file.size:
            content = await file.read(photos.MOST_BYTES + 1)
            taken.append(await run_in_threadpool(photos.take, wired.pictures, content))
    return page(request, "products/pictures.html", pictures=taken)


@router.post("/products/new/preview")
def look_new(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    return _preview(request, wired, account, form, None)


@router.post("/products/{product_id:int}/preview")
def look(request: Request, product_id: int, wired: Parts, account: Viewer, form: Posted) -> Response:
    return _preview(request, wired, account, form, product_id)


@router.post("/products/new")
def add(request: Request, wired: Parts, account: Viewer, form: Posted) -> Response:
    return _save(request, wired, account, form, None)


@router.post("/products/{product_id:int}/edit")
def save(request: Request, product_id: int, wired: Parts, account: Viewer, form: Posted) -> Response:
    return _save(request, wired, account, form, product_id)


def _save(request: Request, wired: Wired, account: Account, form: FormData, product_id: int | None) -> Response:
    typed, edited, _before = _edited(wired, account, form, product_id)
    if edited.draft is None:
        scans, chosen = list(vouched(request, account, form)), _producer_id(wired, account, form, product_id)
        return _form(request, wired, account, product_id, typed, edited, scans, chosen)
    wired.store.products.put([edited.draft], f"console, {account.login}")
    if product_id is None:
        found = wired.store.console(account.scope).product_of(edited.draft.product.code)
        product_id = found["id"] if found else None
    if product_id is None:
        raise HTTPException(404)
    _file_scans(request, wired, account, form, edited.draft.product)
    nudge(wired, account, product_id)
    return RedirectResponse(f"/products/{product_id}?done=saved", 303)


def _file_scans(request: Request, wired: Wired, account: Account, form: FormData, product: Product) -> None:
    """The scans that came with the form are of the certificate that stands in it."""
    rules = wired.book.on(wired.clock.now().astimezone(VIETNAM).date())
    held, facts = product.certificate, Facts("ocop_certificate")
    if held is not None:
        facts = Facts("ocop_certificate", held.number, held.authority, held.issued_on, held.expires_on)
    for kept in vouched(request, account, form).values():
        file_paper(wired.store, rules, product.code, kept, facts, f"console, {account.login}")


def _preview(request: Request, wired: Wired, account: Account, form: FormData, product_id: int | None) -> Response:
    """What saving this form would do in each shop: looked at, planned, and not done."""
    _typed, edited, before = _edited(wired, account, form, product_id)
    if edited.draft is None:
        return page(request, "products/preview.html", previews=[], problems=edited.problems, names={})
    product = edited.draft.product
    goods = Goods(product, {**(before.free if before else {}), **(edited.draft.stock or {})})
    console = wired.store.console(account.scope)
    producer_id = _producer_id(wired, account, form, product_id)
    sites = [wired.site(wired.store.shops.get(code)) for code in console.carriers(producer_id)]
    listings = console.listings([product_id]).get(product_id, []) if product_id else []
    found = preview(sites, goods, {row["shop_id"]: row["id"] for row in listings})
    return page(request, "products/preview.html", previews=_by_need(found), problems={}, names=_names(goods))


def _by_need(found: list[Preview]) -> list[Preview]:
    """What changes comes first."""
    return sorted(found, key=lambda one: not (one.plan and one.plan.ops))


def _names(goods: Goods) -> dict[str, str]:
    """How people tell the variants apart; nothing where there is only one."""
    several = len(goods.product.variants) > 1
    return {v.sku: " ".join(v.options) or v.pack or v.sku for v in goods.product.variants} if several else {}


def _edited(
    wired: Wired, account: Account, form: FormData, product_id: int | None
) -> tuple[Typed, Edited, Goods | None]:
    before = mine(wired, account, product_id) if product_id is not None else None
    producer = before.product.producer if before else _producer(wired, account, form)
    typed = _typed_in(wired, form)
    today = wired.clock.now().astimezone(VIETNAM).date()
    return typed, edit(wired.store, typed, producer, before, today), before


def _producer(wired: Wired, account: Account, form: FormData) -> Producer:
    found = wired.store.console(account.scope).producer(_producer_id(wired, account, form, None))
    if found is None:
        raise Complaint("Chọn chủ thể của sản phẩm.", "Choose the producer of the product.")
    return found


def _producer_id(wired: Wired, account: Account, form: FormData, product_id: int | None) -> int:
    """The product's, else the viewer's own, else the one that staff chose."""
    if product_id is not None:
        row = wired.store.console(account.scope).product(product_id)
        return int(row["producer_id"]) if row else 0
    if account.producer_id is not None:
        return account.producer_id
    chosen = str(form.get("producer", ""))
    return int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0


def _producers(wired: Wired, account: Account, chosen: int, who: str = "", after: str = "") -> dict[str, Any]:
    console = wired.store.console(account.scope)
    found = console.producers(who, key_of(after), limit=_CHOICES + 1)
    shown, kept = found[:_CHOICES], console.one_producer(chosen) if chosen and not after else None
    return {
        "producers": [*([kept] if kept else []), *(row for row in shown if row["id"] != chosen)],
        "chosen": chosen,
        "who": who,
        "more": f"{shown[-1]['id']}:{shown[-1]['folded']}" if len(found) > _CHOICES else "",
    }


def _typed_in(wired: Wired, form: FormData) -> Typed:
    def text(name: str) -> str:
        found = form.get(name, "")
        return found if isinstance(found, str) else ""

    places = [place for place in form.getlist("v") if isinstance(place, str)]
    shas = [sha for sha in form.getlist("picture") if isinstance(sha, str)]
    number = text("set_no")
    return Typed(
        facts={key: text(key) for key in _FACTS},
        variants=[{key: text(f"v-{place}-{key}") for key in (*VARIANT, "shown", "drop")} for place in places],
        pictures=[sha for sha in dict.fromkeys(shas) if _there(wired, sha)],
        set_no=int(number) if number.isdecimal() and int(number) <= 26 else 0,
        retired=bool(text("retired")),
    )


def _there(wired: Wired, sha256: str) -> bool:
    try:
        return wired.pictures.path(sha256).is_file()
    except Complaint:
        return False


def _form(
    request: Request,
    wired: Wired,
    account: Account,
    product_id: int | None,
    typed: Typed,
    edited: Edited | None = None,
    scans: Sequence[str] = (),
    chosen: int = 0,
) -> Response:
    console = wired.store.console(account.scope)
    problems = console.problems(product_id) if product_id else {}
    flat: list[Any] = [one for some in problems.values() for one in some]
    return page(
        request,
        "products/form.html",
        422 if edited else 200,
        id=product_id,
        given=typed.facts,
        typed=typed,
        variants=list(typed.variants) or [{}],
        problems=edited.problems if edited else {},
        missing=missing(wired.channels, flat),
        sets=set_names(),
        **(_producers(wired, account, chosen) if account.staff and product_id is None else {"producers": None}),
        scans=scans,
        papers=len(mine(wired, account, product_id).product.papers) if product_id else 0,
        axes=[axis for axis in (typed.facts.get("axis_1"), typed.facts.get("axis_2")) if axis],
    )
