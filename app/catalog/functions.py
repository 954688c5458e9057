"""The functions expressions may call, bound to one product of one request.

Called from CEL a function never raises: the library would print to stderr and lose the reason. It notes why
it failed and gives a value that is no number; the step that called it then fails with the noted reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from app.catalog.computed import ExpressionFails
from app.catalog.exchange import ExchangeRates
from app.catalog.rate_tables import RateNotFound, RateTable
from app.domain import moments


@dataclass(slots=True)
class Functions:
    tables: Mapping[str, RateTable]
    exchange: ExchangeRates
    policy_currency: str
    customer_currency: str
    on: str
    problem: str | None = None
    _pair: tuple[float, float] | None = None

    def called(self, name: str, arguments: Sequence[Any]) -> Any:
        try:
            return _ALL[name](self, *arguments)
        except _EXPECTED as problem:
            raise ExpressionFails(_sentence(problem)) from problem

    def bound(self, names: frozenset[str]) -> dict[str, Callable[..., Any]]:
        """The functions as CEL may call them."""
        self.problem = None
        return {name: self._noting(_ALL[name]) for name in names}

    def noted_problem(self) -> str | None:
        return self.problem

    def _noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            try:
                return function(self, *given)
            except _EXPECTED as problem:
                self.problem = self.problem or _sentence(problem)
                return nan

        return call

    def rate(self, table: str, *keys: Any) -> float:
        if table not in self.tables:
            raise RateNotFound(f"there is no rate table called {table}")
        return self.tables[table].rate(keys)

    def to_policy_currency(self, amount: float) -> float:
        policy, customer = self._pair or self._looked_up()
        return amount if policy == customer else amount / customer * policy

    def from_policy_currency(self, amount: float) -> float:
        policy, customer = self._pair or self._looked_up()
        return amount if policy == customer else amount / policy * customer

    def _looked_up(self) -> tuple[float, float]:
        """The two rates, looked up once: a product converts ten amounts and more. Equal currencies need none."""
        if self.policy_currency == self.customer_currency:
            self._pair = (1.0, 1.0)
        else:
            rate = self.exchange.per_eur
            self._pair = (rate(self.policy_currency, self.on), rate(self.customer_currency, self.on))
        return self._pair

    def convert(self, amount: float, source: str, target: str) -> float:
        return self.exchange.converted(amount, source, target, self.on)


_EXPECTED = (ValueError, TypeError, LookupError, ArithmeticError)


def _sentence(problem: Exception) -> str:
    if isinstance(problem, ZeroDivisionError):
        return "division by zero"
    if isinstance(problem, KeyError):
        return f"{problem.args[0]} is missing in an element of the list"
    return str(problem)


def _sum_of(_: Functions, items: list[Any], *fields: str) -> float:
    if not fields:
        return float(sum(items))
    total = 0.0
    for item in items:
        part = 1.0
        for name in fields:
            part *= item[name]
        total += part
    return total


_ALL: dict[str, Callable[..., Any]] = {
    "rate": Functions.rate,
    "to_policy_currency": Functions.to_policy_currency,
    "from_policy_currency": Functions.from_policy_currency,
    "convert": Functions.convert,
    "divided": lambda _, a, b: a / b,
    "sum_of": _sum_of,
    "count": lambda _, items: float(len(items)),
    "days_between": lambda _, start, end: float(moments.days_between(start, end)),
    "years_between": lambda _, start, end: float(moments.years_between(start, end)),
    "add_period": lambda _, start, period: moments.add_period(start, period),
    "smallest": lambda _, *given: float(min(given)),
    "largest": lambda _, *given: float(max(given)),
}
