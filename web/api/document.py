"""The API's own description: /api for people, /api/openapi.json for programs. Both for whoever may sign in."""

from collections import defaultdict
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from web.pages import page
from web.problems import Report

router = APIRouter(prefix="/api")
_REF = "#/components/schemas/"
_ABOUT = """Mã truy cập tạo ở trang «Tôi» hoặc bằng `ocop token add`; gửi kèm mỗi lần gọi: `Authorization: Bearer <mã>`.
A token is made on the account page or by `ocop token add`; send it with every call: `Authorization: Bearer <token>`.

Tiền là số đồng nguyên, thời điểm theo UTC. Danh sách đi tiếp bằng `next` → `after`. Lỗi là `application/problem+json`.
Money is whole dong, moments are UTC. Lists go on by `next` → `after`. Errors are `application/problem+json`."""


@router.get("")
def readable(request: Request) -> Response:
    """Every call with its parameters and fields; made here, so that nothing is loaded from elsewhere."""
    made = document(request.app)
    context = {"groups": _groups(made), "shapes": made["components"]["schemas"], "kind": _kind}
    return page(request, "api.html", here=str(request.base_url).rstrip("/"), **context)


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    return JSONResponse(document(request.app))


def document(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, made once from the routes under /api/v1."""
    made: dict[str, Any] | None = getattr(app.state, "api_document", None)
    if made is None:
        made = get_openapi(title="OCOP", version="1", description=_ABOUT, routes=app.routes)
        made["paths"] = {path: calls for path, calls in made["paths"].items() if path.startswith("/api/v1/")}
        schemas = made["components"]["schemas"]
        report = Report.model_json_schema(ref_template=_REF + "{model}")
        schemas |= report.pop("$defs") | {"Report": report}
        for leftover in ("HTTPValidationError", "ValidationError"):
            schemas.pop(leftover, None)
        made["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"bearer": []}]
        app.state.api_document = made
    return made


def _groups(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, calls in made["paths"].items():
        for method, call in calls.items():
            body = call.get("requestBody", {}).get("content", {})
            answer: dict[str, Any] = next(said for code, said in call["responses"].items() if code.startswith("2"))
            kinds = answer.get("content", {}).values()
            groups[call["tags"][0]].append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": call["summary"],
                    "parameters": call.get("parameters", []),
                    "body": [_kind(kind.get("schema", {})) or name for name, kind in body.items()],
                    "answer": [_kind(kind["schema"]) for kind in kinds],
                }
            )
    return dict(groups)


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word: the name of a shape, or its type."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "")) or ("any" if not schema else "")
