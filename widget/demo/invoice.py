"""The shop's own tax invoice: what was sold, its tax, and who charged what."""

from dataclasses import dataclass
from decimal import Decimal

from widget.demo import orders
from widget.demo.money import COUNTRIES, decimal_of, formatted, net_and_tax
from widget.demo.orders import Charge, Order
from widget.demo.selling import insurer


@dataclass(frozen=True)
class InvoiceLine:
    title: str
    quantity: int
    net: Decimal
    tax: Decimal
    tax_name: str

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class Invoice:
    """`notes`: what the law or the customer wants said beside the figures."""

    number: str
    order: Order
    lines: tuple[InvoiceLine, ...]
    charges: tuple[Charge, ...]
    notes: tuple[str, ...]

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    def money(self, amount: Decimal) -> str:
        return formatted(amount, self.order.currency)


def invoice_of(order: Order) -> Invoice:
    """With two charges the insurer's side invoices cover itself, so it is no line here."""
    lines = [_goods(order, line.title, line.quantity, line.total) for line in order.lines]
    booked = [cover for cover in order.covers if cover.state == orders.BOOKED]
    notes = [order.shop.tax_note] if order.shop.tax_note else []
    for cover in booked:
        name = insurer(cover.booking)
        if order.shop.is_dual:
            notes.append(f"Cover {cover.booking_id} is charged and invoiced by {name}, not by {order.shop.name}.")
            continue
        lines.append(_cover(order, cover))
        notes.append(f"Cover {cover.booking_id} is supplied by {name}; {order.shop.name} collects its price.")
    return Invoice(order.invoice_number, order, tuple(lines), tuple(order.charges), tuple(notes))


def _goods(order: Order, title: str, quantity: int, gross: Decimal) -> InvoiceLine:
    rate = COUNTRIES[order.customer.country][2] if order.shop.is_taxed else Decimal(0)
    net, tax = net_and_tax(gross, rate, order.currency)
    return InvoiceLine(title, quantity, net, tax, f"{rate:.0%}")


def _cover(order: Order, cover: orders.Cover) -> InvoiceLine:
    booking = cover.booking
    names = " and ".join(dict.fromkeys(quote["policy"]["policy_name"] for quote in booking["quotes"]))
    net, tax = (decimal_of(booking[name], order.currency) for name in ("total_premium", "total_tax"))
    return InvoiceLine(f"{names}, {booking['id']}", 1, net, tax, "insurance tax")
