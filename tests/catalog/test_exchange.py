"""Exchange rates: through the euro, at the newest rate not later than the day."""

import pytest

from app.catalog.exchange import NoExchangeRate, read_exchange_rates

RATES = read_exchange_rates(
    "date,currency,per_eur\n2026-06-01,USD,1.20\n2026-01-01,USD,1.10\n2026-01-01,GBP,0.88\n2026-01-01,JPY,160\n"
)[0]


@pytest.mark.parametrize(
    ("amount", "source", "target", "on", "converted"),
    [
        (100, "EUR", "USD", "2026-01-01", 110),
        (100, "EUR", "USD", "2026-05-31", 110),
        (100, "EUR", "USD", "2026-06-01", 120),
        (100, "EUR", "USD", "2030-01-01", 120),
        (110, "USD", "EUR", "2026-01-01", 100),
        (88, "GBP", "USD", "2026-02-01", 110),
        (0, "GBP", "USD", "2026-02-01", 0),
        (5.25, "USD", "USD", "1999-01-01", 5.25),
        (5.25, "XXX", "XXX", "2026-01-01", 5.25),
    ],
)
def test_an_amount_goes_through_the_euro_at_the_newest_rate_of_the_day(
    amount: float, source: str, target: str, on: str, converted: float
) -> None:
    assert RATES.converted(amount, source, target, on) == pytest.approx(converted, abs=1e-9)


@pytest.mark.parametrize(
    ("source", "target", "on", "sentence"),
    [
        ("EUR", "KWD", "2026-01-01", "customer.currency: there is no exchange rate for KWD"),
        ("KWD", "EUR", "2026-01-01", "customer.currency: there is no exchange rate for KWD"),
        ("EUR", "USD", "2025-12-31", "customer.currency: there is no exchange rate for USD on 2025-12-31"),
    ],
)
def test_a_missing_rate_is_named(source: str, target: str, on: str, sentence: str) -> None:
    with pytest.raises(NoExchangeRate) as refused:
        RATES.converted(1, source, target, on)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the header must be date,currency,per_eur"),
        ("day,currency,rate\n", 1, "the header must be date,currency,per_eur"),
        ("date,currency,per_eur\n2026-01-01,USD\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-02-30,USD,1\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-01-01,USD,much\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-01-01,USD,nan\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-01-01,USD,inf\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n20260101,USD,1.1\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-W01-1,USD,1.1\n", 2, "needs a date, a currency and a number"),
        ("date,currency,per_eur\n2026-01-01,USD,0\n", 2, "a rate must be greater than 0"),
        ("date,currency,per_eur\n2026-01-01,USD,-1\n", 2, "a rate must be greater than 0"),
        ("date,currency,per_eur\n2026-01-01,USD,1\n\n2026-01-01,USD,2\n", 4, "USD has a second rate for 2026-01-01"),
    ],
)
def test_a_rate_that_cannot_be_trusted_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    """Days are compared as text, so 20260101 would stand after every 2026-.."""
    mistakes = read_exchange_rates(text)[1]

    assert [(mistake.line, mistake.message) for mistake in mistakes] == [(line, message)]
