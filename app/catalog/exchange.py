"""Dated exchange rates: an amount goes through the euro at the newest rate not later than the day it is priced."""

import csv
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from app.catalog.rate_tables import TableMistake, finite_number

BASE = "EUR"
HEADER = ["date", "currency", "per_eur"]


class NoExchangeRate(LookupError):
    pass


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    days: dict[str, list[str]]
    rates: dict[str, list[float]]

    def converted(self, amount: float, source: str, target: str, on: str) -> float:
        if source == target:
            return amount
        return amount / self.per_eur(source, on) * self.per_eur(target, on)

    def per_eur(self, code: str, on: str) -> float:
        if code == BASE:
            return 1.0
        if code not in self.days:
            raise NoExchangeRate(f"customer.currency: there is no exchange rate for {code}")
        place = bisect_right(self.days[code], on) - 1
        if place < 0:
            raise NoExchangeRate(f"customer.currency: there is no exchange rate for {code} on {on}")
        return self.rates[code][place]


def read_exchange_rates(text: str) -> tuple[ExchangeRates, list[TableMistake]]:
    mistakes: list[TableMistake] = []
    found: dict[str, dict[str, float]] = {}
    lines = list(enumerate(csv.reader(text.splitlines()), start=1))
    if not lines or lines[0][1] != HEADER:
        return ExchangeRates({}, {}), [TableMistake(1, f"the header must be {','.join(HEADER)}")]
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        try:
            day, code, rate = _day(cells[0].strip()), cells[1].strip(), finite_number(cells[2].strip())
        except (ValueError, IndexError):
            mistakes.append(TableMistake(number, "needs a date, a currency and a number"))
            continue
        if rate <= 0:
            mistakes.append(TableMistake(number, "a rate must be greater than 0"))
        elif day in found.setdefault(code, {}):
            mistakes.append(TableMistake(number, f"{code} has a second rate for {day}"))
        else:
            found[code][day] = rate
    days = {code: sorted(by_day) for code, by_day in found.items()}
    rates = {code: [found[code][day] for day in known] for code, known in days.items()}
    return ExchangeRates(days, rates), mistakes


def _day(text: str) -> str:
    """Days are compared as text, so only 2026-01-01 will do: 20260101 would stand after every 2026-..."""
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(f"{text!r} is not a day such as 2026-01-01")
    return text
