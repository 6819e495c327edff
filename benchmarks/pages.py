"""How long a page takes and how heavy it is, over very many listings: no page above 200 ms and 100 kB.

    python -m benchmarks.pages [--listings 100000] [--tries 9]

A real web server process over a real PostgreSQL; each page is asked several times, one request at a time. The time is
the median from the request to the last byte of the answer; CPU is what the web server and PostgreSQL spent on it, which
other work on the machine does not change. The weight is what went over the wire (gzip). "First visit"
adds what a browser then loads: style, scripts and typefaces, which it keeps for ever.
"""

import argparse
import gzip
import re
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests
from sqlalchemy import text

from benchmarks.ground import keep, say, servers, table
from benchmarks.offices import office
from benchmarks.shelves import furnish
from connector import accounts
from connector.store import Store

MOST_MS, MOST_KB = 200, 100
_STATIC = Path(__file__).resolve().parents[1] / "web" / "static"


@dataclass
class Measured:
    page: str
    ms: float
    worst: float
    cpu: float
    kb: float
    first: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--tries", type=int, default=9)
    parser.add_argument("--only", default="", help="pages whose address has this in it")
    options = parser.parse_args()
    with servers() as (store, _redis, database_url, redis_url):
        started = time.monotonic()
        furnish(store, options.listings)
        say(f"{options.listings:,} listings made in {time.monotonic() - started:.0f} s")
        for login, role, producer in (("sep", "operator", None), ("quan", "admin", None), ("an", "producer", "HTX-2")):
            accounts.add(store, login, "bốn từ ghép lại", role=role, producer=producer)
        with office(database_url, redis_url) as (url, server):
            found = [
                measure(visit, url, path, options.tries, server.pid)
                for login, paths in pages(store).items()
                for visit in [signed_in(store, url, login)]
                for path in paths
                if options.only in path
            ]
    rows = [(m.page, f"{m.ms:.0f}", f"{m.worst:.0f}", f"{m.cpu:.0f}", f"{m.kb:.1f}", f"{m.first:.0f}") for m in found]
    table(("page", "ms", "worst", "CPU ms", "kB", "first visit kB"), rows)
    slow = [m.page for m in found if m.ms > MOST_MS or m.kb > MOST_KB or m.first > MOST_KB]
    say("above 200 ms or 100 kB: " + (", ".join(slow) or "none"))
    keep("pages", {m.page: {"ms": round(m.ms), "CPU ms": round(m.cpu), "kB": round(m.kb, 1)} for m in found})


STAFF = """
    /desk /desk/now /desk/drifts /desk/drifts?which=heal /desk/drifts?which=ask&before={drift}
    /desk/drifts?which=ask&shop=voso-ocop /desk/runs /desk/runs?shop=tiki-ocop /desk/runs/{run}
    /desk/runs/{run}?result=unchanged /desk/runs/1 /desk/matrix /desk/matrix?after={folded}&id={middle} /desk/approvals
    /desk/shops /desk/shops/tiki-ocop /desk/listings/{stuck} /desk/listings/{stuck}/why?field=title /desk/certificates
    /products /products?q=mien+dong /products?q=shan+tuyet+{middle} /products?q=khong+co+gi /products?q=sku-{middle}
    /products?only=bad /products?after={middle}:{folded} /products/{middle} /products/{middle}/edit
    /products/{middle}/listings /products/producers?who=nong+san+4 /stock /stock?q=mien+dong
    /stock?which=out /stock?which=few /stock?which=over /stock/SKU-{middle} /orders /orders?sku=SKU-{middle}
    /shops /desk/carry /desk/settings /imports /metrics /api /api/v1/products?q=mien+dong
    /api/v1/listings?shop=tiki-ocop&phase=blocked /api/v1/orders /api/v1/drifts /api/v1/runs
"""
PRODUCER = """
    /products /products?q=mien+dong /products?only=bad /products/{own} /products/{own}/edit /questions /stock /orders
    /orders?which=strange /stock?which=out /shops /imports /me
    /api/v1/orders /api/v1/listings /api/v1/drifts
"""
_IDS = {
    "middle": "SELECT id FROM product ORDER BY folded OFFSET (SELECT count(*) / 2 FROM product) LIMIT 1",
    "folded": "SELECT replace(folded, ' ', '+') FROM product ORDER BY folded OFFSET (SELECT count(*) / 2 FROM product)",
    "stuck": "SELECT min(id) FROM listing WHERE phase = 'blocked'",
    "drift": "SELECT max(id) / 2 FROM drift",
    "run": "SELECT max(id) FROM run",
    "own": "SELECT max(p.id) FROM product p JOIN producer o ON o.id = producer_id AND o.code = 'HTX-2'",
}


