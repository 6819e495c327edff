"""Tables and migrations say the same, and the constraints hold what the program relies on."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from connector.store import Store
from connector.store.schema import differences, migrate
from tests.loop.bench import Bench, goods


def test_a_migrated_database_is_what_the_models_say(store: Store) -> None:
    migrate(store.engine)
    assert differences(store.engine) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE variant SET price = 0",
        "UPDATE variant SET sku = 'thường'",
        "UPDATE listing SET item = 'same'",
        "UPDATE listing SET phase = 'wonderful'",
        "UPDATE listing SET lease_owner = 1",
        "INSERT INTO listing (shop_id, product_id) SELECT shop_id, product_id FROM listing",
        "INSERT INTO attempt (listing_id, kind, started_at) VALUES (1, 'create', now()), (1, 'revise', now())",
        "INSERT INTO run (shop_id, state, planned, applied, unchanged, superseded, blocked, refused, failed, unknown)"
        " VALUES (1, 'done', 5, 1, 1, 0, 0, 0, 0, 0)",
        "INSERT INTO movement (variant_id, kind, delta) VALUES (1, 'receive', 0)",
    ],
)
def test_a_wrong_state_cannot_be_written(store: Store, statement: str) -> None:
    Bench(store).shop().goods(goods(2)).sync()
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(text(statement))
