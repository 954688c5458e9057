"""Telephone numbers as people type them become numbers that can be called from anywhere."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.phones import CardAsPhone, phone_of
from app.domain.card_numbers import holds_card_number
from app.domain.contact import is_phone


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("0113 496 0000", "GB", "+44 113 496 0000"),
        ("01134960000", "GB", "+44 113 496 0000"),
        ("+44 (0)113 496 0000", "GB", "+44 113 496 0000"),
        ("0044 113 4960000", "GB", "+44 113 496 0000"),
        ("+441134960000", None, "+44 113 496 0000"),
        ("Tel. 0113-496-0000", "GB", "+44 113 496 0000"),
        ("٠١١٣ ٤٩٦ ٠٠٠٠", "GB", "+44 113 496 0000"),
        ("(415) 555-0100", "US", "+1 415 555 0100"),
        ("030/1234567", "DE", "+49 30 1234567"),
        ("03-1234-5678", "JP", "+81 3 1234 5678"),
        ("+39 06 1234 5678", "GB", "+39 06 1234 5678"),
    ],
)
def test_a_number_is_kept_with_its_country(typed: str, country: str | None, kept: str) -> None:
    assert phone_of(typed, country) == kept
    assert phone_of(kept, country) == kept
    assert is_phone(kept)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("", "GB"),
        ("123", "GB"),
        ("ask at the desk", "GB"),
        ("0113 496 0000", None),
        ("0113 496 0000", "XX"),
        ("+999 1234 5678", "GB"),
        ("0113 496 0000 0000 00", "GB"),
        ("020 7946 0000 ext 5", "GB"),
        ("1" * 400, "GB"),
    ],
)
def test_what_nobody_can_call_is_no_number(typed: str, country: str | None) -> None:
    assert phone_of(typed, country) is None


# Well-known test numbers of card networks; they belong to nobody.
CARDS = ["4111 1111 1111 1111", "4111111111111111", "378282246310005", "30569309025904", "4222222222222"]


@pytest.mark.parametrize("country", ["JP", "DE", "AT", "IN", "GB", "US", "FR", None])
@pytest.mark.parametrize("typed", [*CARDS, "+4111 1111 1111 1111", "0 4111111111111111", "(4111)1111+1111#1111"])
def test_a_card_number_is_never_a_telephone_number(typed: str, country: str | None) -> None:
    with suppress(CardAsPhone):
        assert phone_of(typed, country) is None


@pytest.mark.parametrize(("typed", "country"), [("4111 1111 1111 1111", "JP"), ("378282246310005", "DE")])
def test_where_as_many_figures_can_be_a_number_a_card_is_called_a_card(typed: str, country: str) -> None:
    with pytest.raises(CardAsPhone):
        phone_of(typed, country)


@pytest.mark.parametrize("typed", ["+49 1512 3456787", "0049 1512 3456787", "+49 (0) 1512 3456787", "01512 3456787"])
def test_a_number_somebody_has_is_taken_although_its_figures_could_be_a_cards(typed: str) -> None:
    assert holds_card_number("4915123456787")
    assert phone_of(typed, "DE") == "+49 1512 3456787"
    assert phone_of("+49 1512 3456787", "GB") == "+49 1512 3456787"


def test_a_number_with_its_area_in_brackets_is_taken() -> None:
    assert phone_of("+49 (0) 30 1234567", "GB") == "+49 30 1234567"


@given(st.text(max_size=80), st.sampled_from(["GB", "US", "DE", "JP", "AU", None]))
def test_whatever_is_typed_gives_a_number_to_call_or_none(text: str, country: str | None) -> None:
    try:
        number = phone_of(text, country)
    except CardAsPhone:
        return

    assert number is None or is_phone(number)
