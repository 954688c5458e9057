"""Bodies of the booking endpoints, checked by their schemas and refused in the words partners' systems match.

Required fields and values come first; only when they are in order is a field that we do not know reported. A schema
says with `x-rule` how one of its rules reads; `x-date` asks that the day, and a time with it, exists.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from flask import Request
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from app.domain import moments
from app.domain.errors import BodyInvalid
from app.web.api.body import json_body
from app.web.api.openapi import schema

REQUIRED = "This field is required."
UNEXPECTED = "Unexpected field"
_WORDS = {
    "string": "Not a valid string.",
    "boolean": "Must be a valid boolean.",
    "object": "Must be an object.",
    "array": "Must be a list.",
    "integer": "A valid integer is required.",
}


def checked_body(request: Request, name: str) -> dict[str, Any]:
    """The body, or {} where none was sent."""
    body: Any = {}
    if request.get_data(cache=True):  # whether there is a body is not a header's to say
        _, body = json_body(request)
        body = {} if body is None else body
    if not _fast(name).is_valid(body):
        raise BodyInvalid(errors=_errors(name, body))
    wrong = dict(_impossible_days(schema(name), body))
    if wrong:
        raise BodyInvalid(errors=_laid_out(wrong.items()))
    found: dict[str, Any] = body
    return found


@lru_cache(maxsize=32)
def _fast(name: str) -> Any:
    return jsonschema_rs.Draft7Validator(schema(name), offline=True)


def _pattern(_: Any, pattern: str, value: Any, rules: Any) -> Iterator[ValidationError]:
    """`$` is the very end, as for the validator that decides; Python's own also stands before a last line break."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(pattern)


_Words = extend(Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


@lru_cache(maxsize=32)
def _slow(name: str) -> Draft7Validator:
    found: Draft7Validator = _Words(schema(name))
    return found


def _errors(name: str, body: Any) -> Any:
    values: list[tuple[tuple[Any, ...], Any]] = []
    unexpected: list[tuple[tuple[Any, ...], Any]] = []
    for problem in _slow(name).iter_errors(body):
        path = tuple(problem.absolute_path)
        if problem.validator == "additionalProperties":
            rules: Any = problem.schema
            known = rules.get("properties", {})
            unexpected += [((*path, field), UNEXPECTED) for field in problem.instance if field not in known]
        elif problem.validator == "required":
            values += [
                ((*path, field), [REQUIRED]) for field in problem.validator_value if field not in problem.instance
            ]
        else:
            values.append((path, [_sentence(problem)]))
    return _laid_out(dict(values or unexpected).items())


def _sentence(problem: ValidationError) -> str:
    if problem.validator == "type":
        kinds: Any = problem.validator_value
        if problem.instance is None:
            return "This field may not be null."
        return _WORDS[kinds[0] if isinstance(kinds, list) else kinds]
    if problem.validator == "maxLength":
        return f"Ensure this field has no more than {problem.validator_value} characters."
    rules: Any = problem.schema
    return str(rules.get("x-rule", problem.message[:200]))


def _impossible_days(rules: dict[str, Any], value: Any, path: tuple[Any, ...] = ()) -> Iterator[Any]:
    """A pattern cannot know how many days a month has, or hours a day."""
    if isinstance(value, dict):
        for name, below in rules.get("properties", {}).items():
            if name in value:
                yield from _impossible_days(below, value[name], (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _impossible_days(rules.get("items", {}), item, (*path, place))
    elif isinstance(value, str) and rules.get("x-date") and not _exists(value):
        yield path, [rules["x-rule"]]


def _exists(text: str) -> bool:
    try:
        moments.moment(text)
    except ValueError:
        return False
    return True


def _laid_out(errors: Any) -> Any:
    """Errors laid out like the body. What is wrong with the body as a whole has no field of its own."""
    found: dict[str, Any] = {}
    for path, said in errors:
        if not path:
            return {"non_field_errors": said}
        place = found
        for name in path[:-1]:
            place = place.setdefault(str(name), {})
            if not isinstance(place, dict):
                break
        else:
            place[str(path[-1])] = said
    return found
