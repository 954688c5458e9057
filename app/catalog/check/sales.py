"""A sale at the counter, tried: its request validates and can be answered, and its rules agree with the products."""

from collections.abc import Iterator
from typing import Any

from app.catalog.calculation import Request
from app.catalog.check.counter import COUNTER, ITEMS
from app.catalog.compiling import compiled_folder
from app.catalog.counter import EVERYWHERE, Counter, CounterRule, item_facts, request_for
from app.catalog.facts import Facts
from app.catalog.items import CounterItem
from app.catalog.matching import Asker, matching_offers
from app.catalog.model import Catalog, Product
from app.catalog.offer_schema import OfferSchema
from app.catalog.placeholders import offer_functions
from app.catalog.source import Mistake, Source, SourceFile, Where
from app.domain.errors import DomainError, NoOfferMatches, OfferAccessDenied
from app.domain.money import currency

# What is different in every sale, as it might be in one.
SALE = {"region": "WA", "postcode": "98101", "subsidiary": "SHOP", "receipt": "0001-0001", "serial": "356938035643809"}
# A store may have no region or subsidiary, an item no brand: a request has to do without them.
OPTIONAL = frozenset({*SALE, "brand", "model", "variant"})


def sale_mistakes(source: Source) -> Iterator[Mistake]:
    file = source.files.get(COUNTER)
    if file is None:
        return
    catalog = compiled_folder(source)
    counter = catalog.counter
    assert counter is not None
    examples = (one.data for _, one in source.under("examples", ".yaml"))
    wanted = counter.schema
    example = next((one for one in examples if one["request"].get("schema", catalog.default_schema) == wanted), None)
    if example is None:
        yield file.mistake(("schema",), f"no example is of {wanted}")
        return
    yield from _tried(catalog, file, counter, example)
    yield from _agreeing(catalog, file, counter)


def _tried(catalog: Catalog, file: SourceFile, counter: Counter, example: dict[str, Any]) -> Iterator[Mistake]:
    """The first item is sold whole, without what may be unknown, and in every condition; the others must validate."""
    customer, schema = example["request"]["customer"], catalog.schemas[counter.schema]
    items = [item for item in catalog.items if item.prices] or [_made_up(customer["currency"])]
    facts = _facts(counter, items[0], customer, example["on"])
    bare = {name: value for name, value in facts.items() if name not in OPTIONAL}
    sales: list[tuple[Where, dict[str, Any]]] = [(("request",), facts), (("request",), bare)]
    sales += [
        (("conditions", place, "key"), facts | {"condition": choice.key})
        for place, choice in enumerate(counter.conditions)
    ]
    for where, sale in sales:
        problem = _refusal(schema, request_for(counter, sale)) or _failure(catalog, counter, sale, example["on"])
        if problem:
            yield file.mistake(where, f"{items[0].sku} cannot be sold: {problem}")
            return  # what is wrong with the first item is wrong with all of them
    for item in items:
        problem = _refusal(schema, request_for(counter, _facts(counter, item, customer, example["on"])))
        if problem:
            yield Mistake(ITEMS, item.line, f"{item.sku} cannot be sold: {problem}")


def _facts(counter: Counter, item: CounterItem, customer: dict[str, Any], on: str) -> dict[str, Any]:
    code = customer["currency"] if customer["currency"] in item.prices else next(iter(item.prices))
    return {
        **SALE,
        **item_facts(item, code),
        "language": counter.default_language,
        "country": customer["country"],
        "currency": code,
        "condition": counter.conditions[0].key,
        "quantity": 1,
        "purchased_at": f"{on}T12:00:00+00:00",
    }


def _made_up(code: str) -> CounterItem:
    """For a counter without items, where everything is typed in."""
    price = currency(code).money(250)
    return CounterItem("ITEM-1", None, "Item", "Brand", "Model", "Variant", "category", "none", {code: price})


def _refusal(schema: OfferSchema, body: dict[str, Any]) -> str | None:
    """Why the schema refuses the request."""
    if schema.accepts(body):
        return None
    path, message = schema.errors(body)[0]
    return f"{'.'.join(str(part) for part in path) or 'body'}: {message}"


def _failure(catalog: Catalog, counter: Counter, facts: dict[str, Any], on: str) -> str | None:
    """Why the request is answered with an error. That there is no offer for it is an answer."""
    body = request_for(counter, facts)
    asked = Request(Facts(body), currency(facts["currency"]), facts["language"], on, False, str)
    asker = Asker("live", facts.get("subsidiary"), active_only=True)
    try:
        matching_offers(catalog, counter.schema, asked.facts, asker, offer_functions(catalog, asked))
    except (NoOfferMatches, OfferAccessDenied):
        return None
    except DomainError as problem:
        return problem.message
    return None


def _agreeing(catalog: Catalog, file: SourceFile, counter: Counter) -> Iterator[Mistake]:
    """What a rule promises the customer, the policy keeps: the days stand in both, and must be the same."""
    products = {product.name: product for offer in catalog.offers if offer.schema == counter.schema
                for product in offer.products}  # fmt: skip
    for place, rule in enumerate(counter.rules):
        for product in products.values():
            given = _given(product, rule)
            if given is not None and given != rule.value:
                said = f"says {rule.value:g} days, and products/{product.name}.yaml has {given}"
                yield file.mistake(("rules", place, "value"), said)


def _given(product: Product, rule: CounterRule) -> int | None:
    if rule.country == EVERYWHERE:
        return None
    if rule.kind == "cancellation":
        return product.terms.cooling_off_in(rule.country, rule.region)
    return product.terms.deferred_in(rule.country, rule.region) if rule.kind == "deferral" else None
