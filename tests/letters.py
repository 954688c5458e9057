"""A booking and its mails, as tests of mail see them."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson

from app.adapters.mail import Correspondence, MailCarrier
from app.adapters.mail_sending import Transport
from app.domain.bookings import AgreedTerms, BookedQuote, Booking, policyholder_of
from app.domain.money import Money, currency
from app.domain.offers import Document
from app.domain.pricing import PriceBreakdown, TaxLine
from app.domain.stored import plain
from app.services.deliver import Answer, Due

SPACING = (60.0, 3600.0)
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TITLES = {
    "en": "Device protection for 2 years",
    "de": "Geräteschutz für 2 Jahre",
    "ar": "حماية الجهاز لمدة سنتين",
    "ja": "デバイス保護（2年間）",
}
LINKS = {
    "certificate": "https://cover.example/en-gb/coi/K7RWD-3HXQP-INS?security_token=a-b-c-d",
    "claim": "https://cover.example/en-gb/account/claims/fnol?bookingID=K7RWD-3HXQP-INS&security_token=a-b-c-d",
    "cancel": "https://cover.example/en-gb/cancel/K7RWD-3HXQP-INS?security_token=a-b-c-d",
}
PARTNER: dict[str, Any] = {
    "title": "Northwind",
    "claims_email": "claims@northwind.example",
    "help_center_url": "https://northwind.example/help",
    "emails": [
        {
            "event": event,
            "from_email": "cover@northwind.example",
            "reply_to": "help@northwind.example",
            "bcc_email": None,
            "attach_certificate": event != "cancellation",
            "send": True,
        }
        for event in ("confirmation", "modification", "cancellation")
    ],
}
FACTS: dict[str, dict[str, Any]] = {
    "confirmation": {},
    "modification": {"difference": [750, 2, "EUR"], "is_more": True, "is_less": False, "contact": ["phone", "city"]},
    "cancellation": {"quotes": ["2"]},
    "claim_received": {"claim": {"id": "QH4RW-8MXPD-CLM", "quote_id": "1", "happened_on": "2026-11-20"}},
}
FACTS["claim_received"]["claim"]["story"] = "It fell off the table.\nThe screen is broken."
FACTS["claim_notice"] = {
    "claim": {**FACTS["claim_received"]["claim"], "name": "Ana Byrne", "email": "ana@home.example", "phone": "+4912345"}
}


def quote(number: str, title: str, **changes: Any) -> BookedQuote:
    euro = currency("EUR")
    price = PriceBreakdown(
        Money(4200, 2, euro), Money(750, 2, euro), Money(4950, 2, euro), (TaxLine("IPT", Money(750, 2, euro)),), None,
        Money(0, 2, euro),
    )  # fmt: skip
    given: dict[str, Any] = {
        "id": number,
        "product": "device-protection-2y",
        "product_config_id": "p",
        "policy_version_id": "v",
        "policy": {
            "type": "device_protection",
            "version": 1,
            "underwriter": {"name": "Harbour Mutual Insurance", "disclaimer": "A made-up insurer; no cover is given."},
        },
        "title": title,
        "status": "CONFIRMED",
        "start_at": "2026-11-21T00:00:00+00:00",
        "end_at": "2028-11-21T00:00:00+00:00",
        "price": price,
        "cover_amount": None,
        "benefits": (),
        "files": (Document("Policy wording", "https://cover.example/documents/wording.html", "wording"),),
        "extra_fields": {},
        "insured": None,
        "instalment_plan": None,
        "first_instalment_paid": None,
        "terms": AgreedTerms(28, "pro_rata", Money(0, 2, euro), "financial", Money(0, 2, euro), False),
        "created_at": AT,
        "confirmed_at": AT,
        "updated_at": AT,
    }
    return BookedQuote(**given | changes)


def booking(language: str = "en", name: str = "Ana", is_cancelled: bool = False) -> Booking:
    title = TITLES.get(language, TITLES["en"])
    second = quote("2", title.replace("2", "3"))
    if is_cancelled:
        euro = currency("EUR")
        second = quote("2", title.replace("2", "3"), status="CANCELLED", cancelled_at=AT, refund=Money(4950, 2, euro))
    return Booking(
        id="K7RWD-3HXQP-INS",
        partner_code="NWIND",
        mode="live",
        offer_id="o",
        release_id="r",
        status="CONFIRMED",
        currency="EUR",
        language=language,
        country="DE",
        region=None,
        subsidiary=None,
        partner_transaction_id=None,
        created_at=AT,
        updated_at=AT,
        policyholder=policyholder_of({"first_name": name, "last_name": "Byrne", "email": "ana@home.example"}),
        quotes=(quote("1", title), second),
        payment=None,
        booking_agent=None,
        version=1,
    )


def mail_payload(event: str = "confirmation", language: str = "en", **changes: Any) -> str:
    shown = changes.pop("booking", None) or booking(language, is_cancelled=event == "cancellation")
    letter = {"to": ["ana@home.example"], "language": language, "booking": plain(shown), "facts": FACTS.get(event, {})}
    return orjson.dumps(letter | changes).decode()


def due_mail(event: str = "confirmation", language: str = "en", **changes: Any) -> Due:
    payload = mail_payload(event, language, **changes)
    return Due("019a-mail", "mail", "NWIND", "live", "K7RWD-3HXQP-INS", event, None, payload, 1, AT)


def carried(due: Due, transport: Transport, seconds: float = 10, **wishes: Any) -> Answer:
    wired = {"partner": lambda release: PARTNER, "links": lambda booking: LINKS} | wishes

    async def carry() -> Answer:
        carrier = MailCarrier(Correspondence(**wired), transport, seconds, SPACING)
        try:
            return await carrier.carry(due)
        finally:
            await carrier.close()

    return asyncio.run(carry())
