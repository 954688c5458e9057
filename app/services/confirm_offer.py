"""Confirm Offer: the partner has collected the payment, so the chosen quotes become a booking.

The price and the dates are those that were quoted. What can be booked is booked; a quote that cannot is reported.
"""

from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any

import orjson

from app.catalog.calculation import ProductNotPriced
from app.catalog.model import Catalog
from app.domain import identifiers
from app.domain.bookings import BookedQuote, Booking, policyholder_of, totals
from app.domain.errors import BodyInvalid, OfferNotBookable, OfferNotFound, QuoteNamedTwice, QuotesNotBooked
from app.domain.evidence import Happening, Head
from app.domain.lifecycle import CONFIRMED, next_state
from app.domain.money import currency
from app.domain.product_rules import broken_rules
from app.domain.selection import Selection
from app.domain.sold_context import context_mistakes
from app.services.announcements import CREATED, announcements
from app.services.booked_quotes import Buyer, Wish, booked_quote
from app.services.booking_desk import BookingDesk, account_of, carried_out, step
from app.services.payment import kept_payment
from app.services.records import Change, OfferOnFile, Settled

# Where an answer's rules begin: after its list of products, so never inside a text or a field of the catalog's own.
_RULES = '],"product_rules":'
NOT_IN_OFFER = "The quote is not part of this offer."
Present = Callable[[Booking, dict[str, str], list[dict[str, Any]]], bytes]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a partner sends: a body that has passed its schema, and how strict we are about product rules."""

    offer_id: str
    body: dict[str, Any]
    selection: Selection | None
    rejects_broken_rules: bool


@dataclass(frozen=True, slots=True)
class _Sale:
    """The offer that is being confirmed, read."""

    offer: OfferOnFile
    catalog: Catalog
    buyer: Buyer
    terms: dict[str, dict[str, Any]]


def confirm_offer(desk: BookingDesk, asked: Confirmation, present: Present) -> bytes:
    """The booking's answer. `present` gets the booking, the quotes that failed and the rules that were not kept."""
    return carried_out(desk, lambda: _attempt(desk, asked, present))


def _attempt(desk: BookingDesk, asked: Confirmation, present: Present) -> tuple[Change, bytes]:
    sale = _sale(desk, asked.offer_id)
    mistakes = context_mistakes(asked.body.get("context") or {}, sale.buyer.request["context"])
    if mistakes:
        raise BodyInvalid(errors={"context": mistakes})
    quotes, failures = _booked(desk, sale, asked.body["quotes"])
    broken = _rules_kept(sale, quotes, asked.rejects_broken_rules)
    booking = _booking(desk, sale, asked.body, quotes)
    if asked.selection is not None:
        asked.selection.check(_selection(booking), int(desk.now.timestamp()))
    answer = present(booking, failures, broken)
    return _change(desk, sale, asked.body, booking, broken), answer


def _sale(desk: BookingDesk, offer_id: str) -> _Sale:
    offer = desk.store.offer_on_file(offer_id)
    if offer is None:
        raise OfferNotFound()
    if offer.booking_id is not None:
        sentence = f"Booking already exists for fast_quote_id {offer.id}. INS number: {offer.booking_id}"
        raise OfferNotBookable(offer.id, sentence)
    next_state("offer", offer.state, "confirm")
    if offer.expires_at is not None and offer.expires_at <= desk.now:
        sentence = f"The price of offer {offer.id} was held until {offer.expires_at:%Y-%m-%d %H:%M} UTC."
        raise OfferNotBookable(offer.id, sentence)
    buyer = Buyer(orjson.loads(offer.request), offer.currency, offer.language, offer.created_at.date().isoformat())
    terms = {term["id"]: term for term in orjson.loads(offer.terms)}
    return _Sale(offer, desk.catalog_of(offer.release_id), buyer, terms)


def _booked(
    desk: BookingDesk, sale: _Sale, asked: list[dict[str, Any]]
) -> tuple[tuple[BookedQuote, ...], dict[str, str]]:
    quotes: list[BookedQuote] = []
    failures: dict[str, str] = {}
    at = (sale.offer.created_at, desk.now, desk.document_url(sale.offer.release_id, ""))
    for place, item in enumerate(asked):
        quote_id = item["id"].lower()
        if any(quote.id == quote_id for quote in quotes) or quote_id in failures:
            raise QuoteNamedTwice(place)
        term = sale.terms.get(quote_id)
        if term is None:
            failures[quote_id] = NOT_IN_OFFER
            continue
        try:
            wish = _wish(sale, term, item, place)
            quotes.append(booked_quote(sale.catalog, term, sale.buyer, wish, at))
        except ProductNotPriced as problem:
            failures[quote_id] = problem.message
    if not quotes:
        raise QuotesNotBooked(sale.offer.id, failures)
    return tuple(quotes), failures


