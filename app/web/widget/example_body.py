"""Requests to try a schema with: an example moved to today, or the least that a schema asks for."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from app.catalog.offer_schema import OfferSchema, decider

Document = Mapping[str, Any]

# A pattern says what fits and not how to make it: the first of these that fits is taken.
_TEXTS = (
    "Example",
    "{today}",
    "{today}T10:00:00Z",
    "en",
    "EUR",
    "GB",
    "1y",
    "ana.costa@example.org",
    "https://shop.example/item",
    "10115",
    "A1",
    "1",
    "12",
    "1234567890",
)
_FORMATS = {
    "date": "{today}",
    "date-time": "{today}T10:00:00Z",
    "time": "10:00:00Z",
    "email": "ana.costa@example.org",
    "uri": "https://shop.example/item",
    "uuid": "01a1fe7c-c8e0-71cf-b9fe-374d84304397",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=$|T)")
# What lies further away than this is somebody's birthday or the year a house was built, not a plan.
_PLANS = timedelta(days=800)
# A schema may name itself inside itself.
_DEEPEST = 12


def least_body(schema: OfferSchema, today: date) -> Any:
    """What has to be there and nothing else. It need not satisfy the schema: ask `schema.accepts`."""
    return _Made(schema.document, today).value(schema.document, 0)


def moved(request: Any, days: int, anchor: date) -> Any:
    """The request with its plans moved by so many days, so that an example of last spring is not over."""
    if isinstance(request, dict):
        return {name: moved(value, days, anchor) for name, value in request.items()}
    if isinstance(request, list):
        return [moved(value, days, anchor) for value in request]
    found = _DAY.match(request) if isinstance(request, str) else None
    if found is None or abs(date.fromisoformat(found[0]) - anchor) > _PLANS:
        return request
    return str(date.fromisoformat(found[0]) + timedelta(days=days)) + request[found.end() :]


class _Made:
    def __init__(self, document: Document, today: date) -> None:
        self._document = document
        self._today = str(today)

    def value(self, given: Any, depth: int) -> Any:
        node = self._resolved(given, depth)
        for name in ("const", "default"):
            if name in node:
                return deepcopy(node[name])
        for name in ("enum", "examples"):
            if node.get(name):
                return deepcopy(node[name][0])
        kind = node.get("type", "object" if "properties" in node else "string")
        kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        if kind == "object":
            return self._object(node, depth)
        if kind == "array":
            return [self.value(node.get("items", {}), depth + 1) for _ in range(min(node.get("minItems", 0), 20))]
        if kind in ("integer", "number"):
            return _number(node, kind)
        return {"boolean": False, "null": None}.get(kind, "") if kind != "string" else self._text(node)

    def _object(self, node: Document, depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            return {}
        properties = node.get("properties", {})
        return {name: self.value(properties.get(name, {}), depth + 1) for name in node.get("required", [])}

    def _text(self, node: Document) -> str:
        wanted = {name: node[name] for name in ("pattern", "minLength", "maxLength", "format") if name in node}
        fits = decider({"type": "string"} | wanted)
        shortest = "Example".ljust(node.get("minLength", 0), ".")[: node.get("maxLength", 200)]
        texts = [_FORMATS.get(node.get("format", ""), "Example"), shortest, *_TEXTS]
        ready = [text.replace("{today}", self._today) for text in texts]
        return next((text for text in ready if fits.is_valid(text)), ready[0])

    def _resolved(self, node: Any, depth: int) -> dict[str, Any]:
        """The node with what it refers to, and with the first of its choices, written into it."""
        if not isinstance(node, dict) or depth > _DEEPEST:
            return {}
        if isinstance(node.get("$ref"), str):
            return self._resolved(self._referred(node["$ref"]), depth + 1)
        result = {name: value for name, value in node.items() if name not in ("allOf", "anyOf", "oneOf")}
        parts = [*node.get("allOf", []), *node.get("anyOf", [])[:1], *node.get("oneOf", [])[:1]]
        for part in parts:
            found = self._resolved(part, depth + 1)
            both = {name: result.get(name, {}) | found[name] for name in ("properties",) if name in found}
            needed = [*result.get("required", []), *found.get("required", [])]
            result = result | found | both | ({"required": list(dict.fromkeys(needed))} if needed else {})
        return result

    def _referred(self, reference: str) -> Any:
        place: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            place = place.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(place, dict) else {}
        return place


def _number(node: Document, kind: str) -> float | int:
    step = node.get("multipleOf") or 1
    least = node.get("minimum", node.get("exclusiveMinimum", 1))
    found = max(least, 1) if "maximum" not in node or node["maximum"] >= 1 else least
    found = -(-found // step) * step
    if found == node.get("exclusiveMinimum"):
        found += step
    return int(found) if kind == "integer" or found == int(found) else found
