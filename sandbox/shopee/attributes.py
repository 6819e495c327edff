"""Attribute schemas of the leaves, and the check of what a listing fills in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.shopee.categories import Category
from sandbox.shopee.errors import Refusal

DROP_DOWN, COMBO, FREE_TEXT, MULTI_DROP_DOWN, MULTI_COMBO = 1, 2, 3, 4, 5
ANY, INTEGER, TEXT, DECIMAL, DATE = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Value:
    id: int
    vi: str
    en: str
    children: tuple["Attribute", ...] = ()


@dataclass(frozen=True)
class Attribute:
    id: int
    vi: str
    en: str
    input: int
    mandatory: bool = False
    values: tuple[Value, ...] = ()
    validation: int = ANY
    units: tuple[str, ...] = ()
    most: int = 1


def _values(first: int, *pairs: tuple[str, str]) -> tuple[Value, ...]:
    return tuple(Value(first + n, vi, en) for n, (vi, en) in enumerate(pairs))


_PROVINCE = Attribute(
    100999,
    "Tỉnh/thành của đặc sản",
    "Specialty Province",
    COMBO,
    values=_values(3001, ("Hà Nội", "Hanoi"), ("Lâm Đồng", "Lam Dong"), ("Cần Thơ", "Can Tho")),
)
ORIGIN = Attribute(
    100095,
    "Xuất xứ",
    "Country of Origin",
    COMBO,
    True,
    _values(1001, ("Việt Nam", "Vietnam"), ("Thái Lan", "Thailand"), ("Nhật Bản", "Japan")),
)
SHELF_LIFE = Attribute(
    100010,
    "Hạn sử dụng",
    "Shelf Life",
    COMBO,
    True,
    _values(
        1101,
        ("3 tháng", "3 Months"),
        ("6 tháng", "6 Months"),
        ("12 tháng", "12 Months"),
        ("24 tháng", "24 Months"),
        ("36 tháng", "36 Months"),
    ),
)
FRESH_LIFE = Attribute(
    100010,
    "Hạn sử dụng",
    "Shelf Life",
    COMBO,
    True,
    _values(1121, ("3 ngày", "3 Days"), ("7 ngày", "7 Days"), ("1 tháng", "1 Month")),
)
CONTENT = Attribute(
    100963, "Khối lượng tịnh", "Net Content", FREE_TEXT, validation=DECIMAL, units=("g", "kg", "ml", "l")
)
RESPONSIBLE = Attribute(
    100706,
    "Tên tổ chức chịu trách nhiệm sản xuất",
    "Responsible Organisation",
    FREE_TEXT,
    True,
    validation=TEXT,
)
ADDRESS = Attribute(100707, "Địa chỉ tổ chức chịu trách nhiệm sản xuất", "Organisation Address", FREE_TEXT)
INGREDIENTS = Attribute(100974, "Thành phần", "Ingredients", FREE_TEXT)
STORAGE = Attribute(
    100020,
    "Loại bảo quản",
    "Storage Condition",
    DROP_DOWN,
    values=_values(1201, ("Nhiệt độ phòng", "Room Temperature"), ("Ướp lạnh", "Chilled"), ("Đông lạnh", "Frozen")),
)
SPECIALTY = Attribute(
    100998,
    "Đặc sản",
    "Specialty",
    DROP_DOWN,
    values=(Value(1301, "Có", "Yes", (_PROVINCE,)), Value(1302, "Không", "No")),
)
EXPIRY_DATE = Attribute(100011, "Ngày hết hạn", "Expiry Date", FREE_TEXT, validation=DATE)
MATERIAL = Attribute(
    100134,
    "Chất liệu",
    "Material",
    MULTI_COMBO,
    True,
    _values(1401, ("Gỗ", "Wood"), ("Gốm", "Ceramic"), ("Lụa", "Silk"), ("Mây tre", "Rattan"), ("Vải", "Fabric")),
    most=5,
)

SCHEMAS: dict[str, tuple[Attribute, ...]] = {
    "food": (ORIGIN, SHELF_LIFE, RESPONSIBLE, CONTENT, ADDRESS, INGREDIENTS, STORAGE, SPECIALTY, EXPIRY_DATE),
    "fresh": (ORIGIN, FRESH_LIFE, CONTENT, RESPONSIBLE, STORAGE, SPECIALTY),
    "health": (ORIGIN, SHELF_LIFE, RESPONSIBLE, CONTENT, INGREDIENTS, EXPIRY_DATE),
    "care": (ORIGIN, SHELF_LIFE, RESPONSIBLE, CONTENT, INGREDIENTS),
    "craft": (ORIGIN, MATERIAL),
    "plain": (ORIGIN,),
}
BRAND_MANDATORY = ("health", "care")


def schema(category: Category) -> tuple[Attribute, ...]:
    return SCHEMAS[category.kind]


def shown(attribute: Attribute) -> dict[str, Any]:
    """One node of get_attribute_tree."""
    return {
        "attribute_id": attribute.id,
        "mandatory": attribute.mandatory,
        "name": attribute.en,
        "attribute_value_list": [_shown_value(value) for value in attribute.values],
        "attribute_info": {
            "input_type": attribute.input,
            "input_validation_type": attribute.validation,
            "format_type": 2 if attribute.units else 1,
            "date_format_type": 0,
            "attribute_unit_list": list(attribute.units),
            "max_value_count": attribute.most,
            "introduction": "",
            "is_oem": False,
            "support_search_value": False,
        },
        "multi_lang": [{"language": "vi", "value": attribute.vi}],
    }


def _shown_value(value: Value) -> dict[str, Any]:
    return {
        "value_id": value.id,
        "name": value.en,
        "value_unit": "",
        "child_attribute_list": [shown(child) for child in value.children],
        "multi_lang": [{"language": "vi", "value": value.vi}],
    }


def check(category: Category, given: Iterable[dict[str, Any]]) -> None:
    """Refuses unknown, wrong or missing attributes; a child counts only under its chosen parent value."""
    filled = {int(one["attribute_id"]): one.get("attribute_value_list") or [] for one in given}
    known = _reachable(schema(category), filled)
    for attribute_id, values in filled.items():
        if attribute_id not in known:
            raise Refusal("error_invalid_category_attribute", "Category and attribute not match.")
        _check_values(known[attribute_id], values)
    if any(a.mandatory and not filled.get(a.id) for a in known.values()):
        raise Refusal("error_less_required_attribute", "Mandatory attribute information required")


def _reachable(attributes: Iterable[Attribute], filled: dict[int, list[dict[str, Any]]]) -> dict[int, Attribute]:
    found: dict[int, Attribute] = {}
    for attribute in attributes:
        found[attribute.id] = attribute
        chosen = {value.get("value_id") for value in filled.get(attribute.id, [])}
        for value in attribute.values:
            if value.id in chosen:
                found |= _reachable(value.children, filled)
    return found


def _check_values(attribute: Attribute, values: list[dict[str, Any]]) -> None:
    if len(values) > attribute.most:
        raise Refusal("error_invalid_attribute_value", "Invalid attribute value.")
    for value in values:
        _check_value(attribute, value)


def _check_value(attribute: Attribute, value: dict[str, Any]) -> None:
    value_id, name = value.get("value_id", 0), value.get("original_value_name")
    if value_id:
        if attribute.input == FREE_TEXT:
            raise Refusal("error_value_id_must_equal_zero", "Value_id must equal 0.")
        if value_id not in {known.id for known in attribute.values}:
            raise Refusal("error_invalid_attribute_value", "Invalid attribute value.")
        return
    if attribute.input in (DROP_DOWN, MULTI_DROP_DOWN):
        raise Refusal("error_invalid_attribute_value", "Invalid attribute value.")
    if not isinstance(name, str) or not name.strip():
        raise Refusal("error_value_name_required", "Value_name is required.")
    if not _valid(attribute, name) or (attribute.units and value.get("value_unit") not in attribute.units):
        raise Refusal("error_invalid_attribute_value", "Invalid attribute value.")


def _valid(attribute: Attribute, name: str) -> bool:
    if attribute.validation in (INTEGER, DATE):  # dates are unix seconds as text
        return name.isdigit()
    return attribute.validation != DECIMAL or name.replace(".", "", 1).isdigit()


def shown_filled(category: Category, given: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a listing filled in, as reads echo it: with names beside the ids."""
    filled = {int(one["attribute_id"]): one.get("attribute_value_list") or [] for one in given}
    known = _reachable(schema(category), filled)
    return [
        {
            "attribute_id": id,
            "original_attribute_name": known[id].en,
            "is_mandatory": known[id].mandatory,
            "attribute_value_list": [_named(known[id], value) for value in values],
        }
        for id, values in filled.items()
        if id in known
    ]


def _named(attribute: Attribute, value: dict[str, Any]) -> dict[str, Any]:
    names = {known.id: known.en for known in attribute.values}
    name = names.get(value.get("value_id", 0)) or value.get("original_value_name", "")
    return {
        "value_id": value.get("value_id", 0),
        "original_value_name": name,
        "value_unit": value.get("value_unit", ""),
    }
