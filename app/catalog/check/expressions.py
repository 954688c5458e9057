"""Expressions: they compile, and every field, step, function and table they name exists."""

import re
from collections.abc import Iterator
from typing import Any

from app.catalog.check.pointers import field_exists
from app.catalog.expressions import FUNCTIONS, expression
from app.catalog.pricing import PREMIUM
from app.catalog.release import schema_identifier
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.catalog.tokens import ROOTS, SEPARATOR, ExpressionInvalid

Located = tuple[Where, str | int | float | None]

_TABLE = re.compile(r"""\brate\(\s*["']([^"']*)["']""")
_POLICY_CURRENCY = re.compile(r"\b(to|from)_policy_currency\(")
# Placeholders that pricing fills by itself.
RESERVED = frozenset({"price", "price_without_tax", "tax", "underwriter", "partner", "quote_id", "product_config_id"})


def expression_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    schemas = {schema_identifier(name): file.data for name, file in source.under("schemas", ".json")}
    users: dict[str, list[Any]] = {}
    for _, file in source.under("offers", ".yaml"):
        schema = schemas.get(file.data["schema"])
        for product in file.data["products"]:
            if schema is not None:
                users.setdefault(product, []).append(schema)
        for where, text in _of_offer(file):
            yield from _mistakes(file, where, text, [schema] if schema else [], frozenset(), names)
            if _POLICY_CURRENCY.search(str(text)):
                yield file.mistake(where, "an offer has no policy currency; convert(x, from, to) names both")
        yield from _placeholder_names(file)
    for name, file in source.under("products", ".yaml"):
        yield from _product(file, users.get(name, []), names)


def _of_offer(file: SourceFile) -> Iterator[Located]:
    yield ("when",), file.data.get("when")
    for name, entry in file.data.get("placeholders", {}).items():
        if "text" in entry:
            yield ("placeholders", name, "text"), entry["text"]


def _placeholder_names(file: SourceFile) -> Iterator[Mistake]:
    for name, entry in file.data.get("placeholders", {}).items():
        if name in RESERVED:
            yield file.mistake(("placeholders", name), "is filled by the program and cannot be set")
        if "money" in entry and file.path.startswith("offers/"):
            yield file.mistake(("placeholders", name), "an offer has no policy currency: money belongs to a product")


def _product(file: SourceFile, schemas: list[Any], names: frozenset[str]) -> Iterator[Mistake]:
    steps: list[str] = []
    for place, step in enumerate(file.data["pricing"]["steps"]):
        where: Where = ("pricing", "steps", place)
        if step["name"] in steps or step["name"] in FUNCTIONS or step["name"] in ROOTS:
            yield file.mistake((*where, "name"), f"{step['name']} is the name of something else")
        if SEPARATOR in step["name"]:
            yield file.mistake((*where, "name"), "may not have two underscores in a row")
        yield from _mistakes(file, (*where, "is"), step["is"], schemas, frozenset(steps), names)
        steps.append(step["name"])
    if PREMIUM not in steps:
        yield file.mistake(("pricing", "steps"), f"no step is called {PREMIUM}")
    for where, text in _of_product(file.data):
        yield from _mistakes(file, where, text, schemas, frozenset(steps), names)
    yield from _placeholder_names(file)


def _of_product(data: dict[str, Any]) -> Iterator[Located]:
    pricing = data["pricing"]
    for name in ("minimum", "maximum"):
        yield ("pricing", name), pricing.get(name)
    yield ("pricing", "commission", "rate"), pricing["commission"]["rate"]
    for kind in ("surcharges", "taxes"):
        for place, entry in enumerate(pricing.get(kind, [])):
            for name in ("when", "rate", "amount"):
                yield ("pricing", kind, place, name), entry.get(name)
    yield ("dates", "start"), data["dates"]["start"]
    yield ("dates", "end"), data["dates"]["end"]
    yield ("cover_amount",), data.get("cover_amount")
    for place, entry in enumerate(data.get("benefits", [])):
        for name in ("limit", "excess"):
            yield ("benefits", place, name), entry.get(name)
    for name, value in data.get("extra_fields", {}).items():
        yield ("extra_fields", name), value
    for name, entry in data.get("placeholders", {}).items():
        yield ("placeholders", name), entry.get("text", entry.get("money"))


def _mistakes(
    file: SourceFile, where: Where, text: Any, schemas: list[Any], steps: frozenset[str], names: frozenset[str]
) -> Iterator[Mistake]:
    if text is None:
        return
    try:
        computed = expression(text)
    except ExpressionInvalid as problem:
        yield file.mistake(where, f"{problem}")
        return
    for name in sorted(computed.names - steps):
        yield file.mistake(where, f"names {name}, which is neither a request field nor a step before it")
    for field in computed.fields:
        for schema in schemas:
            if not field_exists(schema, field.path):
                yield file.mistake(where, f"names an unknown field: {'.'.join(field.path)}")
                break
    for table in _TABLE.findall(str(text)):
        if f"rates/{table}.csv" not in names:
            yield file.mistake(where, f"there is no table rates/{table}.csv")
