"""Everything once more before it counts, and the one button that sells: once, however often it is tapped."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from app.adapters.drafts import Ask
from app.adapters.figures import amount_of
from app.adapters.mail_rendering import written_money
from app.domain.counter_total import total_of
from app.domain.drafts import BOOKING, OPEN, SOLD, Draft, Line
from app.domain.errors import DomainError, OfferNotBookable, StoreUnavailable
from app.domain.money import currency
from app.domain.portal_errors import DraftChanged, PortalRefused
from app.domain.sale_search import Key, search_keys
from app.services.booked_lines import is_half_booked
from app.services.complete_sale import Register, claimed, complete_sale
from app.web.platform import platform
from app.web.portal import consenting
from app.web.portal.answers import moved, moved_to, page
from app.web.portal.forms import StepForm
from app.web.portal.gate import AtCounter, counter, portal_door
from app.web.portal.payment import tender_name
from app.web.portal.reworded import answer_in, titles_in
from app.web.portal.sale import desk, opened, step_url, the_draft
from app.web.portal.shop import the_counter

blueprint = portal_door("portal_check", permission="sell", needs_tablet=True)
AREA = "agreeing"


@blueprint.route("/portal/sales/<draft_id>/check", methods=["GET", "POST"])
def check(draft_id: str) -> Response:
    draft, at = opened(draft_id, "check"), counter()
    form = StepForm()
    if form.is_sent():
        return _confirmed(form, draft, at) or _shown(form, the_draft(draft_id), at)
    if draft.is_changeable and consenting.ended(draft, at.now):
        return moved(step_url(draft, "offer"))
    return _shown(form, draft, at)


def _confirmed(form: StepForm, draft: Draft, at: AtCounter) -> Response | None:
    """Two tablets may confirm at once: whoever comes second finds it sold, or goes on with it. It was wanted once."""
    if draft.is_changeable and consenting.ended(draft, at.now):
        return moved(step_url(draft, "offer"))
    try:
        mine = draft if draft.status in (BOOKING, SOLD) else _claimed(form, draft, at)
        if mine.status != SOLD:
            _sold(form, mine, at)
    except OfferNotBookable:
        # Over within the last second; what was booked before it stays booked, and is told by its own page.
        return moved(step_url(draft, "offer"))
    except PortalRefused as problem:
        form.refuse(problem)
        return None
    return moved_to("portal_done.done", draft_id=draft.id)


def _claimed(form: StepForm, draft: Draft, at: AtCounter) -> Draft:
    """Kept before anything is booked: a tablet that changes the sale at the same moment either wins here, or loses."""
    if form.sent.version != draft.version:
        raise DraftChanged()
    mine = claimed(_register(draft, at), replace(draft, told="", typed=None), at.now)
    try:
        platform().drafts.change(mine)
    except DraftChanged:
        current = the_draft(draft.id)
        if current.status not in (BOOKING, SOLD):
            raise
        return current
    return replace(mine, version=draft.version + 1)


def _sold(form: StepForm, mine: Draft, at: AtCounter) -> None:
    """Whoever confirms a claimed sale goes on with it; only one of them writes its end."""
    try:
        sold = complete_sale(desk(), _register(mine, at), mine)
    except StoreUnavailable:
        raise
    except DomainError:
        # It cannot be booked as it is: what has to be mended in it can be changed again.
        with suppress(DraftChanged):
            platform().drafts.change(replace(mine, status=OPEN, updated_at=at.now))
        raise
    sent = replace(form.sent, version=mine.version)
    try:
        platform().drafts.commit(sold, sent, step_url(sold, "done"), asks_of(sold))
    except DraftChanged:
        if the_draft(mine.id).status != SOLD:
            raise


def _register(draft: Draft, at: AtCounter) -> Register:
    selling = the_counter()
    tender = "" if draft.payment is None else draft.payment.tender
    provider = next((one.provider for one in selling.tenders if one.key == tender), None)
    return Register(at.store, at.staff, provider, selling)


def asks_of(draft: Draft) -> tuple[Ask, ...]:
    """What the booking will be found by at the counter."""
    return tuple(Ask(line.id, line.offer.id, _keys(draft, line)) for line in draft.wanted if line.offer is not None)


def _keys(draft: Draft, line: Line) -> tuple[Key, ...]:
    known = draft.customer or {}
    name = " ".join(known[part] for part in ("first_name", "last_name") if known.get(part))
    texts: list[tuple[Any, str]] = [("serial", line.serial), ("receipt", draft.receipt)]
    texts += [("email", known.get("email") or ""), ("phone", known.get("phone") or "")]
    if draft.payment is not None:
        texts.append(("receipt", draft.payment.reference))
    found = [key for kind, text in texts if text for key in search_keys(kind, text)]
    return tuple(dict.fromkeys([*found, *search_keys("person", name, known.get("postcode") or "")]))


def _shown(form: StepForm, draft: Draft, at: AtCounter) -> Response:
    if draft.is_over:
        return moved(step_url(draft, "done"))
    form.shows(draft)
    words, total = at.say(AREA), amount_of(total_of(draft, at.store.currency), at.language)
    facts = {"lines": [_line(draft, line, at) for line in draft.lines], "customer": _customer(draft, at)}
    facts |= {"consent": _consent(draft, at), "payment": _payment(draft, words), "total": total}
    facts["is_half_booked"] = draft.status == BOOKING or is_half_booked(desk().store, draft)
    urls = {step: step_url(draft, step) for step in ("product", "offer", "customer", "consent", "payment")}
    return page("check", form.status, area=AREA, form=form, draft=draft, urls=urls, **facts)


def _line(draft: Draft, line: Line, at: AtCounter) -> dict[str, Any]:
    known = currency(at.store.currency)
    price = ""
    if line.is_wanted and line.offer is not None:
        price = amount_of(known.money(float(line.offer.total_amount)), at.language)
    return {
        "title": line.title,
        "serial": line.serial,
        "kind": line.identifier,
        "price": written_money(known.money(float(line.price)), at.language),
        "cover": " · ".join(_titles(draft, line, at)),
        "cover_price": price,
    }


def _titles(draft: Draft, line: Line, at: AtCounter) -> tuple[str, ...]:
    """In the language of whoever confirms, whichever the customer reads."""
    stored = platform().store_of(draft.partner_code, draft.mode).offer_on_file(line.offer.id) if line.offer else None
    if line.offer is None or stored is None or not line.offer.titles:
        return () if line.offer is None else line.offer.titles
    titles = titles_in(answer_in(stored, at.language))
    return tuple(titles[quote_id] for quote_id in line.offer.quote_ids)


def _customer(draft: Draft, at: AtCounter) -> list[str]:
    known = draft.customer or {}
    name = " ".join(known[part] for part in ("first_name", "last_name") if known.get(part))
    town = " ".join(known[part] for part in ("postcode", "city") if known.get(part))
    parts = (name, known.get("email"), known.get("phone"), known.get("address1"), known.get("address2"), town)
    return [part for part in parts if part]


def _consent(draft: Draft, at: AtCounter) -> list[str]:
    words, given = at.say(AREA), draft.consent
    if given is None:
        return []
    local = given.at.astimezone(ZoneInfo(at.store.time_zone))
    language = consenting.NAMES.get(given.language, given.language)
    return [
        words(f"channel.{given.channel}"),
        words("agreed.when", day=words.day(local), time=f"{local:%H:%M}", language=language),
    ]


def _payment(draft: Draft, words: Any) -> list[str]:
    paid = draft.payment
    if paid is None:
        return []
    digits = words("payment.ending", digits=paid.last_digits) if paid.last_digits else ""
    return [part for part in (tender_name(paid.tender), digits, words("payment.ref", reference=paid.reference)) if part]
