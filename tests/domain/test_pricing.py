"""From a premium to a price, checked against sums done by hand."""

import pytest

from app.domain.money import currency
from app.domain.pricing import PriceBreakdown, Tax, held_between, price_breakdown


def units(price: PriceBreakdown) -> tuple[int, int, int, int]:
    return price.net.units, price.tax.units, price.total.units, price.commission.units


@pytest.mark.parametrize(
    ("premium", "minimum", "maximum", "held"),
    [
        (5.0, None, None, 5.0),
        (5.0, 6.0, None, 6.0),
        (5.0, 5.0, 5.0, 5.0),
        (5.0, None, 4.0, 4.0),
        (5.0, 4.0, 6.0, 5.0),
        (0.0, 4.0, 900.0, 4.0),
        (901.0, 4.0, 900.0, 900.0),
    ],
)
def test_a_premium_is_held_between_minimum_and_maximum(
    premium: float, minimum: float | None, maximum: float | None, held: float
) -> None:
    assert held_between(premium, minimum, maximum) == held


@pytest.mark.parametrize(
    ("code", "premium", "surcharges", "taxes", "rate", "expected"),
    [
        ("EUR", 45.0, [], [], 0.2, (4500, 0, 4500, 900)),
        ("EUR", 45.0, [], [Tax("ipt", rate=0.2)], 0.2, (4500, 900, 5400, 900)),
        ("EUR", 45.0, [1.5, 0.25], [Tax("ipt", rate=0.2)], 0.0, (4675, 935, 5610, 0)),
        ("EUR", 10.0, [], [Tax("a", rate=0.0333), Tax("b", rate=0.0333)], 0.1, (1000, 66, 1066, 100)),
        ("EUR", 10.0, [], [Tax("fire", amount=0.305)], 0.1, (1000, 31, 1031, 100)),
        ("JPY", 1000.4, [], [Tax("t", rate=0.0325)], 0.2, (1000, 33, 1033, 200)),
        ("KWD", 1.2345, [], [Tax("t", rate=0.05)], 0.2, (1235, 62, 1297, 247)),
        ("EUR", 0.0, [], [Tax("t", rate=0.2)], 0.2, (0, 0, 0, 0)),
        ("EUR", 10.0, [], [Tax("refund", amount=-0.305)], 0.2, (1000, -31, 969, 200)),
    ],
)
def test_net_tax_total_and_commission_are_what_a_calculator_says(
    code: str,
    premium: float,
    surcharges: list[float],
    taxes: list[Tax],
    rate: float,
    expected: tuple[int, int, int, int],
) -> None:
    price = price_breakdown(currency(code), premium, surcharges, taxes, rate)

    assert units(price) == expected


def test_the_taxes_of_a_currency_without_smaller_units_are_added_before_they_are_rounded() -> None:
    price = price_breakdown(currency("JPY"), 100, [], [Tax("a", rate=0.004), Tax("b", rate=0.004)], 0)

    assert [line.amount.formatted for line in price.tax_lines] == ["JP¥0.40", "JP¥0.40"]
    assert price.tax.units == 1


def test_each_tax_is_a_line_of_its_own_on_the_rounded_net() -> None:
    price = price_breakdown(currency("EUR"), 10.004, [], [Tax("one", rate=0.1), Tax("two", amount=2)], 0)

    assert [(line.code, line.amount.formatted) for line in price.tax_lines] == [("one", "€1.00"), ("two", "€2.00")]


def test_a_price_without_surcharges_says_so_instead_of_zero() -> None:
    assert price_breakdown(currency("EUR"), 1, [], [], 0).surcharge is None
    assert price_breakdown(currency("EUR"), 1, [0.0], [], 0).surcharge == currency("EUR").money(0)
