"""How long it takes to plan and to compare very many listings when nobody has to be asked: the engine's own share.

    python -m benchmarks.plan [--plan 34000] [--night 100000]

One honey in one size is really published on the sandbox's Lazada, then multiplied in the database; every tenth copy has
another price there than here. Looks and the night's scan answer from the snapshots in memory, so what is measured is:
reading products, stock and listings; desired, canonical, check and plan; and for the night writing its findings.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import psutil
from sqlalchemy import text

from adapters.lazada import Lazada
from benchmarks.ground import Ground, ground, keep, say, table
from connector import plans
from connector.domain.listing import Observed
from connector.ports import Connection, Target
from connector.reconcile import scan
from connector.site import Site
from connector.store.schema import METADATA
from tests.builders import a_product, a_variant

_SKU = "MONG-0"
_LEGS = ("variants", "desired", "applied")
_VALUES: Mapping[str, Mapping[str, str]] = {  # what differs in copy number n; every other column is the same
    "product": {"code": "'P' || n"},
    "variant": {"product_id": "p.id", "sku": "'MONG-' || n"},
    "movement": {"variant_id": "v.id"},
    "certificate": {"product_id": "p.id"},
    "listing": {
        "product_id": "p.id",
        "item": "(10000000 + n)::text",
        **{name: f"replace(t.{name}::text, '{_SKU}', 'MONG-' || n)::jsonb" for name in _LEGS},
        "observed": f"replace(replace(t.observed::text, '{_SKU}', 'MONG-' || n), '120000',"
        " CASE WHEN n % 10 = 0 THEN '110000' ELSE '120000' END)::jsonb",
    },
}
_JOINS = {
    "product": "",
    "variant": "JOIN product p ON p.code = 'P' || n",
    "certificate": "JOIN product p ON p.code = 'P' || n",
    "listing": "JOIN product p ON p.code = 'P' || n",
    "movement": "JOIN variant v ON v.sku = 'MONG-' || n",
}


class Snapshots(Lazada):
    """Lazada as it was last seen: every look is answered from memory."""

    def __init__(self, connection: Connection, seen: Mapping[int, Observed]) -> None:
        super().__init__(connection)
        self._seen = seen

    def observe(self, targets: Sequence[Target]) -> Mapping[int, Observed]:
        return {target.listing: self._seen[target.listing] for target in targets}

    def scan(self) -> Iterator[Observed]:
        return iter(self._seen.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", type=int, default=34_000)
    parser.add_argument("--night", type=int, default=100_000)
    options = parser.parse_args()
    with ground("lazada") as stage:
        one = a_product(variants=(a_variant(_SKU),))
        stage.put([one], 10, "import")
        stage.work()
        multiply(stage, 1, options.plan)
        site = from_memory(stage)
        planned, made = measured(lambda: plans.make(site))
        priced = len(made.with_ops)
        assert (len(made.listings), priced) == (options.plan, (options.plan - 1) // 10), (len(made.listings), priced)
        multiply(stage, options.plan, options.night)
        site = from_memory(stage)
        run = stage.store.runs.open(site.shop.id, "benchmark")
        assert run.id is not None
        night, _ = measured(lambda: scan(site, run.id or 0, heal=False))
    figures = {f"plan of {options.plan:,} listings": planned, f"night's compare of {options.night:,}": night}
    table(("what", *planned), [(name, *found.values()) for name, found in figures.items()])
    keep("plan", figures)


def multiply(stage: Ground, have: int, want: int) -> None:
    with stage.store.engine.begin() as connection:
        for name, changed in _VALUES.items():
            columns = [c.name for c in METADATA.tables[name].columns if c.name != "id" and c.computed is None]
            values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
            connection.execute(text(f"""
                INSERT INTO {name} ({", ".join(columns)})
                SELECT {values} FROM (SELECT * FROM {name} ORDER BY id LIMIT 1) t
                CROSS JOIN generate_series({have}, {want - 1}) n {_JOINS[name]}
            """))  # noqa: S608 - built from the constants above
    with stage.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def from_memory(stage: Ground) -> Site:
    """The shop's site with an adapter that has seen everything already."""
    site, after = stage.site(), 0
    seen: dict[int, Observed] = {}
    while page := stage.store.runs.listings(site.shop.id, after, 2_000):
        after = page[-1].listing.id
        seen |= {held.listing.id: held.last for held in page if held.last is not None}
    seen = {key: replace(one, ref=replace(one.ref, item=one.ref.item or str(key))) for key, one in seen.items()}
    return replace(site, adapter=Snapshots(site.adapter._connection, seen))  # type: ignore


def measured(do: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    """Wall seconds, CPU seconds here and in PostgreSQL, and the most memory this process has held."""
    servers = [p for p in psutil.process_iter(["name"]) if (p.info["name"] or "").startswith("postgres")]
    before, started, cpu = _cpu(servers), time.monotonic(), time.process_time()
    answer = do()
    wall, cpu = time.monotonic() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = {"wall s": wall, "CPU s": cpu, "PostgreSQL CPU s": _cpu(servers) - before}
    say(f"{found}")
    return {**{name: round(value, 1) for name, value in found.items()}, "peak MB": peak}, answer


def _cpu(servers: Sequence[psutil.Process]) -> float:
    """Of the backends of this process alone: others use the machine too."""
    ours = {c.laddr.port for c in psutil.Process().net_connections("tcp") if c.laddr}
    total = 0.0
    for server in servers:
        try:
            if any(c.raddr and c.raddr.port in ours for c in server.net_connections("tcp")):
                times = server.cpu_times()
                total += times.user + times.system
        except psutil.Error:
            continue
    return total


if __name__ == "__main__":
    main()
