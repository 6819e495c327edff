"""Escrow in the loop: which stock writes a scarce good's quotas ask for, what reads and answers say of them, and how
the pool is weighed. The loop's own comparison keeps its hands off these fields: between a sale and our hearing of it
the live number is right and ours is not, so nothing may be 'healed' there (docs/stock.md).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.domain import stock
from connector.domain.drift import Drift, Resolution, Verdict
from connector.domain.listing import Desired, Facts, Observed, Ref
from connector.domain.plan import Change, Kind, Op
from connector.domain.rules import Owner, Policy, StockRule, Verbs
from connector.domain.stock import Quota, Stand, Step
from connector.outcomes import Pass
from connector.ports import Capabilities, Channel
from connector.store import Goods, Store
from connector.store.quotas import Key, Pool, Seat

REASON = "escrow"
_SALES_OF = timedelta(days=14)  # whose sales weigh


def nothing_of(scarce: Collection[str], want: Desired) -> Desired:
    """Whatever an adapter makes or rebuilds, it puts no scarce piece on sale: only a quota's own write does."""
    offers = tuple(replace(offer, quantity=0) if offer.sku in scarce else offer for offer in want.offers)
    return replace(want, offers=offers) if scarce else want


def hands_off(facts: Facts, goods: Goods, ref: Ref) -> Facts:
    """The stock of a scarce variant that is over there is not the comparison's business."""
    held = {f"stock:{sku}" for sku in goods.quotas if sku in ref.variants}
    return {field: value for field, value in facts.items() if field not in held} if held else facts


def mine(goods: Goods, shop_id: int) -> dict[str, Quota]:
    """This shop's quotas of a product by SKU."""
    return {sku: shops[shop_id] for sku, shops in goods.quotas.items() if shop_id in shops}


def must_look(one: Pass) -> bool:
    return any(stock.unconfirmed(quota) for quota in one.quotas.values())


def learn(store: Store, shop_id: int, one: Pass) -> None:
    """Fold a look into the quotas."""
    seen = one.seen
    assert seen is not None
    wait = settle(one.channel)
    for sku, quota in list(one.quotas.items()):
        live = seen.facts.get(f"stock:{sku}") if seen.state.exists else 0
        if not isinstance(live, int) or stock.seen(quota, live, seen.read_at, wait) == quota:
            continue
        store.quotas.step(shop_id, sku, lambda now_is, live=live: stock.seen(now_is, live, seen.read_at, wait))  # type: ignore[misc]
        one.quotas[sku] = stock.seen(quota, live, seen.read_at, wait)


def drifts(quotas: Mapping[str, Quota], seen: Observed) -> tuple[Drift, ...]:
    """More on sale than a quota allows: somebody's hand, or a cancellation we have not heard of yet."""
    found = []
    for sku, quota in quotas.items():
        live = seen.facts.get(f"stock:{sku}")
        if quota.step in (Step.IDLE, Step.HELD) and isinstance(live, int) and live > quota.ceiling:
            most = quota.ceiling
            found.append(Drift(f"stock:{sku}", most, live, most, Verdict.EDITED, Resolution.HEAL))
    return tuple(found)


def ops(one: Pass, can: Capabilities) -> list[Op]:
    """The writes that the quotas ask for now."""
    wanted = {sku: _change(one, sku, quota) for sku, quota in one.quotas.items()}
    sets = tuple(c for sku, c in wanted.items() if c and one.quotas[sku].step is not Step.ADJUSTING)
    adjusts = tuple(c for sku, c in wanted.items() if c and one.quotas[sku].step is Step.ADJUSTING)
    ref = one.seen.ref if one.seen is not None and one.seen.ref else one.listing.ref
    made = [(Kind.SET_STOCK, sets), (Kind.ADJUST_STOCK, adjusts if can.adjust_stock else ())]
    return [Op(one.listing.id, kind, ref, changes) for kind, changes in made if changes]


def _change(one: Pass, sku: str, quota: Quota) -> Change | None:
    field = f"stock:{sku}"
    if sku not in one.listing.ref.variants:
        return None
    live = one.seen.facts.get(field) if one.seen is not None else None
    before = live if isinstance(live, int) else one.listing.applied.facts.get(field)
    before = before if isinstance(before, int) else 0
    match quota.step:
        case Step.RAISING:
            return Change(field, 0, quota.by, REASON)
        case Step.ADJUSTING:
            return Change(field, before, before + quota.by, REASON)
        case Step.ZEROING if live != 0:
            return Change(field, before, 0, REASON)
    return None


