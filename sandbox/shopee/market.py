"""The Shopee market: its endpoints in one table, its state, and the passing of time."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.market import Route, Shown
from sandbox.shopee import (
    accounts,
    catalogue,
    gate,
    hand,
    images,
    items,
    models,
    notices,
    offers,
    orders,
    reads,
    returns,
    tiers,
    tokens,
    visibility,
)
from sandbox.shopee.call import Call
from sandbox.shopee.envelope import Envelope, failure, success
from sandbox.shopee.errors import GatewayRefusal, Refusal
from sandbox.shopee.state import Item, Shop
from sandbox.shopee.switches import DEFAULTS
from sandbox.shopee.till import Till
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

PARTNER_ID = 2007001
SHOP_ID = 220010001


@dataclass(frozen=True)
class Endpoint:
    """One row of the table: how it is signed, whether it changes something, how its answer is wrapped."""

    method: str
    name: str
    handler: Callable[[Call], Any]
    check: Callable[[Call], None] = gate.check_shop
    envelope: Envelope = "standard"
    path: str = ""

    @property
    def write(self) -> bool:
        return self.method == "POST" and not self.name.startswith("auth.")


ENDPOINTS = (
    Endpoint("POST", "auth.token_get", tokens.token_get, gate.check_public, "top", "auth/token/get"),
    Endpoint(
        "POST",
        "auth.access_token_get",
        tokens.access_token_get,
        gate.check_public,
        "top",
        "auth/access_token/get",
    ),
    Endpoint("GET", "public.get_shops_by_partner", accounts.get_shops_by_partner, gate.check_public, "top"),
    Endpoint("GET", "shop.get_shop_info", accounts.get_shop_info, envelope="top"),
    Endpoint("GET", "shop.get_warehouse_detail", accounts.get_warehouse_detail),
    Endpoint("GET", "logistics.get_channel_list", catalogue.get_channel_list),
    Endpoint("POST", "media_space.upload_image", images.upload_image, gate.check_either),
    Endpoint("GET", "product.get_category", catalogue.get_category),
    Endpoint("GET", "product.category_recommend", catalogue.category_recommend),
    Endpoint("GET", "product.get_attribute_tree", catalogue.get_attribute_tree),
    Endpoint("GET", "product.get_brand_list", catalogue.get_brand_list),
    Endpoint("GET", "product.get_item_limit", catalogue.get_item_limit, envelope="limits"),
    Endpoint("GET", "product.get_item_list", reads.get_item_list, envelope="no_warning"),
    Endpoint("GET", "product.get_item_base_info", reads.get_item_base_info),
    Endpoint("GET", "product.get_item_extra_info", reads.get_item_extra_info),
    Endpoint("GET", "product.get_item_promotion", reads.get_item_promotion),
    Endpoint("GET", "product.get_item_violation_info", reads.get_item_violation_info, envelope="no_error"),
    Endpoint("GET", "product.get_model_list", reads.get_model_list),
    Endpoint("GET", "product.search_item", reads.search_item),
    Endpoint("POST", "product.add_item", items.add_item),
    Endpoint("POST", "product.update_item", items.update_item),
    Endpoint("POST", "product.init_tier_variation", tiers.init_tier_variation),
    Endpoint("POST", "product.update_tier_variation", tiers.update_tier_variation, envelope="bare"),
    Endpoint("POST", "product.add_model", models.add_model),
    Endpoint("POST", "product.update_model", models.update_model, envelope="bare"),
    Endpoint("POST", "product.delete_model", models.delete_model, envelope="bare"),
    Endpoint("POST", "product.update_price", offers.update_price),
    Endpoint("POST", "product.update_stock", offers.update_stock),
    Endpoint("POST", "product.unlist_item", visibility.unlist_item),
    Endpoint("POST", "product.delete_item", visibility.delete_item),
    Endpoint("GET", "order.get_order_list", orders.get_order_list),
    Endpoint("GET", "order.get_order_detail", orders.get_order_detail),
    Endpoint("POST", "order.cancel_order", orders.cancel_order),
    Endpoint("POST", "order.handle_buyer_cancellation", orders.handle_buyer_cancellation),
    Endpoint("GET", "returns.get_return_list", returns.get_return_list),
    Endpoint("GET", "returns.get_return_detail", returns.get_return_detail),
    Endpoint("GET", "push.get_lost_push_message", notices.get_lost_push_message, gate.check_public),
    Endpoint(
        "POST",
        "push.confirm_consumed_lost_push_message",
        notices.confirm_consumed,
        gate.check_public,
        "bare",
    ),
)
PAGES = (
    Endpoint("GET", "auth.page", tokens.auth_page, path="/auth"),
    Endpoint("GET", "auth.auth_partner", tokens.auth_partner, path="/api/v2/shop/auth_partner"),
    Endpoint("GET", "auth.cancel", tokens.cancel_auth, path="/cancel_auth"),
)


class Market:
    name = "shopee"
    title = "Shopee"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.switches: dict[str, Any] = dict(DEFAULTS)
        self.reset()

    def reset(self) -> None:
        self.partner_id = PARTNER_ID
        self.partner_key = self._secret("partner key")
        self._item_ids = self._model_ids = self._promotion_ids = 0
        self.items: dict[int, Item] = {}
        self.waiting: dict[int, Item] = {}
        now = self.world.clock.now()
        shop = Shop(SHOP_ID, "Gian hàng OCOP Hà Nội", now, now + tokens.AUTHORISED_FOR)
        shop.pairs.append(tokens.make_pair(self._secret("access")[:32], self._secret("refresh")[:32], now))
        self.shops = {SHOP_ID: shop}
        self.push_key = self._secret("push key")
        self.lost: list[notices.Lost] = []
        self.warned: dict[int, float] = {}
        self.returns = returns.Returns(self)
        self.till: Till = Till(self)

    def _secret(self, what: str) -> str:
        return hashlib.sha256(f"shopee {what} {self.world.seed}".encode()).hexdigest()

    def routes(self) -> Sequence[Route]:
        pages = [Route(p.method, re.escape(p.path), p.name, False, self._page(p)) for p in PAGES]
        calls = [Route(e.method, _path(e), e.name, e.write, self._call(e)) for e in ENDPOINTS]
        return [*calls, *pages]

    def _call(self, endpoint: Endpoint) -> Callable[[Request, re.Match[str]], Reply]:
        def answer(request: Request, match: re.Match[str]) -> Reply:
            call = Call(self, request, endpoint.name)
            try:
                endpoint.check(call)
                self._planned_refusal(endpoint)
                return success(self, endpoint.name, endpoint.envelope, endpoint.handler(call))
            except Refusal as refusal:
                return failure(self, endpoint.name, refusal)

        return answer

    def _page(self, endpoint: Endpoint) -> Callable[[Request, re.Match[str]], Reply]:
        def answer(request: Request, match: re.Match[str]) -> Reply:
            try:
                reply: Reply = endpoint.handler(Call(self, request, endpoint.name))
                return reply
            except Refusal as refusal:
                return failure(self, endpoint.name, refusal)

        return answer

    def _planned_refusal(self, endpoint: Endpoint) -> None:
        """The fault "error": any code and message instead of the effect."""
        rule = self.world.faults.take(self.name, endpoint.name, "error")
        if rule:
            code = rule.params.get("code", "error_server")
            raise Refusal(code, rule.params.get("message", "Something wrong. Please try later."))

    def credentials(self, base: str) -> dict[str, Any]:
        """The newest pair of the demo shop: whatever refreshed last, a newcomer's client works."""
        shop = self.shops[SHOP_ID]
        newest = shop.pairs[-1] if shop.pairs else None
        return {
            "base_url": base,
            "auth_url": f"{base}/auth",
            "partner_id": self.partner_id,
            "partner_key": self.partner_key,
            "push_key": self.push_key,
            "shop_id": shop.shop_id,
            "region": "VN",
            "access_token": newest.access if newest else "",
            "refresh_token": newest.refresh if newest else "",
        }

    def listings(self) -> list[Shown]:
        return [hand.shown(item) for item in self.items.values()]

    def edit(self, listing_id: str, change: dict[str, Any]) -> None:
        hand.edit(self, self.items[int(listing_id)], change)

    def tick(self, now: float) -> None:
        for item in list(self.waiting.values()):
            if item.reviewed_at is not None and now >= item.reviewed_at:
                self.conclude(item, item.after_review)
            for model in item.models:
                if model.promotion and now >= model.promotion.end:
                    ended, model.promotion = model.promotion, None
                    notices.promotion(self, item, model, ended, "promo_end")
            if item.reviewed_at is None and not item.promoted:
                del self.waiting[item.item_id]
        notices.tick(self, now)

    def conclude(self, item: Item, status: str, reason: str = "Nội dung vi phạm") -> None:
        """Ends a review, bans, or lifts a ban."""
        now = self.world.clock.now()
        item.reviewed_at = None
        item.violation = None
        if status == "BANNED":
            item.violation = {
                "violation_type": "Prohibited Listing",
                "violation_reason": reason,
                "suggestion": "Sửa nội dung theo lý do đã nêu rồi gửi lại.",
                "fix_deadline_time": int(now) + 7 * 86400,
                "update_time": int(now),
            }
        item.set_status(status, now)
        if status == "BANNED":
            notices.violation(self, item)

    def unknown(self, request: Request) -> Reply:
        return Reply.json({"error": "error_not_found"}, 404, ok=False)

    def throttled(self, request: Request) -> Reply:
        refusal = GatewayRefusal("error_rate_limit", "Too many requests, please try again later.")
        return failure(self, "gateway", refusal)

    def crashed(self, request: Request, error: Exception) -> Reply:
        return failure(self, "product", Refusal("error_param", "parameter invalid", debug=type(error).__name__))

    def hex(self, octets: int) -> str:
        return self.world.rng.randbytes(octets).hex()

    def next_item_id(self) -> int:
        """Above 32 bits, as Vietnamese item ids are."""
        self._item_ids += 1
        return 26_000_100_000 + self._item_ids

    def next_model_id(self) -> int:
        self._model_ids += 1
        return 245_000_200_000 + self._model_ids

    def next_promotion_id(self) -> int:
        """Above 53 bits: a client that makes floats of ids is found out."""
        self._promotion_ids += 1
        return 2**60 + self._promotion_ids


def _path(endpoint: Endpoint) -> str:
    return re.escape("/api/v2/" + (endpoint.path or endpoint.name.replace(".", "/", 1)))
