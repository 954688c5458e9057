"""Telephone numbers as people type them, kept with the country in front."""

import re

import phonenumbers  # 20 ms at start; each country's numbers are read with its first number
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from app.domain.card_numbers import CARD_DIGITS, holds_card_number
from app.domain.contact import is_phone
from app.domain.digits import western

LONGEST = 60
# Typed with + in front, or with what stands for it: 00, in some countries 011.
_WITH_COUNTRY = (CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN, CountryCodeSource.FROM_NUMBER_WITH_IDD)
_NO_FIGURES = re.compile(r"[^0-9]+")


class CardAsPhone(Exception):
    """A card number: in some countries as many figures can be a telephone number."""


def phone_of(text: str, country: str | None) -> str | None:
    """+44 113 496 0000, or nothing when this cannot be a number. `country`: where one without a country is from."""
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, country, keep_raw_input=True)
    except NumberParseException:
        return None
    # An extension cannot be kept in international form, and calling without it reaches somebody else.
    if number.extension or phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    shown = "+" + _NO_FIGURES.sub(" ", written).strip()
    if _is_card(text, shown, number):
        raise CardAsPhone
    return shown if is_phone(shown) else None


def _is_card(text: str, shown: str, number: PhoneNumber) -> bool:
    """A number somebody really has is none of a card, when nobody can have meant a card: typed with its country, or
    with fewer figures than a card has."""
    figures = _NO_FIGURES.sub("", western(text))
    is_meant = number.country_code_source in _WITH_COUNTRY or len(figures) < CARD_DIGITS.start
    if is_meant and phonenumbers.is_valid_number(number):
        return False
    return any(holds_card_number(one) for one in (text, figures, shown))
