"""The loop: claim due listings of one shop and lane, observe, plan, guard, intent, apply, outcome, due again.

Everything ends here: a publish, an edited price, a webhook, an operator's click and the night.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from connector import escrow
from connector.domain.desired import desired
from connector.domain.gate import gate
from connector.domain.guard import Blast, blast
from connector.domain.listing import Desired, Facts, Lane, Observed, Offer, Phase, State, kind_of
from connector.domain.plan import STOCK_KINDS, Kind, Op, Plan, plan
from connector.domain.problem import Problem
from connector.domain.product import Product
from connector.domain.rules import Owner, Verbs, carried_stock, left_of
from connector.errors import NeedsConsent, Retry
from connector.orders import pull
from connector.outcomes import Pass, conclude, learn
from connector.ports import Outcome, Receipt, Target, Task
from connector.site import Site
from connector.store import Ending, Goods, Held
from connector.store.attempts import Ended, Intent

log = structlog.get_logger()
BATCH = 200
_ABSOLUTE, _TOGETHER = (Kind.SET_PRICE, Kind.SET_STOCK), 10


Leg = tuple[Desired, Facts, Sequence[Problem]]
Decide = Callable[["Site", Lane, Pass], Plan]


@dataclass(slots=True)
class Report:
    """What one call of `converge` did: listings by result, and whether the guard stopped it."""

    results: dict[str, int] = field(default_factory=dict)
    held: Blast | None = None

    def count(self, result: str) -> None:
        self.results[result] = self.results.get(result, 0) + 1

    @property
    def handled(self) -> int:
        return sum(self.results.values())


def converge(site: Site, lane: Lane, *, batch: int = BATCH, until: datetime | None = None) -> Report:
    """Work through what is due in one lane of one shop, batch by batch, until nothing is or `until` has passed."""
    report, most = Report(), max(batch, site.channel.claim)
    if not site.shop.active or lane in site.shop.holds:
        return report
    try:
        report.held = _too_wide(site, lane)
    except Retry:
        return report  # nothing was claimed: it all stays due
    while report.held is None:
        held = site.store.work.claim(site.shop.id, lane, site.clock.now(), most)
        if not held or not work_through(site, lane, held, report, more=len(held) == most):
            break
        if until is not None and site.clock.now() >= until:
            break
    return report


def desire(site: Site, held: Sequence[Held], goods: Mapping[int, Goods]) -> list[Leg]:
    """The first leg of each listing; what escrow holds of a listing that stands is left alone."""
    mine = [goods[one.product_id] for one in held]
    return [
        (want, escrow.hands_off(facts, good, one.listing.ref), problems)
        for one, good, (want, facts, problems) in zip(held, mine, wish(site, mine), strict=True)
    ]


def wish(site: Site, goods: Sequence[Goods]) -> list[Leg]:
    """What a listing of each of these ought to be here, in the platform's form, with what stands in its way."""
    wants = [_desired(site, good) for good in goods]
    site.study(wants)
    return [
        (want, site.adapter.canonical(want), _obstacles(site, good.product, want))
        for good, want in zip(goods, wants, strict=True)
    ]


def _desired(site: Site, goods: Goods) -> Desired:
    product, rule = goods.product, site.shop.policy.stock
    free = {sku: left_of(free, goods.standing.get(sku, {}), site.shop.id) for sku, free in goods.free.items()}
    want = desired(product, free, site.shop.policy, site.category(product.set_no), site.today())
    if rule.exclusive:
        here = {sku: standing.get(site.shop.id, 0) for sku, standing in goods.standing.items()}
        want = replace(want, offers=tuple(_carried(offer, free[offer.sku], here) for offer in want.offers))
    return escrow.nothing_of(goods.quotas, want)


def _carried(offer: Offer, free: int, here: Mapping[str, int]) -> Offer:
    return replace(offer, quantity=carried_stock(offer.quantity, free, here.get(offer.sku, 0)))


def _obstacles(site: Site, product: Product, want: Desired) -> tuple[Problem, ...]:
    """What the gate finds, then what the platform finds and the gate has not said."""
    today = site.today()
    found = gate(
        product, {**site.channel.gate, **site.shop.policy.gate}, site.book.on(today), today, site.shop.platform
    )
    said = {(problem.code, problem.field) for problem in found}
    return (*found, *(p for p in site.adapter.check(want) if (p.code, p.field) not in said))


