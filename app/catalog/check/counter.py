"""The counter: facts that exist go to fields that exist, every text in every language, rules with their number."""

from collections.abc import Iterator
from typing import Any

from app.catalog.check.pointers import field_exists
from app.catalog.check.words import pushing_mistakes
from app.catalog.counter import AMOUNTS, DAYS, EVERYWHERE, KNOWN, VALUE
from app.catalog.items import read_items
from app.catalog.release import schema_identifier
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.domain.money import known_currencies

COUNTER = "counter.yaml"
ITEMS = "items.csv"


def counter_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    items = source.files.get(ITEMS)
    if items is not None:
        for found in read_items(items.text)[1]:
            yield Mistake(ITEMS, found.line, found.message)
        if COUNTER not in names:
            yield Mistake(ITEMS, 1, f"without {COUNTER} nothing says how a store asks for an offer")
    counter = source.files.get(COUNTER)
    if counter is None:
        return
    yield from _request(counter, source, names)
    yield from _keys(counter)
    yield from _limits(counter, items)
    for place, rule in enumerate(counter.data["rules"]):
        yield from _rule(counter, ("rules", place), rule)
    yield from _policy_types(counter, source, names)
    yield from pushing_mistakes(counter)
    partner = source.files.get("partner.yaml")
    if partner is not None:
        yield from _providers(counter, partner.data.get("payment_providers", []))
        yield from _languages(counter, partner.data["languages"])


def _request(file: SourceFile, source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    wanted = file.data["schema"]
    schemas = {schema_identifier(name): schema.data for name, schema in source.under("schemas", ".json")}
    if f"schemas/{wanted.replace(':', '.')}.json" not in names:
        yield file.mistake(("schema",), f"there is no schema {wanted}")
    request, constants = file.data["request"], file.data.get("constants", {})
    for path, name in request.items():
        if name not in KNOWN:
            yield file.mistake(("request", path), f"the counter does not know {name}; it knows {', '.join(KNOWN)}")
    for part, paths in (("request", request), ("constants", constants)):
        for path in paths:
            if wanted in schemas and not field_exists(schemas[wanted], tuple(path.split("."))):
                yield file.mistake((part, path), f"{wanted} has no such field")
    yield from _collisions(file, [("request", path) for path in request] + [("constants", path) for path in constants])


def _collisions(file: SourceFile, paths: list[tuple[str, str]]) -> Iterator[Mistake]:
    """Two values for one field, or one for a field and one inside of it."""
    for place, (part, path) in enumerate(paths):
        for _, other in paths[:place]:
            if f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}."):
                yield file.mistake((part, path), f"stands in the place of {other}, which is fed already")


def _keys(file: SourceFile) -> Iterator[Mistake]:
    for part in ("tenders", "conditions", "return_reasons", "rules"):
        keys = [row["key"] for row in file.data[part]]
        for place, key in enumerate(keys):
            if keys.index(key) != place:
                yield file.mistake((part, place, "key"), f"{key} is the key of another row")


def _limits(file: SourceFile, items: SourceFile | None) -> Iterator[Mistake]:
    limits = file.data["approval_above"]
    for code in limits:
        if code not in known_currencies():
            yield file.mistake(("approval_above", code), f"{code} is not a currency of ISO 4217")
    priced = {code for item in read_items(items.text)[0] for code in item.prices} if items is not None else set()
    for code in sorted(priced - set(limits)):
        yield file.mistake(("approval_above",), f"{ITEMS} has prices in {code}, and no limit here is in it")


def _rule(file: SourceFile, where: Where, rule: dict[str, Any]) -> Iterator[Mistake]:
    kind, value = rule["kind"], rule.get("value")
    if kind in DAYS | AMOUNTS and value is None:
        yield file.mistake(where, f"{kind} needs a value: its {'days' if kind in DAYS else 'amount'}")
    if kind not in DAYS | AMOUNTS and value is not None:
        yield file.mistake((*where, "value"), f"{kind} has no number")
    if kind in DAYS and value is not None and not float(value).is_integer():
        yield file.mistake((*where, "value"), "days are whole")
    if (kind in AMOUNTS) != ("currency" in rule):
        yield file.mistake(where, "an amount, and nothing else, needs a currency")
    elif "currency" in rule and rule["currency"] not in known_currencies():
        yield file.mistake((*where, "currency"), f"{rule['currency']} is not a currency of ISO 4217")
    if "region" in rule and rule["country"] == EVERYWHERE:
        yield file.mistake((*where, "region"), "a rule of everywhere has no region")
    for language, text in rule["text"].items():
        if value is not None and VALUE not in text:
            yield file.mistake((*where, "text", language), f"missing placeholder: {VALUE}")
        if value is None and VALUE in text:
            yield file.mistake((*where, "text", language), f"nothing fills the placeholder {VALUE}")


def _policy_types(file: SourceFile, source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    """Said only when every product could be read: a broken one may be of this type."""
    products = dict(source.under("products", ".yaml"))
    if any(name.startswith("products/") and name not in source.files for name in names):
        return
    types = {product.data["policy"]["type"] for product in products.values()}
    for place, kind in enumerate(file.data.get("address_for", [])):
        if kind not in types:
            yield file.mistake(("address_for", place), f"no product has the policy type {kind}")


def _providers(file: SourceFile, providers: list[str]) -> Iterator[Mistake]:
    for place, tender in enumerate(file.data["tenders"]):
        if "provider" in tender and tender["provider"] not in providers:
            yield file.mistake(
                ("tenders", place, "provider"), f"partner.yaml has no payment provider {tender['provider']}"
            )


def _languages(file: SourceFile, languages: list[str]) -> Iterator[Mistake]:
    """A region's language may leave a text to the language itself."""
    whole = [language for language in languages if language.partition("-")[0] not in languages or "-" not in language]
    for where, texts in _texts(file.data):
        for language in whole:
            if language not in texts:
                yield file.mistake(where, f"missing translation: {language}")
        for language in texts:
            if language not in languages:
                yield file.mistake((*where, language), f"partner.yaml does not name the language {language}")


def _texts(data: dict[str, Any]) -> Iterator[tuple[Where, dict[str, str]]]:
    for part, name in (("tenders", "label"), ("conditions", "label"), ("return_reasons", "label"), ("rules", "text")):
        for place, row in enumerate(data[part]):
            yield (part, place, name), row[name]
