"""The demo folders are in order, and a release is named by exactly what it says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.catalog import compiling
from app.catalog.calculation import ProductNotPriced, Request
from app.catalog.check import check_folder
from app.catalog.examples import ExampleFails, changed, golden_rows, offers_for, priced
from app.catalog.facts import Facts
from app.catalog.golden import golden_table
from app.catalog.model import Catalog, Product
from app.catalog.placeholders import offer_functions, offer_values
from app.catalog.pricing import quote_of
from app.catalog.release import Release, release_of
from app.catalog.source import read_folder
from app.catalog.words import PLACEHOLDER
from app.domain.money import currency
from tests.catalog.folders import CATALOG, DEMO_FOLDERS, compiled_folder, copied

CHANGES = [
    ("words/en.yaml", "Cover for your things", "Cover for your stuff", set()),
    ("rates/zone_factors.csv", "FR,IDF,1.18", "FR,IDF,1.19", set()),
    ("exchange-rates.csv", "2026-10-01,GBP,0.8655", "2026-10-01,GBP,0.8656", set()),
    ("files/logo.svg", "<title>Hearthside", "<title>The Hearthside", set()),
    ("partner.yaml", "title: Hearthside", "title: Hearth", set()),
    ("offers/campus-room.yaml", "priority: 20", "priority: 21", {"campus-room"}),
    ("products/renters-contents-plus.yaml", "minimum: 69.00", "minimum: 69.01", {"renters-contents-plus"}),
    ("wording/renters_contents.en.html", "furniture", "tables", {"policy"}),
]
NOTHING_SOLD = [
    ("examples/apartment-in-paris.yaml", "HS-2026-001201", "HS-2026-001202"),
    ("golden.csv", "99.74", "99.75"),
    ("partner.yaml", "code: HRTHS", "code: HRTHS  # five letters"),
]


def test_the_five_lines_of_business_are_there() -> None:
    assert {"northwind", "meridian", "encore", "parcelway", "hearthside"} <= set(DEMO_FOLDERS)


@pytest.mark.parametrize("name", DEMO_FOLDERS)
def test_every_demo_folder_passes_the_check(name: str) -> None:
    mistakes = check_folder(CATALOG / name)[1]

    assert [str(mistake) for mistake in mistakes] == []


@pytest.mark.parametrize("name", DEMO_FOLDERS)
def test_every_example_leads_to_its_offer_and_every_product_of_it_has_a_price_or_a_reason(name: str) -> None:
    source = read_folder(CATALOG / name)
    catalog = compiling.compiled_folder(source)

    for _, file in source.under("examples", ".yaml"):
        request, on = file.data["request"], file.data["on"]
        found = {offer.name: offer for offer in offers_for(catalog, request, on)}
        assert file.data["offer"] in found, file.path
        for product in found[file.data["offer"]].products:
            net, *rest = priced(catalog, request, on, product.name)
            assert net == "offer_quote_pricing_error" or all(rest), (file.path, product.name)


@pytest.mark.parametrize("name", DEMO_FOLDERS)
def test_every_word_of_every_language_can_be_filled_for_every_example(name: str) -> None:
    source = read_folder(CATALOG / name)
    catalog = compiling.compiled_folder(source)

    for _, file in source.under("examples", ".yaml"):
        request, unit = file.data["request"], currency(file.data["request"]["customer"]["currency"])
        for language in catalog.partner["languages"]:
            asked = Request(Facts(request), unit, language, file.data["on"], True, str)
            offer = next(found for found in catalog.offers if found.name == file.data["offer"])
            values = offer_values(catalog, offer.placeholders, asked, offer_functions(catalog, asked))
            filled = json.loads(catalog.words.offer(offer.name, language).filled(values) + b"]}")

            assert filled["locale"] == language
            assert not PLACEHOLDER.search(filled["title"])
            for product in offer.products:
                assert filled_product(catalog, product, asked)["title"]


def filled_product(catalog: Catalog, product: Product, asked: Request) -> dict[str, Any]:
    """The words of a product with its price in them; a product without a price says nothing at all."""
    try:
        values = quote_of(catalog, product, asked, "q1")[1]
    except ProductNotPriced:
        return {"title": "not priced"}
    found: dict[str, Any] = json.loads(catalog.words.product(product.name, asked.language).filled(values))
    return found


@pytest.mark.parametrize("name", [name for name in DEMO_FOLDERS if (CATALOG / name / "golden.csv").exists()])
def test_the_printed_table_has_every_golden_row_as_it_stands(name: str) -> None:
    source = read_folder(CATALOG / name)
    golden = (CATALOG / name / "golden.csv").read_text(encoding="utf-8").splitlines()

    printed = golden_table(source).splitlines()

    assert [line for line in golden if line] == printed[: len(golden)]


@pytest.mark.parametrize("name", DEMO_FOLDERS)
def test_a_release_is_the_same_wherever_and_however_often_it_is_read(name: str, tmp_path: Path) -> None:
    shutil.copytree(CATALOG / name, tmp_path / "elsewhere")

    ids = {release_of(read_folder(path)).id for path in (CATALOG / name, CATALOG / name, tmp_path / "elsewhere")}

    assert len(ids) == 1


def compiled_release(release: Release) -> Catalog:
    return compiling.compiled(release.id, release.code, release.document)


def identities(path: Path) -> dict[str, str]:
    """The id of everything that has one, by name."""
    catalog = compiled_folder(path)
    products = {product.name: product for offer in catalog.offers for product in offer.products}
    found = {name: product.id for name, product in products.items()} | {
        offer.name: offer.id for offer in catalog.offers
    }
    return found | {"policy": products["renters-contents-plus"].policy_version_id, "release": catalog.release_id}


@pytest.mark.parametrize(("file", "old", "new", "renamed"), CHANGES, ids=[change[0] for change in CHANGES])
def test_one_changed_word_makes_another_release_and_only_its_configuration_another(
    tmp_path: Path, file: str, old: str, new: str, renamed: set[str]
) -> None:
    folder = copied("hearthside", tmp_path)
    before = identities(folder.path)

    folder.change(file, old, new)

    after = identities(folder.path)
    assert {name for name in before if before[name] != after[name]} == renamed | {"release"}


@pytest.mark.parametrize(("file", "old", "new"), NOTHING_SOLD, ids=[change[0] for change in NOTHING_SOLD])
def test_what_is_not_sold_makes_no_new_release(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = copied("hearthside", tmp_path)
    before = identities(folder.path)

    folder.change(file, old, new)

    assert identities(folder.path) == before


def test_another_partner_code_gives_other_ids_for_the_same_content() -> None:
    source = read_folder(CATALOG / "hearthside")
    own, other = (compiled_release(release_of(source, code)) for code in (None, "OTHER"))

    assert other.code == "OTHER"
    assert own.release_id != other.release_id
    assert {offer.id for offer in own.offers}.isdisjoint(offer.id for offer in other.offers)
    assert own.words is other.words, "a thousand partners with the same words keep them once"


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("context.x=5", ("context", "x"), 5),
        ("context.x=5.0", ("context", "x"), 5.0),
        ("context.x=2026-01-01", ("context", "x"), "2026-01-01"),
        ("context.x=true; context.y=false", ("context", "y"), False),
        ("context.list.1.p=7", ("context", "list", 1, "p"), 7),
        ("context.new.deep=a=b", ("context", "new", "deep"), "a=b"),
        ("context.x=nan", ("context", "x"), "nan"),
        ("context.x=1_000", ("context", "x"), "1_000"),
    ],
)
def test_a_change_of_a_golden_row_is_put_into_a_copy_of_the_request(
    change: str, path: tuple[str | int, ...], value: object
) -> None:
    request = {"context": {"x": 1, "list": [{"p": 1}, {"p": 2}]}}

    found: object = changed(request, change)
    for part in path:
        found = found[part]  # type: ignore[index]

    assert found == value
    assert type(found) is type(value)
    assert request == {"context": {"x": 1, "list": [{"p": 1}, {"p": 2}]}}


@pytest.mark.parametrize(
    "change", ["=5", "context.=5", "context..x=5", "context.list.-1.p=5", "context.list.2=5", "context.x.y=5", "a"]
)
def test_a_change_that_fits_nowhere_is_refused(change: str) -> None:
    with pytest.raises(ExampleFails):
        changed({"context": {"x": 1, "list": [{"p": 1}, {"p": 2}]}}, change)


def test_an_empty_value_takes_an_element_out_of_a_list() -> None:
    assert changed({"list": [1, 2]}, "list.0=") == {"list": [2]}


def test_an_empty_value_takes_the_field_out() -> None:
    assert changed({"context": {"x": 1, "y": 2}}, "context.x=; context.z=") == {"context": {"y": 2}}


def test_a_golden_row_may_be_short_and_lines_may_be_empty() -> None:
    rows = list(golden_rows("example,change,product,net,tax,total,commission\n\na,,p,offer_quote_pricing_error\n"))

    assert [(row.line, row.prices) for row in rows] == [(3, ("offer_quote_pricing_error", "", "", ""))]