def asked(one: Pass, op: Op) -> dict[str, Quota]:
    """The quotas as they were when they asked for this op."""
    skus = [c.field.partition(":")[2] for c in op.changes if c.reason == REASON]
    return {sku: one.quotas[sku] for sku in skus}


def settle(channel: Channel) -> timedelta:
    """How long a write may still be on its way, or a read behind it."""
    return timedelta(seconds=max(channel.settle_seconds, channel.confirm_seconds))


def lag(channel: Channel) -> timedelta:
    """After this long, by any pair of clocks, an order placed over there has surfaced in our reads."""
    return timedelta(seconds=channel.order_lag_seconds + 2 * channel.skew_seconds)


@dataclass(frozen=True, slots=True)
class Reach:
    """What we can do in one shop now. `open`: its orders come in and its stock is ours to write; `assisted`: a person
    carries it, so that what it holds stays with it."""

    open: bool
    assisted: bool
    adjusts: bool
    lag: timedelta
    rule: StockRule


def reach(channel: Channel, policy: Policy, can: Capabilities, *, active: bool) -> Reach:
    ours = policy.verbs is Verbs.SYNC and policy.owner("stock") is Owner.OURS
    return Reach(active and ours and can.orders, can.assisted, can.adjust_stock, lag(channel), policy.stock)


# A shop that we cannot judge now: what it holds is counted as out, and nothing is given to it.
SHUT = Reach(open=False, assisted=False, adjusts=False, lag=timedelta.max, rule=StockRule())


def weigh(
    store: Store, reaches: Mapping[int, Reach], now: datetime, patience: timedelta, *, everything: bool = False
) -> int:
    """Weigh every good whose pool may have changed; how many quotas moved."""
    moved = 0
    for base_id in store.quotas.due(everything=everything):
        moved += store.quotas.weigh(base_id, now - _SALES_OF, lambda pool: weighed(pool, reaches, now, patience))
    return moved


def weighed(pool: Pool, reaches: Mapping[int, Reach], now: datetime, patience: timedelta) -> dict[Key, Quota | None]:
    """The quotas of one good that change. None gives one up: the good is plentiful again."""
    had = {key: seat.quota for key, seat in pool.seats.items()}
    if not any(had.values()) and pool.free > pool.limit:
        return {}
    if pool.free > 2 * pool.limit and all(q is None or q.step in (Step.IDLE, Step.HELD) for q in had.values()):
        return {key: None for key, quota in had.items() if quota is not None}
    quotas = {
        key: stock.drained(seat.quota or _first(seat, now), seat.orders_until, reaches.get(key[0], SHUT).lag)
        for key, seat in pool.seats.items()
        if seat.live or seat.quota
    }
    stands = {key: _stand(quota, pool.seats[key], reaches.get(key[0], SHUT)) for key, quota in quotas.items()}
    after = {**quotas, **stock.rebalance(pool.free, stands, now, patience)}
    return {key: quota for key, quota in after.items() if quota != had[key]}


def _first(seat: Seat, now: datetime) -> Quota:
    """What must be assumed of a shop when its good becomes scarce."""
    if seat.shown > 0:
        return Quota(seat.shown, Step.HELD)
    return Quota() if seat.untouched else Quota(step=Step.DRAINING, since=now)


def _stand(quota: Quota, seat: Seat, reach: Reach) -> Stand:
    """In escrow a shop's share weighs and its cap caps; buffer and hide-below have no use where nothing oversells.
    What a person has yet to carry, or a newer picture has yet to show, is nobody's to move."""
    carried = reach.assisted and (stock.unconfirmed(quota) or quota.step is Step.DRAINING)
    return Stand(
        quota,
        weight=(1 + max(seat.sold, 0)) * reach.rule.share_percent,
        pieces=seat.pieces,
        cap=reach.rule.cap,
        open=reach.open and seat.live and not seat.refused and not carried,
        adjusts=reach.adjusts,
    )