def _too_wide(site: Site, lane: Lane) -> Blast | None:
    """Guard E over everything due, before any of it is touched."""
    now = site.clock.now()
    live, due = site.store.work.due_live(site.shop.id, lane, now, limit=5000)
    approved = site.shop.approved_until is not None and site.shop.approved_until > now
    if approved or not Blast(len(due), live).too_wide:
        return None
    found = blast((_from_memory(site, one) for one in prepare(site, site.store.work.peek(due))), live)
    if not found.too_wide:
        return None
    site.store.shops.hold(site.shop.id, lane, {"touched": found.touched, "live": found.live, "at": now.isoformat()})
    log.warning("mass_change_held", shop=site.shop.code, lane=lane, touched=found.touched, live=found.live)
    return found


def _from_memory(site: Site, one: Pass) -> Plan:
    """What would change if the shop still looked as we last wrote it."""
    as_applied = Observed(State.LIVE, site.clock.now(), one.listing.ref, one.listing.applied.facts)
    return plan(one.listing, one.facts, as_applied, site.shop.policy, one.problems)


def work_through(
    site: Site,
    lane: Lane,
    held: Sequence[Held],
    report: Report,
    decide: Decide | None = None,
    *,
    more: bool = False,
) -> bool:
    """One claimed batch from look to outcome; `decide` plans each listing. False if the shop must be left alone now.
    `more`: another batch follows, so that what would go out in a call half empty may go out with it."""
    ids = [h.listing.id for h in held]
    try:
        passes = prepare(site, held)
        look(site, lane, passes)
        for one in passes:
            if one.wait_until is None:
                one.plan = (decide or _decide)(site, lane, one)
        _apply(site, passes, more=more)
    except Retry as error:
        site.store.work.release(ids, again=site.clock.now() + timedelta(seconds=max(error.after, 1)), lane=lane)
        log.info("waits", shop=site.shop.code, lane=lane, seconds=error.after, code=error.code)
        return False
    except NeedsConsent as error:
        site.store.shops.pause(site.shop.id, str(error), needs_consent=True)
        site.store.work.release(ids, again=site.clock.now(), lane=lane)
        log.warning("needs_consent", shop=site.shop.code, code=error.code)
        return False
    except BaseException:
        # The outermost line for one batch: whatever broke, the listings come back in an hour and the error goes on.
        site.store.work.release(ids, again=site.clock.now() + timedelta(hours=1), lane=lane)
        log.error("batch_broke", shop=site.shop.code, lane=lane, listings=len(ids))
        raise
    now = site.clock.now()
    endings = [conclude(one, lane, now) for one in passes]
    if site.shop.policy.stock.exclusive:
        _see_soon(site, passes, endings, now)
    site.store.work.finish(endings, now)
    if site.shop.policy.stock.exclusive:
        moved = [one.held.product_id for one in passes if _stands_otherwise(one)]
        site.store.products.recount(moved, f"what is set aside in {site.shop.code}")
    for ending in endings:
        report.count(ending.result or "waiting")
    return True


def _see_soon(site: Site, passes: Sequence[Pass], endings: Sequence[Ending], now: datetime) -> None:
    """A number that was written where it is set aside holds the others down until it is seen: look as soon as it may
    show."""
    soon = now + escrow.settle(site.channel)
    for one, ending in zip(passes, endings, strict=True):
        if _wrote_stock(one):
            due = ending.due.get(Lane.CONTENT) or one.held.due.get(Lane.CONTENT)
            ending.due[Lane.CONTENT] = min(due, soon) if due else soon


def _stands_otherwise(one: Pass) -> bool:
    """What may be on sale here is not what it was before this pass: we wrote, or a picture shows another number."""
    before = one.held.last.facts if one.held.last is not None else {}
    after = one.seen.facts if one.seen is not None else before
    names = {f for f in {*before, *after} if kind_of(f) == "stock"}
    return _wrote_stock(one) or any(before.get(f) != after.get(f) for f in names)


def _wrote_stock(one: Pass) -> bool:
    return any(isinstance(o, Receipt) and any(kind_of(f) == "stock" for f in op.values) for op, o in one.outcomes)


def prepare(site: Site, held: Sequence[Held]) -> list[Pass]:
    """Claimed or peeked listings with what they ought to be."""
    goods = site.store.products.load({one.product_id for one in held})
    return [
        Pass(one, one.listing, *leg, site.channel, escrow.mine(goods[one.product_id], site.shop.id))
        for one, leg in zip(held, desire(site, held, goods), strict=True)
    ]


