"""One box for whatever a customer has in hand: the number, the serial, the receipt, or just their name.

What is typed is sent in a form and stands in no address: addresses are kept by browsers and written into logs.
"""

from dataclasses import dataclass

from flask import Response
from wtforms import Field, StringField

from app.adapters.counter_sales import CounterSale
from app.domain.goods import is_imei
from app.domain.sale_search import asked_for
from app.web.form_rules import filled, one_line
from app.web.platform import platform
from app.web.portal.answers import page
from app.web.portal.forms import PortalForm, no_card_number
from app.web.portal.gate import counter
from app.web.portal.served import (
    AREA,
    day_of,
    sales,
    serving_door,
    short_name,
    status_of,
    store_of,
    until_of,
)

blueprint = serving_door("portal_find")
MOST, LATEST = 20, 6


def no_card_but_imei(form: PortalForm, field: Field) -> None:
    """An IMEI has as many digits as some card numbers, and is what is looked for most."""
    if not is_imei("".join((field.data or "").split())):
        no_card_number(form, field)


class FindForm(PortalForm):
    text = StringField(validators=[filled, one_line, no_card_but_imei], may_look_like_card=True)


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    article: str
    name: str
    until: str
    status: str
    is_covered: bool
    sold_on: str
    store: str


@blueprint.route("/portal/bookings", methods=["GET", "POST"])
def find() -> Response:
    form = FindForm()
    if not form.is_sent():
        return page("find", form.status, area=AREA, form=form, rows=[_row(one) for one in _latest(form)], asked="")
    keys = asked_for(form.text.data)
    emails = [value for kind, value in keys if kind == "email"]
    at = counter()
    account = platform().tokens.account_id(at.partner_code, at.mode, emails[0]) if emails else None
    found = sales().found(keys, account, MOST + 1)
    rows = [_row(one) for one in found[:MOST]]
    return page("find", area=AREA, form=form, rows=rows, asked=form.text.data, is_cut=len(found) > MOST)


def _latest(form: FindForm) -> list[CounterSale]:
    """What was sold last is what is asked for first; beside an error it would be in the way."""
    return [] if form.errors else sales().recent(LATEST)


def _row(sale: CounterSale) -> Row:
    at, booking, store = counter(), sale.booking, store_of(sale)
    words = at.say(AREA)
    shown = (booking.active_quotes or booking.quotes)[0]
    titles = [quote.title for quote in booking.active_quotes or booking.quotes]
    return Row(
        id=booking.id,
        title=words("comma").join(titles),
        article=article_of(sale),
        name=short_name(booking),
        until=until_of(words, shown),
        status=status_of(words, shown, at.now),
        is_covered=shown.is_active,
        sold_on=day_of(at, sale.asked_at, store),
        store=store.name if sales().store_id is None else "",
    )


def article_of(sale: CounterSale) -> str:
    """As the offer was asked for: where the partner's counter puts an article's name."""
    counter_of_catalog = counter().catalog.counter
    path = counter_of_catalog.path_of("title") if counter_of_catalog else None
    found: object = sale.request
    for name in path or ():
        found = found.get(name) if isinstance(found, dict) else None
    return found if path and isinstance(found, str) else ""
