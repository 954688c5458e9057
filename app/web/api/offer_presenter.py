"""An offer as partners' systems read it: every key, in the order they have always seen."""

from datetime import datetime
from typing import Any

import orjson

from app.domain.evidence import written_at
from app.domain.money import Money
from app.domain.offers import Benefit, Offer, ProductRule, Quote
from app.services.records import OfferPage, OfferSummary
from app.web.api.errors import failures_by_position

EXTRA_FIELDS = frozenset({"tax", "commission", "benefits", "surcharge"})


def offer_json(offer: Offer, public_url: str, extra_fields: frozenset[str]) -> bytes:
    pds = f"{public_url}/{offer.language.lower()}/pds/{offer.id}?policy_type="
    experiment = {} if offer.experiment is None else _experiment(offer)
    body: dict[str, Any] = {
        "id": offer.id,
        "session_id": offer.session_id,
        "offer_config_id": offer.offer_config_id,
        "offer_schema": offer.schema,
        "currency": offer.currency.code,
        "products": [_product(quote, pds, experiment, extra_fields) for quote in offer.quotes],
    }
    if offer.product_rules:
        body["product_rules"] = [_rule(rule) for rule in offer.product_rules]
    if offer.content is not None:
        body["content"] = orjson.Fragment(offer.content)
    if offer.experiment is not None:
        body["metadata"] = {"experiment": experiment}
    body["errors"] = failures_by_position(offer.failures)
    return orjson.dumps(body)


def _experiment(offer: Offer) -> dict[str, str]:
    assert offer.experiment is not None
    return {"name": offer.experiment.name, "variant": offer.experiment.variant}


def _product(quote: Quote, pds: str, experiment: dict[str, str], extra_fields: frozenset[str]) -> dict[str, Any]:
    return {
        "id": quote.id,
        "product_config_id": quote.product_config_id,
        "name": quote.name,
        "type": None,
        "schema_url": None,
        "details": {
            "policy_version_id": quote.policy_version_id,
            "start_date": quote.start_at,
            "end_date": quote.end_at,
            "finance": _finance(quote, extra_fields),
            "pds_url": pds + quote.policy_type_slug,
            "files": [{"name": file.name, "url": file.url, "type": file.type} for file in quote.files],
            "extra_fields": quote.extra_fields,
            "experiment": experiment,
            "benefits": [benefit_json(benefit) for benefit in quote.benefits] if "benefits" in extra_fields else [],
        },
    }


def _finance(quote: Quote, extra_fields: frozenset[str]) -> dict[str, Any]:
    price = quote.price
    return {
        "price": {
            "total_amount": price.total.amount,
            "total_amount_without_tax": price.net.amount,
            "total_amount_min": None,
            "total_amount_max": None,
            "total_amount_formatted": price.total.formatted,
            "total_amount_without_tax_formatted": price.net.formatted,
            "total_amount_min_formatted": None,
            "total_amount_max_formatted": None,
        },
        "tax": {
            "total_amount": price.tax.amount,
            "breakdown": [
                {
                    "tax_amount": line.amount.amount,
                    "tax_code": line.code,
                    "tax_amount_formatted": line.amount.formatted,
                }
                for line in price.tax_lines
            ],
            "total_amount_formatted": price.tax.formatted,
        },
        "surcharge": _total(price.surcharge if "surcharge" in extra_fields else None),
        "commission": _total(price.commission if "commission" in extra_fields else None),
    }


def _total(money: Money | None) -> dict[str, Any]:
    if money is None:
        return {"total_amount": None, "total_amount_formatted": None}
    return {"total_amount": money.amount, "total_amount_formatted": money.formatted}


def benefit_json(benefit: Benefit) -> dict[str, Any]:
    """Keys without a value are left out, as the recorded answers have it."""
    body: dict[str, Any] = {"description": benefit.description}
    for name in ("limit", "limit_policy_currency", "excess", "excess_policy_currency"):
        money: Money | None = getattr(benefit, name)
        if money is not None:
            body[name] = money.amount
            body[f"{name}_formatted"] = money.formatted
    if benefit.limit_description is not None:
        body["limit_description"] = benefit.limit_description
    return body


def _rule(rule: ProductRule) -> dict[str, Any]:
    """The one place that knows how product rules are written: their event table is not published in full."""
    events = []
    for event in rule.events:
        said: dict[str, Any] = {"type": event.type}
        if event.products:
            said["product_ids"] = event.products
        events.append(said | {"target": event.target, "action": event.action})
    return {
        "slug": rule.slug,
        "product_ids": rule.products,
        "initial_state": rule.initial_state,
        "min_select": rule.min_select,
        "max_select": rule.max_select,
        "events": events,
    }


def page_json(page: OfferPage, next_url: str | None) -> bytes:
    return orjson.dumps({"next": next_url, "results": [_summary(offer) for offer in page.offers]})


def _summary(offer: OfferSummary) -> dict[str, Any]:
    return {
        "id": offer.id,
        "created_at": stamp(offer.created_at),
        "session_id": offer.session_id,
        "offer_config_id": offer.offer_config_id,
        "offer_schema": offer.offer_schema,
        "currency": offer.currency,
        "language": offer.language,
        "country": offer.country,
        "partner": {"subsidiary": offer.subsidiary, "transaction_id": offer.partner_transaction_id},
    }


def stamp(moment: datetime) -> str:
    """Record stamps: UTC, microseconds, Z: the form evidence is written in."""
    return written_at(moment)
