"""One booking at the counter: what is covered, for whom, how it was paid, what happened since, and what can be done."""

from flask import Response

from app.adapters.counter_sales import CounterSale
from app.adapters.figures import amount_of, period_of
from app.domain.bookings import BookedQuote
from app.domain.drafts import Line
from app.domain.lifecycle import may
from app.web.portal.answers import page
from app.web.portal.find import article_of
from app.web.portal.gate import counter
from app.web.portal.history import SHOWN, history_of, name_of
from app.web.portal.served import (
    AREA,
    apart,
    day_of,
    done,
    moment_of,
    sales,
    serving_door,
    status_of,
    store_of,
    the_sale,
    total_of,
)

blueprint = serving_door("portal_booking")
Pairs = list[tuple[str, str]]


@blueprint.get("/portal/bookings/<booking_id>")
def booking(booking_id: str) -> Response:
    sale = the_sale(booking_id)
    at, records = counter(), sales()
    line = records.line(sale)
    happened = history_of(sale, records.history(sale))
    is_active = may("booking", sale.booking.status, "cancel") and at.staff.may("serve")
    shown = {
        "sale": sale.booking,
        "covers": [_cover(sale, quote) for quote in sale.booking.quotes],
        "article": _article(sale, line),
        "customer": customer_of(sale),
        "sold": _sold(sale),
        "history": happened[:SHOWN],
        "older": happened[SHOWN:],
        "may_change": is_active,
        "may_swap": is_active and line is not None and line.identifier != "none",
        "may_read": at.staff.may("read_evidence"),
        "done": done(),
    }
    return page("booking", area=AREA, **shown)


def _cover(sale: CounterSale, quote: BookedQuote) -> dict[str, object]:
    at, words = counter(), counter().say(AREA)
    pairs = [(words("label.period"), period_of(quote, at.say("customer")))]
    pairs.append((words("label.price"), amount_of(quote.price.total, at.language)))
    if quote.cancelled_at is not None:
        pairs.append((words("label.cancelled"), day_of(at, quote.cancelled_at, store_of(sale))))
    if quote.refund is not None:
        pairs.append((words("label.refund"), amount_of(quote.refund, at.language)))
    status = status_of(words, quote, at.now)
    return {"title": quote.title, "status": status, "is_active": quote.is_active, "pairs": pairs}


def _article(sale: CounterSale, line: Line | None) -> Pairs:
    words = counter().say(AREA)
    if line is None:
        title = article_of(sale)
        return [(words("label.article"), title)] if title else []
    named = line.serial or words("label.none")
    kind = "imei" if line.identifier == "imei" else "serial"
    return [(words("label.article"), line.title), (words(f"label.{kind}"), apart(named, is_code=bool(line.serial)))]


def customer_of(sale: CounterSale) -> Pairs:
    words, known = counter().say(AREA), sale.booking.policyholder
    address = [str(known[name]) for name in ("address1", "address2", "postcode", "city", "region") if known.get(name)]
    pairs = [("name", sale.booking.name), ("email", known.get("email")), ("phone", known.get("phone"))]
    pairs.append(("address", words("comma").join(address)))
    codes = ("email", "phone")
    return [(words(f"label.{name}"), apart(str(value), name in codes)) for name, value in pairs if value]


def _sold(sale: CounterSale) -> Pairs:
    at, words, store = counter(), counter().say(AREA), store_of(sale)
    pairs = [
        (words("label.total"), total_of(sale.booking, at.language)),
        (words("label.paid"), paid_with(sale)),
        (words("label.receipt"), apart(sale.booking.partner_transaction_id or "", is_code=True)),
        (words("label.sold_by"), name_of(words, f"staff:{sale.staff_id}", {})),
        (words("label.sold_at"), moment_of(at, sale.booking.created_at, store)),
        (words("label.store"), store.name),
    ]
    return [(name, value) for name, value in pairs if value]


def paid_with(sale: CounterSale) -> str:
    """Card, ending in 4242."""
    at, told = counter(), sale.booking.booking_agent
    agent = told if isinstance(told, dict) else {}
    rules = at.catalog.counter
    tenders = {one.key: one.label for one in rules.tenders} if rules else {}
    label = tenders.get(str(agent.get("tender")))
    if label is None or rules is None:
        return ""
    named, digits = rules.said(label, at.language), agent.get("last_digits")
    return at.say(AREA)("paid_digits", tender=named, digits=digits) if digits else named
