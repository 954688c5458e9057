"""Offer Schemas: valid Draft 7, self-contained, no runaway patterns, and asking for what every offer needs."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs

from app.catalog.check.patterns import NO_PATTERN, runaway
from app.catalog.check.pointers import is_circle, reach, resolved
from app.catalog.offer_schema import decider
from app.catalog.source import Mistake, Source, SourceFile, Where

DRAFT = "http://json-schema.org/draft-07/schema#"
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.v[0-9]+")
CUSTOMER_NEEDS = ("language", "currency", "country")


Said = tuple[Where, str]

# What stands under these is no schema.
_VALUES = ("enum", "const", "default", "examples")
# Below these, names are the partner's own: a property may be called "default".
_NAMED = ("properties", "patternProperties", "definitions")


def schema_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    for name, file in source.under("schemas", ".json"):
        if not FILE_NAME.fullmatch(name):
            yield Mistake(file.path, 1, "must be called NAME.vNUMBER.json, the identifier is then NAME:vNUMBER")
        if not isinstance(file.data, dict):
            yield Mistake(file.path, 1, "must be an object")
            continue
        yield from document_mistakes(file, (), file.data)
        if file.data.get("$schema") != DRAFT:
            yield file.mistake(("$schema",), f"must be {DRAFT}")
        if is_draft7(file.data):
            yield from _needs(file)
    for _, file in source.under("products", ".yaml"):
        if "item_schema" in file.data:
            yield from document_mistakes(file, ("item_schema",), file.data["item_schema"])


def is_draft7(document: Any) -> bool:
    """Whether the other checks may rely on the form of this schema."""
    return isinstance(document, dict) and _meta().is_valid(document)


def document_mistakes(file: SourceFile, where: Where, document: dict[str, Any]) -> Iterator[Mistake]:
    found = dict(_said(document, (), document))
    for problem in _meta().iter_errors(document):
        # A pattern that is none has been said already, with the reason.
        found.setdefault(tuple(problem.instance_path), f"is not valid Draft 7: {problem.message}")
    for place, message in found.items():
        yield file.mistake((*where, *place), message)
    if found:
        return  # the validator would say the same again, or follow a circle for ever
    try:
        decider(document)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as problem:
        yield file.mistake(where, f"is not valid Draft 7: {problem}")


@lru_cache(maxsize=1)
def _meta() -> jsonschema_rs.Draft7Validator:
    from jsonschema import Draft7Validator

    return jsonschema_rs.Draft7Validator(dict(Draft7Validator.META_SCHEMA), offline=True)


def _said(document: dict[str, Any], where: Where, node: Any) -> Iterator[Said]:
    """What references and patterns do wrong, part by part of one schema."""
    if isinstance(node, list):
        for place, item in enumerate(node):
            yield from _said(document, (*where, place), item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("$ref"), str):
        yield from _of_reference(document, where, node)
    if isinstance(node.get("pattern"), str):
        yield from _of_pattern((*where, "pattern"), node["pattern"])
    if isinstance(node.get("patternProperties"), dict):
        for name in node["patternProperties"]:
            yield from _of_pattern((*where, "patternProperties", name), name)
    for name, value in node.items():
        if name not in _VALUES or (where and where[-1] in _NAMED):
            yield from _said(document, (*where, name), value)


def _of_reference(document: dict[str, Any], where: Where, node: dict[str, Any]) -> Iterator[Said]:
    reference = node["$ref"]
    if not reference.startswith("#"):
        yield (*where, "$ref"), f"leaves the file: {reference}"
    elif resolved(document, reference) is None:
        yield (*where, "$ref"), f"points at nothing: {reference}"
    elif is_circle(document, node):
        yield (*where, "$ref"), f"comes back to itself: {reference}"


def _of_pattern(where: Where, pattern: str) -> Iterator[Said]:
    danger = runaway(pattern)
    if danger is not None:
        kind = "is not valid Draft 7" if danger.startswith(NO_PATTERN) else "can run away"
        yield where, f"{kind}: {danger}"


def _needs(file: SourceFile) -> Iterator[Mistake]:
    for name in ("customer", "context"):
        if name not in file.data.get("required", []):
            yield file.mistake(("required",), f"must require {name}")
    customer = _property(file.data, file.data, "customer")
    for name in CUSTOMER_NEEDS:
        if name not in customer.get("required", []):
            yield file.mistake(("properties", "customer", "required"), f"must require {name}")
        if _property(file.data, customer, name).get("type") != "string":
            yield file.mistake(("properties", "customer", "properties", name), "must be of type string")


def _property(document: dict[str, Any], node: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema of a property, behind as many references as there are; an empty one where it is `true` or absent."""
    found = node.get("properties", {}).get(name)
    behind = [below for below in reach(document, found) if "$ref" not in below]
    return behind[0] if behind else {}
