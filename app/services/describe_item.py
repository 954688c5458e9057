"""What has to be known of an article before cover can be shown: which piece it is, and what was paid for it when.

Three things are asked back once: a price no cover is sold at, one far from the list price, and a piece that has cover.
Whoever confirms goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.drafts import Draft, Line
from app.domain.goods import imei_of, serial_of
from app.domain.money import Money
from app.domain.portal_errors import NotHere, PortalRefused
from app.domain.purchase import price_text
from app.services.booked_lines import OffersOnFile, refuse_booked
from app.services.eligible_items import Eligibility

# Reasons that another price would mend; `price` is what the line then says to the offer's page.
BANDS = frozenset({"price_low", "price_high"})
OUT_OF_BAND = "price"
# So many times the list price, or so small a part of it, is more often a slip than a price.
UNLIKELY = 2


@dataclass(frozen=True, slots=True)
class Description:
    """`sells_again`: the number whose earlier cover was read about. `goes_without`: no cover for this one, then.

    `keeps_price`: the price that was read again beside the list price.
    """

    number: str
    price: Money
    purchased_on: date
    condition: str
    receipt: str
    sells_again: str = ""
    goes_without: bool = False
    keeps_price: str = ""


@dataclass(frozen=True, slots=True)
class EarlierCover:
    """`booking_id` is empty where another store sold it: its sales are nobody's business here."""

    booking_id: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked elsewhere: how cover stands for a line, whether a piece has some already, what is booked."""

    stands: Callable[[Line], Eligibility]
    covered: Callable[[str], EarlierCover | None]
    conditions: frozenset[str]
    store: OffersOnFile
    listed: Callable[[Line], Money | None] = lambda line: None


def number_of(identifier: str, text: str) -> str:
    """The IMEI or the serial, written in one way."""
    if identifier == "none":
        return ""
    return imei_of(text) if identifier == "imei" else serial_of(text)


def describe_item(checks: Checks, draft: Draft, line_id: str, said: Description) -> Draft:
    line = draft.line(line_id)
    if line is None:
        raise NotHere()
    refuse_booked(checks.store, *draft.lines)
    if said.condition not in checks.conditions:
        raise PortalRefused("condition", field="condition")
    changed = _priced(checks, _described(line, said), said)
    if changed.price != line.price and not changed.no_offer:
        _likely(checks, changed, said)
    changed = _alone(checks, draft, changed, said)
    paid = draft.payment if changed.offer == line.offer else None
    return replace(draft.with_line(changed), receipt=said.receipt or draft.receipt, payment=paid)


def _described(line: Line, said: Description) -> Line:
    """Another price, day or condition is another offer. The number is not part of one."""
    price, day = price_text(said.price), said.purchased_on.isoformat()
    changed = replace(line, serial=said.number, price=price, purchased_on=day, condition=said.condition)
    if (line.price, line.purchased_on, line.condition) == (price, day, said.condition):
        return changed
    return replace(changed, offer=None, no_offer="")


def _priced(checks: Checks, line: Line, said: Description) -> Line:
    if line.offer is not None or line.no_offer == OUT_OF_BAND:
        return line
    found = checks.stands(line)
    if found.reason not in BANDS:
        return line
    if said.goes_without:
        return replace(line, no_offer=OUT_OF_BAND)
    raise PortalRefused(str(found.reason), field="price", limit=found.limit)


def _likely(checks: Checks, line: Line, said: Description) -> None:
    listed = checks.listed(line)
    if listed is None or said.keeps_price == line.price:
        return
    if not listed.units <= said.price.units * UNLIKELY <= listed.units * UNLIKELY**2:
        raise PortalRefused("price_unlike", field="price", listed=listed, typed=said.price)


def _alone(checks: Checks, draft: Draft, line: Line, said: Description) -> Line:
    """A piece is covered once, unless somebody has read that it is and says so."""
    if not line.serial or line.no_offer:
        return line
    if any(other.serial == line.serial for other in draft.lines if other.id != line.id):
        raise PortalRefused("number_twice", field="number")
    earlier = None if line.warned_of == line.serial else checks.covered(line.serial)
    if earlier is None:
        return line
    if said.sells_again != line.serial:
        key = "covered_until" if earlier.until else "covered"
        key = key if earlier.booking_id else f"{key}_elsewhere"
        raise PortalRefused(key, field="number", booking=earlier.booking_id, until=earlier.until)
    return replace(line, warned_of=line.serial)
