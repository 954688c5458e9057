"""Card numbers, which are never kept: found however they are typed, and cut to their last figures."""

import re

from app.domain.digits import passes_luhn, western

CARD_DIGITS = range(13, 20)
SHOWN_DIGITS = 4
# How the rest of a card number begins that was cut: whoever sends it back has not corrected it.
CUT = "**"

# Spaces and dashes of every kind, dots, strokes, commas, brackets, apostrophes, # and +, and what cannot be seen (soft
# hyphen, zero width, direction marks). No colon: with it every date with a time would be sixteen figures in a row.
# And no plus that a telephone number begins with, which has one to three figures behind it or all of the number.
_BETWEEN = (
    r"(?:[\s\-\u2010-\u2015\u2212\ufe63\uff0d.\u00b7\u2022\u30fb_/\\|,\u060c\u066b\u066c\u00ad\u200b-\u200f\u2060\ufeff"
    r"()\uff08\uff09'\u2018\u2019#]|(?:(?<=[0-9])|(?![+\uff0b](?:[0-9]{1,3}(?![0-9])|[0-9]{8})))[+\uff0b])"
)
_GAP = re.compile(rf"({_BETWEEN}++)")
_MANY = re.compile(rf"(?:[0-9]{_BETWEEN}*+){{{CARD_DIGITS.start}}}")
# A UUID is no card, although one in some hundreds has enough figures in a row, and our own ids are UUIDs.
_UUID = r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
_FIGURES = re.compile(rf"{_UUID}|([0-9]+(?:{_BETWEEN}++(?!{_UUID})[0-9]+)*+)")


def without_card_number(text: str) -> str:
    """A card number is cut to its last digits; a text without one comes back as it was."""
    figures = western(text)
    if _MANY.search(figures) is None:
        return text
    masked = _FIGURES.sub(lambda found: _masked(found[0]) if found[1] else found[0], figures)
    return text if masked == figures else masked


def holds_card_number(text: str) -> bool:
    return without_card_number(text) != text


def _masked(figures: str) -> str:
    """Groups of figures: some that stand together may be a card, with an expiry date or a code before or behind."""
    groups = _GAP.split(figures)
    kept: list[str] = []
    first = 0
    while first < len(groups):
        end = _end_of_card(groups, first)
        if end is None:
            kept += groups[first : first + 2]
            first += 2
            continue
        digits = "".join(groups[first:end:2])
        kept += ["*" * (len(digits) - SHOWN_DIGITS), digits[-SHOWN_DIGITS:], *groups[end : end + 1]]
        first = end + 1
    return "".join(kept)


def _end_of_card(groups: list[str], first: int) -> int | None:
    """Where the longest card that begins with this group ends. Never further than a card is long: texts may be."""
    digits, found = "", None
    for place in range(first, len(groups), 2):
        digits += groups[place]
        if len(digits) >= CARD_DIGITS.stop:
            break
        if len(digits) >= CARD_DIGITS.start and _is_card(digits):
            found = place + 1
    return found


def _is_card(digits: str) -> bool:
    """No card begins with 0, and none with 20: receipts that begin with the year do."""
    return not digits.startswith(("0", "20")) and passes_luhn(digits)
