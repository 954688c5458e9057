"""Compiling conditions and pricing steps: which request fields and functions each needs, and its shortest way."""

import re
from functools import lru_cache
from keyword import iskeyword
from typing import Any

from app.catalog.cel_extension import cel
from app.catalog.computed import Arithmetic, Call, Computed, Constant, Expression, Lookup
from app.catalog.tokens import ROOTS, ExpressionInvalid, Rewritten, rewritten

FUNCTIONS = frozenset(
    {
        "rate",
        "to_policy_currency",
        "from_policy_currency",
        "convert",
        "divided",
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
_SUM = re.compile(r"[\w.+\-*/()]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*")

_CALL = re.compile(r"""([a-z_]+)\(((?:[^"'()]|"[^"\\]*"|'[^'\\]*')*)\)""")
_ARGUMENT = re.compile(
    r"""\s*(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)'|(?P<number>[0-9]+\.[0-9]+)|(?P<name>[A-Za-z_]\w*))\s*(?:,|$)"""
)
_LITERAL = re.compile(r"""\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*""")
_STRING = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_WORDS_OF_CEL = frozenset({"true", "false", "null", "in"})


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
    variables = frozenset(references["variables"])
    names = _names(text, variables, functions)
    used = tuple(field for field in text.fields if field.variable in variables)
    said = (source, used, names, functions & FUNCTIONS)
    if text.text in variables:
        return Lookup(*said, text.text)
    literal = _LITERAL.fullmatch(text.text)
    if literal is not None:
        return Constant(source, literal[1] if literal[1] is not None else literal[2])
    arguments = _arguments(text.text)
    if arguments is not None:
        return Call(*said, *arguments)
    needs = tuple(sorted({field.variable for field in used} | names))
    cel_program = Expression(*said, program, needs)
    if _is_arithmetic(text.text, needs):
        return Arithmetic(*said, compile(text.text, "<expression>", "eval"), needs, cel_program)
    if "/" in _STRING.sub("", text.text):
        # CEL divides doubles as the processor does: by zero it gives infinity, and infinity > 2 is true.
        raise ExpressionInvalid("divides; beside anything but + - * write divided(a, b), which fails when b is zero")
    return cel_program


def _names(text: Rewritten, variables: frozenset[str], functions: frozenset[str]) -> frozenset[str]:
    """The steps an expression names: what is neither a field of the request nor a list macro's own name."""
    unknown = functions - FUNCTIONS - _BUILT_IN
    if unknown:
        raise ExpressionInvalid(f"there is no function called {sorted(unknown)[0]}")
    names = variables - {field.variable for field in text.fields} - text.bound_names - FUNCTIONS
    bare = names & set(ROOTS)
    if bare:
        raise ExpressionInvalid(f"{sorted(bare)[0]} must be followed by the name of a field")
    return names


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
    found: list[tuple[str | None, Any]] = []
    at = 0
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
