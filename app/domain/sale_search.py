"""One search box for what was sold: by which kinds of key a text could be meant, each made comparable.

What is written with a sale and what is typed later pass the same function of their kind, so that they meet.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from app.domain.contact import is_email
from app.domain.digits import western

Kind = Literal["booking", "serial", "email", "phone", "receipt", "person"]
Key = tuple[Kind, str]

LONGEST = 200
_NEITHER_LETTER_NOR_FIGURE = re.compile(r"[\W_]+")
_BOOKING = re.compile(r"([A-Z0-9]{5})([A-Z0-9]{5})(?:INS)?")
_PHONE = re.compile(r"[0-9+().\-/\s]+")
_PHONE_DIGITS = range(7, 16)
# Enough of a number to be found without its country and its leading zero. Some countries have shorter ones.
_PHONE_ENDS = (9, 8, 7)
_SERIAL_CHARACTERS = range(4, 41)
_MOST_WORDS, _POSTCODE_WORDS = 8, 3
_POSTCODE_CHARACTERS = range(3, 11)
# What decomposing leaves as it is.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
# Written out where a keyboard has no dots: found either way.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def search_keys(kind: Kind, value: str, postcode: str = "") -> list[Key]:
    """What to write with a sale. A person is every word of the name, each with the postcode."""
    value = value[:LONGEST]
    if kind == "person":
        return _person_keys(value, postcode)
    if kind == "phone":
        digits = _digits(value)
        ends = [digits[-length:] for length in _PHONE_ENDS if len(digits) >= length]
        return [(kind, end) for end in ends]
    comparable = _COMPARABLE[kind](value)
    return [(kind, comparable)] if comparable else []


def asked_for(text: str) -> list[Key]:
    """Every kind of key the text could be."""
    typed = western(unicodedata.normalize("NFKC", text)).strip()
    if not typed or len(typed) > LONGEST:
        return []
    if "@" in typed:
        return [("email", comparable_email(typed))] if is_email(typed) else []
    found = [*_as_one_code(typed), *_as_phone(typed), *_as_person(typed)]
    found.sort(key=lambda key: _ORDER.index(key[0]))
    return list(dict.fromkeys(found))


def comparable_booking(text: str) -> str:
    """XXXXX-XXXXX-INS, or nothing."""
    found = _BOOKING.fullmatch(comparable_code(text))
    return f"{found[1]}-{found[2]}-INS" if found else ""


def comparable_code(text: str) -> str:
    """Serial and receipt numbers: people leave out the hyphens and the spaces."""
    return _NEITHER_LETTER_NOR_FIGURE.sub("", western(unicodedata.normalize("NFKC", text))).upper()


def comparable_email(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def comparable_name(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", western(text).casefold().translate(_PLAIN))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _NEITHER_LETTER_NOR_FIGURE.sub("", unicodedata.normalize("NFC", plain))


def comparable_postcode(text: str) -> str:
    return comparable_name(text)


_COMPARABLE = {
    "booking": comparable_booking,
    "serial": comparable_code,
    "email": comparable_email,
    "receipt": comparable_code,
}
_ORDER: tuple[Kind, ...] = ("booking", "serial", "email", "phone", "receipt", "person")


def _person_keys(name: str, postcode: str) -> list[Key]:
    code = comparable_postcode(postcode[:LONGEST])
    if not code:
        return []
    spellings = (name, unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS))
    words = [comparable_name(word) for spelling in spellings for word in _words(spelling)]
    return [("person", person) for person in dict.fromkeys(_person(word, code) for word in words if word)]


def _words(name: str) -> list[str]:
    """Garcia-Marquez is found as either half and as the whole."""
    words = name.split()
    return [*words, *(half for word in words if "-" in word for half in word.split("-"))]


def _person(word: str, code: str) -> str:
    return f"{word} {code}"[:LONGEST]


def _digits(text: str) -> str:
    return "".join(sign for sign in western(text) if sign in "0123456789").lstrip("0")


def _as_one_code(typed: str) -> Iterator[Key]:
    """Booking, serial or receipt. Several words without any figure are no code."""
    code, words = comparable_code(typed), typed.split()
    if comparable_booking(typed) and (len(words) == 1 or _in_fives(words)):
        yield "booking", comparable_booking(typed)
    if not code or not (len(words) == 1 or _has_figure(code)):
        return
    if len(code) in _SERIAL_CHARACTERS and code.isascii():
        yield "serial", code
    yield "receipt", code


def _in_fives(words: list[str]) -> bool:
    """ABCDE FGHJK INS, as it is read to somebody."""
    return [len(word) for word in words if word.upper() != "INS"] == [5, 5]


def _as_phone(typed: str) -> Iterator[Key]:
    digits = _digits(typed)
    if _PHONE.fullmatch(typed) and len(digits) in _PHONE_DIGITS:
        yield "phone", digits[-_PHONE_ENDS[0] :]


def _as_person(typed: str) -> Iterator[Key]:
    """A postcode of one to three words in front or behind, and each other word as a name."""
    words = typed.replace(",", " ").split()
    if not 2 <= len(words) <= _MOST_WORDS:
        return
    for length in range(1, min(_POSTCODE_WORDS, len(words) - 1) + 1):
        for code, names in ((words[-length:], words[:-length]), (words[:length], words[length:])):
            postcode = comparable_postcode("".join(code))
            if not _has_figure(postcode) or len(postcode) not in _POSTCODE_CHARACTERS:
                continue
            for name in names:
                if not _has_figure(name) and comparable_name(name):
                    yield "person", _person(comparable_name(name), postcode)


def _has_figure(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)
