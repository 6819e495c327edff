"""Lines to products: rows with one product code are variants of one product, whatever their order.

A fault in what all variants share sends back all rows of the product; a fault of one variant sends back that row alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from connector.domain.product import Label, Producer, Product
from connector.importing.certificates import certificate
from connector.importing.columns import BY_KEY, PRODUCT_KEYS
from connector.importing.forms import Form, arrange, form
from connector.importing.lines import Line, Tables
from connector.importing.sku import derive_code, derive_producer

_SHARED = frozenset({*PRODUCT_KEYS, "claimed"})
_NAMELESS = "\x00"
_LABEL = ("ingredients", "usage", "storage", "warnings", "shelf_life", "net_content", "alcohol_percent", "trace_url")
_PLAIN = ("short_name", "description", "brand", "delivery_area")


@dataclass(slots=True)
class Group:
    """A product in the making: `facts` are what its lines agree on; `product` still lacks its variants."""

    facts: dict[str, Any]
    lines: list[Line]
    product: Product
    forms: list[Form]

    @property
    def named(self) -> bool:
        return not self.product.code.startswith(_NAMELESS)

    @property
    def at_fault(self) -> bool:
        """A fault of the whole product, wherever it stands."""
        return any(p.problem.blocking and p.problem.field in _SHARED for line in self.lines for p in line.problems)

    @property
    def kept(self) -> list[Form]:
        """What goes in; nothing where a fault of the whole product sends all lines back."""
        return [] if self.at_fault else [form for form in self.forms if not form.line.rejected]


def gather(lines: Iterable[Line], tables: Tables, today: date) -> list[Group]:
    """All products of a file, by code."""
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.row):
        by_code[_code(line)].append(line)
    groups = [_group(code, members, tables, today) for code, members in sorted(by_code.items())]
    producers = _agreed_producers(group.product.producer for group in groups)
    for group in groups:
        group.product = replace(group.product, producer=producers[group.product.producer.code])
    return groups


def send_back_together(group: Group) -> None:
    """Where the product as a whole is at fault, its good lines say which line to look at."""
    if not group.at_fault:
        return
    fault = next(p for line in group.lines for p in line.problems if p.problem.blocking and p.problem.field in _SHARED)
    for line in group.lines:
        if not line.rejected:
            said = fault.problem
            line.complain(said.field, "product_at_fault", row=fault.row, vi=said.vi, en=said.en)


def _code(line: Line) -> str:
    facts = line.facts
    if "code" in facts:
        return str(facts["code"])
    if "name" not in facts:
        return f"{_NAMELESS}{line.row}"  # nothing to derive a code from: alone, and sent back for want of a name
    return derive_code(_producer_code(facts), facts["name"])


def _producer_code(facts: dict[str, Any]) -> str:
    province = facts["province"].code if "province" in facts else ""
    return str(facts.get("producer_code") or derive_producer(facts.get("producer", ""), province))


def _group(code: str, lines: list[Line], tables: Tables, today: date) -> Group:
    facts = _agreed(lines)
    first = lines[0]
    forms = [form(line, facts) for line in lines]
    product = Product(
        code=code,
        producer=_producer(facts),
        name=facts.get("name", ""),
        variants=(),
        set_no=facts.get("set_no", 0),
        axes=arrange(forms, tuple(facts[key] for key in ("axis_1", "axis_2") if key in facts)),
        label=Label(**{key: facts.get(key, "") for key in _LABEL}),
        certificate=certificate(facts, first, today),
        **{key: facts.get(key, "") for key in _PLAIN},
    )
    return Group(facts, lines, product, forms)


def _agreed(lines: Sequence[Line]) -> dict[str, Any]:
    """What the lines say of the product together; where two differ, both are told."""
    facts: dict[str, Any] = {}
    for key in sorted(_SHARED):
        said = {repr(line.facts[key]): line.facts[key] for line in lines if key in line.facts}
        if len(said) > 1 and key in BY_KEY:
            for line in lines:
                line.complain(key, "rows_disagree", rows=", ".join(str(line.row) for line in lines))
        if said:
            facts[key] = said[min(said)]
    return facts


def _producer(facts: dict[str, Any]) -> Producer:
    province = facts.get("province")
    return Producer(
        code=_producer_code(facts),
        name=facts.get("producer", ""),
        kind=facts.get("producer_kind", ""),
        address=facts.get("producer_address", ""),
        commune=facts.get("commune", ""),
        province_code=province.code if province else "",
        province=province.name if province else "",
    )


def _agreed_producers(producers: Iterable[Producer]) -> dict[str, Producer]:
    """One record per producer: for each fact what most products say, so that the order of rows does not matter."""
    said: dict[str, list[Producer]] = defaultdict(list)
    for producer in producers:
        said[producer.code].append(producer)
    names = ("name", "kind", "address", "commune", "province_code", "province")
    return {
        code: Producer(code, **{name: _commonest(getattr(p, name) for p in same) for name in names})
        for code, same in said.items()
    }


def _commonest(values: Iterable[str]) -> str:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default="")