def _wish(sale: _Sale, term: dict[str, Any], item: dict[str, Any], place: int) -> Wish:
    plan, insured = item.get("instalment_plan"), item.get("insured")
    known = [one.name for one in sale.catalog.products[term["product"]].terms.instalments]
    if plan is not None and plan not in known:
        rule = f"{plan!r} is not a plan of this product" + (f"; it has {', '.join(known)}" if known else "")
        raise BodyInvalid(errors={"quotes": {str(place): {"instalment_plan": [rule]}}})
    return Wish(None if insured is None else tuple(insured), plan, item.get("first_instalment_paid"))


def _rules_kept(sale: _Sale, quotes: tuple[BookedQuote, ...], rejects: bool) -> list[dict[str, Any]]:
    at = sale.offer.answer.find(_RULES)
    if at < 0:
        return []
    # Only the rules are read: the answer is nine kilobytes of words.
    rules, _ = JSONDecoder().raw_decode(sale.offer.answer, at + len(_RULES))
    broken = broken_rules(rules, {quote.id for quote in quotes})
    if broken and rejects:
        raise BodyInvalid(errors={"quotes": [one["message"] for one in broken]})
    return broken


def _booking(desk: BookingDesk, sale: _Sale, body: dict[str, Any], quotes: tuple[BookedQuote, ...]) -> Booking:
    offer = sale.offer
    return Booking(
        id=identifiers.booking_id(desk.choose),
        partner_code=sale.catalog.code,
        mode=desk.store.mode,
        offer_id=offer.id,
        release_id=offer.release_id,
        status=CONFIRMED,
        currency=offer.currency,
        language=offer.language,
        country=offer.country,
        region=sale.buyer.region,
        subsidiary=offer.subsidiary,
        partner_transaction_id=body.get("partner_transaction_id") or offer.partner_transaction_id,
        created_at=desk.now,
        updated_at=desk.now,
        policyholder=policyholder_of(body["policyholder"]),
        quotes=quotes,
        payment=kept_payment(body.get("payment_details"), sale.catalog.partner),
        booking_agent=body.get("booking_agent"),
        version=1,
    )


def _selection(booking: Booking) -> Selection:
    """What a shopper's token has to say for this booking."""
    total = totals(booking.quotes, currency(booking.currency)).price.formatted
    ids = tuple(quote.id for quote in booking.quotes)
    return Selection(booking.partner_code, booking.offer_id or "", "accepted", ids, total, 0)


def _change(
    desk: BookingDesk, sale: _Sale, body: dict[str, Any], booking: Booking, broken: list[dict[str, Any]]
) -> Change:
    settled = Settled.of(booking)
    happened = [Happening("confirmed", desk.actor, _facts(body, booking) | {"state": settled.hash})]
    if broken:
        happened.append(Happening("rules_broken", desk.actor, {"rules": broken}))
    head = sale.offer.head or Head(0, sale.offer.evidence)
    return Change(
        new_booking=settled,
        account_id=account_of(desk, booking),
        request=sale.offer.request,
        outgoing=announcements(desk, settled, CREATED, {}),
        step=step(desk, booking.trail_id, head, CONFIRMED, *happened),
    )


def _facts(body: dict[str, Any], booking: Booking) -> dict[str, Any]:
    """What was chosen, when, at what price. Who the customer is stands in the booking, not in its evidence."""
    total = totals(booking.quotes, currency(booking.currency)).price.formatted
    facts: dict[str, Any] = {
        "booking": booking.id,
        "total": total,
        "language": booking.language,
        "quotes": [quote_facts(quote) for quote in booking.quotes],
        "partner_transaction_id": booking.partner_transaction_id,
        "payment": booking.payment,
        "chosen_in_panel": body.get("selection_token") is not None,
    }
    if body.get("display_receipt") is not None:
        facts["display_receipt"] = body["display_receipt"]
    return facts


def quote_facts(quote: BookedQuote) -> dict[str, Any]:
    return {
        "id": quote.id,
        "product": quote.product,
        "title": quote.title,
        "policy_version_id": quote.policy_version_id,
        "price": quote.price.total.formatted,
        "from": quote.start_at,
        "to": quote.end_at,
        "status": quote.status,
    }
