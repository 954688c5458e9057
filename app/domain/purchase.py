"""What a receipt says, as people type it: a price in the store's currency, and the day of the purchase."""

import re
from datetime import date

from app.domain.digits import western
from app.domain.money import Currency, Money
from app.domain.portal_errors import PortalRefused

# What a request for an offer takes; nothing in a shop is nearly as dear.
MOST = 100_000_000
# Older goods have no cover anywhere, and a year typed with one figure too few is found.
OLDEST_YEARS = 10
_GROUPS = re.compile(r"[\s'\u2019\u066c\u200b-\u200f\u2060]+")
_SIGNS = re.compile(r"^[^\d.,-]+|[^\d.,]+$")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_LONGEST = 40


def price_of(text: str, unit: Currency) -> Money:
    """549, 549.00, 1,299.00, 1.299,00 and 549 €: the last mark is the decimal one, if decimals can follow it."""
    figures = _SIGNS.sub("", _GROUPS.sub("", western(text[:_LONGEST]).replace("\u066b", ".")))
    plain = _decimal(figures, unit.digits)
    if not plain or _PLAIN.fullmatch(plain) is None:
        raise PortalRefused("price_form", field="price")
    if len(plain.partition(".")[2]) > unit.digits:
        raise PortalRefused("price_decimals", field="price", digits=unit.digits, currency=unit.code)
    amount = float(plain)
    if not 0 < amount < MOST:
        raise PortalRefused("price_form", field="price")
    return unit.money(amount)


def _decimal(figures: str, digits: int) -> str:
    """With a point for the decimals and nothing between the thousands; empty where it could be either."""
    marks = [place for place, sign in enumerate(figures) if sign in ".,"]
    if not marks:
        return figures
    whole, behind = figures[: marks[-1]], figures[marks[-1] + 1 :]
    is_one_kind = len({figures[place] for place in marks}) == 1
    if is_one_kind and _THOUSANDS.fullmatch(figures) and (len(marks) > 1 or digits < 3):
        return figures.replace(".", "").replace(",", "")
    if len(marks) > 1 and (is_one_kind or _THOUSANDS.fullmatch(whole) is None):
        return ""
    return f"{whole.replace('.', '').replace(',', '')}.{behind}"


def price_text(price: Money) -> str:
    """As it stands in the field: 549, 44.99."""
    return (
        str(price.units // 10**price.digits)
        if price.units % 10**price.digits == 0
        else f"{price.amount:.{price.digits}f}"
    )


def purchase_day(text: str, today: date) -> date:
    """`today` is the store's: where it is tomorrow already, tomorrow can be typed."""
    try:
        day = date.fromisoformat(western(text).strip())
    except ValueError as problem:
        raise PortalRefused("day_form", field="purchased_on") from problem
    if day > today:
        raise PortalRefused("day_future", field="purchased_on")
    if day.year < today.year - OLDEST_YEARS:
        raise PortalRefused("day_old", field="purchased_on", years=OLDEST_YEARS)
    return day
