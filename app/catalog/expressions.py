"""Conditions and pricing steps: CEL programs that know which request fields and functions they need."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from keyword import iskeyword
from math import isfinite
from types import CodeType
from typing import Any, Protocol

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


class Caller(Protocol):
    """The functions of one product of one request; see app/catalog/functions.py."""

    def called(self, name: str, arguments: Sequence[Any]) -> Any: ...

    def bound(self, names: frozenset[str]) -> dict[str, Any]: ...

    def noted_problem(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Expression:
    """A CEL program. `needs` are the variables and functions it is handed, and nothing else is."""

    source: str
    fields: tuple[Field, ...]
    names: frozenset[str]
    functions: frozenset[str]
    program: Any
    needs: tuple[str, ...]

    def value(self, scope: Mapping[str, Any], functions: Caller) -> Any:
        given = {need: scope[need] for need in self.needs if need in scope}
        if self.functions:
            given.update(functions.bound(self.functions))
        try:
            found = self.program.execute(given)
        except Exception as problem:
            raise ExpressionFails(functions.noted_problem() or self._reason(problem, scope)) from problem
        noted = functions.noted_problem() if self.functions else None
        if noted is not None:
            raise ExpressionFails(noted)
        return finite(found)

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

    def value(self, scope: Mapping[str, Any], functions: Caller) -> Any:
        return self.result


@dataclass(frozen=True, slots=True)
class Lookup:
    """An expression that is one name. Half of all are, and CEL would convert it there and back."""

    source: str
    fields: tuple[Field, ...]
    names: frozenset[str]
    functions: frozenset[str]
    name: str

    def value(self, scope: Mapping[str, Any], functions: Caller) -> Any:
        try:
            return scope[self.name]
        except KeyError:
            raise ExpressionFails(f"{self.source} is missing") from None


@dataclass(frozen=True, slots=True)
class Call:
    """One function called with names and constants, as rate lookups are: called without the way through CEL."""

    source: str
    fields: tuple[Field, ...]
    names: frozenset[str]
    functions: frozenset[str]
    function: str
    arguments: tuple[tuple[str | None, Any], ...]

    def value(self, scope: Mapping[str, Any], functions: Caller) -> Any:
        try:
            given = [constant if name is None else scope[name] for name, constant in self.arguments]
        except KeyError as problem:
            path = str(problem.args[0]).replace("__", ".")
            raise ExpressionFails(f"{path} is missing") from None
        found = functions.called(self.function, given)
        return found if type(found) is float and isfinite(found) else finite(found)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Names and numbers joined by + - * /: the same doubles, computed without converting them for CEL and back.

    Anything but doubles goes to the CEL program beside it, which refuses what CEL refuses.
    """

    source: str
    fields: tuple[Field, ...]
    names: frozenset[str]
    functions: frozenset[str]
    code: CodeType
    operands: tuple[str, ...]
    program: Expression

    def value(self, scope: Mapping[str, Any], functions: Caller) -> Any:
        for operand in self.operands:
            if type(scope.get(operand)) is not float:
                return self.program.value(scope, functions)
        try:
            return finite(eval(self.code, _NO_BUILTINS, scope))
        except ZeroDivisionError:
            raise ExpressionFails("division by zero") from None


_NO_BUILTINS: dict[str, Any] = {"__builtins__": {}}
_SUM = re.compile(r"[\w.+\-*/()]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*")

Computed = Expression | Constant | Lookup | Call | Arithmetic

_CALL = re.compile(r"""([a-z_]+)\(((?:[^"'()]|"[^"\\]*"|'[^'\\]*')*)\)""")
_ARGUMENT = re.compile(r"""\s*(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)'|(?P<number>[0-9]+\.[0-9]+)|(?P<name>[A-Za-z_]\w*))\s*(?:,|$)""")
_WORDS_OF_CEL = frozenset({"true", "false", "null", "in"})


def finite(found: Any) -> Any:
    if isinstance(found, float) and not isfinite(found):
        raise ExpressionFails("the result is not a finite number (a division by zero, or a number too large)")
    return found


def expression(source: str | int | float) -> Computed:
    if isinstance(source, (int, float)):
        return Constant(str(source), float(source))
    return _compiled(source)


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> Computed:
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
    used = tuple(field for field in text.fields if field.variable in variables)
    said = (source, used, names, functions & FUNCTIONS)
    if text.text in variables:
        return Lookup(*said, text.text)
    arguments = _arguments(text.text)
    if arguments is not None:
        return Call(*said, *arguments)
    needs = tuple(sorted((fields & variables) | names))
    cel_program = Expression(*said, program, needs)
    if _is_arithmetic(text.text, needs):
        return Arithmetic(*said, compile(text.text, "<expression>", "eval"), needs, cel_program)
    return cel_program


def _is_arithmetic(text: str, needs: tuple[str, ...]) -> bool:
    """Nothing but the variables it needs, decimal numbers, brackets and the four signs; `//` is a comment in CEL."""
    if not _SUM.fullmatch(text) or "//" in text or any(iskeyword(need) for need in needs):
        return False
    return set(_NAME.findall(text)) == set(needs)


def _arguments(text: str) -> tuple[str, tuple[tuple[str | None, Any], ...]] | None:
    """The function and its arguments, if the expression is one call with names and constants and nothing else."""
    call = _CALL.fullmatch(text)
    if call is None or call[1] not in FUNCTIONS:
        return None
    found, at = [], 0
    while at < len(call[2]):
        argument = _ARGUMENT.match(call[2], at)
        if argument is None or argument["name"] in _WORDS_OF_CEL:
            return None
        if argument["number"] is not None:
            found.append((None, float(argument["number"])))
        elif argument["name"] is not None:
            found.append((argument["name"], None))
        else:
            found.append((None, argument["double"] if argument["double"] is not None else argument["single"]))
        at = argument.end()
    return call[1], tuple(found)


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
