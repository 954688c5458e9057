"""From a premium to a price: minimum and maximum, surcharges, taxes, commission, all in the customer's currency.

The order is fixed, and a colleague can follow it with a calculator:
premium -> held between minimum and maximum -> plus surcharges -> into the customer's currency -> net, rounded
-> each tax on the rounded net -> tax, rounded -> total = net + tax, exactly.
"""

from typing import NamedTuple

from app.domain.money import Currency, Money

# A tax line keeps two decimals even where the currency has none: partners report it to tax offices that way.
TAX_LINE_DIGITS = 2


class Tax(NamedTuple):
    """A tax as the catalog states it: a fraction of the net price, or an amount in the customer's currency."""

    code: str
    rate: float | None = None
    amount: float | None = None

    @property
    def is_due(self) -> bool:
        """A country without the tax has a rate of 0 in its table; the customer is not shown a line of nothing."""
        return bool(self.rate or self.amount)


class TaxLine(NamedTuple):
    code: str
    amount: Money


class PriceBreakdown(NamedTuple):
    net: Money
    tax: Money
    total: Money
    tax_lines: tuple[TaxLine, ...]
    surcharge: Money | None
    commission: Money


def held_between(premium: float, minimum: float | None, maximum: float | None) -> float:
    if maximum is not None and premium > maximum:
        return maximum
    if minimum is not None and premium < minimum:
        return minimum
    return premium


def price_breakdown(
    currency: Currency, premium: float, surcharges: list[float], taxes: list[Tax], commission_rate: float
) -> PriceBreakdown:
    """`premium` and `surcharges` are in the customer's currency already."""
    surcharge = currency.money(sum(surcharges)) if surcharges else None
    net = currency.money(premium + sum(surcharges))
    lines = tuple(_tax_line(currency, net, tax) for tax in taxes if tax.is_due)
    tax = _rounded_sum(currency, lines)
    commission = currency.money(net.amount * commission_rate)
    return PriceBreakdown(net, tax, net + tax, lines, surcharge, commission)


def _tax_line(currency: Currency, net: Money, tax: Tax) -> TaxLine:
    amount = tax.amount if tax.amount is not None else net.amount * (tax.rate or 0.0)
    return TaxLine(tax.code, currency.money(amount, max(TAX_LINE_DIGITS, currency.digits)))


def _rounded_sum(currency: Currency, lines: tuple[TaxLine, ...]) -> Money:
    units = sum(line.amount.units for line in lines)
    step = 10 ** (max(TAX_LINE_DIGITS, currency.digits) - currency.digits)
    size = (abs(units) + step // 2) // step
    return Money(-size if units < 0 else size, currency.digits, currency)
