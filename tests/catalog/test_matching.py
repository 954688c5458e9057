"""Which offers a request may get: status, schema, condition, access, and the reason when there is none."""

from dataclasses import replace
from typing import Any

import pytest

from app.catalog.calculation import Request
from app.catalog.facts import Facts
from app.catalog.matching import Asker, matching_offers
from app.catalog.model import Catalog, OfferConfig
from app.catalog.placeholders import offer_functions
from app.domain.errors import ExpressionFailed, NoOfferMatches, NoOffers, OfferAccessDenied
from app.domain.money import currency
from tests.catalog.folders import CATALOG, compiled_folder

SCHEMA = "s:v1"


@pytest.fixture(scope="module")
def bare() -> Catalog:
    """A catalog to put offers into."""
    return compiled_folder(CATALOG / "hearthside")


def offer(bare: Catalog, name: str, **wishes: Any) -> OfferConfig:
    from app.catalog.expressions import expression

    when = wishes.pop("when", None)
    plain = {
        "id": f"id-{name}",
        "name": name,
        "schema": SCHEMA,
        "when": expression(when) if when else None,
        "is_active": True,
        "key_kinds": frozenset({"live", "test", "publishable"}),
        "subsidiaries": frozenset(),
    }
    return replace(bare.offers[0], **(plain | wishes))


def found(
    bare: Catalog,
    offers: list[OfferConfig],
    context: dict[str, Any] | None = None,
    asker: Asker | None = None,
    schema: str = SCHEMA,
) -> list[str]:
    catalog = replace(bare, offers=tuple(offers))
    facts = Facts({"context": context or {}})
    request = Request(facts, currency("EUR"), "en", "2026-11-01", True, str)
    asked = asker or Asker("live", None, False)
    return [match.name for match in matching_offers(catalog, schema, facts, asked, offer_functions(catalog, request))]


def test_every_offer_whose_condition_holds_is_found(bare: Catalog) -> None:
    offers = [
        offer(bare, "always"),
        offer(bare, "cheap", when="context.x < 5"),
        offer(bare, "dear", when="context.x >= 5"),
    ]

    assert found(bare, offers, {"x": 7}) == ["always", "dear"]


@pytest.mark.parametrize(
    ("kind", "active_only", "seen"),
    [
        ("live", False, ["active"]),
        ("publishable", False, ["active"]),
        ("test", False, ["active", "draft"]),
        ("test", True, ["active"]),
    ],
)
def test_only_test_keys_see_drafts(bare: Catalog, kind: str, active_only: bool, seen: list[str]) -> None:
    offers = [offer(bare, "active"), offer(bare, "draft", is_active=False)]

    assert found(bare, offers, asker=Asker(kind, None, active_only)) == seen


def test_an_excluded_offer_is_not_found(bare: Catalog) -> None:
    offers = [offer(bare, "one"), offer(bare, "two")]

    assert found(bare, offers, asker=Asker("live", None, False, {"id-one"})) == ["two"]


@pytest.mark.parametrize("kind", ["live", "test", "publishable"])
def test_an_offer_is_open_to_the_kinds_of_key_it_names(bare: Catalog, kind: str) -> None:
    offers = [offer(bare, name, key_kinds=frozenset({name})) for name in ("live", "test", "publishable")]

    assert found(bare, offers, asker=Asker(kind, None, False)) == [kind]


@pytest.mark.parametrize(
    ("subsidiary", "seen"),
    [(None, ["everybody"]), ("UK", ["everybody", "uk"]), ("uk", ["everybody"]), ("FR", ["everybody"])],
)
def test_an_offer_is_open_to_the_subsidiaries_it_names(bare: Catalog, subsidiary: str | None, seen: list[str]) -> None:
    offers = [offer(bare, "everybody"), offer(bare, "uk", subsidiaries=frozenset({"UK"}))]

    assert found(bare, offers, asker=Asker("live", subsidiary, False)) == seen


def test_without_a_candidate_the_answer_is_that_there_are_no_offers(bare: Catalog) -> None:
    for offers, schema, asker in (
        ([], SCHEMA, None),
        ([offer(bare, "one")], "other:v1", None),
        ([offer(bare, "draft", is_active=False)], SCHEMA, None),
        ([offer(bare, "one")], SCHEMA, Asker("live", None, False, {"id-one"})),
    ):
        with pytest.raises(NoOffers):
            found(bare, offers, asker=asker, schema=schema)


def test_conditions_that_do_not_hold_are_told_apart_from_no_offers(bare: Catalog) -> None:
    with pytest.raises(NoOfferMatches):
        found(bare, [offer(bare, "one", when="context.x > 5")], {"x": 1})


def test_a_matching_offer_that_is_closed_to_the_asker_is_told_apart_from_no_match(bare: Catalog) -> None:
    offers = [offer(bare, "closed", subsidiaries=frozenset({"UK"})), offer(bare, "no match", when="context.x > 5")]

    with pytest.raises(OfferAccessDenied):
        found(bare, offers, {"x": 1})


def test_a_condition_that_cannot_be_computed_is_reported_when_no_other_offer_matches(bare: Catalog) -> None:
    offers = [offer(bare, "broken", when="context.missing > 5"), offer(bare, "no match", when="context.x > 5")]

    with pytest.raises(ExpressionFailed) as failed:
        found(bare, offers, {"x": 1})

    assert failed.value.errors == {"broken": ["context.missing is missing. Expression: context.missing > 5"]}


def test_a_condition_that_cannot_be_computed_hides_no_other_offer(bare: Catalog) -> None:
    offers = [offer(bare, "broken", when="context.missing > 5"), offer(bare, "fine", when="context.x > 0")]

    assert found(bare, offers, {"x": 1}) == ["fine"]


@pytest.mark.parametrize("when", ["context.x", '"true"', "context.x * 2", "[true]"])
def test_a_condition_holds_only_when_it_is_true(bare: Catalog, when: str) -> None:
    with pytest.raises((NoOfferMatches, ExpressionFailed)):
        found(bare, [offer(bare, "one", when=when)], {"x": 1})
