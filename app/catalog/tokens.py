"""Reading a CEL expression word by word, just far enough to see which fields of a request it names.

Converting a whole request into CEL values costs a hundred times what an expression costs. So every dotted
path into the request becomes one flat variable (`context.product.term` -> `context__product__term`,
`has(context.product.term)` -> `has__context__product__term`), and only those are handed over. Whole
numbers become decimals on the way, because CEL refuses to multiply one with the other.
"""

import re
from dataclasses import dataclass

SEPARATOR = "__"
TWO_UNDERSCORES = "a name may not end with an underscore or have two in a row; they join the parts of a path"
ROOTS = ("customer", "context", "partner")
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<number>\d+\.\d+(?:[eE][-+]?\d+)?|\d+(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<mark>.)""",
    re.DOTALL,
)


# In a raw string a backslash escapes nothing, so its end would be looked for in the wrong place.
_STRING_PREFIXES = frozenset({"r", "b", "rb", "br"})


class ExpressionInvalid(ValueError):
    """The expression cannot be compiled, or names something that does not exist."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the request an expression names: the variable it became, and the path it stood for."""

    variable: str
    path: tuple[str, ...]
    asks_presence: bool = False


@dataclass(frozen=True, slots=True)
class Rewritten:
    text: str
    fields: tuple[Field, ...]
    bound_names: frozenset[str]


class _Reader:
    def __init__(self, source: str) -> None:
        self.tokens = [(m.lastgroup or "", m.group()) for m in _TOKEN.finditer(source) if m.lastgroup != "space"]
        self.at = 0
        self.out: list[str] = []
        self.fields: dict[str, Field] = {}
        self.bound: set[str] = set()
        self.brackets: list[bool] = []

    def peek(self, ahead: int = 0) -> str:
        where = self.at + ahead
        return self.tokens[where][1] if 0 <= where < len(self.tokens) else ""

    def dotted_path(self, start: int) -> list[str]:
        """The names joined by dots from `start` on, without a last one that is a method's name."""
        path = [self.tokens[start][1]]
        where = start + 1
        while where + 1 < len(self.tokens) and self.tokens[where][1] == "." and self.tokens[where + 1][0] == "name":
            called = where + 2 < len(self.tokens) and self.tokens[where + 2][1] == "("
            if called:
                break
            path.append(self.tokens[where + 1][1])
            where += 2
        return path

    def take_field(self) -> None:
        path = self.dotted_path(self.at)
        variable = _flat(path)
        self.fields[variable] = Field(variable, tuple(path))
        self.out.append(variable)
        self.at += 2 * len(path) - 1

    def take_presence(self) -> bool:
        """has(context.a.b): the one place where a missing field is no mistake."""
        if not (self.peek() == "has" and self.peek(1) == "(" and self.peek(2) in ROOTS):
            return False
        path = self.dotted_path(self.at + 2)
        after = self.at + 2 + 2 * len(path) - 1
        if after >= len(self.tokens) or self.tokens[after][1] != ")":
            return False
        variable = f"has{SEPARATOR}" + _flat(path)
        self.fields[variable] = Field(variable, tuple(path), asks_presence=True)
        self.out.append(variable)
        self.at = after + 1
        return True

    def take_other(self) -> None:
        kind, text = self.tokens[self.at]
        before = self.tokens[self.at - 1] if self.at else ("", "")
        if text == "[":
            self.brackets.append(before[0] == "name" or before[1] in (")", "]"))
        elif text == "]" and self.brackets:
            self.brackets.pop()
        if kind == "number" and text.isdigit() and not (self.brackets and self.brackets[-1]):
            text += ".0"
        if kind == "name" and text in MACROS and before[1] == "." and self.peek(1) == "(":
            self.bound.add(self.peek(2))
        self.out.append(f" {text} " if text == "in" else text)
        self.at += 1


def _refuse_what_would_be_misread(tokens: list[tuple[str, str]]) -> None:
    """Line ends are dropped on the way, so a comment would take the rest of the price with it."""
    before = ""
    for kind, text in tokens:
        if text == "/" == before:
            raise ExpressionInvalid("cannot be compiled: // begins a comment, and an expression has none")
        if kind == "string" and before.lower() in _STRING_PREFIXES:
            raise ExpressionInvalid(f"{before}{text}: raw strings and bytes are not read here, plain strings are")
        if kind == "name" and before != "." and SEPARATOR in text:
            raise ExpressionInvalid(f"{text}: {TWO_UNDERSCORES}")
        before = text


def _flat(path: list[str]) -> str:
    """One variable for a path. No two paths may share one: `a__b` is not `a.b`, and `a_._b` is not `a._b`."""
    for name in path:
        if SEPARATOR in name or name.endswith("_"):
            raise ExpressionInvalid(f"{'.'.join(path)}: {TWO_UNDERSCORES}")
    return SEPARATOR.join(path)


def rewritten(source: str) -> Rewritten:
    reader = _Reader(source)
    _refuse_what_would_be_misread(reader.tokens)
    while reader.at < len(reader.tokens):
        kind, text = reader.tokens[reader.at]
        after_dot = reader.at > 0 and reader.tokens[reader.at - 1][1] == "."
        if kind == "name" and not after_dot:
            if reader.take_presence():
                continue
            if text in ROOTS and reader.peek(1) == ".":
                reader.take_field()
                continue
        reader.take_other()
    return Rewritten("".join(reader.out), tuple(reader.fields.values()), frozenset(reader.bound))
