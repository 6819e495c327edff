"""How answers are wrapped: the usual envelope and the endpoints that depart from it."""

from typing import TYPE_CHECKING, Any, Literal

from sandbox.shopee.errors import GatewayRefusal, Refusal, prefixed
from sandbox.wire import Reply

if TYPE_CHECKING:
    from sandbox.shopee.market import Market

Envelope = Literal["standard", "top", "bare", "no_warning", "no_error", "limits"]


def success(market: "Market", endpoint: str, kind: Envelope, response: Any) -> Reply:
    body: dict[str, Any] = {"error": "", "message": "", "warning": "", "request_id": market.hex(16)}
    if kind == "top":
        return Reply.json({"error": "", "message": "", "request_id": body["request_id"]} | response, ok=True)
    if kind != "bare":
        body["response"] = response
    if kind == "limits" and not market.switches["gtin_limit_inside"]:
        body["gtin_limit"] = response.pop("gtin_limit")
    if endpoint.startswith("product."):
        body["debug_message"] = ""
    for key in {"no_warning": ["warning"], "no_error": ["error"]}.get(kind, []):
        del body[key]
    return Reply.json(body, ok=True)


def failure(market: "Market", endpoint: str, refusal: Refusal) -> Reply:
    code = refusal.code
    gateway = isinstance(refusal, GatewayRefusal)
    if not gateway and market.switches["code_prefix"]:
        code = prefixed(code, endpoint.partition(".")[0])
    body: dict[str, Any] = {
        "error": code,
        "message": refusal.message,
        "warning": "",
        "request_id": market.hex(16),
    }
    if refusal.response is not None or code.startswith("warehouse."):
        body["response"] = refusal.response
    if not gateway:
        body["debug_message"] = refusal.debug
    return Reply.json(body, _status(market, refusal), ok=False, note=code)


def _status(market: "Market", refusal: Refusal) -> int:
    if refusal.code == "error_rate_limit":
        return int(market.switches["rate_limit_status"])
    kind = "gateway_status" if isinstance(refusal, GatewayRefusal) else "business_status"
    return int(market.switches[kind])
