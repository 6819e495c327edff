"""Products: search, read, create, change, look at the plan, publish. Checked by the form's own rules."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from connector import photos
from connector.domain.product import Producer
from connector.editing import Edited, edit
from connector.preview import Preview, preview
from connector.site import VIETNAM
from connector.store import Draft, Goods
from connector.store.accounts import Account
from connector.store.console import Key
from connector.wiring import Wired
from web.api import shapes, states
from web.api.limits import Limit, paged
from web.api.typed import obstacles, typed
from web.problems import Obstacle, Unfit
from web.products import mine, nudge
from web.security import Parts, Viewer

router = APIRouter(tags=["Sản phẩm / products"])
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get(
    "/products",
    response_model=shapes.Page[shapes.ProductLine],
    summary="Tìm sản phẩm, không cần dấu / search products, diacritics or not",
)
def products(
    wired: Parts,
    account: Viewer,
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=2000, description="«next» của trang trước / `next` before")] = "",
    limit: Limit = 50,
) -> Any:
    number, _, folded = after.partition(":")
    known = number.isascii() and number.isdecimal() and len(number) < 19
    if after and not known:
        raise Unfit([Obstacle(field="after", code="cursor", vi="Lấy «next» của trang trước.", en="Give back `next`.")])
    key = Key(folded, int(number)) if after else None
    rows = wired.store.console(account.scope).products(words=q, after=key, limit=limit + 1)
    lines = [row | {"price_from": row["low"], "price_to": row["high"]} for row in rows]
    return paged(lines, limit, lambda row: f"{row['id']}:{row['folded']}")


@router.post("/products", status_code=201, response_model=shapes.ProductOut, summary="Thêm sản phẩm / add a product")
def add(wired: Parts, account: Viewer, response: Response, given: shapes.ProductNew) -> Any:
    producer = _producer(wired, account, given.producer)
    edited = _edited(wired, producer, None, given)
    made = _save(wired, account, edited, None)
    response.headers["Location"] = f"/api/v1/products/{made['id']}"
    return made


@router.get("/products/{product_id}", response_model=shapes.ProductOut, summary="Một sản phẩm / one product")
def product(wired: Parts, account: Viewer, product_id: Number) -> Any:
    return _shown(product_id, mine(wired, account, product_id))


@router.patch(
    "/products/{product_id}",
    response_model=shapes.ProductOut,
    summary="Sửa; điều không nhắc đến giữ nguyên / change; what is not named stays",
)
def change(wired: Parts, account: Viewer, product_id: Number, given: shapes.ProductChange) -> Any:
    before = mine(wired, account, product_id)
    return _save(wired, account, _edited(wired, before.product.producer, before, given), product_id)


@router.post(
    "/products/{product_id}/plan",
    response_model=list[states.PlanOut],
    summary="Xem trước trên từng sàn, không ghi gì / what would be done in each shop; nothing is written",
)
def look(wired: Parts, account: Viewer, product_id: Number, given: shapes.ProductChange | None = None) -> Any:
    """With a body: the plan of the product as it would be after that change."""
    before = mine(wired, account, product_id)
    goods = before
    if given is not None:
        draft = _draft(_edited(wired, before.product.producer, before, given))
        goods = Goods(draft.product, {**before.free, **(draft.stock or {})})
    console = wired.store.console(account.scope)
    row = console.product(product_id) or {}
    sites = [wired.site(wired.store.shops.get(code)) for code in console.carriers(row["producer_id"])]
    listings = {one["shop_id"]: one["id"] for one in console.listings([product_id]).get(product_id, [])}
    return [_plan(one) for one in preview(sites, goods, listings)]


@router.post(
    "/products/{product_id}/publish",
    status_code=202,
    response_model=states.Published,
    summary="Đưa lên các sàn ngay / publish now",
)
def publish(wired: Parts, account: Viewer, product_id: Number) -> Any:
    """Look at every listing of it again, now; their state is under /listings?product=."""
    mine(wired, account, product_id)
    wired.store.products.look_again(product_id, f"published by {account.login}")
    nudge(wired, account, product_id)
    return {"listings": len(wired.store.console(account.scope).listings([product_id]).get(product_id, []))}


@router.post(
    "/pictures",
    status_code=201,
    response_model=shapes.PictureOut,
    summary="Gửi một ảnh JPEG, PNG hoặc WebP / send a picture",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("image/jpeg", "image/png", "image/webp")
            },
        }
    },
)
async def picture(request: Request, wired: Parts, account: Viewer) -> Any:
    """Kept by its content: the answer's sha256 goes into a product's `pictures`."""
    content = await request.body()
    return {"sha256": await run_in_threadpool(photos.take, wired.pictures, content)}


def _producer(wired: Wired, account: Account, code: str) -> Producer:
    console = wired.store.console(account.scope)
    found = console.producer(account.producer_id) if account.producer_id else console.producer_of(code)
    if found is None or (code and found.code != code):
        vi, en = f"Không có chủ thể «{code}».", f"No producer “{code}”."
        raise Unfit([Obstacle(field="producer", code="unknown_producer", vi=vi, en=en)])
    return found


def _edited(wired: Wired, producer: Producer, before: Goods | None, given: shapes.ProductChange) -> Edited:
    lost = [sha for sha in given.pictures or () if not wired.pictures.path(sha).is_file()]
    if lost:
        vi, en = "Gửi ảnh trước: POST /api/v1/pictures.", "Send the picture first: POST /api/v1/pictures."
        raise Unfit([Obstacle(field="pictures", code="unknown_picture", vi=vi, en=en)])
    form, places = typed(before, given)
    today = wired.clock.now().astimezone(VIETNAM).date()
    found = edit(wired.store, form, producer, before, today)
    if found.draft is None:
        raise Unfit([one for one in obstacles(found, places) if one.blocking])
    return found


def _draft(edited: Edited) -> Draft:
    assert edited.draft is not None  # else _edited has said why
    return edited.draft


def _save(wired: Wired, account: Account, edited: Edited, product_id: int | None) -> dict[str, Any]:
    draft = _draft(edited)
    wired.store.products.put([draft], f"API, {account.login}")
    if product_id is None:
        found = wired.store.console(account.scope).product_of(draft.product.code)
        if found is None:
            raise HTTPException(404)
        product_id = int(found["id"])
    nudge(wired, account, product_id)
    saved = _shown(product_id, mine(wired, account, product_id))
    return saved | {"warnings": obstacles(edited, {})}


def _shown(product_id: int, goods: Goods) -> dict[str, Any]:
    product = goods.product
    plain = ("code", "name", "short_name", "brand", "description", "set_no", "axes", "label", "certificate", "pictures")
    return {
        "id": product_id,
        "producer": product.producer.code,
        **{name: getattr(product, name) for name in (*plain, "size_cm", "delivery_area", "retired")},
        "variants": [
            {name: getattr(v, name) for name in ("sku", "price", "pack", "options", "weight_g", "barcode")}
            | {"free": goods.free.get(v.sku, 0), "on_hand": goods.on_hand.get(v.sku)}
            for v in product.variants
        ],
    }


def _plan(one: Preview) -> dict[str, Any]:
    plan = one.plan
    return {
        "shop": one.shop.code,
        "platform": one.shop.platform,
        "why": one.why,
        "ops": plan.ops if plan else [],
        "refused": plan.refused if plan else [],
        "problems": _problems(plan.problems if plan else ()),
        "wait": plan.wait if plan else None,
    }


def _problems(found: Sequence[Any]) -> list[Obstacle]:
    return [Obstacle(field=p.field, code=p.code, vi=p.vi, en=p.en, blocking=p.blocking) for p in found]