def look(site: Site, lane: Lane, passes: Sequence[Pass], *, settle: bool = True) -> None:
    """Observe what the lane requires, and settle what earlier attempts left unknown."""
    now = site.clock.now()
    looked = [p for p in passes if lane is Lane.CONTENT or not _may_go_blind(site, lane, p)]
    targets = [Target(p.listing.id, p.want.skus, p.listing.ref, p.listing.ticket) for p in looked]
    seen = dict(site.adapter.observe(targets)) if targets else {}
    # A tombstone says nothing about a second listing that an unanswered create may have made: look again by SKU.
    buried = [Target(t.listing, t.skus) for t in targets if seen[t.listing].state is State.DELETED]
    seen |= site.adapter.observe(buried) if buried else {}
    for one in looked:
        one.seen = seen[one.listing.id]
        settled_as = learn(one, now)
        if settle and one.quotas:
            escrow.learn(site.store, site.shop.id, one)
        if settle and settled_as and one.held.unsettled:
            site.store.attempts.settle(one.held.unsettled, settled_as, now)


def _may_go_blind(site: Site, lane: Lane, one: Pass) -> bool:
    """Guard C's one exception: an absolute price or stock that is ours outright, on a listing that stands."""
    ours = site.shop.policy.over(one.listing.owners).owner(lane.value) is Owner.OURS
    return ours and one.listing.phase is Phase.LIVE and not one.held.unsettled and not escrow.must_look(one)


def _decide(site: Site, lane: Lane, one: Pass) -> Plan:
    wanted = {Lane.STOCK: set(STOCK_KINDS), Lane.PRICE: {Kind.SET_PRICE}, Lane.CONTENT: set(Kind)}[lane]
    made = plan(one.listing, one.facts, one.seen, site.shop.policy, one.problems)
    ops = [op for op in made.ops if op.kind in wanted]
    if one.quotas and lane is not Lane.PRICE and one.listing.phase is Phase.LIVE and _writes_stock(site):
        ops = _merged(ops, escrow.ops(one, site.adapter.can))
    return replace(made, ops=tuple(ops))


def _writes_stock(site: Site) -> bool:
    return site.shop.policy.verbs is Verbs.SYNC and site.shop.policy.owner("stock") is Owner.OURS


def _merged(ops: Sequence[Op], more: Sequence[Op]) -> list[Op]:
    """One op of a kind per listing: what a plan and its quotas ask for goes out together."""
    by_kind = {op.kind: op for op in ops}
    for op in more:
        first = by_kind.get(op.kind)
        by_kind[op.kind] = replace(first, changes=first.changes + op.changes) if first else op
    return sorted(by_kind.values(), key=lambda op: op.rank)


def _apply(site: Site, passes: Sequence[Pass], *, more: bool = False) -> None:
    """All ops of the batch in order of urgency; a listing whose op did not go through gets no further one."""
    by_id = {p.listing.id: p for p in passes}
    ops = sorted((op for p in passes for op in p.plan.ops), key=lambda op: (op.rank, op.kind))
    last = [op for op in ops if _needs_fence(site, op)]
    pause = _send(site, [op for op in ops if op not in last], by_id, more=more)
    if pause is None and last:
        pause = _fence(site, by_id) or _send(site, [op for op in last if _still(site, by_id[op.listing], op)], by_id)
    if pause is not None:
        _put_off(site, passes, pause)
    for one in passes:
        if escrow.must_look(one):
            one.look_at = site.clock.now() + escrow.settle(site.channel)


def _send(site: Site, ops: Sequence[Op], by_id: Mapping[int, Pass], *, more: bool = False) -> Retry | None:
    for kind, group in _runs_of(ops):
        ready = [op for op in group if by_id[op.listing].may_go_on and by_id[op.listing].wait_until is None]
        tasks = [Task(op, by_id[op.listing].want) for op in ready]
        parts: list[Sequence[Task]] = list(site.adapter.batches(tasks)) if tasks else []
        if more and _can_wait(parts):
            for task in parts.pop():
                by_id[task.op.listing].wait_until = site.clock.now()
        for together in _committed_together(kind, parts):
            site.store.work.keep(by_id, site.clock.now())
            pause = carry_out(site, kind, together, by_id)
            if pause is not None:
                return pause
    return None


