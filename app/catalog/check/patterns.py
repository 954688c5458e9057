"""Patterns that can run away: on some input a backtracking engine needs longer than the customer lives."""

from collections.abc import Iterator
from typing import Any
from warnings import catch_warnings, simplefilter

with catch_warnings():
    simplefilter("ignore")
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)
_LINEAR_ONLY = {
    constants.GROUPREF: "a back-reference",
    constants.ASSERT: "a look-around",
    constants.ASSERT_NOT: "a look-around",
    constants.GROUPREF_EXISTS: "a conditional group",
}
# A repetition up to this many times is unrolled in the head; more counts as without end.
_SMALL = 32
_PROBES = "aZ09 _-.:/@+é١\n"


def runaway(pattern: str) -> str | None:
    """What makes the pattern dangerous, or None."""
    try:
        parsed = parser.parse(pattern)
    except Exception as problem:
        return f"is not a pattern: {problem}"
    return next(_dangers(list(parsed), repeated=False), None)


def _dangers(items: list[Any], repeated: bool) -> Iterator[str]:
    before: Any = None
    for operator, argument in items:
        if operator in _LINEAR_ONLY:
            yield f"has {_LINEAR_ONLY[operator]}, which cannot be matched in linear time"
        if operator in _REPEATS:
            least, most, inner = argument
            endless = most is constants.MAXREPEAT or most > _SMALL
            if endless and repeated:
                yield "repeats a group that repeats itself"
            if endless and before is not None and _overlap(before, inner):
                yield "repeats two neighbours that match the same characters"
            yield from _dangers(list(inner), repeated or endless or most > 1)
            before = inner if endless or (before is not None and least == 0) else None
            continue
        before = None
        yield from _inside(operator, argument, repeated)


def _inside(operator: Any, argument: Any, repeated: bool) -> Iterator[str]:
    if operator is constants.SUBPATTERN:
        yield from _dangers(list(argument[-1]), repeated)
    elif operator is constants.BRANCH:
        branches = argument[1]
        for place, branch in enumerate(branches):
            yield from _dangers(list(branch), repeated)
            if repeated and any(_overlap(branch, other) for other in branches[:place]):
                yield "repeats a choice between branches that begin alike"


def _overlap(one: Any, other: Any) -> bool:
    """Whether both may begin with the same character, tried out on a handful of kinds of characters."""
    first, second = _beginning(one), _beginning(other)
    return any(first(probe) and second(probe) for probe in _PROBES)


def _beginning(items: Any) -> Any:
    operator: Any
    argument: Any
    operator, argument = items[0] if len(items) else (None, None)
    if operator is constants.LITERAL:
        return lambda probe: probe == chr(argument) or not chr(argument).isascii()
    if operator is constants.IN:
        return lambda probe: _in_set(argument, probe)
    return lambda probe: True


def _in_set(members: list[Any], probe: str) -> bool:
    negated = members[0][0] is constants.NEGATE
    hit = any(_is_member(member, probe) for member in members)
    return hit != negated


def _is_member(member: Any, probe: str) -> bool:
    operator, argument = member
    if operator is constants.LITERAL:
        return probe == chr(argument)
    if operator is constants.RANGE:
        return bool(argument[0] <= ord(probe) <= argument[1])
    if operator is constants.CATEGORY:
        name = str(argument)
        kind = (
            probe.isdigit()
            if "DIGIT" in name
            else probe.isspace()
            if "SPACE" in name
            else probe.isalnum() or probe == "_"
        )
        return kind != ("NOT" in name)
    return False
