"""Product rules and experiments: groups that name somebody, targets that exist, limits that can be met.

And the limits of a premium, which have to leave room between them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.catalog.source import Mistake, Source, SourceFile, Where


def rule_mistakes(source: Source, names: frozenset[str]) -> Iterator[Mistake]:
    variants: Counter[tuple[str, str]] = Counter()
    for _, file in source.under("offers", ".yaml"):
        yield from _rules(file)
        trial = file.data.get("experiment")
        if trial is None:
            continue
        variants[(trial["name"], trial["variant"])] += 1
        if variants[(trial["name"], trial["variant"])] > 1:
            yield file.mistake(("experiment", "variant"), f"another offer is this variant too: {trial['variant']}")
    for _, file in source.under("products", ".yaml"):
        yield from _premium_limits(file)


def _premium_limits(file: SourceFile) -> Iterator[Mistake]:
    """Expressions are held against each other only when they are computed."""
    least, most = file.data["pricing"].get("minimum"), file.data["pricing"].get("maximum")
    if isinstance(least, (int, float)) and isinstance(most, (int, float)) and least > most:
        yield file.mistake(("pricing", "minimum"), f"is larger than the maximum, {most:g}")


def _rules(file: SourceFile) -> Iterator[Mistake]:
    rules = file.data.get("product_rules", [])
    slugs = [rule["slug"] for rule in rules]
    grouped: set[str] = set()
    for place, rule in enumerate(rules):
        where: Where = ("product_rules", place)
        if slugs.index(rule["slug"]) != place:
            yield file.mistake((*where, "slug"), f"{rule['slug']} is the slug of another group")
        yield from _products(file, (*where, "products"), rule["products"])
        for product in rule["products"]:
            if product in grouped:
                yield file.mistake((*where, "products"), f"{product} is in another group already")
            grouped.add(product)
        if rule["max_select"] < rule["min_select"]:
            yield file.mistake((*where, "max_select"), "is smaller than min_select")
        if rule["min_select"] > len(rule["products"]):
            yield file.mistake(
                (*where, "min_select"), f"asks for more than the {len(rule['products'])} products there are"
            )
        yield from _events(file, where, rule, slugs)


def _events(file: SourceFile, where: Where, rule: dict[str, Any], slugs: list[str]) -> Iterator[Mistake]:
    for place, event in enumerate(rule.get("events", [])):
        there = (*where, "events", place)
        if event["target"] not in slugs:
            yield file.mistake((*there, "target"), f"names nobody: there is no group {event['target']}")
        if event["target"] == rule["slug"]:
            yield file.mistake((*there, "target"), "is the group itself")
        for product in event.get("products", []):
            if product not in rule["products"]:
                yield file.mistake((*there, "products"), f"names nobody: {product} is not in this group")


def _products(file: SourceFile, where: Where, products: list[str]) -> Iterator[Mistake]:
    for place, product in enumerate(products):
        if product not in file.data["products"]:
            yield file.mistake((*where, place), f"names nobody: {product} is not a product of this offer")
