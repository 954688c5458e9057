"""Files that are missing, too many, unreadable or strange: the check says so, and never breaks down itself."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.catalog.folders import CATALOG, Folder, copied

SCHEMA = "schemas/hearthside-renters.v1.json"
ENGLISH = (CATALOG / "hearthside" / "words" / "en.yaml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return copied("hearthside", tmp_path)


def said(folder: Folder) -> list[tuple[str, int, str]]:
    return [(mistake.file, mistake.line, mistake.message) for mistake in folder.mistakes()]


@pytest.mark.parametrize(
    ("removed", "file", "message"),
    [
        ("partner.yaml", "partner.yaml", "is not a partner folder: it has no partner.yaml"),
        ("exchange-rates.csv", "exchange-rates.csv", "is missing"),
        ("golden.csv", "golden.csv", "is missing"),
        ("words/fr.yaml", "partner.yaml", "there is no file words/fr.yaml"),
        ("words/en.yaml", "partner.yaml", "there is no file words/en.yaml"),
        ("files/logo.svg", "partner.yaml", "there is no file files/logo.svg"),
        (
            "files/summary-liability.fr.html",
            "products/renters-liability.yaml",
            "no file files/summary-liability.fr.html",
        ),
        (
            "wording/renters_liability.fr.html",
            "products/renters-liability.yaml",
            "no file wording/renters_liability.fr",
        ),
    ],
)
def test_a_file_that_is_missing_is_named_where_it_is_wanted(
    folder: Folder, removed: str, file: str, message: str
) -> None:
    folder.remove(removed)

    [(found_file, _, found_message)] = said(folder)

    assert found_file == file
    assert message in found_message


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("notes.yaml", "a: 1\n", "is not a file the catalog knows"),
        ("offers.yaml", "a: 1\n", "is not a file the catalog knows"),
        ("files/photo.png", "x", "is of a kind the catalog does not know (.png)"),
        ("Makefile", "x", "is of a kind the catalog does not know (no ending)"),
        ("words/it.yaml", ENGLISH, "partner.yaml does not name the language it"),
        (
            "schemas/Renters.json",
            '{"$schema": "http://json-schema.org/draft-07/schema#"}',
            "must be called NAME.vNUMBER.json",
        ),
        ("examples/empty.yaml", "", "is empty"),
        ("examples/two.yaml", "a: 1\n---\nb: 2\n", "cannot be read"),
        ("examples/merge.yaml", "<<: 1\n", "cannot be read"),
        ("files/long.en.html", "x" * 1_000_001, "is larger than 1000000 bytes"),
    ],
)
def test_a_file_that_does_not_belong_there_is_said(folder: Folder, file: str, text: str, message: str) -> None:
    folder.write(file, text)

    found = said(folder)

    assert any(mistake[0] == file and message in mistake[2] for mistake in found), found
    assert {mistake[0] for mistake in found} == {file}


def test_text_in_another_encoding_is_refused(folder: Folder) -> None:
    (folder.path / "files" / "summary.en.html").write_bytes("<p>é</p>".encode("latin-1"))

    assert ("files/summary.en.html", 1, "is not UTF-8 text") in said(folder)


def test_hidden_files_and_readmes_are_no_mistakes(folder: Folder) -> None:
    folder.write(".notes/x.bin", "x")
    folder.write("README.md", "x")

    assert said(folder) == []


def test_an_offer_and_a_product_without_words_are_named(folder: Folder) -> None:
    folder.change("words/en.yaml", "  renters-liability-only:", "  renters-liability-alone:")
    folder.change("words/fr.yaml", "  renters-liability-only:", "  renters-liability-alone:")

    found = said(folder)

    line = folder.line_of("words/en.yaml", "renters-liability-alone")
    assert found == [
        ("words/en.yaml", 1, "offers: has no words for renters-liability-only"),
        ("words/en.yaml", line, "offers.renters-liability-alone: there is no such file under offers"),
    ]


def test_a_translation_that_is_missing_or_too_much_is_named(folder: Folder) -> None:
    folder.change("words/fr.yaml", "    terms_url: https://hearthside.example/terms\n", "")
    line = folder.change("words/fr.yaml", "      cancel:", "      annuler:")

    found = said(folder)

    place = folder.line_of("words/fr.yaml", "  renters-bundle:")
    extras = folder.line_of("words/fr.yaml", "    extras:")
    assert sorted(found) == sorted(
        [
            ("words/fr.yaml", place, "offers.renters-bundle: missing translation: terms_url"),
            ("words/fr.yaml", extras, "offers.renters-bundle.extras: missing translation: cancel"),
            ("words/fr.yaml", line, "offers.renters-bundle.extras.annuler: is not in words/en.yaml"),
        ]
    )


def test_a_placeholder_that_nothing_fills_is_named(folder: Folder) -> None:
    for language in ("en", "fr"):
        folder.change(f"words/{language}.yaml", "{postcode}", "{postcode} {city}")

    place = folder.line_of("words/en.yaml", "{city}")
    assert said(folder) == [
        ("words/en.yaml", place, "offers.renters-bundle.title: nothing fills the placeholder {city}")
    ]


def test_a_placeholder_may_not_stand_inside_a_tag(folder: Folder) -> None:
    """What a shopper typed would become the address of a link: `javascript:...` needs no sign that is escaped."""
    lines = [
        folder.change(f"words/{language}.yaml", 'href="https://hearthside.example/terms"', 'href="{postcode}"')
        for language in ("en", "fr")
    ]

    assert [(file, line) for file, line, _ in said(folder)] == [
        ("words/en.yaml", lines[0]),
        ("words/fr.yaml", lines[1]),
    ]


def test_a_regional_file_may_hold_only_what_differs(folder: Folder) -> None:
    folder.change("partner.yaml", "languages: [en, fr]", "languages: [en, fr, en-us]")
    folder.write("words/en-us.yaml", "offers:\n  renters-bundle:\n    price_unit: per year\nproducts: {}\n")

    assert said(folder) == []


def test_a_regional_file_alone_must_hold_everything(folder: Folder) -> None:
    folder.change("partner.yaml", "languages: [en, fr]", "languages: [en, fr, de-at]")
    folder.write("words/de-at.yaml", "offers:\n  renters-bundle:\n    price_unit: im Jahr\nproducts: {}\n")

    found = said(folder)

    assert {file for file, _, _ in found} == {"words/de-at.yaml"}
    assert any('"title" is a required property' in message for _, _, message in found)


def test_a_region_may_be_the_partners_own_language(folder: Folder) -> None:
    folder.change("partner.yaml", "languages: [en, fr]", "languages: [en-us, en, fr]")
    folder.write("words/en-us.yaml", "offers:\n  renters-bundle:\n    price_unit: per year\nproducts: {}\n")

    assert said(folder) == []


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<a href="https://x.example/{postcode}">x</a>', "a placeholder may not stand inside a tag: {postcode}"),
        ('<a href="https://x.example/>{postcode}">x</a>', "the sanitizer would change this HTML"),
        ("<strong>{postcode}</strong>", None),
    ],
)
def test_a_placeholder_may_stand_between_tags_only(folder: Folder, html: str, message: str | None) -> None:
    old = '<a href="https://hearthside.example/terms">'
    lines = [(f, folder.change(f, old, f"{html}{old}")) for f in ("words/en.yaml", "words/fr.yaml")]

    found = said(folder)

    assert [(file, line) for file, line, _ in found] == (lines if message else [])
    assert all(str(message) in text for _, _, text in found)


def test_a_file_that_cannot_be_read_is_not_missed_by_others(folder: Folder) -> None:
    for file in ("products/renters-liability.yaml", "words/fr.yaml", "rates/zone_factors.csv", SCHEMA):
        (folder.path / file).write_bytes(b"\xff")

    assert [(file, message) for file, _, message in said(folder)] == [
        ("products/renters-liability.yaml", "is not UTF-8 text"),
        ("rates/zone_factors.csv", "is not UTF-8 text"),
        (SCHEMA, "is not UTF-8 text"),
        ("words/fr.yaml", "is not UTF-8 text"),
    ]


def test_an_example_must_lead_to_its_offer(folder: Folder) -> None:
    line = folder.change("examples/apartment-in-paris.yaml", "offer: renters-bundle", "offer: campus-room")

    assert said(folder) == [
        ("examples/apartment-in-paris.yaml", line, "offer: the request leads to renters-bundle, not to campus-room")
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "country: GB}",
            "country: Britain}",
            "does not validate: customer.country: 'Britain' does not match '^[A-Z]{2}$'",
        ),
        ("{language: en, currency: GBP, country: GB}", "{}", "'language' is a required property"),
        ("currency: GBP", "currency: QQQ", "'QQQ' is not a currency of ISO 4217"),
        ("schema: hearthside-renters:v1", "schema: renters:v1", "schema: there is no such schema"),
        ("on: 2026-11-01", "on: 2020-01-01", "no product of the offer can be priced"),
    ],
)
def test_an_example_that_does_not_work_is_said_with_the_reason(
    folder: Folder, old: str, new: str, message: str
) -> None:
    example = "examples/house-in-manchester.yaml"
    folder.change(example, old, new)

    found = [mistake for mistake in said(folder) if mistake[0] == example]

    assert len(found) == 1
    assert message in found[0][2]


def test_a_folder_without_examples_is_said(folder: Folder) -> None:
    for path in (folder.path / "examples").iterdir():
        path.unlink()

    assert ("partner.yaml", 1, "the folder has no examples") in said(folder)


def test_a_product_without_a_golden_price_is_named(folder: Folder) -> None:
    golden = folder.path / "golden.csv"
    rows = golden.read_text(encoding="utf-8").splitlines()
    golden.write_text("\n".join(row for row in rows if "renters-liability" not in row) + "\n", encoding="utf-8")

    assert said(folder) == [("golden.csv", 1, "has no row for renters-liability")]


@pytest.mark.parametrize(
    "change",
    [
        "context.events.99.price=5",
        "context.events.x.price=5",
        "context.events.0.price.cents=5",
        "customer.country.code.deep=1",
    ],
)
def test_a_change_that_fits_nowhere_is_a_mistake_of_its_row(tmp_path: Path, change: str) -> None:
    encore = copied("encore", tmp_path)
    line = encore.append("golden.csv", f"concert,{change},ticket-protection,1,1,1,1\n")

    assert [(file, at) for file, at, _ in said(encore)] == [("golden.csv", line)]


def test_two_offers_cannot_be_the_same_variant(folder: Folder) -> None:
    for offer in ("renters-bundle", "renters-liability-only"):
        folder.append(f"offers/{offer}.yaml", "experiment: {name: order, variant: a, weight: 50}\n")

    found = said(folder)

    line = folder.line_of("offers/renters-liability-only.yaml", "experiment:")
    message = "experiment.variant: another offer is this variant too: a"
    assert found == [("offers/renters-liability-only.yaml", line, message)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"required": [\n    "customer",\n    "context"\n  ]', '"required": 5'),
        ('"properties": {\n        "language"', '"allOf": 5, "properties": {\n        "language"'),
        ('"customer": {', '"customer": 5, "klient": {'),
        ('"definitions": {', '"definitions": 5, "definition": {'),
    ],
)
def test_a_schema_of_any_wrong_form_is_a_mistake_and_no_breakdown(folder: Folder, old: str, new: str) -> None:
    folder.change(SCHEMA, old, new)

    found = said(folder)

    assert found
    assert found[0][0] == SCHEMA


@pytest.mark.parametrize("text", ["[]", "5", '"x"', "null", "true"])
def test_a_schema_that_is_no_object_is_a_mistake_of_the_schema_only(folder: Folder, text: str) -> None:
    folder.write(SCHEMA, text)

    assert {file for file, _, _ in said(folder)} == {SCHEMA}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{\n  "$schema"', '{\n\t"$schema"'),
        ('"title": "Hearthside renters, version 1"', '"title": "Hearthside \\ud83d\\ude00"'),
        ('"title": "Hearthside renters, version 1"', '"title": "Hearthside \\/ renters"'),
    ],
    ids=["indented with tabs", "an emoji as JSON escapes it", "an escaped slash"],
)
def test_a_schema_may_be_written_in_any_way_json_allows(folder: Folder, old: str, new: str) -> None:
    folder.change(SCHEMA, old, new)

    assert said(folder) == []


@contextmanager
def an_end_after(seconds: int) -> Iterator[None]:
    """An endless loop becomes a failure instead of a test run that never ends."""

    def stop(_: int, __: FrameType | None) -> None:
        raise AssertionError("the check does not come to an end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_reference_in_circles_is_a_mistake_and_no_endless_loop(folder: Folder) -> None:
    folder.change(
        SCHEMA,
        '"country": {\n      "description"',
        '"country": {\n      "$ref": "#/definitions/country", "description"',
    )

    with an_end_after(20):
        found = said(folder)

    assert SCHEMA in {file for file, _, _ in found}


def test_an_alias_in_circles_is_a_mistake_and_no_breakdown(folder: Folder) -> None:
    folder.append("offers/campus-room.yaml", "extra: &again [*again]\n")

    assert "offers/campus-room.yaml" in {file for file, _, _ in said(folder)}


def test_control_signs_in_words_are_refused(folder: Folder) -> None:
    """The program marks placeholders with them inside."""
    line = folder.change(
        "words/en.yaml", "    heading: Cover for the things in your room", '    heading: "\\x01text\\x02"'
    )

    found = said(folder)

    assert [(file, at) for file, at, _ in found] == [("words/en.yaml", line)]
