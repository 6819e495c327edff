from typing import Any

from adapters.shopee.attributes import compact, echo, fill

SOURCES = {
    "xuat xu": ["=Việt Nam", "origin"],
    "han su dung": ["shelf_life", "=Xem trên bao bì"],
    "khoi luong tinh": ["net_content"],
}


def an_attribute(number: int, name: str, *values: str, **info: Any) -> dict[str, Any]:
    return {
        "attribute_id": number,
        "mandatory": True,
        "name": f"English {name}",
        "multi_lang": [{"language": "vi", "value": name}],
        "attribute_value_list": [
            {"value_id": number * 10 + at, "name": value, "multi_lang": []} for at, value in enumerate(values)
        ],
        "attribute_info": {"input_type": 3, "input_validation_type": 0, "format_type": 1, **info},
    }


def test_a_known_value_is_sent_by_its_id_whatever_its_marks_and_case() -> None:
    (attribute,) = compact([an_attribute(5, "Xuất xứ", "Nhật Bản", "VIỆT NAM", input_type=1)])
    filled = fill(attribute, {}, SOURCES)
    assert filled is not None
    assert filled.text == "VIỆT NAM"
    assert filled.payload["attribute_value_list"] == [{"value_id": 51, "original_value_name": "VIỆT NAM"}]


def test_a_drop_down_takes_nothing_else() -> None:
    (attribute,) = compact([an_attribute(5, "Hạn sử dụng", "12 tháng", input_type=1)])
    assert fill(attribute, {"shelf_life": "18 tháng"}, SOURCES) is None


def test_a_combo_box_takes_our_own_words_and_the_next_source_stands_in() -> None:
    (attribute,) = compact([an_attribute(5, "Hạn sử dụng", "12 tháng", input_type=2)])
    filled = fill(attribute, {}, SOURCES)
    assert filled is not None
    assert filled.payload["attribute_value_list"] == [{"value_id": 0, "original_value_name": "Xem trên bao bì"}]


def test_an_amount_is_split_into_number_and_unit() -> None:
    info = {"input_validation_type": 3, "format_type": 2, "attribute_unit_list": ["g", "kg"]}
    (attribute,) = compact([an_attribute(5, "Khối lượng tịnh", **info)])
    filled = fill(attribute, {"net_content": "1,5 KG"}, SOURCES)
    assert filled is not None
    assert filled.text == "1.5 kg"
    sent = filled.payload["attribute_value_list"][0]
    assert (sent["original_value_name"], sent["value_unit"]) == ("1.5", "kg")
    assert fill(attribute, {"net_content": "ba lạng"}, SOURCES) is None
    assert fill(attribute, {"net_content": "3 quả"}, SOURCES) is None


def test_what_is_sent_is_what_is_read_back() -> None:
    attributes = compact(
        [
            an_attribute(5, "Xuất xứ", "Việt Nam", input_type=2),
            an_attribute(6, "Khối lượng tịnh", input_validation_type=3, format_type=2, attribute_unit_list=["g"]),
        ]
    )
    details = {"net_content": "500 g"}
    filled = [one for one in (fill(attribute, details, SOURCES) for attribute in attributes) if one]
    assert echo(attributes, [one.payload for one in filled]) == {
        "attr:Xuất xứ": "Việt Nam",
        "attr:Khối lượng tịnh": "500 g",
    }


def test_attributes_the_category_does_not_know_are_left_out() -> None:
    assert echo([], [{"attribute_id": 9, "attribute_value_list": []}]) == {}
