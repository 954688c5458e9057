"""What a customer reads: in every language, with everything that was bought, and nothing that a name could do."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.adapters.locales import LANGUAGES
from app.adapters.mail_message import Letter
from app.adapters.mail_rendering import EVENTS, Occasion, environment, letter_of, written_money
from app.domain.bookings import Booking
from app.domain.money import Money, currency
from tests.conftest import ROOT
from tests.letters import FACTS, LINKS, PARTNER, booking, quote

TEMPLATES = ROOT / "templates" / "mail"
EVIL = "<script>alert(1)</script>{{ 7 * 7 }}{number}\r\nBcc: x@y.example"


def letter(event: str = "confirmation", language: str = "en", **changes: Any) -> Letter:
    shown = changes.pop("booking", None) or booking(language, is_cancelled=event == "cancellation")
    given: dict[str, Any] = {
        "event": event,
        "booking": shown,
        "language": language,
        "partner": PARTNER,
        "facts": FACTS[event],
        "links": LINKS,
        "is_attached": True,
    }
    return letter_of(Occasion(**given | changes))


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>|&[a-z#0-9]+;", " ", html, flags=re.S).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_mail_in_every_language(event: str, language: str) -> None:
    found = letter(event, language)

    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in found.html
    assert found.language == language
    number = "QH4RW-8MXPD-CLM" if event.startswith("claim") else "K7RWD-3HXQP-INS"
    for text in (found.subject, found.text, found.html):
        assert number in text
        assert "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        assert "None" not in text
    assert "Northwind" in found.text
    assert "<img" not in found.html
    assert "\n\n\n\n" not in found.text


@pytest.mark.parametrize("event", EVENTS)
def test_the_plain_text_says_what_the_html_says(event: str) -> None:
    found = letter(event)
    plain = set(re.findall(r"[\w€]+", found.text.lower()))

    missing = [word for word in re.findall(r"[\w€]+", words_of(found.html).lower()) if word not in plain]

    assert missing == []


def test_the_files_are_all_used() -> None:
    environment.cache_clear()
    for event in EVENTS:
        letter(event)

    cache = environment().cache
    assert cache is not None
    used = {str(name) for _, name in cache}
    assert {path.name for path in TEMPLATES.iterdir()} == used


def test_a_confirmation_says_what_was_bought_for_how_much_and_who_insures() -> None:
    text = letter().text

    for said in (
        "Device protection for 2 years\n21 November 2026 to 21 November 2028\nPrice: €49.50\nof which IPT: €7.50\n",
        "Total price: €99.00\nof which tax: €15.00\n",
        "Insurer: Harbour Mutual Insurance. A made-up insurer; no cover is given.",
        f"See your certificate: {LINKS['certificate']}\n",
        "Questions and changes: https://northwind.example/help\n",
        "Your certificate of insurance is attached.",
    ):
        assert said in text, said
    assert "attached" not in letter(is_attached=False).text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"difference": [750, 2, "EUR"], "is_more": True}, "The change costs €7.50 more."),
        ({"difference": [-750, 2, "EUR"], "is_less": True}, "You get €7.50 back."),
        ({"difference": [0, 2, "EUR"], "is_more": False, "is_less": False}, "The price stays the same."),
        (
            {"contact": ["city", "address1", "phone", "age"]},
            "Changed: your address, your telephone number, your details.",
        ),
    ],
)
def test_a_change_says_what_it_costs(facts: dict[str, Any], said: str) -> None:
    assert said in letter("modification", facts=facts).text


def test_a_cancellation_tells_the_part_that_ended_from_the_part_that_goes_on() -> None:
    found = letter("cancellation")

    assert found.subject == "A part of your cover is cancelled: K7RWD-3HXQP-INS"
    assert "You get €49.50 back. Northwind returns it the way you paid." in found.text
    gone, left = found.text.split("Still covered:")
    assert "Device protection for 3 years" in gone and "Cancelled on: 21 November 2026" in gone
    assert "Device protection for 2 years" in left and "Total price: €49.50" in left


def test_a_cancellation_of_everything_without_a_refund() -> None:
    everything = replace(booking(), quotes=(quote("1", "Cover", status="CANCELLED", refund=None),))

    found = letter("cancellation", booking=everything, facts={"quotes": ["1"]})

    assert found.subject == "Your cover is cancelled: K7RWD-3HXQP-INS"
    assert "Nothing is paid back." in found.text
    assert "Still covered" not in found.text and "Total price" not in found.text


def test_what_was_cancelled_long_ago_is_not_told_again() -> None:
    """Two were cancelled one after the other: the second mail is about the second."""
    both = replace(
        booking(),
        quotes=tuple(quote(number, f"Cover {number}", status="CANCELLED") for number in "12"),
    )

    text = letter("cancellation", booking=both, facts={"quotes": ["2"]}).text

    assert "Cover 2" in text and "Cover 1" not in text


def evil() -> Booking:
    plain = booking(name=EVIL)
    return replace(plain, quotes=(quote("1", EVIL, policy={"underwriter": {"name": EVIL, "disclaimer": EVIL}}),))


@pytest.mark.parametrize("event", EVENTS)
def test_names_are_data(event: str) -> None:
    claim = dict.fromkeys(("id", "story", "name", "email", "phone"), EVIL)
    found = letter(event, booking=evil(), partner=PARTNER | {"title": EVIL}, facts={"claim": claim})

    assert "<script>" not in found.html
    assert "49}" not in found.html and "{{ 7 * 7 }}" in found.html
    # The story of a claim keeps its lines: it stands in the body, where no line is a header.
    assert event.startswith("claim") or not any(line.startswith("Bcc:") for line in found.text.splitlines())
    assert "\n" not in found.subject


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "", "https://x.example/ onclick=x"])
def test_only_addresses_of_pages_become_links(address: str) -> None:
    found = letter(links={"certificate": address}, partner=PARTNER | {"help_center_url": address})

    assert "javascript" not in found.html and "onclick" not in found.html
    assert "See your certificate" not in found.text


def test_a_subsidiary_writes_under_its_own_name() -> None:
    own = {
        "slug": "NORTHWIND-DE",
        "title": "Northwind Deutschland",
        "help_center_url": "https://northwind.example/hilfe",
    }
    shown = replace(booking(), subsidiary="NORTHWIND-DE")

    text = letter(booking=shown, partner=PARTNER | {"subsidiaries": [own]}).text

    assert text.startswith("Northwind Deutschland\n")
    assert "https://northwind.example/hilfe" in text


def test_open_ended_cover_has_no_end() -> None:
    shown = replace(booking(), quotes=(quote("1", "Cover", end_at=None),))

    assert "\nfrom 21 November 2026\n" in letter(booking=shown).text


@pytest.mark.parametrize(
    ("units", "digits", "code", "language", "expected"),
    [
        (4950, 2, "EUR", "de", "49,50\xa0€"),
        (4950, 2, "USD", "en", "US$49.50"),
        (4950, 2, "AUD", "fr", "49,50\xa0A$"),
        (1234567, 2, "GBP", "en", "£12,345.67"),
        (4950, 0, "JPY", "ja", "JP¥4,950"),
        (1234, 3, "KWD", "en", "KWD\xa01.234"),
    ],
)
def test_money_is_written_as_the_language_does_with_the_sign_of_our_offers(
    units: int, digits: int, code: str, language: str, expected: str
) -> None:
    assert written_money(Money(units, digits, currency(code)), language) == expected


def test_the_claims_team_gets_no_key_to_the_customers_pages() -> None:
    found = letter("claim_notice")

    assert "security_token" not in found.html + found.text
    assert "because of your booking" not in found.text


def test_no_mail_for_what_is_not_known() -> None:
    with pytest.raises(ValueError, match="there is no mail for birthday"):
        letter_of(Occasion("birthday", booking(), "en", PARTNER, {}, {}, False))
