"""The API against its own document: whatever is sent, no crash, and every answer is of a shape that is promised.

Short and seeded in the suite; `make api-fuzz` takes longer and draws anew (EXAMPLES=500 SEED=7).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi

from connector.store import Draft, Store
from tests.builders import a_product, a_variant
from tests.web.conftest import Console, machine_of, served
from web.api.document import document

EXAMPLES, SEED = int(os.environ.get("EXAMPLES", "6")), int(os.environ.get("SEED", "20261124"))
HELD = (
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
)


@pytest.fixture
def fuzzed(store: Store, redis_url: str, tmp_path: Path) -> Iterator[tuple[Console, str]]:
    """A console with goods in two shops and an operator's token that may call as often as it likes."""
    goods = [a_product(code=f"P{i}", name=f"Mứt {i}", variants=(a_variant(f"MUT-{i}"),)) for i in range(3)]
    store.products.put([Draft(i, one, {f"MUT-{i}": 5}) for i, one in enumerate(goods)], "test")
    store.shops.add("shopee-1", "shopee")
    store.shops.add("tiki-1", "tiki")
    with served(store, redis_url, tmp_path, api_per_minute=1_000_000) as console:
        console.person("sep", role="operator")
        yield console, machine_of(console, "sep").token


def test_every_operation_answers_as_its_document_says(fuzzed: tuple[Console, str]) -> None:
    console, token = fuzzed
    schema = schemathesis.openapi.from_dict(document(console.app))
    schema.config.update(base_url=console.url)
    tried: dict[str, int] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        _fuzz(operation, console.url, token, tried)
    assert len(tried) > 20
    assert min(tried.values()) >= 1


def _fuzz(operation: Any, url: str, token: str, tried: dict[str, int]) -> None:
    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy())
    def one(case: Any) -> None:
        tried[operation.label] = tried.get(operation.label, 0) + 1
        response = case.call(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        case.validate_response(response, checks=HELD)

    one()
