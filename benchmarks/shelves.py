"""A country's worth of rows, written straight into the tables: what pages and viewers are measured over.

Producers with forty products each, five shared shops that list them all, and what months leave behind: attempts, runs,
drift, problems, orders. Every value is made up, but of the size and spread of real ones.
"""

from sqlalchemy import Connection, text

from connector.store import Store

PLATFORMS = ("shopee", "lazada", "tiki", "postmart", "voso")
EACH = 40  # products a producer
_NAMES = "ARRAY['Miến dong', 'Mật ong hoa nhãn', 'Chè Shan tuyết', 'Gạo nếp cái hoa vàng', 'Chả mực', 'Bưởi Diễn']"
_LEGS = """jsonb_build_object('title', p.name, 'description', repeat('Đặc sản OCOP làm thủ công. ', 40),
    'brand', o.name, 'visible', TRUE, 'category', '100629', 'weight_g', 500,
    'pictures', jsonb_build_array(md5(p.code), md5(p.code || '2'), md5(p.code || '3')),
    'price:SKU-' || p.id, 70000, 'stock:SKU-' || p.id, 10, 'attr:origin', 'Việt Nam', 'attr:shelf_life', '12 tháng')"""

_STEPS = (
    """INSERT INTO producer (code, name, province) SELECT 'HTX-' || n, 'HTX nông sản số ' || n, 'Hà Nội'
       FROM generate_series(1, :producers) n""",
    f"""INSERT INTO product (producer_id, code, name, description, set_no, retired)
       SELECT (n - 1) / {EACH} + 1, 'P' || n, ({_NAMES})[n % 6 + 1] || ' Bản Vàng số ' || n, repeat('Ngon. ', 60), 5,
              FALSE
       FROM generate_series(1, :products) n""",  # noqa: S608 - constants
    """INSERT INTO variant (product_id, sku, price, weight_g, pack, position)
       SELECT id, 'SKU-' || id, 70000, 500, '500 g', 0 FROM product""",
    """INSERT INTO movement (variant_id, kind, delta, cause, at)
       SELECT v.id, CASE WHEN n > 0 THEN 'adjust' ELSE 'receive' END,
              CASE WHEN n = 0 THEN 10 WHEN v.id % 100 = 0 THEN -1 WHEN n % 2 = 0 THEN 1 ELSE -1 END,
              'import', now() - (11 - n) * interval '1 day'
       FROM generate_series(0, 10) n CROSS JOIN variant v ORDER BY n, v.id""",
    """INSERT INTO certificate (product_id, stars, number, issued_on, expires_on, made_up)
       SELECT id, 3 + id % 3, id || '/QĐ', CURRENT_DATE - 400, CURRENT_DATE + (id % 900)::int,
              TRUE FROM product""",
    """INSERT INTO shop (code, platform, name, verbs)
       SELECT name || '-ocop', name, 'Gian hàng ' || name, 'sync' FROM unnest(CAST(:platforms AS text[])) name""",
    f"""INSERT INTO listing (shop_id, product_id, phase, item, observed_state, observed_at, url, tries,
                            desired, observed, applied, stock_due_at, price_due_at, content_due_at)
       SELECT s.id, p.id, CASE WHEN p.id % 50 = 0 THEN 'blocked' WHEN p.id % 71 = 0 THEN 'waiting' ELSE 'live' END,
              s.id || '-' || p.id, 'live', now() - (p.id % 4000) * interval '1 minute', 'https://x.vn/' || p.id, 0,
              legs, legs, legs, CASE WHEN p.id % 90 = 0 THEN now() END, CASE WHEN p.id % 80 = 0 THEN now() END,
              CASE WHEN p.id % 5 = 0 THEN now() + (p.id % 2000 - 100) * interval '1 minute' END
       FROM product p JOIN producer o ON o.id = p.producer_id CROSS JOIN shop s
       CROSS JOIN LATERAL (SELECT {_LEGS}) x(legs)
       ORDER BY s.id, p.id""",  # noqa: S608 - constants
    """INSERT INTO problem (listing_id, code, field, vi, en, blocking)
       SELECT id, 'no_parcel', 'weight_g', 'Thiếu cân nặng.', 'The weight is missing.', TRUE
       FROM listing WHERE phase = 'blocked'""",
    """INSERT INTO run (shop_id, state, cause, started_at, finished_at, planned, applied, unchanged, superseded,
                        blocked, refused, failed, unknown)
       SELECT s.id, 'done', 'night ' || n, now() - n * interval '1 day', now() - n * interval '23 hours', :products, 0,
              :products, 0, 0, 0, 0, 0 FROM shop s CROSS JOIN generate_series(:nights, 1, -1) n""",
    """INSERT INTO run (shop_id, state, cause, planned, applied, unchanged, superseded,
                        blocked, refused, failed, unknown)
       SELECT max(id), 'healing', 'night 0', 0, 0, 0, 0, 0, 0, 0, 0 FROM shop""",
    """INSERT INTO run_item (run_id, listing_id, desired, result)
       SELECT r.id, l.id, 'x', CASE WHEN r.state = 'done' OR l.id % 3 > 0 THEN 'unchanged' END
       FROM run r JOIN listing l ON l.shop_id = r.shop_id""",
    """INSERT INTO drift (listing_id, run_id, field, desired, observed, verdict, resolution, found_at, resolved_at)
       SELECT id, 1, 'title', '"Miến"', '"Bún"', 'edited', (ARRAY['ask', 'heal', 'report'])[id / 3 % 3 + 1],
              now() - interval '5 hours', CASE WHEN id % 20 > 0 THEN now() END FROM listing WHERE id % 3 = 0""",
    """INSERT INTO attempt (listing_id, kind, changes, cause, started_at, finished_at, outcome, code, detail)
       SELECT l.id, CASE WHEN n = 1 THEN 'create' ELSE 'set_price' END,
              '[{"field": "price:X", "before": 60000, "after": 70000, "reason": "changed"}]',
              'import', now() - n * interval '3 hours' - (l.id % 9000) * interval '1 minute', now(),
              CASE WHEN l.id % 40 = 0 AND n = 3 THEN 'refused' ELSE 'applied' END, '', ''
       FROM listing l CROSS JOIN generate_series(1, 3) n ORDER BY 5""",
    """INSERT INTO shop_order (shop_id, number, placed_at, updated_at)
       SELECT s.id, 'D' || n, now() - n * interval '1 minute', now()
       FROM shop s CROSS JOIN generate_series(1, :orders) n""",
    """INSERT INTO order_line (order_id, line, sku, variant_id, base_id, pieces, quantity, reserved, state,
                               cancelled, returned, sold, cancelled_after, came_back)
       SELECT o.id, '1', v.sku, v.id, v.id, 1, 1, 1, 'open', 0, 0, 0, 0, 0
       FROM shop_order o JOIN variant v ON v.id = o.id % :products + 1""",
)


def furnish(store: Store, listings: int, nights: int = 4) -> None:
    """`listings` of them, a fifth in each shop."""
    products = listings // len(PLATFORMS)
    values = {
        "producers": -(-products // EACH),
        "products": products,
        "platforms": list(PLATFORMS),
        "nights": nights,
        "orders": max(products // 5, 1),
    }
    with store.engine.begin() as connection:
        for step in _STEPS:
            _run(connection, step, values)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _run(connection: Connection, step: str, values: dict[str, object]) -> None:
    connection.execute(text(step), {name: value for name, value in values.items() if f":{name}" in step})
