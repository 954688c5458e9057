"""What an expression became: a number, a name, a call, plain arithmetic or a CEL program. Each gives its value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import CodeType
from typing import Any, Protocol

from app.catalog.tokens import Field

_NO_BUILTINS: dict[str, Any] = {"__builtins__": {}}


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
            raise ExpressionFails(self._noted(functions) or self._reason(problem, scope)) from problem
        noted = self._noted(functions)
        if noted is not None:
            raise ExpressionFails(noted)
        return finite(found)

    def _noted(self, functions: Caller) -> str | None:
        """Without functions of our own, what is noted there is an earlier expression's problem."""
        return functions.noted_problem() if self.functions else None

    def _reason(self, problem: Exception, scope: Mapping[str, Any]) -> str:
        """A field may be absent and not be missed, where has() asks for it first: CEL names the one it needed."""
        for field in self.fields:
            if field.variable not in scope and f"'{field.variable}'" in str(problem):
                return f"{'.'.join(field.path)} is missing"
        if isinstance(problem, ZeroDivisionError):
            return "division by zero"
        return str(problem).split(". CEL does not", maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text written where an expression may stand."""

    source: str
    result: float | str
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


Computed = Expression | Constant | Lookup | Call | Arithmetic


def finite(found: Any) -> Any:
    if isinstance(found, float) and not isfinite(found):
        raise ExpressionFails("the result is not a finite number (a division by zero, or a number too large)")
    return found
