"""Words: which language is found, and what customers' values may do inside a text (nothing but be read)."""

import json
from typing import Any

import pytest

from app.catalog.words import Words, content, fallback_chain, merged, template

NASTY = 'A "quoted" <b>item</b> & \\ back\u2028slash\n\x00é漢🙂'


def offer_words(**texts: Any) -> dict[str, Any]:
    names = ("heading", "sub_heading", "description", "disclaimer", "disclaimer_html", "price_unit", "positive_cta")
    names += ("negative_cta", "negative_cta_warning", "required_message", "credibility_message")
    return {"title": "", "extras": {}} | dict.fromkeys(names, "") | texts


def product_words(**texts: Any) -> dict[str, Any]:
    names = ("title", "description", "disclaimer", "disclaimer_html", "terms_cta_html", "credibility_badge")
    return dict.fromkeys(names, "") | {"benefits": {}, "inclusions": {}, "exclusions": {}} | texts


def one_language(offer: dict[str, Any] | None = None, plan: dict[str, Any] | None = None) -> dict[str, Any]:
    """A language's document: the offer `cover` and the product `plan`, each if there are words for it."""
    return {"offers": {"cover": offer} if offer else {}, "products": {"plan": plan} if plan else {}}


def written(
    words: Words, language: str, offer: dict[str, str], *products: tuple[str, dict[str, str]]
) -> dict[str, Any]:
    ids = {"quote_id": "q", "product_config_id": "c"}
    filled = [words.product(name, language).filled(ids | values) for name, values in products]
    found: dict[str, Any] = json.loads(content(words.offer("cover", language).filled(offer), filled))
    return found


@pytest.mark.parametrize(
    ("language", "default", "chain"),
    [
        ("en-us", "de", ("en-us", "en", "de")),
        ("EN-US", "de", ("en-us", "en", "de")),
        ("en", "en", ("en",)),
        ("en-us", "en", ("en-us", "en")),
        ("fil-ph", "en", ("fil-ph", "fil", "en")),
        ("", "en", ("", "en")),
    ],
)
def test_a_language_falls_back_to_its_base_and_then_to_the_partners_own(
    language: str, default: str, chain: tuple[str, ...]
) -> None:
    assert fallback_chain(language, default) == chain


@pytest.mark.parametrize(
    ("language", "locale", "title"),
    [("en-us", "en-us", "Color"), ("en-gb", "en", "Colour"), ("EN", "en", "Colour"), ("ja", "de", "Farbe")],
)
def test_the_content_says_which_language_was_found(language: str, locale: str, title: str) -> None:
    titles = {"de": "Farbe", "en": "Colour", "en-us": "Color"}
    languages = {name: one_language(offer_words(title=text)) for name, text in titles.items()}

    found = written(Words(languages, "de"), language, {})

    assert (found["locale"], found["title"]) == (locale, title)


def test_each_subject_falls_back_by_itself() -> None:
    languages = {
        "en": one_language(offer_words(title="en"), product_words(title="en")),
        "fr": one_language(plan=product_words(title="fr")),
    }

    found = written(Words(languages, "en"), "fr", {}, ("plan", {}))

    assert (found["title"], found["products"][0]["title"]) == ("en", "fr")


def test_words_that_nobody_wrote_are_a_mistake_of_the_catalog() -> None:
    words = Words({"en": one_language(offer_words(), product_words())}, "en")

    for find in (words.offer, words.product, words.labels):
        with pytest.raises(LookupError, match="there are no words for other"):
            find("other", "en")


def test_the_labels_of_a_product_are_those_of_the_language_that_has_the_product() -> None:
    labels = {"benefit_labels": {"theft": "Theft"}, "files": {"terms": "Terms"}}
    languages = {
        "en": one_language(plan=product_words(**labels)),
        "fr": one_language(plan=product_words(benefit_labels={"theft": "Vol"})),
        "de": one_language(offer_words()),
    }
    words = Words(languages, "en")

    assert words.labels("plan", "en-gb") == words.labels("plan", "de") == labels
    assert words.labels("plan", "fr") == {"benefit_labels": {"theft": "Vol"}, "files": {}}


