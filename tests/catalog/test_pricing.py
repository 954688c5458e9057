"""Pricing a product of a demo folder: what customers read of it, and why a price may be missing."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from app.catalog.calculation import ProductNotPriced, Request
from app.catalog.expressions import expression
from app.catalog.facts import Facts
from app.catalog.model import Catalog, Placeholder, Product
from app.catalog.placeholders import offer_functions, offer_values
from app.catalog.pricing import quote_of
from app.catalog.source import read_folder
from app.domain.money import currency
from app.domain.offers import Quote
from tests.catalog.folders import CATALOG, compiled_folder

PLAN = "renters-contents-plus"
BODY = read_folder(CATALOG / "hearthside").files["examples/apartment-in-paris.yaml"].data["request"]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return compiled_folder(CATALOG / "hearthside")


def product(catalog: Catalog) -> Product:
    return next(found for offer in catalog.offers for found in offer.products if found.name == PLAN)


def asked(language: str = "fr", code: str = "EUR", benefits: bool = True, **context: Any) -> Request:
    body = deepcopy(BODY)
    body["context"] |= context
    body["customer"] |= {"language": language, "currency": code}
    return Request(Facts(body), currency(code), language, "2026-11-01", benefits, lambda path: f"/{path}")


def quote(catalog: Catalog, request: Request, plan: Product | None = None) -> tuple[Quote, dict[str, str]]:
    return quote_of(catalog, plan or product(catalog), request, "q1")


def test_a_quote_carries_price_dates_benefits_and_documents(catalog: Catalog) -> None:
    found, values = quote(catalog, asked())

    assert (found.price.net.formatted, found.price.tax.formatted, found.price.total.formatted) == (
        "€164.77",
        "€21.33",
        "€186.10",
    )
    assert (found.start_at, found.end_at) == ("2026-11-15T00:00:00", "2027-11-15T00:00:00")
    assert found.cover_amount is not None
    assert found.cover_amount.formatted == "€15000.00"
    assert [document.url for document in found.files] == ["/summary.fr.html"]
    assert (values["price"], values["quote_id"], values["cover_limit"]) == ("€186.10", "q1", "€15000.00")
    assert found.policy_type_slug == "renters_contents_v1"


def test_a_benefit_is_shown_in_the_customers_currency_and_kept_in_the_policys(catalog: Catalog) -> None:
    found, _ = quote(catalog, asked(language="en", code="USD", contents_value=1162))

    benefit = next(entry for entry in found.benefits if entry.excess is not None)

    assert benefit.excess is not None
    assert benefit.excess_policy_currency is not None
    assert (benefit.excess.formatted, benefit.excess_policy_currency.formatted) == ("US$87.15", "€75.00")


def test_benefits_are_left_out_for_those_who_do_not_ask(catalog: Catalog) -> None:
    assert quote(catalog, asked(benefits=False))[0].benefits == ()


@pytest.mark.parametrize(
    ("language", "url"),
    [("fr", "fr"), ("FR", "fr"), ("fr-ca", "fr"), ("en", "en"), ("ja", "en"), ("fre-ca", "en")],
)
def test_documents_come_in_the_customers_language_or_in_the_partners(catalog: Catalog, language: str, url: str) -> None:
    """`fre` is another language than `fr`, as `fil` (Filipino) is another than `fi` (Finnish)."""
    found, _ = quote(catalog, asked(language=language))

    assert [document.url for document in found.files] == [f"/summary.{url}.html"]


@pytest.mark.parametrize(
    ("changes", "message", "reason"),
    [
        (
            {"contents_value": 10**8},
            "base_rate calculation failed. Expression: "
            'rate("contents_rates", "plus", context.property.type, sum_insured)',
            "No rate available for the supplied parameters (contents_rates: plus, apartment, 1e+08)",
        ),
        (
            {"tenancy": {}},
            "start_date calculation failed. Expression: context.tenancy.start_date",
            "context.tenancy.start_date is missing",
        ),
        (
            {"tenancy": {"start_date": "soon"}},
            "start_date calculation failed. Expression: context.tenancy.start_date",
            "'soon' is not a date of RFC 3339",
        ),
        (
            {"property": {"type": "apartment", "country": "FR", "floor_area_m2": "wide", "alarm": False}},
            "area_factor calculation failed. Expression: context.property.floor_area_m2 > 120 ? 1.08 : 1.00",
            None,
        ),
    ],
)
def test_a_product_without_a_price_names_the_calculation_and_the_reason(
    catalog: Catalog, changes: dict[str, Any], message: str, reason: str | None
) -> None:
    with pytest.raises(ProductNotPriced) as failed:
        quote(catalog, asked(**changes))

    assert failed.value.message == message
    assert reason is None or failed.value.reason == reason


@pytest.mark.parametrize("premium", [-1, 1e12, 1e300])
def test_no_premium_is_negative_or_beyond_all_measure(catalog: Catalog, premium: float) -> None:
    plan = product(catalog)
    steps = (*plan.steps[:-1], replace(plan.steps[-1], computed=expression(premium)))

    with pytest.raises(ProductNotPriced, match="premium calculation failed"):
        quote(catalog, asked(), replace(plan, steps=steps))


def test_a_currency_without_an_exchange_rate_has_no_price(catalog: Catalog) -> None:
    with pytest.raises(ProductNotPriced) as failed:
        quote(catalog, asked(code="ISK"))

    assert "there is no exchange rate for ISK" in failed.value.reason


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "2"),
        (2.5, "2.5"),
        (19.99, "19.99"),
        (123456.78, "123456.78"),
        (1_000_000, "1000000"),
        (1234567, "1234567"),
        (0, "0"),
    ],
)
def test_a_number_in_a_text_is_written_as_people_write_it(catalog: Catalog, number: float, text: str) -> None:
    placeholder = Placeholder("item", expression("context.number"), False)
    plan = replace(
        product(catalog), placeholders=(placeholder,), fields=(*product(catalog).fields, *placeholder.computed.fields)
    )
    request = asked(number=number)

    of_product = quote(catalog, request, plan)[1]["item"]
    of_offer = offer_values(catalog, (placeholder,), request, offer_functions(catalog, request))["item"]

    assert (of_product, of_offer) == (text, text)


def test_a_field_that_is_missing_leaves_its_place_in_the_offers_words_empty(catalog: Catalog) -> None:
    placeholder = Placeholder("item", expression("context.nowhere"), False)
    request = asked()

    found = offer_values(catalog, (placeholder,), request, offer_functions(catalog, request))

    assert found == {"partner": "Hearthside", "item": ""}
