"""What stands before and after every write of content: the check with all that is known, and what Lazada made of it."""

from collections.abc import Mapping
from datetime import timedelta

from adapters.lazada.check import check
from adapters.lazada.client import Client
from adapters.lazada.errors import Answer
from adapters.lazada.reference import Reference
from adapters.lazada.study import learn
from connector.domain.listing import Desired, Ref, Ticket
from connector.domain.problem import blocking
from connector.errors import Refused
from connector.ports import Receipt


def ready(client: Client, desired: Desired) -> Reference:
    """What Lazada must have told before this can be sent is read, and the check made again with it."""
    learn(client, desired)
    reference = Reference(client.connection)
    problems = blocking(check(desired, reference, client.connection.channel.settings))
    if problems:
        raise Refused(problems, code="check")
    return reference


def made(client: Client, answer: Answer, known: Ref | None = None) -> Receipt:
    """New ids, and a ticket if a review follows."""
    data = answer.data if isinstance(answer.data, Mapping) else {}
    made = {str(s.get("seller_sku")): str(s.get("sku_id")) for s in data.get("sku_list") or ()}
    item = str(data.get("item_id") or (known.item if known else ""))
    ref = Ref(item, {**(known.variants if known else {}), **made}) if made else None
    ticket = None
    if str(data.get("item_status") or "").lower().startswith("pending"):
        wait = float(client.connection.channel.settings.get("review_look_min", 10))
        ticket = Ticket("review", item, client.connection.clock.now() + timedelta(seconds=wait))
    return Receipt(ref=ref, ticket=ticket, request_id=answer.request_id)
