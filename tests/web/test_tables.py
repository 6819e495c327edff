"""The console's tables are what its models say, and a migration back leaves nothing behind."""

from alembic import command
from sqlalchemy import inspect, text

from connector.domain.text import fold
from connector.store import Draft, Store, schema
from tests.builders import a_product
from tests.web.conftest import Console


def test_the_migrated_tables_are_the_models(store: Store) -> None:
    assert schema.differences(store.engine) == []


def test_search_folds_as_the_domain_does(console: Console) -> None:

    name = "ĐẶC SẢN Chả Mực Hạ Long ươm ở Quảng Ninh"
    console.wired.store.products.put([Draft(1, a_product(name=name, code="X", brand=""))], "test")
    with console.wired.store.engine.connect() as connection:
        kept = connection.execute(text("SELECT folded FROM product")).scalar_one()
    assert kept.strip() == f"{fold(name)} x"


def test_the_migration_can_be_taken_back(store: Store) -> None:
    with store.engine.connect() as connection:
        started = connection.begin()
        command.downgrade(schema._config(connection), "0004")
        assert not {"account", "signin", "upload"} & set(inspect(connection).get_table_names())
        started.rollback()
