"""How a customer can be reached, and what an address or a number must look like."""

import re

# What customers change by themselves. Name and country are not among them: contract and price rest on those.
OWN_FIELDS = ("email", "phone", "address1", "address2", "postcode", "city", "region")

_EMAIL = re.compile(r"[^@ \t\r\n<>,;\x00-\x1f\x7f]{1,64}@[^@ \t\r\n<>,;\x00-\x1f\x7f]{1,190}")
_PHONE = re.compile(r"\+[0-9 ().-]{4,39}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """With the country in front: whoever calls back may be in another one."""
    return _PHONE.fullmatch(text) is not None


def is_one_line(text: str) -> bool:
    return _CONTROL.search(text) is None
