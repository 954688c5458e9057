"""A booked quote after a change: priced again by the rules of the release it was sold with, on the day of the sale."""

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.catalog.calculation import ProductNotPriced
from app.catalog.dates import with_date
from app.catalog.model import Catalog, Product
from app.catalog.offer_schema import nested
from app.domain import moments
from app.domain.bookings import BookedQuote
from app.domain.errors import BodyInvalid, ChangeRefused
from app.domain.lifecycle import next_state
from app.domain.money import Money
from app.domain.offers import Quote
from app.domain.refunds import cooling_off_ends_at
from app.services.booked_quotes import Buyer, cover_title, priced
from app.services.booking_desk import BookingDesk

DATES = (("policy_start_date", "start"), ("policy_end_date", "end"))


@dataclass(frozen=True, slots=True)
class Repriced:
    """The quote after the change, and what the customer owes (or gets, below zero) for it."""

    quote: BookedQuote
    difference: Money
    fee: Money


def repriced(
    desk: BookingDesk, catalog: Catalog, buyer: Buyer, quote: BookedQuote, item: dict[str, Any], place: int
) -> Repriced:
    next_state("quote", quote.status, "modify")
    if quote.terms.modification == "none" and len(item) > 1:
        raise ChangeRefused(f"{quote.title}: this product cannot be changed after it was bought.")
    changed = replace(quote, updated_at=desk.now)
    if item.get("insured") is not None:
        changed = replace(changed, insured=tuple(item["insured"]))
    if any(item.get(name) is not None for name in ("update_fields", "policy_start_date", "policy_end_date")):
        changed = _priced_again(desk, catalog, buyer, changed, item, place)
    fee = _fee(quote, changed)
    return Repriced(changed, changed.price.total - quote.price.total + fee, fee)


def _priced_again(
    desk: BookingDesk, catalog: Catalog, buyer: Buyer, quote: BookedQuote, item: dict[str, Any], place: int
) -> BookedQuote:
    product = catalog.products[quote.product]
    request = deepcopy(buyer.request) | {"context": merged(buyer.request["context"], quote.changes or {})}
    before = deepcopy(request["context"])
    request["context"] = merged(request["context"], item.get("update_fields") or {})
    _put_dates(product, quote, request, item, place)
    _check_schema(catalog, request, place)
    again = replace(buyer, request=request)
    try:
        found, texts = priced(catalog, product, again, quote.id, desk.document_url(catalog.release_id, ""))
    except ProductNotPriced as problem:
        raise _refused(place, "update_fields", f"{problem.message} ({problem.reason})") from problem
    _check_dates(found, item, place)
    _check_time(quote, found, desk.now)
    if quote.terms.modification == "non_financial" and found.price.total != quote.price.total:
        raise ChangeRefused(f"{quote.title}: only changes that leave the price as it is can be made.")
    changes = merged(quote.changes or {}, differences(before, request["context"]))
    return replace(
        quote,
        title=cover_title(catalog, product.policy, texts),
        start_at=found.start_at,
        end_at=found.end_at,
        price=found.price,
        cover_amount=found.cover_amount,
        benefits=found.benefits,
        extra_fields=found.extra_fields,
        changes=changes or None,
    )


def _put_dates(product: Product, quote: BookedQuote, request: dict[str, Any], item: dict[str, Any], place: int) -> None:
    start, end = item.get("policy_start_date"), item.get("policy_end_date")
    if start is not None and end is not None and moments.day(end) < moments.day(start):
        raise _refused(place, "policy_end_date", "must not be before policy_start_date")
    for name, which in DATES:
        old = quote.start_at if which == "start" else quote.end_at
        computed = product.start if which == "start" else product.end
        wanted = item.get(name)
        if wanted is None or old is None or moments.written(wanted) == old:
            continue
        with_date(product, computed, request, old, wanted)  # where it is said nowhere, _check_dates has the last word


def _check_dates(found: Quote, item: dict[str, Any], place: int) -> None:
    """An end that the product's rules do not give would be cover nobody has priced."""
    if found.start_at and found.end_at and moments.day(found.end_at) < moments.day(found.start_at):
        raise _refused(place, "policy_end_date", f"cover would end on {found.end_at}, before it starts")
    for name, given in (("policy_start_date", found.start_at), ("policy_end_date", found.end_at)):
        wanted = item.get(name)
        if wanted is not None and (given is None or moments.day(given) != moments.day(wanted)):
            raise _refused(place, name, f"by the rules of this product it would be {given or 'open'}")


def _check_time(quote: BookedQuote, found: Quote, now: datetime) -> None:
    """Cover that has run cannot be given again: neither for nothing, nor to be paid back in full as not yet begun."""
    today = now.date()
    if quote.end_at is not None and moments.day(quote.end_at) < today:
        raise ChangeRefused(f"{quote.title}: this cover has ended.")
    has_begun = quote.start_at is not None and moments.day(quote.start_at) <= today
    may_still_cancel = now <= cooling_off_ends_at(quote.confirmed_at, quote.terms.cooling_off_days)
    if found.start_at != quote.start_at and has_begun and not may_still_cancel:
        raise ChangeRefused(f"{quote.title}: this cover has begun, so its start can no longer be moved.")


def _check_schema(catalog: Catalog, request: dict[str, Any], place: int) -> None:
    named = request.get("schema") or catalog.default_schema
    schema = catalog.schemas[str(named)]
    if not schema.accepts(request):
        found = nested(schema.errors(request))
        below = found.get("context", found) if isinstance(found, dict) else found
        raise BodyInvalid(errors={"quotes": {str(place): {"update_fields": below}}})


def _fee(old: BookedQuote, new: BookedQuote) -> Money:
    """Who corrects a name pays nothing; the fee is for changes of the cover itself."""
    is_same = (old.price.total, old.start_at, old.end_at) == (new.price.total, new.start_at, new.end_at)
    fee = old.terms.modification_fee
    return fee._replace(units=0) if is_same else fee


def _refused(place: int, name: str, rule: str) -> BodyInvalid:
    return BodyInvalid(errors={"quotes": {str(place): {name: [rule]}}})


def merged(base: Any, over: Any) -> Any:
    """Objects are merged, everything else is replaced: a list of events is sent whole."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return deepcopy(over)
    return {**base, **{name: merged(base.get(name), value) for name, value in over.items()}}


def differences(old: Any, new: dict[str, Any]) -> dict[str, Any]:
    """What `new` says otherwise than `old`, laid out like it."""
    found: dict[str, Any] = {}
    for name, value in new.items():
        before = old.get(name) if isinstance(old, dict) else None
        if before == value:
            continue
        both = isinstance(before, dict) and isinstance(value, dict)
        found[name] = differences(before, value) if both else value
    return found