def test_a_regional_file_lies_over_the_file_of_its_language() -> None:
    base = {"offers": {"cover": {"title": "Colour", "extras": {"a": ["A", "a"]}}}, "products": {}}

    found = merged(base, {"offers": {"cover": {"title": "Color"}}})

    assert found == {"offers": {"cover": {"title": "Color", "extras": {"a": ["A", "a"]}}}, "products": {}}
    assert base["offers"]["cover"]["title"] == "Colour"


@pytest.mark.parametrize("text", [NASTY, "", "{item}", '","id":"x', "\x01text:item\x02", "</script>"])
def test_a_value_in_a_text_arrives_as_it_was_sent(text: str) -> None:
    made = template({"title": "Protect {item} now", "twice": "{item}{item}"})

    found = json.loads(made.filled({"item": text}))

    assert found == {"title": f"Protect {text} now", "twice": text * 2}


def test_a_value_in_html_is_escaped_and_in_plain_text_is_not() -> None:
    made = template({"disclaimer": "{item}", "disclaimer_html": "<p>{item}</p>", "deep": {"terms_html": "{item}"}})

    found = json.loads(made.filled({"item": "<b onclick='x'>\"&"}))

    escaped = "&lt;b onclick=&#x27;x&#x27;&gt;&quot;&amp;"
    assert found == {
        "disclaimer": "<b onclick='x'>\"&",
        "disclaimer_html": f"<p>{escaped}</p>",
        "deep": {"terms_html": escaped},
    }


def test_a_placeholder_without_a_value_is_a_mistake_of_the_catalog_and_never_an_empty_text() -> None:
    with pytest.raises(KeyError, match="item"):
        template({"title": "Protect {item} now"}).filled({"other": "x"})


@pytest.mark.parametrize("text", ["{}", "{Item}", "{1}", "{ item }", "{{", "}", "\\u0001text:item\\u0002"])
def test_what_only_looks_like_a_placeholder_stays(text: str) -> None:
    assert json.loads(template({"title": text}).filled({"item": "x"})) == {"title": text}


def test_placeholders_in_titles_of_lists_are_filled_too() -> None:
    languages = {"en": one_language(offer_words(extras={"a": ["For {item}", "{item} is safe"]}))}

    found = written(Words(languages, "en"), "en", {"item": '"x"'})

    assert found["extras"] == {'For "x"': '"x" is safe'}


def test_the_content_has_the_contracts_keys() -> None:
    languages = {"en": one_language(offer_words(), product_words())}

    found = written(Words(languages, "en"), "en", {}, ("plan", {}), ("plan", {}))

    offer = "schema_version locale slug title extras heading sub_heading description disclaimer disclaimer_html"
    offer += " price_unit positive_cta negative_cta negative_cta_warning required_message credibility_message terms_url"
    product = "id product_config_id slug locale title description benefits inclusions exclusions disclaimer"
    product += " disclaimer_html terms_cta_html credibility_badge extras"
    assert set(found) == {*offer.split(), "products"}
    assert [set(entry) for entry in found["products"]] == [set(product.split())] * 2
    assert found["schema_version"] == "content:1.0"


def test_partners_and_products_that_share_a_template_never_share_an_id() -> None:
    languages = {"en": one_language(offer_words(), product_words(title="{price}"))}
    words = Words(languages, "en")
    shared = [words.product("plan", language) for language in ("en", "en-gb", "de")]

    found = [
        json.loads(made.filled({"quote_id": f"q{n}", "product_config_id": f"c{n}", "price": f"{n} €"}))
        for n, made in enumerate(shared)
    ]

    assert [(entry["id"], entry["product_config_id"], entry["title"]) for entry in found] == [
        ("q0", "c0", "0 €"),
        ("q1", "c1", "1 €"),
        ("q2", "c2", "2 €"),
    ]
    assert b"q1" not in b"".join(part for made in shared for part in made.parts if isinstance(part, bytes))


def test_thousands_of_languages_asked_for_do_not_fill_the_memory() -> None:
    words = Words({"en": one_language(offer_words(title="x"), product_words(title="x")), "fr": one_language()}, "en")

    for number in range(5_000):
        assert json.loads(words.offer("cover", f"q{number}").filled({}) + b"]}")["title"] == "x"
        assert words.labels("plan", f"fr-q{number}") == {"benefit_labels": {}, "files": {}}

    assert set(words._ready) == {"en", "fr"}
    assert fallback_chain.cache_info().currsize <= 1_000
