"""Telephone numbers as people type them, kept with the country in front."""

import re

import phonenumbers  # 20 ms at start; each country's numbers are read with its first number
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from app.domain.contact import is_phone

LONGEST = 60
_NO_FIGURES = re.compile(r"[^0-9]+")


def phone_of(text: str, country: str | None) -> str | None:
    """+44 113 496 0000, or nothing when this cannot be a number. `country`: where one without a country is from."""
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    # An extension cannot be kept in international form, and calling without it reaches somebody else.
    if number.extension or phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    shown = "+" + _NO_FIGURES.sub(" ", written).strip()
    return shown if is_phone(shown) else None
