"""Rate tables and exchange rates, row by row."""

import csv
from collections.abc import Iterator

from app.catalog.exchange import read_exchange_rates
from app.catalog.rate_tables import read_table
from app.catalog.source import Mistake, Source
from app.domain.money import known_currencies


def table_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    for name, file in source.under("rates", ".csv"):
        for found in read_table(name, file.text)[1]:
            yield Mistake(file.path, found.line, found.message)
    exchange = source.files.get("exchange-rates.csv")
    if exchange is None:
        if "exchange-rates.csv" not in names:
            yield Mistake("exchange-rates.csv", 1, "is missing: without it only the policy currency can be priced")
        return
    rates, mistakes = read_exchange_rates(exchange.text)
    for found in mistakes:
        yield Mistake(exchange.path, found.line, found.message)
    for code in rates.days:
        if code not in known_currencies():
            yield Mistake(exchange.path, _line_of(code, exchange.text), f"{code} is not a currency of ISO 4217")


def _line_of(code: str, text: str) -> int:
    """The first line with a rate of this currency, read as the rates are: blanks around a cell do not count."""
    rows = enumerate(csv.reader(text.splitlines()), start=1)
    return next(number for number, cells in rows if len(cells) > 1 and cells[1].strip() == code)
