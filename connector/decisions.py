"""What people decide at the desk, on the console or the CLI: on drift, on what is stuck, on a shop's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.domain.rules import Owner, Policy, PriceRule, StockRule, Verbs
from connector.errors import Complaint
from connector.store import Shop, Store
from connector.store.decisions import Decided
from connector.store.scope import Scope

CHOICES = ("keep", "take", "ask")
MOST = 500
"""So many at once: one lock on each listing is held meanwhile."""
OWNED = (
    "title",
    "description",
    "pictures",
    "category",
    "brand",
    "attributes",
    "price",
    "stock",
    "visible",
    "existence",
)
"""The kinds of fields that have an owner; `existence` is whether a listing that vanished is made again."""

_CAUSES = {"keep": "keeps ours", "take": "takes theirs", "ask": "asks the producer"}


def on_drifts(store: Store, scope: Scope, ids: Sequence[int], choice: str, who: str) -> Decided:
    """Keep ours: their value becomes the base of the next comparison, so ours goes out once more as our own change.
    Take theirs: this field of this listing is the platform's from now on. Ask: the question stands at the producer."""
    if choice not in CHOICES or not ids or len(ids) > MOST:
        raise Complaint(
            f"Chọn từ 1 đến {MOST} điểm lệch và một cách xử lý.",
            f"Choose 1 to {MOST} drifts and one way to settle them.",
        )
    return store.decisions.decide(scope, ids, choice, f"{who} {_CAUSES[choice]}")


def own_again(store: Store, scope: Scope, listing_id: int, field: str, who: str) -> None:
    """A field that was left to the platform on this listing follows the shop's rule again."""
    if not store.decisions.own(scope, listing_id, field, f"{who} takes {field} back"):
        raise Complaint("Trường này không thuộc về sàn.", "That field was not left to the platform.")


def on_stuck(store: Store, ids: Sequence[int], choice: str, who: str) -> Decided:
    """Try these listings again now, or park them until a person says otherwise."""
    done = Decided()
    for start in range(0, len(ids), MOST):
        some = ids[start : start + MOST]
        match choice:
            case "retry":
                part = store.decisions.retry(some, f"{who} tries again")
            case "park":
                part = store.decisions.park(some, f"parked by {who}")
            case _:
                raise Complaint("Chọn thử lại hoặc gác lại.", "Choose to retry or to park.")
        done = Decided(done.done + part.done, done.busy + part.busy)
    return done


def ruled(
    shop: Shop,
    *,
    verbs: Verbs | None = None,
    price: Mapping[str, Any] | None = None,
    stock: Mapping[str, Any] | None = None,
    owners: Mapping[str, str] | None = None,
) -> Policy:
    """The shop's policy with what is given laid over it; complains of a rule that cannot be."""
    old = shop.policy
    try:
        return replace(
            old,
            verbs=verbs or old.verbs,
            price=PriceRule(**{**fields(old.price), **(price or {})}),
            stock=StockRule(**{**fields(old.stock), **(stock or {})}),
            owners={**old.owners, **{kind: Owner(owner) for kind, owner in (owners or {}).items()}},
        )
    except (ValueError, TypeError) as error:
        raise Complaint(f"Quy tắc không hợp lệ: {error}.", f"Not a valid rule: {error}.") from error


def change_rules(
    store: Store,
    shop: Shop,
    *,
    who: str,
    verbs: Verbs | None = None,
    price: Mapping[str, Any] | None = None,
    stock: Mapping[str, Any] | None = None,
    owners: Mapping[str, str] | None = None,
    gate: Mapping[str, Any] | None = None,
) -> None:
    """Lay what is given over the shop's rules; every listing is then looked at again. Complains of a wrong one."""
    new = ruled(shop, verbs=verbs, price=price, stock=stock, owners=owners)
    store.shops.set_rules(
        shop.id,
        cause=f"rules of {shop.code} changed by {who}",
        verbs=new.verbs.value,
        rules={
            "price": {**fields(shop.policy.price), **(price or {})},
            "stock": {**fields(shop.policy.stock), **(stock or {})},
            "gate": {**shop.policy.gate, **(gate or {})},
        },
        owners={kind: owner.value for kind, owner in new.owners.items()},
        handed=list(owners or {}),
    )


def fields(rule: PriceRule | StockRule) -> dict[str, int]:
    """A rule as plain numbers; what has none is left out."""
    return {name: getattr(rule, name) for name in rule.__dataclass_fields__ if getattr(rule, name) is not None}
