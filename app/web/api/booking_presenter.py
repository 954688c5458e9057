"""A booking as partners' systems read it: every key, in the order they have always seen."""

from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.lifecycle import may
from app.domain.moments import duration
from app.domain.money import Money, currency
from app.services.modify_booking import Modification
from app.services.records import BookingPage
from app.web.api.errors import quotes_not_booked
from app.web.api.offer_presenter import benefit_json, stamp
from app.web.links import Links

Body = dict[str, Any]


def money_json(name: str, amount: Money | None) -> Body:
    if amount is None:
        return {name: None, f"{name}_formatted": None}
    return {name: amount.amount, f"{name}_formatted": amount.formatted}


@dataclass(frozen=True, slots=True)
class BookingPresenter:
    links: Links

    def confirmed(self, booking: Booking, failures: dict[str, str], broken: list[dict[str, Any]]) -> bytes:
        """`errors` only when a quote failed: partners take its presence for a partial booking."""
        body = self.body(booking)
        if broken:
            body["metadata"] = {"product_rules": broken}
        if failures:
            body["errors"] = quotes_not_booked(failures)
        return orjson.dumps(body)

    def shown(self, booking: Booking, partner: Body) -> bytes:
        return orjson.dumps(self.body(booking) | {"partner": partner, "customer_language": booking.language})

    def page(self, page: BookingPage, following: str | None, before: str | None) -> bytes:
        results = [self.body(booking) for booking in page.bookings]
        return orjson.dumps({"count": page.count, "next": following, "previous": before, "results": results})

    def modified(self, changed: Modification) -> bytes:
        body = self.body(changed.booking)
        code = currency(changed.booking.currency)
        for quote in body["quotes"]:
            quote |= money_json("price_diff", changed.differences.get(quote["id"], code.money(0.0)))
        body |= money_json("total_price_diff", changed.difference)
        if changed.preview_id is not None:
            body["update_id"] = changed.preview_id
        return orjson.dumps(body)

    def body(self, booking: Booking) -> Body:
        total = totals(booking.active_quotes, currency(booking.currency))
        account = self.links.account(booking)
        return {
            "id": booking.id,
            "status": booking.status,
            "currency": booking.currency,
            **money_json("total_price", total.price),
            "partner_transaction_id": booking.partner_transaction_id,
            "created_at": stamp(booking.created_at),
            "updated_at": stamp(booking.updated_at),
            "pds_url": self.links.pds(booking),
            "security_token": self.links.tokens.security_token(booking.id),
            "quotes": [self._quote(booking, quote) for quote in booking.quotes],
            "coi": {"url": self.links.coi(booking), "pdf": self.links.coi(booking, ".pdf")},
            "account_url": account,
            "sign_up_url": account,
            "policyholder": policyholder_json(booking),
            **money_json("total_tax", total.tax),
            **money_json("total_premium", total.premium),
            "fnol_link": self.links.claim(booking),
            "cancel_link": self.links.cancel(booking),
            "booking_agent": booking.booking_agent,
            "fast_quote_id": booking.offer_id,
        }

    def _quote(self, booking: Booking, quote: BookedQuote) -> Body:
        return {
            "id": quote.id,
            "policy_start_date": quote.start_at,
            "policy_end_date": quote.end_at,
            "status": quote.status,
            **money_json("price", quote.price.total),
            "policy": policy_json(quote),
            "insured": quote.insured,
            "tax": _tax(quote),
            "duration": duration(quote.start_at, quote.end_at),
            "benefits": [benefit_json(benefit) for benefit in quote.benefits],
            "commission": commission_json(quote.price.commission),
            **_stamps(quote),
            "is_renewable": quote.terms.is_renewable,
            "is_pricebeat_enabled": None,
            **money_json("cover_amount", quote.cover_amount),
            "pds_url": self.links.pds(booking, quote),
            "attachments": [],
            "files": [{"name": file.name, "url": file.url, "type": file.type} for file in quote.files],
            "custom_documents": None,
            "extra_fields": quote.extra_fields,
            "surcharge": _surcharge(quote, booking),
            "parent_quote_status": None,
            "experiment": None,
            "next_renewal": None,
            "can_be_cancelled": may("quote", quote.status, "cancel"),
            "third_party_admins": [],
            "ombudsman_list": [],
            "cancellation_info": {"reason_for_cancellation": quote.reason_for_cancellation},
        }


def policy_json(quote: BookedQuote) -> Body:
    policy = quote.policy
    return {
        "policy_type": policy["type"],
        "policy_type_version": str(policy["version"]),
        "policy_type_slug": quote.policy_type_slug,
        "policy_type_group_name": policy["group"],
        "policy_name": policy["name"],
        "policy_code": policy["code"],
        "policy_version": quote.policy_version_id,
        "category": policy.get("category"),
        "content": {},
        "underwriter": {"disclaimer": policy["underwriter"]["disclaimer"], "name": policy["underwriter"]["name"]},
        "claim_selector_id": None,
        "policy_currency": policy["currency"],
    }


def policyholder_json(booking: Booking) -> Body:
    """Every field. That a partner's account pages may change some of them is a switch we do not have."""
    return booking.policyholder | {"allow_updates": False, "fields_allowed_to_update": []}


def commission_json(amount: Money) -> Body:
    nothing = amount._replace(units=0)
    return {
        "partner_commission": amount.amount,
        "surcharge_commission": 0,
        "total_commission": amount.amount,
        "partner_commission_formatted": amount.formatted,
        "surcharge_commission_formatted": nothing.formatted,
        "total_commission_formatted": amount.formatted,
    }


def _tax(quote: BookedQuote) -> Body:
    price = quote.price
    return {
        "total_tax": price.tax.amount,
        "total_amount_without_tax": price.net.amount,
        "taxes": [
            {"tax_amount": line.amount.amount, "tax_code": line.code, "tax_amount_formatted": line.amount.formatted}
            for line in price.tax_lines
        ],
        "total_tax_formatted": price.tax.formatted,
        "total_amount_without_tax_formatted": price.net.formatted,
    }


def _stamps(quote: BookedQuote) -> Body:
    cancelled = None if quote.cancelled_at is None else stamp(quote.cancelled_at)
    return {
        "created_at": stamp(quote.created_at),
        "confirmed_at": stamp(quote.confirmed_at),
        "updated_at": stamp(quote.updated_at),
        "cancelled_at": cancelled,
        "cancelled_from": cancelled,
    }


def _surcharge(quote: BookedQuote, booking: Booking) -> Body:
    """A null amount beside a formatted zero: that is how it was recorded."""
    amount = quote.price.surcharge
    shown = currency(booking.currency).money(0.0) if amount is None else amount
    return {
        "total_amount": None if amount is None else amount.amount,
        "surcharges": None,
        "total_amount_formatted": shown.formatted,
    }
