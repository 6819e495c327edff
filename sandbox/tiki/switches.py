"""Both readings of what the public record leaves open, and the knobs that a test or a demo turns."""

from typing import Any

DEFAULTS: dict[str, Any] = {
    "client_auth": "either",              # either | basic | post: an app fixes one of the two when it is made
    "expires_in": 3600,                   # seconds; the only documented value is an example
    "code_seconds": 600,                  # lifetime of an authorisation code; unknown
    "refresh_seconds": 2592000,           # lifetime of a refresh token; unknown
    "review_seconds": 2.0,                # from queuing to a verdict; people took 2 to 3 hours
    "reject_reason": "",                  # if set, the content team turns every request away with it
    "missing_attribute": "sync",          # sync: 400 at once | async: rejected later
    "required_documents": "restricted",   # none | restricted | all: which categories want certificates
    "seller_warehouse_required": False,   # must stock be accompanied by seller_warehouse
    "min_code_required": False,           # one client always sends it, others never
    "single_update_zeroes_missing": False,  # does updateSku zero warehouses that are not named
    "batch_zeroes_missing": True,         # updateSkus: the page says so
    "batch_limit": 100,                   # entries per updateSkus; the real figure is unknown
    "batch_answer": "state",              # state: {"state":"approved"} | rows: one row per entry
    "batch_partial": "nothing_applied",   # nothing_applied | others_applied (not found anywhere)
    "approved_without_effect": False,     # writes answer approved and do nothing, as seen in 2020
    "apply_lag_seconds": 0.0,             # or they take effect only later
    "active_as": "int",                   # int | string: how reads show `active`
    "id_field": "by_version",             # by_version: v2 id, v2.1 product_id | product_id | id
    "list_lag_seconds": 0.0,              # how late the product list sees a new product
    "short_pages": False,                 # pages hold fewer rows than their limit
    "request_lists_master": False,        # a request's products begin with the parent, without a seller SKU
    "calls_per_second": 200,              # per seller; 0 = unlimited. Older docs say 100 and 50
    "legacy_header": False,               # accept the old tiki-api header instead of a bearer token
    "filter_user_agents": False,          # the gateway answers 403 HTML to default user agents
    "can_update_product": True,           # the seller's own setting; off blocks writes
    "operation_models": ["dropship"],     # inventory types that the seller has registered
    "order_lag_seconds": 0.0,             # an order shows up in lists and events up to so much later (seeded)
    "unpaid_minutes": 30.0,               # an unpaid order cancels itself
    "confirm_hours": 0.0,                 # hours to confirm in, else it is cancelled; 0: the deadline is only shown
    "confirm_twice": "accepted",          # accepted: 200 and no effect | refused: 422; not found anywhere
    "generic_confirm_works": False,       # the general confirm call on a dropship order: refused, as staff said
    "ready_reserves": True,               # ready_to_ship still reserves; stock falls at hand-over (undocumented)
    "return_restores_stock": False,       # do returns and failed deliveries; undocumented
    "order_seller_codes": True,           # seller_product_code is filled, or "" as often seen
    "created_event_status": False,        # does ORDER_CREATED_SUCCESSFULLY carry a status; captures lacked it
    "event_lag_seconds": 0.0,             # how late events can be pulled (about 5 s were seen)
    "event_batch": 100,                   # events per pull; unknown
    "public_app": False,                  # the app serves many sellers: its own token makes queues and nothing else
    "queue_limit": 5,                     # the figure is not readable in public copies
}  # fmt: skip
