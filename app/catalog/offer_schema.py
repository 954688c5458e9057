"""A partner's Offer Schema: one validator decides in microseconds, a second one words what is wrong.

jsonschema-rs says yes or no. Python's jsonschema is 150 times slower and is asked only after a no, because
partners' systems match its sentences. Where the two read Draft 7 differently (`$` before a line end,
`[0-9]` and Arabic digits, 19.99 as a multiple of 0.01) the second is taught to read as the first does.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs

MOST_ERRORS = 50
# A worded value is cut here: a partner's megabyte does not come back in the error about it.
MOST_WORDS = 300

Path = tuple[str | int, ...]


class OfferSchema:
    def __init__(self, identifier: str, document: dict[str, Any]) -> None:
        self.identifier = identifier
        self.document = document

    @cached_property
    def _decides(self) -> jsonschema_rs.Draft7Validator:
        return decider(self.document)

    def accepts(self, body: Any) -> bool:
        return self._decides.is_valid(body)

    def errors(self, body: Any) -> list[tuple[Path, str]]:
        """What is wrong, each with the path of the value it is about."""
        found = [
            (tuple(problem.absolute_path), shortened(problem.message))
            for problem in islice(_worder(self.document).iter_errors(body), MOST_ERRORS)
        ]
        return found or [
            (tuple(problem.instance_path), shortened(problem.message))
            for problem in islice(self._decides.iter_errors(body), MOST_ERRORS)
        ]


def shortened(message: str) -> str:
    return message if len(message) <= MOST_WORDS else f"{message[: MOST_WORDS // 2]} ... {message[-MOST_WORDS // 2 :]}"


def decider(document: dict[str, Any]) -> jsonschema_rs.Draft7Validator:
    """Linear-time patterns, and no fetching of anything from anywhere."""
    return jsonschema_rs.Draft7Validator(document, pattern_options=jsonschema_rs.RegexOptions(), offline=True)


def nested(errors: list[tuple[Path, str]]) -> dict[str, Any]:
    """Messages laid out like the body they are about; those about the whole body under non_field_errors."""
    tree: dict[str, Any] = {}
    for path, message in errors:
        place = tree
        for part in path[:-1]:
            below = place.setdefault(str(part), {})
            if isinstance(below, list):
                below = place[str(part)] = {"non_field_errors": below}
            place = below
        last = str(path[-1]) if path else "non_field_errors"
        known = place.setdefault(last, [])
        (known if isinstance(known, list) else known.setdefault("non_field_errors", [])).append(message)
    return tree


def _pattern(_: Any, pattern: str, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not _searched(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _multiple_of(_: Any, step: float, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(value, (int, float)) and not isinstance(value, bool) and Decimal(repr(value)) % Decimal(repr(step)):
        yield ValidationError(f"{value!r} is not a multiple of {step!r}")


@lru_cache(maxsize=2_000)
def _searched(pattern: str) -> re.Pattern[str]:
    """Python's `$` also matches before a final line end; the schema's does not."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII)


@lru_cache(maxsize=1)
def _worder_class() -> Any:
    """Loaded at the first refusal: it takes 60 ms that no start-up should pay."""
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    return extend(Draft7Validator, {"pattern": _pattern, "multipleOf": _multiple_of})


def _worder(document: dict[str, Any]) -> Any:
    return _worder_class()(document)
