"""References inside one JSON Schema: what they point at, whether they come back to themselves, which fields exist."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("if", "then", "else", "not")


def resolved(document: Any, reference: str) -> Any:
    """What a reference inside the file points at, or None."""
    node = document
    for part in unquote(reference).removeprefix("#").removeprefix("/").split("/") if reference != "#" else []:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return None
    return node


def _beside(document: Any, node: dict[str, Any]) -> Iterator[Any]:
    """The schemas that look at the very same value. Beside a $ref Draft 7 reads nothing else."""
    if isinstance(node.get("$ref"), str):
        yield resolved(document, node["$ref"])
        return
    for kind in _LISTS:
        below = node.get(kind)
        yield from below if isinstance(below, list) else []
    yield from (node[kind] for kind in _SINGLE if kind in node)


def reach(document: Any, start: Any) -> list[dict[str, Any]]:
    """Every schema that has a say about a value `start` describes, each once however often it is named."""
    found: dict[int, dict[str, Any]] = {}
    open_nodes = [start]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict) and id(node) not in found:
            found[id(node)] = node
            open_nodes.extend(_beside(document, node))
    return list(found.values())


def is_circle(document: Any, node: dict[str, Any]) -> bool:
    """Whether deciding about a value by this reference asks the reference itself again, for ever."""
    target = resolved(document, node["$ref"])
    return any(below is node for below in reach(document, target))


def field_exists(document: Any, path: tuple[str, ...]) -> bool:
    """Whether the schema says anything about this field. A free object (no properties named) may hold any."""
    nodes = reach(document, document)
    for name in path:
        named = [node["properties"] for node in nodes if isinstance(node.get("properties"), dict)]
        found = [properties[name] for properties in named if name in properties]
        if not found:
            return not named
        nodes = [below for one in found for below in reach(document, one)]
    return True
