"""The words of an offer: the exact language, else the language without its region, else the partner's own."""

from typing import Any

import pytest

from tests.contract import offer_of
from tests.partner import Partner, example


@pytest.mark.parametrize(
    ("asked", "locale", "path"),
    [
        ("en", "en", "en"),
        ("fr", "fr", "fr"),
        ("en-us", "en", "en-us"),
        ("fr-CA", "fr", "fr-ca"),
        ("it", "en", "it"),
        ("it-CH", "en", "it-ch"),
    ],
)
def test_words_fall_back_while_the_link_keeps_the_language_asked_for(
    hearthside: Partner, asked: str, locale: str, path: str
) -> None:
    flat = example("hearthside", "apartment-in-paris")
    flat["customer"]["language"] = asked

    offer = offer_of(hearthside.create_offer(flat))

    assert offer["content"]["locale"] == locale
    assert {words["locale"] for words in offer["content"]["products"]} == {locale}
    links = [product["details"]["pds_url"] for product in offer["products"]]
    assert all(link.startswith(f"https://cover.example/{path}/pds/{offer['id']}") for link in links)


@pytest.mark.parametrize(("language", "file"), [("fr", "summary.fr.html"), ("it", "summary.en.html")])
def test_documents_come_in_the_language_asked_for_or_in_the_partners_own(
    hearthside: Partner, language: str, file: str
) -> None:
    flat = example("hearthside", "apartment-in-paris")
    flat["customer"]["language"] = language

    offer = offer_of(hearthside.create_offer(flat))

    urls = [one["url"] for product in offer["products"] for one in product["details"]["files"]]
    assert any(url.endswith(file) for url in urls)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja", "ar"])
def test_northwind_speaks_every_language_it_says_it_does(northwind: Partner, language: str) -> None:
    camera = example("northwind", "camera")
    camera["customer"]["language"] = language

    offer = offer_of(northwind.create_offer(camera))

    assert offer["content"]["locale"] == language


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in below for text in _texts(item)]


def test_no_placeholder_is_left_unfilled(northwind: Partner) -> None:
    offer = offer_of(northwind.create_offer(example("northwind", "camera")))

    texts = _texts(offer["content"])
    assert len(texts) > 60
    assert not [text for text in texts if "{" in text or "\x01" in text]


def test_what_a_customer_typed_cannot_become_markup(northwind: Partner) -> None:
    camera = example("northwind", "camera")
    camera["context"]["product"]["title"] = '<script>alert("x")</script> {price} \\ "quoted"'

    content = offer_of(northwind.create_offer(camera))["content"]

    html = [content["disclaimer_html"]]
    html += [words[name] for words in content["products"] for name in ("disclaimer_html", "terms_cta_html")]
    assert not [text for text in html if "<script" in text]


def test_absent_text_is_an_empty_string_never_null(northwind: Partner) -> None:
    content = offer_of(northwind.create_offer(example("northwind", "camera")))["content"]

    assert None not in content.values()
    assert all(None not in words.values() for words in content["products"])
