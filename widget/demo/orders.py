"""Orders, in memory: they live as long as the demo runs, and a new start forgets them.

The platform's bookings stay, as those of a shop that lost its database would.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from threading import RLock
from typing import Any

from widget.demo.money import Market, decimal_of
from widget.demo.shop import Choice, Line, Shop

ASKED, BOOKED, REFUSED, DECLINED, UNKNOWN, NONE = "asked", "booked", "refused", "declined", "unknown", "none"


@dataclass(frozen=True)
class Customer:
    first_name: str
    last_name: str
    email: str
    phone: str
    country: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass
class Cover:
    """What became of cover for one line. `booking`: the platform's last answer about it."""

    line: str
    choice: Choice
    state: str = ASKED
    reason: str = ""
    booking: dict[str, Any] = field(default_factory=dict)

    @property
    def price(self) -> Decimal:
        return decimal_of(self.booking["total_price"], self.booking["currency"])

    @property
    def booking_id(self) -> str:
        return str(self.booking.get("id", ""))


def payment_reference() -> str:
    return f"pay_{secrets.token_hex(6)}"


@dataclass(frozen=True)
class Charge:
    """Money taken or, below zero, given back. `by`: who appears on the statement."""

    by: str
    what: str
    amount: Decimal
    reference: str
    made_at: datetime


@dataclass
class Order:
    id: str
    number: str
    invoice_number: str
    shop: Shop
    customer: Customer
    market: Market
    lines: list[Line]
    facts: dict[str, str]
    made_at: datetime
    payment: str = field(default_factory=payment_reference)
    covers: list[Cover] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    proposals: dict[str, Any] = field(default_factory=dict)
    mail: str = ""
    lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def currency(self) -> str:
        return self.market.currency

    @property
    def goods(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return sum((charge.amount for charge in self.charges), Decimal(0))

    @property
    def paid_last(self) -> Decimal:
        return self.charges[-1].amount if self.charges else Decimal(0)

    @property
    def is_returned(self) -> bool:
        return all(line.quantity == 0 for line in self.lines)

    def line(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)

    def cover(self, key: str) -> Cover | None:
        return next((cover for cover in self.covers if cover.line == key), None)

    def put(self, line: Line) -> None:
        self.lines = [line if one.key == line.key else one for one in self.lines]

    def charge(self, by: str, what: str, amount: Decimal, reference: str = "") -> None:
        """`reference`: of a payment that was reserved before."""
        self.charges.append(Charge(by, what, amount, reference or payment_reference(), datetime.now(UTC)))


class OrderBook:
    """A checkout gives one order, however often its button is pressed."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._orders: dict[str, Order] = {}
        self._of_checkout: dict[str, str] = {}
        self._invoices: dict[str, int] = {}

    def opened(self, checkout: str, shop: Shop, make: Callable[[str, str, str], Order]) -> tuple[Order, bool]:
        """The checkout's order, and whether this call made it."""
        with self._lock:
            known = self._of_checkout.get(checkout)
            if known is not None:
                return self._orders[known], False
            count = self._invoices[shop.slug] = self._invoices.get(shop.slug, 0) + 1
            today = datetime.now(UTC)
            number = f"{shop.numbers}-{today:%y%m%d}-{secrets.token_hex(3).upper()}"
            order = make(secrets.token_urlsafe(16), number, f"{shop.numbers}-{today:%Y}-{count:06d}")
            self._orders[order.id] = order
            self._of_checkout[checkout] = order.id
            return order, True

    def of_checkout(self, checkout: str) -> Order | None:
        return self._orders.get(self._of_checkout.get(checkout, ""))

    def order(self, shop: Shop, order_id: str) -> Order | None:
        found = self._orders.get(order_id)
        return found if found is not None and found.shop.slug == shop.slug else None
