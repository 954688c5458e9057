"""From a release's document to the compiled catalog. The document has passed the check; nothing is checked again."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.catalog.computed import Computed
from app.catalog.counter import counter_of
from app.catalog.exchange import ExchangeRates, read_exchange_rates
from app.catalog.expressions import expression
from app.catalog.items import Items, read_items
from app.catalog.model import (
    BenefitConfig,
    Catalog,
    FileConfig,
    Levy,
    OfferConfig,
    Placeholder,
    Product,
    Step,
)
from app.catalog.offer_schema import OfferSchema
from app.catalog.rate_tables import RateTable, read_table
from app.catalog.release import config_id, content_hash, release_of
from app.catalog.source import Source
from app.catalog.tokens import Field
from app.catalog.words import Words, merged
from app.domain.money import currency
from app.domain.offers import Experiment, ProductRule, RuleEvent
from app.domain.terms import InstalmentPlan, Jurisdiction, Terms

ALL_KEY_KINDS = frozenset({"live", "test", "publishable"})

# A thousand partners are often a few catalogs under many codes: equal parts are kept once.
_schemas: dict[str, OfferSchema] = {}
_words: dict[str, Words] = {}


def compiled(release_id: str, code: str, document: dict[str, Any]) -> Catalog:
    products = {
        name: product_config(code, name, data, document["wording"]) for name, data in document["products"].items()
    }
    partner = document["partner"]
    return Catalog(
        release_id=release_id,
        code=code,
        partner=partner,
        schemas={identifier: _schema(identifier, data) for identifier, data in document["schemas"].items()},
        offers=_by_priority(offer_config(code, name, data, products) for name, data in document["offers"].items()),
        products=products,
        tables={name: _table(name, text) for name, text in document["rates"].items()},
        exchange=_exchange(document["exchange_rates"]),
        words=_words_of(document["words"], partner["languages"][0]),
        files=frozenset(document["files"]),
        default_language=partner["languages"][0],
        subsidiaries=frozenset(entry["slug"] for entry in partner.get("subsidiaries", [])),
        counter=counter_of(document["counter"], partner["languages"][0]) if "counter" in document else None,
        items=_items(document.get("items", "")),
    )


def compiled_folder(source: Source) -> Catalog:
    """The catalog of a checked folder that nobody has published yet."""
    release = release_of(source)
    return compiled(release.id, release.code, release.document)


def _by_priority(offers: Iterable[OfferConfig]) -> tuple[OfferConfig, ...]:
    return tuple(sorted(offers, key=lambda offer: (-offer.priority, offer.name)))


def offer_config(code: str, name: str, data: dict[str, Any], products: dict[str, Product]) -> OfferConfig:
    access = data.get("access", {})
    trial = data.get("experiment")
    return OfferConfig(
        id=config_id(code, "offer", name, data),
        name=name,
        is_active=data["status"] == "active",
        schema=data["schema"],
        when=_computed(data.get("when")),
        key_kinds=frozenset(access.get("keys", ALL_KEY_KINDS)),
        subsidiaries=frozenset(access.get("subsidiaries", ())),
        priority=data.get("priority", 0),
        experiment=Experiment(trial["name"], trial["variant"]) if trial else None,
        weight=trial["weight"] if trial else 1,
        products=tuple(products[product] for product in data["products"]),
        product_rules=tuple(_rule(rule) for rule in data.get("product_rules", [])),
        placeholders=_placeholders(data),
        expires_after_hours=data.get("expires_after_hours"),
    )


def product_config(code: str, name: str, data: dict[str, Any], wording: dict[str, str]) -> Product:
    policy, pricing, dates = data["policy"], data["pricing"], data["dates"]
    made = Product(
        id=config_id(code, "product", name, data),
        name=name,
        policy_version_id=_policy_version(code, policy, wording),
        policy=policy,
        policy_currency=currency(policy["currency"]),
        steps=_steps((step["name"], step["is"]) for step in pricing["steps"]),
        minimum=_computed(pricing.get("minimum")),
        maximum=_computed(pricing.get("maximum")),
        surcharges=tuple(_levy(entry) for entry in pricing.get("surcharges", [])),
        taxes=tuple(_levy(entry) for entry in pricing.get("taxes", [])),
        commission_rate=expression(pricing["commission"]["rate"]),
        start=expression(dates["start"]),
        end=_computed(dates["end"]),
        cover_amount=_computed(data.get("cover_amount")),
        benefits=tuple(_benefit(entry) for entry in data.get("benefits", [])),
        files=tuple(FileConfig(entry["key"], entry["type"], entry["file"]) for entry in data.get("files", [])),
        extra_fields=_steps(data.get("extra_fields", {}).items()),
        placeholders=_placeholders(data),
        terms=_terms(data),
        fields=(),
    )
    return replace(made, fields=tuple(_fields(made)))


def _terms(data: dict[str, Any]) -> Terms:
    refund, modification, renewal = data["refund"], data["modification"], data["renewal"]
    return Terms(
        cooling_off_days=data["cooling_off_days"],
        refund=refund["rule"],
        refund_fee=float(refund.get("fee", 0)),
        modification=modification["rule"],
        modification_fee=float(modification.get("fee", 0)),
        is_renewable=renewal["renewable"],
        renews_automatically=renewal.get("automatic", False),
        notice_days=renewal.get("notice_days", 0),
        instalments=tuple(
            InstalmentPlan(plan["name"], plan["payments"], plan["every"]) for plan in data.get("instalments", [])
        ),
        jurisdictions=tuple(
            Jurisdiction(
                row["country"], row.get("region"), row.get("cancellation_days"), row.get("deferred_sale_days", 0)
            )
            for row in data.get("jurisdictions", [])
        ),
    )


def _steps(entries: Iterable[tuple[str, str | float]]) -> tuple[Step, ...]:
    return tuple(Step(name, expression(source)) for name, source in entries)


def _policy_version(code: str, policy: dict[str, Any], wording: dict[str, str]) -> str:
    texts = {name: digest for name, digest in wording.items() if name.rpartition(".")[0] == policy["wording"]}
    return config_id(code, "policy", policy["type"], {"policy": policy, "wording": texts})


def _computed(source: str | float | None) -> Computed | None:
    return None if source is None else expression(source)


def _levy(entry: dict[str, Any]) -> Levy:
    return Levy(
        entry["code"], _computed(entry.get("when")), _computed(entry.get("rate")), _computed(entry.get("amount"))
    )


def _benefit(entry: dict[str, Any]) -> BenefitConfig:
    return BenefitConfig(entry["key"], _computed(entry.get("limit")), _computed(entry.get("excess")))


def _placeholders(data: dict[str, Any]) -> tuple[Placeholder, ...]:
    found = data.get("placeholders", {})
    return tuple(
        Placeholder(name, expression(entry.get("text", entry.get("money"))), "money" in entry)
        for name, entry in found.items()
    )


def _rule(rule: dict[str, Any]) -> ProductRule:
    events = tuple(
        RuleEvent(event["type"], event["target"], event["action"], tuple(event.get("products", ())))
        for event in rule.get("events", [])
    )
    return ProductRule(
        rule["slug"], tuple(rule["products"]), rule["initial_state"], rule["min_select"], rule["max_select"], events
    )


def _fields(product: Product) -> Iterable[Field]:
    """The request fields of every expression of a product, each once."""
    return {field.variable: field for computed in _inside(product) for field in computed.fields}.values()


def _inside(part: Any) -> Iterable[Computed]:
    if isinstance(part, Computed):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _inside(item)
    elif hasattr(part, "__slots__"):
        for name in part.__slots__:
            yield from _inside(getattr(part, name))


def _schema(identifier: str, document: dict[str, Any]) -> OfferSchema:
    key = content_hash([identifier, document])
    return _schemas.setdefault(key, OfferSchema(identifier, document))


def _words_of(languages: dict[str, dict[str, Any]], default: str) -> Words:
    full = {
        language: merged(languages.get(language.partition("-")[0], {}), words) for language, words in languages.items()
    }
    return _words.setdefault(content_hash([languages, default]), Words(full, default))


@lru_cache(maxsize=5_000)
def _table(name: str, text: str) -> RateTable:
    table, mistakes = read_table(name, text)
    if table is None:
        raise ValueError(f"{name}: {mistakes[0].message}")
    return table


@lru_cache(maxsize=200)
def _items(text: str) -> Items:
    return read_items(text)[0]


@lru_cache(maxsize=1_000)
def _exchange(text: str) -> ExchangeRates:
    return read_exchange_rates(text)[0]
