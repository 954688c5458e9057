"""What was sold is compared with what the offer was made for, field by field, as far as it is named."""

from typing import Any

import pytest

from app.domain.sold_context import context_mistakes

OFFERED: dict[str, Any] = {
    "product": {"sku": "A", "quantity": 2, "retail_value": 300.0, "is_new": True, "note": None},
    "tickets": [{"price": 10}, {"price": 20}],
}

SAME: list[dict[str, Any]] = [
    {},
    {"product": {}},
    {"product": {"sku": "A", "retail_value": 300}},
    {"product": {"note": None}},
    {"tickets": [{"price": 10}, {}]},
    OFFERED,
]

# What was sold, where it differs, and what is said of it.
OTHER: list[tuple[dict[str, Any], list[str], str]] = [
    ({"product": {"retail_value": 3000}}, ["product", "retail_value"], "The offer was made for 300.0, this is 3000."),
    ({"product": {"colour": "red"}}, ["product", "colour"], "The offer was made for nothing, this is 'red'."),
    ({"product": {"quantity": True}}, ["product", "quantity"], "The offer was made for 2, this is True."),
    ({"product": "A"}, ["product"], f"The offer was made for {str(OFFERED['product'])[:100]}, this is 'A'."),
    ({"tickets": [{}, {"price": 25}]}, ["tickets", "1", "price"], "The offer was made for 20, this is 25."),
    ({"tickets": []}, ["tickets"], "The offer was made for [{'price': 10}, {'price': 20}], this is []."),
]


@pytest.mark.parametrize("sold", SAME)
def test_what_is_the_same_or_not_named_passes(sold: dict[str, Any]) -> None:
    assert context_mistakes(sold, OFFERED) is None


@pytest.mark.parametrize(("sold", "path", "sentence"), OTHER)
def test_what_differs_is_named_where_it_stands(sold: dict[str, Any], path: list[str], sentence: str) -> None:
    found = context_mistakes(sold, OFFERED)

    for name in path:
        assert list(found) == [name]
        found = found[name]
    assert found == [sentence]
