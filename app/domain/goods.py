"""The numbers goods carry: IMEI, product code, serial number; checked, and written in one way."""

import re

from app.domain.digits import passes_luhn, western
from app.domain.portal_errors import PortalRefused

IMEI_DIGITS, IMEISV_DIGITS, GTIN_DIGITS = 15, 16, 14
_GTIN_LENGTHS = (8, 12, 13, 14)
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff]+")
_DIGITS = re.compile(r"[0-9]+")
_SERIAL = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9./-]{4,40}")
# What a GS1 code says of itself: application identifier 01 is the product.
_IN_GS1 = re.compile(r"\(01\)([0-9]{14})(?:\(.*)?")


class NumberRefused(PortalRefused):
    """The key says which number and what is wrong with it."""


def is_imei(text: str) -> bool:
    one_figure = len(set(text)) == 1
    return len(text) == IMEI_DIGITS and _DIGITS.fullmatch(text) is not None and passes_luhn(text) and not one_figure


def imei_of(text: str) -> str:
    digits = _joined(text)
    if _DIGITS.fullmatch(digits) is None:
        raise NumberRefused("imei_form", field="imei")
    if len(digits) == IMEISV_DIGITS:
        # A phone shows the 16 digits with its software version; they have no check digit, so nobody can check them.
        raise NumberRefused("imei_version", field="imei")
    if len(digits) != IMEI_DIGITS:
        raise NumberRefused("imei_length", field="imei", digits=len(digits))
    if not is_imei(digits):
        raise NumberRefused("imei_check", field="imei")
    return digits


def is_gtin(text: str) -> bool:
    return len(text) in _GTIN_LENGTHS and _DIGITS.fullmatch(text) is not None and _checks(text)


def gtin_of(text: str) -> str:
    """Any of the four lengths, as fourteen digits: the same product whichever way it was scanned."""
    joined = _joined(text)
    inside = _IN_GS1.fullmatch(joined)
    digits = inside[1] if inside else joined
    if _DIGITS.fullmatch(digits) is None:
        raise NumberRefused("gtin_form", field="gtin")
    if len(digits) not in _GTIN_LENGTHS:
        raise NumberRefused("gtin_length", field="gtin", digits=len(digits))
    if not is_gtin(digits):
        raise NumberRefused("gtin_check", field="gtin")
    return digits.zfill(GTIN_DIGITS)


def serial_of(text: str) -> str:
    serial = "".join(western(text).split()).upper()
    if not 4 <= len(serial) <= 40:
        raise NumberRefused("serial_length", field="serial", characters=len(serial))
    if _SERIAL.fullmatch(serial) is None:
        raise NumberRefused("serial_form", field="serial")
    return serial


def _joined(text: str) -> str:
    return _BETWEEN.sub("", western(text))


def _checks(digits: str) -> bool:
    """Modulo 10 with the weights 3 and 1 from the right; only zeros would pass and are no product."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0 and digits.strip("0") != ""
