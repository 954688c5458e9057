"""Modify: at once, or as a preview that is confirmed within a day. Contact changes are free.

Prices change only by the rules of the release the booking was made with. Money moves on the partner's side: the
answer says what the customer owes or gets.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from app.domain import identifiers
from app.domain.bookings import Booking
from app.domain.errors import QuoteNamedTwice
from app.domain.evidence import Happening
from app.domain.lifecycle import CONFIRMED, next_state
from app.domain.money import Money, currency
from app.domain.stored import plain, restored, stored_text
from app.services.announcements import UPDATED, announcements, mail_to
from app.services.booked_quotes import Buyer
from app.services.booking_desk import BookingDesk, account_of, carried_out, step
from app.services.cancel_booking import PREVIEW_HELD, not_in_booking, on_file, usable_preview
from app.services.records import BookingOnFile, Change, Outgoing, Preview, Settled
from app.services.repriced_quotes import repriced

KIND = "update"


@dataclass(frozen=True, slots=True)
class Modification:
    """What is answered: the booking as it is or would be, and what each quote costs more or less."""

    booking: Booking
    differences: dict[str, Money]
    fees: dict[str, Money]
    contact: tuple[str, ...]
    preview_id: str | None = None

    @property
    def difference(self) -> Money:
        code = currency(self.booking.currency)
        return Money(sum(amount.units for amount in self.differences.values()), code.digits, code)

    def leaves_as_is(self, before: Booking) -> bool:
        """What was asked for is so already: nothing to store, nothing to tell anybody."""
        return _undated(self.booking) == _undated(before)


Present = Callable[[Modification], bytes]


def preview_modification(desk: BookingDesk, booking_id: str, body: dict[str, Any], present: Present) -> bytes:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        changed = replace(_modified(desk, found, body), preview_id=identifiers.update_id(desk.choose))
        return Change(previews=(_preview(desk, found, changed),)), present(changed)

    return carried_out(desk, attempt)


def modify_booking(desk: BookingDesk, booking_id: str, body: dict[str, Any], present: Present) -> bytes:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        return _outcome(desk, found, _modified(desk, found, body), present)

    return carried_out(desk, attempt)


def confirm_modification(desk: BookingDesk, booking_id: str, preview_id: str, present: Present) -> bytes:
    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        preview = usable_preview(desk, found, preview_id, KIND, "modify")
        facts = orjson.loads(preview.facts)
        changed = Modification(
            booking=replace(restored(Booking, orjson.loads(preview.state)), updated_at=desk.now),
            differences={name: restored(Money, amount) for name, amount in facts["differences"].items()},
            fees={name: restored(Money, amount) for name, amount in facts["fees"].items()},
            contact=tuple(facts["contact"]),
        )
        return _outcome(desk, found, changed, present)

    return carried_out(desk, attempt)


def _outcome(desk: BookingDesk, found: BookingOnFile, changed: Modification, present: Present) -> tuple[Change, bytes]:
    if changed.leaves_as_is(found.booking):
        return Change(), present(replace(changed, booking=found.booking))
    return _change(desk, found, changed), present(changed)


def _undated(booking: Booking) -> Booking:
    """Without the marks that every change leaves."""
    quotes = tuple(replace(quote, updated_at=booking.created_at) for quote in booking.quotes)
    return replace(booking, quotes=quotes, updated_at=booking.created_at, version=0)


def _preview(desk: BookingDesk, found: BookingOnFile, changed: Modification) -> Preview:
    facts = {
        "differences": {name: plain(amount) for name, amount in changed.differences.items()},
        "fees": {name: plain(amount) for name, amount in changed.fees.items()},
        "contact": list(changed.contact),
    }
    return Preview(
        id=changed.preview_id or "",
        booking_id=found.booking.id,
        kind=KIND,
        created_at=desk.now,
        expires_at=desk.now + PREVIEW_HELD,
        booking_version=found.booking.version,
        state=stored_text(changed.booking),
        facts=orjson.dumps(facts).decode(),
    )


def _modified(desk: BookingDesk, found: BookingOnFile, body: dict[str, Any]) -> Modification:
    booking = found.booking
    status = next_state("booking", booking.status, "modify")
    policyholder, contact = _contact_changed(booking.policyholder, body.get("policyholder") or {})
    catalog = desk.catalog_of(booking.release_id)
    buyer = Buyer(orjson.loads(found.request), booking.currency, booking.language, _priced_on(booking))
    changed, differences, fees = {}, {}, {}
    for place, item in enumerate(body.get("quotes") or []):
        quote = booking.quote(item["id"].lower())
        if quote is None:
            raise not_in_booking(place)
        if quote.id in changed:
            raise QuoteNamedTwice(place)
        after = repriced(desk, catalog, buyer, quote, item, place)
        changed[quote.id], differences[quote.id], fees[quote.id] = after.quote, after.difference, after.fee
    new = replace(
        booking.with_quotes(changed),
        policyholder=policyholder,
        status=status,
        updated_at=desk.now,
        version=booking.version + 1,
    )
    return Modification(new, differences, fees, contact)


def _contact_changed(old: dict[str, Any], given: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """An empty field and one that was never sent are the same."""
    names = tuple(name for name, value in given.items() if (old.get(name) or None) != (value or None))
    return {**old, **{name: given[name] for name in names}}, names


def _priced_on(booking: Booking) -> str:
    """The day of the offer: the same exchange rates, so that changing nothing changes no price."""
    return min(quote.created_at for quote in booking.quotes).date().isoformat()


def _change(desk: BookingDesk, found: BookingOnFile, changed: Modification) -> Change:
    booking = changed.booking
    settled = Settled.of(booking)
    facts = {
        "booking": booking.id,
        "state": settled.hash,
        "difference": changed.difference.formatted,
        "contact": list(changed.contact),
        "quotes": [_facts(changed, quote_id, found.booking) for quote_id in changed.differences],
    }
    told = {
        "difference": plain(changed.difference),
        "is_more": changed.difference.units > 0,
        "is_less": changed.difference.units < 0,
        "contact": list(changed.contact),
        "quotes": list(changed.differences),
    }
    return Change(
        changed=settled,
        account_id=account_of(desk, booking),
        outgoing=(*announcements(desk, settled, UPDATED, told), *_to_old_address(desk, found.booking, settled, told)),
        step=step(desk, booking.trail_id, found.head, CONFIRMED, Happening("modified", desk.actor, facts)),
    )


def _to_old_address(desk: BookingDesk, before: Booking, settled: Settled, told: dict[str, Any]) -> tuple[Outgoing, ...]:
    """Accounts are taken over by changing the address first: whoever had it learns of it, in a letter of their own."""
    old = before.policyholder.get("email")
    if not old or "email" not in told["contact"]:
        return ()
    return (mail_to(desk, settled, UPDATED[1], [old], told | {"to_former_address": True}),)


def _facts(changed: Modification, quote_id: str, before: Booking) -> dict[str, Any]:
    new, old = changed.booking.quote(quote_id), before.quote(quote_id)
    assert new is not None and old is not None
    return {
        "id": quote_id,
        "price_before": old.price.total.formatted,
        "price": new.price.total.formatted,
        "fee": changed.fees[quote_id].formatted,
        "from": new.start_at,
        "to": new.end_at,
        # Which fields, not what they say: the trail cannot be corrected, and it holds no words of the customer's.
        "changed": sorted(new.changes or {}),
    }
