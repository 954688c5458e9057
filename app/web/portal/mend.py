"""To do: what went wrong after a sale, in one list, each with the one thing that mends it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, url_for
from wtforms import StringField
from wtforms.validators import StopValidation

from app.adapters.counter_sales import CounterSales
from app.adapters.counter_troubles import CounterTroubles, StuckMail
from app.domain.drafts import QUOTED, Draft
from app.domain.email_hint import email_hint
from app.domain.errors import ChangeRefused, StatusChangeRefused
from app.domain.lifecycle import may
from app.domain.portal_errors import NotHere, PortalRefused
from app.services.keep_quote import held_until
from app.services.resend_mail import Letter, resend_mail
from app.web.form_rules import email, filled, one_line
from app.web.platform import platform
from app.web.portal.answers import moved, page
from app.web.portal.change import changed_contact
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.sale import next_url
from app.web.portal.served import AREA, day_of, desk, done, moment_of, noted, sales, short_name, the_sale

blueprint = portal_door("portal_mend", permission="serve")
SOON, LOOKED_BACK = timedelta(days=3), timedelta(days=30)
MOST_QUOTES = 200


class AddressForm(PortalForm):
    email = StringField(validators=[filled, one_line, email])

    def validate_email(self, field: StringField) -> None:
        if field.errors:
            raise StopValidation()


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` is wrong, with whom, since or until when; `url` and `verb` mend it."""

    what: str
    name: str
    when: str
    url: str
    verb: str


@blueprint.get("/portal/to-do")
def queue() -> Response:
    at = counter()
    own = CounterSales(platform().database, at.partner_code, at.mode, at.store.id)
    troubles = CounterTroubles(own)
    groups = [
        ("mail", [_returned(one) for one in troubles.stuck_mail()]),
        ("unfinished", [_unfinished(one) for one in troubles.unfinished(at.now - LOOKED_BACK)]),
        ("consent", _without_consent(troubles)),
        ("quotes", _ending_quotes()),
    ]
    return page("mend", area=AREA, done=done(), groups=[(name, rows) for name, rows in groups if rows])


@blueprint.route("/portal/to-do/mail/<booking_id>", methods=["GET", "POST"])
def address(booking_id: str) -> Response:
    """Mail that came back: the address as it was typed, to be corrected, and the letters go out again."""
    sale = the_sale(booking_id)
    stuck = CounterTroubles(sales()).stuck_mail(booking_id)
    form = AddressForm(data={"email": sale.booking.policyholder.get("email")})
    if form.is_submitted() and not stuck:
        # A second tap: they are on their way.
        return moved(url_for("portal_mend.queue"))
    if not stuck:
        raise NotHere()
    if form.is_sent():
        try:
            _send_again(booking_id, stuck, form.email.data)
            return moved(url_for("portal_mend.queue", done="sent"))
        except PortalRefused as problem:
            form.refuse(problem)
        except (ChangeRefused, StatusChangeRefused):
            form.refuse(PortalRefused("changed_since"))
    hint = email_hint(form.email.data or "")
    can_change = may("booking", sale.booking.status, "modify")
    facts = {"sale": sale.booking, "stuck": stuck[0], "hint": hint, "can_change": can_change}
    return page("mend_address", form.status, area=AREA, form=form, name=short_name(sale.booking), **facts)


def _send_again(booking_id: str, stuck: list[StuckMail], to: str) -> None:
    """To the same address where it was right and the server was not; a cancelled booking keeps the address it has."""
    sale = the_sale(booking_id)
    if to != sale.booking.policyholder.get("email"):
        changed_contact(sale, {"email": to})
        return
    resend_mail(desk(), booking_id, tuple(Letter(one.event, one.facts) for one in stuck))
    noted("mail_resent", booking_id)


def _returned(one: StuckMail) -> Trouble:
    at = counter()
    words = at.say(AREA)
    what, when = words(f"mend.letter.{one.event}"), words("mend.since", moment=moment_of(at, one.created_at, at.store))
    url = url_for("portal_mend.address", booking_id=one.booking.id)
    return Trouble(what, short_name(one.booking), when, url, words("mend.correct"))


def _unfinished(draft: Draft) -> Trouble:
    at = counter()
    words, when = at.say(AREA), moment_of(at, draft.updated_at, at.store)
    since, url = words("mend.since", moment=when), next_url(draft)
    return Trouble(words("mend.half_sold"), _customer(draft), since, url, words("mend.finish"))


def _without_consent(troubles: CounterTroubles) -> list[Trouble]:
    at = counter()
    words, found = at.say(AREA), troubles.without_consent(at.now - LOOKED_BACK)
    return [
        Trouble(
            words("mend.no_consent"),
            short_name(booking),
            words("mend.since", moment=moment_of(at, booking.created_at, at.store)),
            url_for("portal_booking.booking", booking_id=booking.id),
            words("mend.look"),
        )
        for booking in found
    ]


def _ending_quotes() -> list[Trouble]:
    """A customer who meant to come back is glad to be called before the price has ended, not after."""
    at = counter()
    words, found = at.say(AREA), []
    for draft in platform().drafts.open_in(at.store.id, at.mode, (QUOTED,), MOST_QUOTES):
        ends = held_until(draft)
        if ends is None or not at.now < ends <= at.now + SOON:
            continue
        when = words("mend.ends", day=day_of(at, ends, at.store))
        titles = words("comma").join(line.title for line in draft.lines)
        found.append((ends, Trouble(titles, _customer(draft), when, next_url(draft), words("mend.open"))))
    return [trouble for _, trouble in sorted(found, key=lambda pair: pair[0])]


def _customer(draft: Draft) -> str:
    known = draft.customer or {}
    initials = " ".join(f"{part[0].upper()}." for part in known.get("first_name", "").split())
    return " ".join(part for part in (initials, known.get("last_name", "")) if part) or draft.code
