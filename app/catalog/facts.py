"""The fields of one request, as expressions see them."""

from collections.abc import Mapping
from typing import Any

from app.catalog.tokens import Field


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
