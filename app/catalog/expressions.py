"""Conditions and pricing steps: CEL programs that know which request fields and functions they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

import cel

from app.catalog.tokens import ROOTS, Field, rewritten

FUNCTIONS = frozenset(
    {
        "rate",
        "to_policy_currency",
        "from_policy_currency",
        "convert",
        "sum_of",
        "count",
        "days_between",
        "years_between",
        "add_period",
        "smallest",
        "largest",
    }
)
_BUILT_IN = frozenset(
    {"size", "has", "double", "int", "string", "bool", "matches", "startsWith", "endsWith", "contains", "timestamp"}
    | {"duration", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "type"}
    | {"all", "exists", "exists_one", "map", "filter", "lowerAscii", "upperAscii"}
)


class ExpressionInvalid(ValueError):
    """The expression cannot be compiled, or names something that does not exist."""


class ExpressionFails(ValueError):
    """This request gives the expression no value. `reason` is a sentence for the partner's developer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    source: str
    program: Any
    fields: tuple[Field, ...]
    names: frozenset[str]
    functions: frozenset[str]
    needs: tuple[str, ...]

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value in this scope: flat request fields, earlier steps, functions."""
        try:
            found = self.program.execute({need: scope[need] for need in self.needs if need in scope})
        except Exception as problem:
            raise ExpressionFails(self._reason(problem, scope)) from problem
        if isinstance(found, float) and not isfinite(found):
            raise ExpressionFails("the result is not a finite number (a division by zero, or a number too large)")
        return found

    def _reason(self, problem: Exception, scope: Mapping[str, Any]) -> str:
        missing = [".".join(field.path) for field in self.fields if field.variable not in scope]
        if missing:
            return f"{missing[0]} is missing"
        if isinstance(problem, ZeroDivisionError):
            return "division by zero"
        return str(problem).split(". CEL does not", maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number written where an expression may stand."""

    source: str
    result: float
    fields: tuple[Field, ...] = ()
    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def value(self, scope: Mapping[str, Any]) -> Any:
        return self.result


Computed = Expression | Constant


def expression(source: str | int | float) -> Computed:
    if isinstance(source, (int, float)):
        return Constant(str(source), float(source))
    return _compiled(source)


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> Expression:
    """Partners share most of their expressions: a thousand catalogs compile each of them once."""
    text = rewritten(source)
    try:
        program = cel.compile(text.text)
        references = program.references()
    except ValueError as problem:
        raise ExpressionInvalid(_first_line(str(problem), text.text)) from problem
    functions = frozenset(name for name in references["functions"] if name[0].isalpha())
    unknown = functions - FUNCTIONS - _BUILT_IN
    if unknown:
        raise ExpressionInvalid(f"there is no function called {sorted(unknown)[0]}")
    variables = frozenset(references["variables"])
    fields = {field.variable for field in text.fields}
    names = variables - fields - text.bound_names - FUNCTIONS
    bare = names & set(ROOTS)
    if bare:
        raise ExpressionInvalid(f"{sorted(bare)[0]} must be followed by the name of a field")
    needs = tuple(sorted((fields & variables) | names | (functions & FUNCTIONS)))
    used = tuple(field for field in text.fields if field.variable in variables)
    return Expression(source, program, used, names, functions & FUNCTIONS, needs)


def _first_line(message: str, text: str) -> str:
    line = message.splitlines()[0]
    return "cannot be compiled: " + line.removeprefix(f"Failed to parse expression '{text}': ")


class Facts:
    """The fields of one request that expressions name, each converted once, when first asked for."""

    __slots__ = ("_body", "flat")

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self.flat: dict[str, Any] = {}

    def gather(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The scope of these fields. Absent and null are the same: the variable does not exist."""
        flat = self.flat
        for field in fields:
            if field.variable in flat:
                continue
            found = self._at(field.path)
            if field.asks_presence:
                flat[field.variable] = found is not None
            elif found is not None:
                flat[field.variable] = as_decimal(found)
        return flat

    def _at(self, path: tuple[str, ...]) -> Any:
        found: Any = self._body
        for name in path:
            if not isinstance(found, dict):
                return None
            found = found.get(name)
        return found


def as_decimal(value: Any) -> Any:
    """JSON as CEL gets it: every number a double, so that a price of 300 and one of 300.0 are the same."""
    kind = type(value)
    if kind is int:
        return float(value)
    if kind is list:
        return [as_decimal(item) for item in value]
    if kind is dict:
        return {name: as_decimal(item) for name, item in value.items() if item is not None}
    return value
