"""Patterns that can run away: on some input a backtracking engine needs longer than the customer lives.

A pattern is read from left to right. Every repetition of varying length stays open until something comes that must be
there and matches none of its characters; a second one that begins before, on the same characters, can share a text
with the first in many ways, and the engine tries them all.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_letters, digits, whitespace
from typing import Any
from warnings import catch_warnings, simplefilter

with catch_warnings():
    simplefilter("ignore")
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

NO_PATTERN = "is not a pattern"
_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)
_LINEAR_ONLY = {
    constants.GROUPREF: "a back-reference",
    constants.ASSERT: "a look-around",
    constants.ASSERT_NOT: "a look-around",
    constants.GROUPREF_EXISTS: "a conditional group",
    constants.ATOMIC_GROUP: "an atomic group",
    constants.POSSESSIVE_REPEAT: "a possessive repetition",
}
# A repetition up to this many times is counted; more is as good as without end.
_SMALL = 32
# In so many ways neighbouring small repetitions may share a text between them.
_MOST_WAYS = 1_000

Items = Iterable[tuple[Any, Any]]
# Characters are numbers below 128; all the others are one, because any two of them may be the same.
Characters = frozenset[int]
_OTHERS = 128
_ALL: Characters = frozenset(range(_OTHERS + 1))
_CATEGORIES = {
    "DIGIT": frozenset(map(ord, digits)),
    "SPACE": frozenset(map(ord, whitespace)),
    "WORD": frozenset(map(ord, ascii_letters + digits + "_")),
}
_FLAGS = re.compile(r"\(\?([a-zA-Z]+)")


class RunsAway(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Open:
    """A repetition that what follows may share a text with. `ways` counts those of a small one and its neighbours."""

    characters: Characters
    is_endless: bool
    ways: int


Opens = frozenset[Open]


def runaway(pattern: str) -> str | None:
    """What makes the pattern dangerous, or None."""
    try:
        parsed = parser.parse(pattern)
    except Exception as problem:
        return f"{NO_PATTERN}: {problem}"
    ignores_case = any("i" in flags for flags in _FLAGS.findall(pattern))
    try:
        _Reading(ignores_case).after(parsed, frozenset())
    except RunsAway as problem:
        return str(problem)
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads items from left to right; `is_repeated` inside something that may come more than once."""

    ignores_case: bool
    is_repeated: bool = False

    def after(self, items: Items, opens: Opens) -> Opens:
        """What is open behind the items, with `opens` before them."""
        for operator, argument in items:
            if operator in _LINEAR_ONLY:
                raise RunsAway(f"has {_LINEAR_ONLY[operator]}, which cannot be matched in linear time")
            if operator in _REPEATS:
                opens = self.after_repeat(argument, opens)
            elif operator is constants.SUBPATTERN:
                opens = self.after(argument[-1], opens)
            elif operator is constants.BRANCH:
                opens = self.after_choice(argument[1], opens)
            elif operator is not constants.AT:
                own = self.characters(operator, argument)
                opens = frozenset(one for one in opens if one.characters & own)
        return opens

    def after_choice(self, branches: Sequence[Items], opens: Opens) -> Opens:
        begun = [self.beginning(branch) for branch in branches]
        if self.is_repeated and any(one & other for one, other in combinations(begun, 2)):
            raise RunsAway("repeats a choice between branches that begin alike")
        return frozenset[Open]().union(*(self.after(branch, opens) for branch in branches))

    def after_repeat(self, argument: Any, opens: Opens) -> Opens:
        least, most, inner = argument
        if least != most and self.is_repeated:
            raise RunsAway("repeats a group that repeats itself")
        within = self if most <= 1 else _Reading(self.ignores_case, is_repeated=True)
        # Only what matches the whole of an inner round can take that round as its own.
        inside = within.after(inner, opens)
        if least == most:
            return inside if least else opens
        return (inside if least else inside | opens) | {self.opened(self.alphabet(inner), most - least + 1, inside)}

    def opened(self, own: Characters, ways: int, before: Opens) -> Open:
        """The repetition that begins here, unless it shares too much with those before."""
        shared = [one for one in before if one.characters & own]
        if ways > _SMALL:
            if any(one.is_endless for one in shared):
                raise RunsAway("repeats two neighbours that match the same characters")
            return Open(own, True, 1)
        ways *= max((one.ways for one in shared), default=1)
        if ways > _MOST_WAYS:
            raise RunsAway("repeats many neighbours that match the same characters")
        return Open(own, False, ways)

    def beginning(self, items: Items) -> Characters:
        """What the items may begin with; everything, if they may be empty."""
        for operator, argument in items:
            if operator is constants.SUBPATTERN:
                return self.beginning(argument[-1])
            if operator is constants.BRANCH:
                return frozenset[int]().union(*(self.beginning(branch) for branch in argument[1]))
            if operator in _REPEATS:
                return self.beginning(argument[2]) if argument[0] else _ALL
            if operator is not constants.AT:
                return self.characters(operator, argument)
        return _ALL

    def alphabet(self, items: Items) -> Characters:
        """Every character the items may match anywhere."""
        found: Characters = frozenset()
        for operator, argument in items:
            if operator is constants.SUBPATTERN:
                found |= self.alphabet(argument[-1])
            elif operator is constants.BRANCH:
                found = found.union(*(self.alphabet(branch) for branch in argument[1]))
            elif operator in _REPEATS:
                found |= self.alphabet(argument[2])
            elif operator is not constants.AT:
                found |= self.characters(operator, argument)
        return found

    def characters(self, operator: Any, argument: Any) -> Characters:
        found = _members(operator, argument)
        if not self.ignores_case:
            return found
        return found | {ord(chr(code).swapcase()) for code in found if code < _OTHERS}


def _members(operator: Any, argument: Any) -> Characters:
    if operator is constants.LITERAL:
        return frozenset({min(argument, _OTHERS)})
    if operator is constants.RANGE:
        return frozenset(range(min(argument[0], _OTHERS), min(argument[1], _OTHERS) + 1))
    if operator is constants.NOT_LITERAL:
        return _without({argument})
    if operator is constants.CATEGORY:
        name = str(argument)
        own = next(members for kind, members in _CATEGORIES.items() if kind in name)
        return _without(own) if "NOT" in name else own | {_OTHERS}
    if operator is constants.IN:
        found = frozenset[int]().union(*(_members(*member) for member in argument if member[0] is not constants.NEGATE))
        return _without(found) if argument[0][0] is constants.NEGATE else found
    return _ALL


def _without(characters: Iterable[int]) -> Characters:
    return (_ALL - set(characters)) | {_OTHERS}
