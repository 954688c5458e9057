"""A partner's Offer Schema: one validator decides in microseconds, a second one words what is wrong.

jsonschema-rs says yes or no. Python's jsonschema is 150 times slower and is asked only after a no, because
partners' systems match its sentences. Where the two read Draft 7 differently (patterns, and 19.99 as a
multiple of 0.01) the second is taught to read as the first does.
"""

import zlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

MOST_ERRORS = 50
# A worded value is cut here: a partner's megabyte does not come back in the error about it.
MOST_WORDS = 300

Path = tuple[str | int, ...]


class OfferSchema:
    """The document is kept packed: only a refusal and the OpenAPI page need it again."""

    def __init__(self, identifier: str, document: dict[str, Any]) -> None:
        self.identifier = identifier
        self._packed = zlib.compress(orjson.dumps(document))

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(zlib.decompress(self._packed))
        return found

    @cached_property
    def _decides(self) -> jsonschema_rs.Draft7Validator:
        return decider(bare_rules(self.document))

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


def decider(document: Any) -> jsonschema_rs.Draft7Validator:
    """Linear-time patterns, and no fetching of anything from anywhere."""
    return jsonschema_rs.Draft7Validator(document, pattern_options=jsonschema_rs.RegexOptions(), offline=True)


# Words for readers, a fifth of a validator's memory. Under the maps the keys are names, not keywords.
_NOTES = frozenset({"title", "description", "examples", "default", "$comment"})
_MAPS = frozenset({"properties", "patternProperties", "definitions", "dependencies"})
_VALUES = frozenset({"enum", "const"})


def bare_rules(node: Any) -> Any:
    """The schema without its notes."""
    if isinstance(node, list):
        return [bare_rules(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for name, value in node.items():
        if name in _MAPS and isinstance(value, dict):
            result[name] = {key: bare_rules(below) for key, below in value.items()}
        elif name not in _NOTES:
            result[name] = value if name in _VALUES else bare_rules(value)
    return result


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
    """Decided by the linear-time engine: Python's own would read `$` and digits differently, and can run away."""
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not _matcher(pattern).is_valid(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _multiple_of(_: Any, step: float, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(value, (int, float)) and not isinstance(value, bool) and Decimal(repr(value)) % Decimal(repr(step)):
        yield ValidationError(f"{value!r} is not a multiple of {step!r}")


@lru_cache(maxsize=500)
def _matcher(pattern: str) -> jsonschema_rs.Draft7Validator:
    return decider({"pattern": pattern})


@lru_cache(maxsize=1)
def _worder_class() -> Any:
    """Loaded at the first refusal: it takes 60 ms that no start-up should pay."""
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    return extend(Draft7Validator, {"pattern": _pattern, "multipleOf": _multiple_of})  # type: ignore[no-untyped-call]


def _worder(document: dict[str, Any]) -> Any:
    return _worder_class()(document)
