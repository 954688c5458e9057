"""Money: an exact number of a currency's smallest units, and the one way amounts are rounded and written.

Prices are computed in doubles. A double is snapped to nine decimals, which removes the noise of binary
fractions (1.005 is stored as 1.00499999999999989), and only then rounded half up, as a colleague with a
pocket calculator would.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from babel import Locale
from babel.numbers import get_currency_precision

SNAP_DECIMALS = 9
# Up to here amount * 10**9 stays below 2**53 and is an exact integer after round(); beyond it we take Decimal.
FAST_LIMIT = float(2**22)
# Decimal counts with 28 figures; with the four decimals some currencies have, an amount of 25 figures needs more.
LARGEST_AMOUNT = 1e24

# The partners' contract was recorded with these signs: en-GB names every dollar by its country.
# One of them, for the CFA franc, has a narrow space inside; a written amount has none (see `formatted`).
_SIGNS = {code: "".join(sign.split()) for code, sign in Locale.parse("en_GB").currency_symbols.items()}
_CODES = frozenset(Locale.parse("en").currencies)


class UnknownCurrency(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not a currency of ISO 4217")
        self.code = code


@dataclass(frozen=True, slots=True)
class Currency:
    code: str
    digits: int
    sign: str

    def money(self, amount: float, digits: int | None = None) -> "Money":
        """The amount rounded half up to the currency's smallest unit, or to as many digits as asked."""
        kept = self.digits if digits is None else digits
        return Money(rounded_units(amount, kept), kept, self)


class Money(NamedTuple):
    """A named tuple, because an offer makes fifty of them and a frozen dataclass takes three times as long to make."""

    units: int
    digits: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":  # type: ignore[override]
        return Money(self.units + self._same(other).units, self.digits, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.units - self._same(other).units, self.digits, self.currency)

    @property
    def amount(self) -> int | float:
        """The JSON number: whole for a currency without smaller units, as partners' systems expect."""
        if self.digits == 0:
            return self.units
        return float(self.units / 10**self.digits)

    @property
    def formatted(self) -> str:
        """Sign and number, no space and no thousands separator: the form partners' pages are used to."""
        mark = "-" if self.units < 0 else ""
        figures = str(abs(self.units))
        if self.digits == 0:
            return f"{mark}{self.currency.sign}{figures}"
        figures = figures.zfill(self.digits + 1)
        return f"{mark}{self.currency.sign}{figures[: -self.digits]}.{figures[-self.digits :]}"

    def _same(self, other: "Money") -> "Money":
        if other.currency is not self.currency or other.digits != self.digits:
            raise ValueError(f"{self.formatted} and {other.formatted} are not amounts of the same kind")
        return other


@lru_cache(maxsize=512)
def currency(code: str) -> Currency:
    if code not in _CODES:
        raise UnknownCurrency(code)
    return Currency(code, get_currency_precision(code), _SIGNS.get(code, code))


def known_currencies() -> frozenset[str]:
    return _CODES


def rounded_units(amount: float, digits: int) -> int:
    """Snap to nine decimals, then round half away from zero to `digits` decimals, in whole units."""
    if not isfinite(amount):
        raise ValueError(f"{amount} is not an amount")
    size = abs(amount)
    if size >= LARGEST_AMOUNT:
        raise ValueError(f"{amount} is larger than any amount")
    if size < FAST_LIMIT:
        step = 10 ** (SNAP_DECIMALS - digits)
        units: int = (round(size * 1e9) + step // 2) // step
    else:
        snapped = Decimal(repr(round(size, SNAP_DECIMALS)))
        units = int(snapped.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))
    return -units if amount < 0 else units
