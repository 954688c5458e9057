"""The counter as data: rules that hold where they say, requests that a schema takes, and every slip found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.catalog import compiling
from app.catalog.counter import Counter, days_in, item_facts, request_for, rules_in
from app.catalog.model import Catalog
from app.catalog.release import release_of
from app.catalog.source import read_folder
from app.domain.money import currency
from tests.catalog.folders import CATALOG, Folder, compiled_folder, copied

COUNTER = "counter.yaml"
ITEMS = "items.csv"


@pytest.fixture(scope="module")
def northwind() -> Catalog:
    return compiled_folder(CATALOG / "northwind")


@pytest.fixture(scope="module")
def counter(northwind: Catalog) -> Counter:
    assert northwind.counter is not None
    return northwind.counter


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return copied("northwind", tmp_path)


# --- rules


def keys(counter: Counter, country: str, region: str | None = None) -> set[str]:
    return {rule.key for rule in rules_in(counter, country, region)}


def test_a_region_adds_to_its_country_and_everywhere_is_everywhere(counter: Counter) -> None:
    everywhere = keys(counter, "KW")

    assert everywhere == {"everywhere-optional", "everywhere-insurer", "everywhere-complaints"}
    assert everywhere < keys(counter, "US") < keys(counter, "US", "NY")
    assert keys(counter, "US", "TX") == keys(counter, "US")
    assert "us-training" in keys(counter, "US", "CA") - keys(counter, "CA")


def test_california_is_not_canada(counter: Counter) -> None:
    [cap] = rules_in(counter, "US", "CA", "incentive_cap")

    assert (cap.value, cap.currency) == (15, "USD")
    assert rules_in(counter, "CA", None, "incentive_cap") == ()
    assert rules_in(counter, "GB", "CA", "incentive_cap") == ()


@pytest.mark.parametrize(
    ("country", "region", "kind", "days"),
    [
        ("GB", None, "written_quote", 30),
        ("GB", "ENG", "cancellation", 45),
        ("AU", "NSW", "deferral", 4),
        ("US", "CA", "cancellation", 60),
        ("US", None, "cancellation", 0),
        ("DE", None, "deferral", 0),
    ],
)
def test_the_days_of_a_rule_are_those_of_the_place(
    counter: Counter, country: str, region: str | None, kind: str, days: int
) -> None:
    assert days_in(counter, country, region, kind) == days  # type: ignore[arg-type]


def test_the_number_of_a_rule_stands_in_its_text_in_every_language(counter: Counter) -> None:
    for rule in counter.rules:
        for language, text in rule.text.items():
            assert "{" not in text, (rule.key, language)
            assert rule.value is None or f"{rule.value:g}" in text, (rule.key, language)


def test_a_label_is_said_in_the_language_or_in_the_nearest_there_is(counter: Counter) -> None:
    label = counter.conditions[0].label

    assert [counter.said(label, language) for language in ("de", "de-at", "it")] == ["Neu", "Neu", "New"]


@pytest.mark.parametrize(
    ("code", "amount", "needed"), [("GBP", 50, False), ("GBP", 50.01, True), ("JPY", 9001, True), ("CHF", 1, True)]
)
def test_a_refund_above_the_limit_or_without_one_needs_a_manager(
    counter: Counter, code: str, amount: float, needed: bool
) -> None:
    assert counter.needs_approval(currency(code).money(amount)) is needed


# --- requests


def test_a_request_is_built_from_what_is_known_and_leaves_out_the_rest(northwind: Catalog, counter: Counter) -> None:
    phone = northwind.items.by_sku("NW-PH-5")
    assert phone is not None
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    facts = item_facts(phone, "GBP") | {"language": "en", "country": "GB", "currency": "GBP", "quantity": 1}

    request = request_for(counter, facts | {"purchased_at": at, "region": None, "serial": "356938035643809"})

    assert request == {
        "schema": "northwind-retail:v1",
        "customer": {"language": "en", "currency": "GBP", "country": "GB"},
        "partner": {"metadata": {"sales_channel": "store"}},
        "context": {
            "purchase_date": "2026-11-21T09:30:00+00:00",
            "product": {
                "sku": "NW-PH-5",
                "title": "Phone 5",
                "brand": "Northwind",
                "model": "P5",
                "variant": "128 GB",
                "category": "electronics/phones",
                "quantity": 1,
                "retail_value": 549.0,
            },
        },
    }
    assert northwind.schemas[counter.schema].accepts(request)


def test_two_requests_share_nothing(counter: Counter) -> None:
    first = request_for(counter, {"language": "en"})
    first["partner"]["metadata"]["sales_channel"] = "changed"

    assert request_for(counter, {})["partner"] == {"metadata": {"sales_channel": "store"}}


# --- the release


def test_a_folder_without_a_counter_is_published_as_ever(folder: Folder) -> None:
    folder.remove(COUNTER)
    folder.remove(ITEMS)

    release = release_of(read_folder(folder.path))
    catalog = compiling.compiled(release.id, release.code, release.document)

    assert folder.mistakes() == []
    assert not {"counter", "items"} & release.document.keys()
    assert (catalog.counter, catalog.items) == (None, ())


@pytest.mark.parametrize(("file", "old", "new"), [(COUNTER, "en: Cash", "en: Coins"), (ITEMS, "Phone 3,", "Phone 3b,")])
def test_a_change_at_the_counter_makes_a_new_release_and_keeps_every_offer(
    folder: Folder, file: str, old: str, new: str
) -> None:
    before = compiled_folder(folder.path)

    folder.change(file, old, new)

    after = compiled_folder(folder.path)
    assert after.release_id != before.release_id
    assert [offer.id for offer in after.offers] == [offer.id for offer in before.offers]


def test_a_counter_may_do_without_items(folder: Folder) -> None:
    folder.remove(ITEMS)

    assert folder.mistakes() == []


# --- the check: file, what stands there, what shall stand there, what is said of that line

SLIPS = [
    (COUNTER, "brand: brand", "brand: maker", "the counter does not know maker; it knows language, country"),
    (COUNTER, "product.brand: brand", "product.maker: brand", "northwind-retail:v1 has no such field"),
    (COUNTER, "  partner.metadata.sales_channel: store", "  partner.channel: store", "has no such field"),
    (COUNTER, "product.brand: brand", "product.sku.x: brand", "stands in the place of context.product.sku"),
    (COUNTER, "schema: northwind-retail:v1", "schema: northwind-retail:v2", "there is no schema northwind-retail:v2"),
    (
        COUNTER,
        "provider: card_gateway",
        "provider: card_terminal",
        "partner.yaml has no payment provider card_terminal",
    ),
    (COUNTER, "ja: カード, ar: بطاقة}", "ja: カード}", "tenders.0.label: missing translation: ar"),
    (COUNTER, "ja: 新品, ar: جديد}", "ja: 新品, ar: جديد, it: Nuovo}", "does not name the language it"),
    (COUNTER, "key: used,", "key: worn,", "NW-PH-5 cannot be sold: context.product.condition: 'worn' is not one of"),
    (COUNTER, "key: cash,", "key: card,", "card is the key of another row"),
    (COUNTER, ", KWD: 20}", ", KWX: 20}", "KWX is not a currency of ISO 4217"),
    (COUNTER, ", JPY: 9000", "", "items.csv has prices in JPY, and no limit here is in it"),
    (COUNTER, "[extended_warranty]", "[renters_contents]", "no product has the policy type renters_contents"),
    (COUNTER, "    value: 30\n", "    value: 30.5\n", "days are whole"),
    (COUNTER, "    value: 45\n", "    value: 44\n", "says 44 days, and products/"),
    (COUNTER, "    value: 4\n", "    value: 5\n", "says 5 days, and products/"),
    (COUNTER, "    country: AU\n    value: 4\n", "    country: AU\n    value: -4\n", "-4"),
    (COUNTER, "same for {value} days", "same for 30 days", "missing placeholder: {value}"),
    (COUNTER, "Cover is your choice.", "{value} Cover.", "nothing fills the placeholder {value}"),
    (COUNTER, "Cover is your choice.", "Hurry.", "hurries the customer: 'Hurry'"),
    (COUNTER, "    currency: USD\n", "    currency: USX\n", "USX is not a currency of ISO 4217"),
    (COUNTER, "kind: training", "kind: practice", "practice"),
    (ITEMS, "2001000010073", "2001000010074", "gtin: '2001000010074' is not 8, 12, 13 or 14 digits"),
    (ITEMS, ",imei,39,", ",imei,cheap,", "GBP: not a number: 'cheap'"),
    (ITEMS, "Phone 3,", f"Phone {'3' * 200},", "NW-PH-3 cannot be sold: context.product.title"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip[0]}: {slip[2].strip()[:50]}")
def test_a_slip_at_the_counter_is_found_with_its_file_and_line(folder: Folder, slip: tuple[str, str, str, str]) -> None:
    file, old, new, message = slip
    line = folder.change(file, old, new) + (1 if old.startswith("    country") else 0)

    found = folder.mistakes()

    assert {(mistake.file, mistake.line) for mistake in found} == {(file, line)}, "\n".join(map(str, found))
    assert message in found[0].message


def test_a_number_is_asked_for_where_the_kind_has_one_and_refused_elsewhere(folder: Folder) -> None:
    folder.change(COUNTER, "    value: 30\n", "")
    folder.change(COUNTER, "    country: US\n    text:", "    country: US\n    value: 3\n    text:")
    folder.change(COUNTER, "    currency: USD\n", "")

    said = [mistake.message for mistake in folder.mistakes()]

    assert "rules.3: written_quote needs a value: its days" in said
    assert any("training has no number" in message for message in said)
    assert any("an amount, and nothing else, needs a currency" in message for message in said)


def test_a_field_the_schema_requires_and_nobody_feeds_is_named(folder: Folder) -> None:
    line = folder.change(COUNTER, "request:\n  customer", "request:\n  customer")
    folder.change(COUNTER, "  context.product.quantity: quantity\n", "")

    [mistake] = folder.mistakes()

    assert (mistake.file, mistake.line) == (COUNTER, line)
    assert "'quantity' is a required property" in mistake.message


def test_a_request_has_to_do_without_what_a_store_may_not_have(folder: Folder) -> None:
    """A shop in a country without regions could never sell."""
    old = '"currency",\n        "country"\n'
    folder.change("schemas/northwind-retail.v1.json", old, old.replace("y", 'y", "region', 1))

    [said] = [mistake.message for mistake in folder.mistakes() if mistake.file == COUNTER]

    assert said == "request: NW-PH-5 cannot be sold: customer: 'region' is a required property"


def test_items_without_a_counter_are_told_so(folder: Folder) -> None:
    folder.remove(COUNTER)

    [mistake] = folder.mistakes()

    assert (mistake.file, mistake.line) == (ITEMS, 1)
    assert "without counter.yaml" in mistake.message