def _committed_together(kind: Kind, parts: Sequence[Sequence[Task]]) -> Iterator[Sequence[Sequence[Task]]]:
    """Calls whose intents are written in one commit and their outcomes in another: each alone where it brings ids or a
    quota rests on it; prices and counts, which may be written twice, up to ten that carry one listing each."""
    plain = [kind in _ABSOLUTE and all(c.reason != escrow.REASON for t in part for c in t.op.changes) for part in parts]
    at = 0
    while at < len(parts):
        end = at + 1
        while end < len(parts) and end - at < _TOGETHER and plain[at] and plain[end] and len(parts[at]) == 1:
            end += 1
        yield parts[at:end]
        at = end


def _can_wait(parts: Sequence[Sequence[Task]]) -> bool:
    """Whether the last call has room that what is claimed next can fill. What is sold out waits for nothing."""
    sizes = [sum(len(task.op.changes) for task in part) for part in parts]
    return len(parts) > 1 and sizes[-1] < sizes[0] and all(task.op.rank > 0 for task in parts[-1])


def _needs_fence(site: Site, op: Op) -> bool:
    """More of what is on sale already. Quotas need none: their raises rest on no count."""
    return site.adapter.can.orders and op.raises_stock and any(c.reason != escrow.REASON for c in op.changes)


def _fence(site: Site, by_id: Mapping[int, Pass]) -> Retry | None:
    """Pull, then raise: absorb the shop's orders up to now and count again. A Retry if they cannot be read."""
    try:
        pull(site.store, site.shop, site.channel, site.adapter, site.clock)
    except Retry as error:
        return error
    for again in prepare(site, [one.held for one in by_id.values()]):
        by_id[again.listing.id].recounted = again.facts
    return None


def _still(site: Site, one: Pass, op: Op) -> bool:
    """Whether the new count asks for exactly this; else the listing, which the orders have made due, comes again."""
    same = all(one.recounted.get(c.field) == c.after for c in op.changes if c.reason != escrow.REASON)
    if not same:
        one.look_at = site.clock.now()
    return same


def _put_off(site: Site, passes: Sequence[Pass], pause: Retry) -> None:
    """The platform or our budget says wait: whatever of the batch has not gone out yet is due again then."""
    again = site.clock.now() + timedelta(seconds=max(pause.after, 1))
    for one in passes:
        done = {op.kind for op, _ in one.outcomes}
        if any(op.kind not in done for op in one.plan.ops):
            one.wait_until = again


def _runs_of(ops: Sequence[Op]) -> list[tuple[Kind, list[Op]]]:
    groups: list[tuple[Kind, list[Op]]] = []
    for op in ops:
        if groups and groups[-1][0] is op.kind and groups[-1][1][-1].rank == op.rank:
            groups[-1][1].append(op)
        else:
            groups.append((op.kind, [op]))
    return groups


def carry_out(site: Site, kind: Kind, parts: Sequence[Sequence[Task]], by_id: Mapping[int, Pass]) -> Retry | None:
    """Intents, commit; a call for each part; outcomes, commit. A Retry for a whole call, if there was one: then nothing
    happened in it, and what was to follow was not sent."""
    intents = {task.op.listing: _intent(site, task.op, by_id[task.op.listing]) for part in parts for task in part}
    attempts = site.store.attempts.begin(list(intents.values()), site.clock.now())
    outcomes: dict[int, Outcome] = {}
    stop: Retry | NeedsConsent | None = None
    ended = []
    with bound_contextvars(listings=list(attempts), attempts=list(attempts.values())):
        for part in parts:
            sent = [task for task in part if task.op.listing in attempts]
            if stop is None and sent:
                try:
                    outcomes |= site.adapter.apply(sent)
                except (Retry, NeedsConsent) as error:
                    stop = error
            if stop is not None:
                nothing = stop if isinstance(stop, Retry) else Retry(str(stop), code=stop.code)
                outcomes |= {task.op.listing: nothing for task in sent}
    for task in (task for part in parts for task in part if task.op.listing in attempts):
        one, outcome = by_id[task.op.listing], outcomes[task.op.listing]
        one.took(task.op, outcome)
        ended.append(Ended(attempts[one.listing.id], intents[one.listing.id], outcome, one.listing))
    if ended:
        site.store.attempts.finish(ended, site.clock.now())
    for end in ended:
        said = {"shop": site.shop.code, "listing": end.listing.id, "attempt": end.attempt}
        log.info("attempt", **said, op=kind, outcome=type(end.outcome).__name__)
    if isinstance(stop, NeedsConsent):
        raise stop
    return stop


def _intent(site: Site, op: Op, one: Pass) -> Intent:
    return Intent(op, one.held.cause, site.shop.id, escrow.asked(one, op))
