"""Offer Schemas: valid Draft 7, self-contained, no runaway patterns, and asking for what every offer needs."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from app.catalog.check.patterns import runaway
from app.catalog.offer_schema import decider
from app.catalog.source import Mistake, Source, SourceFile, Where

DRAFT = "http://json-schema.org/draft-07/schema#"
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.v[0-9]+")
CUSTOMER_NEEDS = ("language", "currency", "country")


def schema_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    for name, file in source.under("schemas", ".json"):
        if not FILE_NAME.fullmatch(name):
            yield Mistake(file.path, 1, "must be called NAME.vNUMBER.json, the identifier is then NAME:vNUMBER")
        yield from document_mistakes(file, (), file.data)
        if isinstance(file.data, dict):
            if file.data.get("$schema") != DRAFT:
                yield file.mistake(("$schema",), f"must be {DRAFT}")
            yield from _needs(file)
    for _, file in source.under("products", ".yaml"):
        if "item_schema" in file.data:
            yield from document_mistakes(file, ("item_schema",), file.data["item_schema"])


def document_mistakes(file: SourceFile, where: Where, document: Any) -> Iterator[Mistake]:
    outside = list(_walk(file, where, document))
    yield from outside
    try:
        for problem in jsonschema_rs.Draft7Validator(_meta(), offline=True).iter_errors(document):
            yield file.mistake((*where, *problem.instance_path), f"is not valid Draft 7: {problem.message}")
            return
        if not outside:
            decider(document)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as problem:
        yield file.mistake(where, f"is not valid Draft 7: {problem}")


def _meta() -> dict[str, Any]:
    from jsonschema import Draft7Validator

    return dict(Draft7Validator.META_SCHEMA)


def _walk(file: SourceFile, where: Where, node: Any) -> Iterator[Mistake]:
    if isinstance(node, list):
        for place, item in enumerate(node):
            yield from _walk(file, (*where, place), item)
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        yield file.mistake((*where, "$ref"), f"leaves the file: {reference}")
    elif isinstance(reference, str) and resolved(file.data, reference) is None and where[:1] != ("item_schema",):
        yield file.mistake((*where, "$ref"), f"points at nothing: {reference}")
    patterns: list[tuple[Where, Any]] = [((*where, "pattern"), node.get("pattern"))]
    if isinstance(node.get("patternProperties"), dict):
        patterns += [((*where, "patternProperties", name), name) for name in node["patternProperties"]]
    for there, pattern in patterns:
        danger = runaway(pattern) if isinstance(pattern, str) else None
        if danger:
            yield file.mistake(there, f"can run away: {danger}")
    for name, value in node.items():
        if name not in ("enum", "const", "default", "examples"):
            yield from _walk(file, (*where, name), value)


def resolved(document: Any, reference: str) -> Any:
    """What a reference inside the file points at."""
    node = document
    for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else []:
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or key not in node:
            return None
        node = node[key]
    return node


def _needs(file: SourceFile) -> Iterator[Mistake]:
    for name in ("customer", "context"):
        if name not in file.data.get("required", []):
            yield file.mistake(("required",), f"must require {name}")
    customer = file.data.get("properties", {}).get("customer", {})
    if "$ref" in customer:
        customer = resolved(file.data, customer["$ref"]) or {}
    for name in CUSTOMER_NEEDS:
        if name not in customer.get("required", []):
            yield file.mistake(("properties", "customer", "required"), f"must require {name}")
        field = customer.get("properties", {}).get(name, {})
        if "$ref" in field:
            field = resolved(file.data, field["$ref"]) or {}
        if field.get("type") != "string":
            yield file.mistake(("properties", "customer", "properties", name), "must be of type string")
