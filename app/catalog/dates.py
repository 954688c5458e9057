"""Which fields of the request a product's dates come from, so that a date can be changed where it was said."""

from collections.abc import Iterator
from typing import Any

from app.catalog.computed import Computed
from app.catalog.model import Product
from app.domain import moments

Path = tuple[str, ...]


def with_date(product: Product, computed: Computed | None, body: dict[str, Any], old: str, new: str) -> bool:
    """Puts `new` where the request says `old`, the date this expression gave. False when it says it nowhere."""
    if computed is None:
        return False
    for path in dict.fromkeys(_paths(product, computed)):
        holder: Any = body
        for name in path[:-1]:
            holder = holder.get(name) if isinstance(holder, dict) else None
        if path[0] == "context" and isinstance(holder, dict) and _is_same(holder.get(path[-1]), old):
            holder[path[-1]] = new
            return True
    return False


def _paths(product: Product, computed: Computed) -> Iterator[Path]:
    """The fields of an expression, and of the steps it names."""
    yield from (field.path for field in computed.fields if not field.asks_presence)
    for step in product.steps:
        if step.name in computed.names:
            yield from _paths(product, step.computed)


def _is_same(value: Any, old: str) -> bool:
    try:
        return isinstance(value, str) and moments.written(value) == old
    except ValueError:
        return False
