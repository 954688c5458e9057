"""The calculation of one product: a growing scope, and every failure named by the calculation that failed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.catalog.computed import Computed, Constant, ExpressionFails
from app.catalog.exchange import NoExchangeRate
from app.catalog.facts import Facts
from app.catalog.functions import Functions
from app.catalog.model import Catalog, Levy, Product
from app.domain.money import Currency, Money

# Nobody's cover costs more than this; a price beyond it is a mistake in the context or in a rate.
LARGEST_PREMIUM = 1e12


class ProductNotPriced(ValueError):
    """One calculation of a product failed. `message` names the calculation, `reason` says why."""

    def __init__(self, calculation: str, source: str, reason: str) -> None:
        super().__init__(f"{calculation} calculation failed. Expression: {source}")
        self.message = str(self)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """What pricing needs to know of a request, beside its fields."""

    facts: Facts
    currency: Currency
    language: str
    on: str
    benefits: bool
    document_url: Callable[[str], str]


class Calculation:
    """The growing scope of one product's pricing."""

    def __init__(self, catalog: Catalog, product: Product, request: Request) -> None:
        self.product = product
        self.request = request
        self.functions = Functions(
            catalog.tables, catalog.exchange, product.policy_currency.code, request.currency.code, request.on
        )
        self.scope: dict[str, Any] = dict(request.facts.gather(product.fields))

    def value(self, name: str, computed: Computed) -> Any:
        try:
            return computed.value(self.scope, self.functions)
        except ExpressionFails as problem:
            raise ProductNotPriced(name, computed.source, problem.reason) from problem

    def number(self, name: str, computed: Computed) -> float:
        if type(computed) is Constant and type(computed.result) is float:
            return computed.result
        found = self.value(name, computed)
        if type(found) is float and abs(found) < LARGEST_PREMIUM:
            return found
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise ProductNotPriced(name, computed.source, "the result is not a number")
        if not abs(found) < LARGEST_PREMIUM:
            raise ProductNotPriced(name, computed.source, "the result is larger than any price")
        return float(found)

    def fraction(self, name: str, computed: Computed) -> float:
        """A rate of tax or commission: 0.19 is meant where 19 is written."""
        found = self.number(name, computed)
        if not 0 <= found <= 1:
            raise ProductNotPriced(name, computed.source, "a rate must be a fraction from 0 to 1")
        return found

    def optional(self, name: str, computed: Computed | None) -> float | None:
        return None if computed is None else self.number(name, computed)

    def is_due(self, levy: Levy) -> bool:
        return levy.when is None or self.value(levy.code, levy.when) is True

    def in_customer_currency(self, name: str, amount: float) -> float:
        try:
            return self.functions.from_policy_currency(amount)
        except NoExchangeRate as problem:
            raise ProductNotPriced(name, f"from_policy_currency({name})", str(problem)) from problem

    def money(self, name: str, computed: Computed) -> Money:
        return self.request.currency.money(self.in_customer_currency(name, self.number(name, computed)))