def pages(store: Store) -> dict[str, list[str]]:
    """What each of three people looks at: an operator, an admin, a producer with forty products."""
    with store.engine.connect() as connection:
        ids = {name: connection.execute(text(query)).scalar() for name, query in _IDS.items()}
    return {"sep": STAFF.format(**ids).split(), "quan": ["/desk/users"], "an": PRODUCER.format(**ids).split()}


def signed_in(store: Store, url: str, login: str) -> requests.Session:
    visit = requests.Session()
    visit.headers["X-Who"] = login
    seed = re.search(r'X-CSRF-Token": "([^"]+)"', visit.get(f"{url}/sign-in", timeout=30).text)
    assert seed
    form = {"login": login, "password": "bốn từ ghép lại"}
    got = visit.post(f"{url}/sign-in", form, headers={"X-CSRF-Token": seed[1]}, allow_redirects=False, timeout=30)
    assert got.status_code == 303, got.text
    return visit


def measure(visit: requests.Session, url: str, path: str, tries: int, pid: int) -> Measured:
    took, weight, body = [], 0, b""
    visit.get(url + path, timeout=60)  # the first one is made by a program that has just started
    working = busy(pid)
    for _ in range(tries):
        started = time.perf_counter()
        with visit.get(url + path, stream=True, timeout=60) as got:
            sent = got.raw.read(decode_content=False)
        took.append((time.perf_counter() - started) * 1000)
        assert got.status_code == 200, (path, got.status_code)
        weight, body = len(sent), sent
    body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    return Measured(
        f"{visit.headers['X-Who']}: {path}",
        statistics.median(took),
        max(took),
        (busy(pid) - working) * 1000 / tries,
        weight / 1000,
        (weight + extras(body.decode())) / 1000,
    )


def busy(pid: int) -> float:
    """Seconds of CPU so far of the web server and of PostgreSQL, its workers for parallel queries included."""
    server = psutil.Process(pid)
    ports = {c.laddr.port for c in server.net_connections("tcp") if c.laddr}
    postgres = (p for p in psutil.process_iter(["name"]) if (p.info["name"] or "").startswith("postgres"))
    master = next(serving.parent() for serving in postgres if _talks(serving, ports))
    assert master
    gone = master.cpu_times()
    total = gone.children_user + gone.children_system
    for process in [server, master, *master.children()]:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _talks(process: psutil.Process, ports: set[int]) -> bool:
    with suppress(psutil.NoSuchProcess):  # another's, and ended while we looked
        return any(c.raddr and c.raddr.port in ports for c in process.net_connections("tcp"))
    return False


def extras(html: str) -> int:
    """What the page's head names, as the server sends it: typefaces are compressed already."""
    names = set(re.findall(r'(?:href|src)="/static/([\w.-]+)', html))
    if any(name.endswith(".css") for name in names):
        names |= {"BeVietnamPro-Regular.woff2", "BeVietnamPro-Bold.woff2"}
    return sum(_sent(_STATIC / name) for name in names)


def _sent(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else min(len(content), len(gzip.compress(content, 9)))


if __name__ == "__main__":
    main()
