"""The answer to a cancellation, its own shape: a preview says what would be, and that nothing has happened yet."""

from datetime import UTC
from typing import Any

import orjson

from app.domain import moments
from app.domain.bookings import BookedQuote, totals
from app.domain.money import Money, currency
from app.domain.refunds import cooling_off_ends_at
from app.services.cancel_booking import Cancellation
from app.web.api.booking_presenter import commission_json, money_json, policy_json, policyholder_json
from app.web.api.offer_presenter import stamp
from app.web.links import Links


def cancellation_json(cancellation: Cancellation, links: Links, partner: dict[str, Any]) -> bytes:
    booking = cancellation.booking
    total = totals(booking.active_quotes, currency(booking.currency))
    refund = cancellation.refund()
    confirm_before = cancellation.confirm_before
    return orjson.dumps(
        {
            "id": booking.id,
            "status": booking.status,
            "quotes": [_quote(quote, cancellation) for quote in booking.quotes if quote.id in cancellation.cancelled],
            "policyholder": policyholder_json(booking),
            "pds_url": links.pds(booking),
            "coi": {"url": links.coi(booking), "pdf": links.coi(booking, ".pdf")},
            "created_at": stamp(booking.created_at),
            "updated_at": stamp(booking.updated_at),
            **money_json("total_price", total.price),
            **money_json("total_refund", refund),
            **money_json("total_tax", total.tax),
            **money_json("total_premium", total.premium),
            "currency": booking.currency,
            "cancellation_id": cancellation.preview_id,
            "confirm_before": None if confirm_before is None else stamp(confirm_before),
            "partner": partner,
            **money_json("refund_amount", refund),
            "cancellation_payout_url": None,
        }
    )


def _quote(quote: BookedQuote, cancellation: Cancellation) -> dict[str, Any]:
    cancelled = None if cancellation.is_preview or quote.cancelled_at is None else stamp(quote.cancelled_at)
    cooling_off = cooling_off_ends_at(quote.confirmed_at, quote.terms.cooling_off_days)
    return {
        "id": quote.id,
        "policy_start_date": _in_utc(quote.start_at),
        "policy_end_date": _in_utc(quote.end_at),
        "policy_cancellation_date": cancelled,
        "policy_coolingoff_date": stamp(cooling_off),
        "status": quote.status,
        "price": quote.price.total.amount,
        "refund_value": _amount(quote.refund),
        "adjustment_fee": _amount(quote.settlement),
        "policy": policy_json(quote),
        "insured": quote.insured,
        "created_at": stamp(quote.created_at),
        "confirmed_at": stamp(quote.confirmed_at),
        "updated_at": stamp(quote.updated_at),
        "cancelled_at": cancelled,
        "cancelled_from": cancelled,
        "commission": commission_json(quote.price.commission._replace(units=0)),
    }


def _amount(money: Money | None) -> int | float | None:
    return None if money is None else money.amount


def _in_utc(text: str | None) -> str | None:
    """In these answers policy dates end in Z; one without an offset stays without."""
    if text is None:
        return None
    found = moments.moment(text)
    return text if found.tzinfo is None else found.astimezone(UTC).isoformat().replace("+00:00", "Z")
