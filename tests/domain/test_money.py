"""Money: rounding half up as a pocket calculator does, and amounts written as partners' pages know them."""

import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from app.domain.money import Currency, Money, UnknownCurrency, currency, known_currencies, rounded_units
from app.domain.pricing import Tax, price_breakdown


def reference(amount: float, digits: int) -> int:
    """The rounding written down a second time: the figures a person reads, to nine places, half away from zero."""
    snapped = Decimal(repr(amount)).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return int(snapped.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).scaleb(digits))


@pytest.mark.parametrize(
    ("amount", "digits", "units"),
    [
        (1.005, 2, 101),
        (2.675, 2, 268),
        (0.285, 2, 29),
        (1.0049999, 2, 100),
        (0.5, 0, 1),
        (1.5, 0, 2),
        (2.5, 0, 3),
        (0.49999, 0, 0),
        (0.0005, 3, 1),
        (1.0005, 3, 1001),
        (-1.005, 2, -101),
        (-0.004, 2, 0),
        (0.0, 2, 0),
        (19.99 * 3, 2, 5997),
        (0.1 + 0.2, 2, 30),
        (4_194_303.995, 2, 419_430_400),
        (4_194_304.005, 2, 419_430_401),
        (999_999_999_999.5, 0, 1_000_000_000_000),
    ],
)
def test_half_a_unit_is_rounded_away_from_zero(amount: float, digits: int, units: int) -> None:
    assert rounded_units(amount, digits) == units


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_amount(amount: float) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        rounded_units(amount, 2)


@pytest.mark.parametrize("amount", [1e26, 1e30, 1e300])
def test_an_amount_beyond_any_price_is_refused_or_rounded_but_is_no_defect(amount: float) -> None:
    try:
        units = rounded_units(amount, 2)
    except ValueError:
        return
    assert units == int(Decimal(amount).scaleb(2))


@pytest.mark.parametrize(
    ("amount", "code", "formatted"),
    [
        (1321.95, "USD", "US$1321.95"),
        (880.17, "CAD", "CA$880.17"),
        (10, "AUD", "A$10.00"),
        (454.43, "GBP", "£454.43"),
        (54211.21, "GBP", "£54211.21"),
        (2004.38, "EUR", "€2004.38"),
        (95013, "JPY", "JP¥95013"),
        (0.5, "EUR", "€0.50"),
        (0, "EUR", "€0.00"),
        (-5, "USD", "-US$5.00"),
        (-0.05, "EUR", "-€0.05"),
        (-7, "JPY", "-JP¥7"),
    ],
)
def test_amounts_are_written_as_the_contract_recorded_them(amount: float, code: str, formatted: str) -> None:
    assert currency(code).money(amount).formatted == formatted


def test_a_currency_of_three_digits_is_written_with_three() -> None:
    assert currency("KWD").money(1.5).formatted.endswith("1.500")
    assert currency("KWD").money(1.0005).units == 1001


def test_no_written_amount_has_a_space_or_a_thousands_separator() -> None:
    for code in known_currencies():
        formatted = currency(code).money(1234567.891).formatted

        assert not any(sign.isspace() or sign == "," for sign in formatted), formatted


def test_the_json_number_is_whole_only_where_the_currency_has_no_smaller_unit() -> None:
    assert currency("JPY").money(5).amount == 5
    assert type(currency("JPY").money(5).amount) is int
    assert currency("EUR").money(2.01).amount == 2.01
    assert type(currency("EUR").money(0).amount) is float


@pytest.mark.parametrize("code", ["", "eur", "EURO", "QQQ", "E\n", "€"])
def test_an_unknown_currency_is_named_in_the_refusal(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        currency(code)

    assert refused.value.code == code


def test_sums_and_differences_are_exact() -> None:
    euro = currency("EUR")

    total = sum((euro.money(0.1) for _ in range(1_000)), start=euro.money(0))

    assert total == euro.money(100)
    assert total - euro.money(99.99) == euro.money(0.01)


@pytest.mark.parametrize(
    "other", [currency("USD").money(1), currency("EUR").money(1, digits=3)], ids=["another currency", "other digits"]
)
def test_amounts_of_different_kinds_are_never_added(other: Money) -> None:
    with pytest.raises(ValueError, match="not amounts of the same kind"):
        currency("EUR").money(1) + other
    with pytest.raises(ValueError, match="not amounts of the same kind"):
        currency("EUR").money(1) - other


def random_prices(count: int) -> list[float]:
    """Prices of every size, many of them exactly on a half where binary fractions mislead."""
    dice = random.Random(20261121)
    prices = []
    for place in range(count):
        size = 10 ** dice.uniform(-3, 9)
        price = round(dice.uniform(0, size), dice.choice([0, 1, 2, 3, 4, 6]))
        prices.append(price + 0.005 if place % 5 == 0 else dice.uniform(0, size) if place % 7 == 0 else price)
    return prices


def assert_exact(unit: Currency, price: float, rate: float) -> None:
    found = price_breakdown(unit, price, [], [Tax("t", rate=rate)], 0.2)
    line = reference(found.net.amount * rate, max(2, unit.digits))
    whole = Decimal(line).scaleb(unit.digits - max(2, unit.digits)).quantize(Decimal(1), ROUND_HALF_UP)

    assert found.total.units == found.net.units + found.tax.units
    assert found.net.units == reference(price, unit.digits), (unit.code, price)
    assert found.tax.units == int(whole), (unit.code, price, rate)
    assert f"{Decimal(found.total.units).scaleb(-unit.digits):f}" in found.total.formatted


def test_total_is_net_plus_tax_for_ten_thousand_prices_in_every_currency() -> None:
    """Rounding looks at a currency's digits only: each price meets each number of digits, each currency 100 prices."""
    prices = random_prices(10_000)
    by_digits = {currency(code).digits: currency(code) for code in sorted(known_currencies())}
    rates = [0.0, 0.05, 0.12, 0.1161, 0.19, 0.2225, 1 / 3]

    for place, price in enumerate(prices):
        for unit in by_digits.values():
            assert_exact(unit, price, rates[place % len(rates)])
    for start, code in enumerate(sorted(known_currencies())):
        for price in prices[start::100][:100]:
            assert_exact(currency(code), price, rates[start % len(rates)])

    assert len(known_currencies()) > 150
    assert {0, 2, 3} <= set(by_digits)
