"""The API for programs: the use-cases and rows of the console and the command line, as JSON under /api/v1.

The document that describes it is made from the routes, so it cannot fall behind them.
"""

from fastapi import APIRouter, Depends

from web.api import document, drifts, listings, me, orders, products, runs, shops, stock
from web.api.limits import measured

_SAID = {
    401: "Chưa có mã hợp lệ / no valid token",
    403: "Không dành cho mã này / not for this token",
    404: "Không có, hoặc không thuộc về bạn / not there, or not yours",
    413: "Nội dung quá lớn / body too large",
    422: "Trường chưa dùng được / fields that cannot be used",
    429: "Gọi quá nhanh / too many calls",
    503: "Kho hoặc hàng đợi chưa trả lời / database or queue away",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Report"}}}

v1 = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(measured)],
    responses={status: {"description": said, "content": _PROBLEM} for status, said in _SAID.items()},
)
for part in (me, products, stock, listings, drifts, runs, orders, shops):
    v1.include_router(part.router)

router = APIRouter()
router.include_router(document.router)
router.include_router(v1)
