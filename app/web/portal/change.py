"""What changes after a sale without touching the cover: how the customer is reached, and which article it is."""

from dataclasses import replace

from flask import Response, url_for
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from app.adapters.counter_sales import CounterSale
from app.adapters.counter_troubles import CounterTroubles
from app.domain.contact import OWN_FIELDS
from app.domain.drafts import Line
from app.domain.email_hint import email_hint
from app.domain.errors import ChangeRefused, StatusChangeRefused
from app.domain.goods import NumberRefused, imei_of, is_imei, serial_of
from app.domain.lifecycle import may
from app.domain.portal_errors import DraftChanged, PortalRefused
from app.domain.sale_search import Key, search_keys
from app.services.modify_booking import Modification, modify_booking
from app.services.resend_mail import Letter, resend_mail
from app.services.swap_serial import Swap, swap_serial
from app.web.form_rules import email, filled, one_line
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved, page
from app.web.portal.forms import PortalForm, no_card_number
from app.web.portal.gate import counter
from app.web.portal.phone_field import phone
from app.web.portal.served import AREA, desk, let_serve, noted, sales, serving_door, the_sale

blueprint = serving_door("portal_change")
blueprint.before_request(let_serve)
REASONS = ("exchanged", "repaired", "mistyped")
# Letters that came back go out again by themselves once the address is another one; that of the change has just left.
OF_THE_CHANGE = "modification"
TRIES = 3


class ContactForm(PortalForm):
    email = StringField(validators=[one_line, email])
    phone = StringField(validators=[one_line, phone], may_look_like_card=True)
    address1 = StringField(validators=[one_line])
    address2 = StringField(validators=[one_line])
    postcode = StringField(validators=[one_line])
    city = StringField(validators=[one_line])
    region = StringField(validators=[one_line])

    def validate_email(self, field: Field) -> None:
        """One way to reach the customer is enough, and one there must be."""
        if not field.data and not self.phone.data:
            raise StopValidation("reach")

    @property
    def wanted(self) -> dict[str, str | None]:
        return {name: self[name].data or None for name in OWN_FIELDS}


class SerialForm(PortalForm):
    serial = StringField(validators=[filled, one_line], may_look_like_card=True)
    reason = StringField()

    identifier = "serial"

    def validate_serial(self, field: Field) -> None:
        """As many figures as a card may have an IMEI, and nothing else: not the serial of what has none."""
        if self.identifier != "imei" or not is_imei("".join((field.data or "").split())):
            no_card_number(self, field)

    def validate_reason(self, field: Field) -> None:
        if field.data not in REASONS:
            raise StopValidation("choose_one")


@blueprint.route("/portal/bookings/<booking_id>/contact", methods=["GET", "POST"])
def contact(booking_id: str) -> Response:
    sale = _changeable(booking_id)
    known = sale.booking.policyholder
    form = ContactForm(data={name: known.get(name) for name in OWN_FIELDS})
    if form.is_sent():
        try:
            return _back(booking_id, "contact" if changed_contact(sale, form.wanted) else "same")
        except (PortalRefused, ChangeRefused, StatusChangeRefused) as problem:
            form.refuse(problem if isinstance(problem, PortalRefused) else PortalRefused("changed_since"))
    has_address = any(known.get(name) for name in OWN_FIELDS[2:])
    is_open = has_address or any(form[name].errors for name in OWN_FIELDS[2:])
    hint = email_hint(form.email.data or "") if form.errors else None
    return page("contact", form.status, area=AREA, form=form, sale=sale.booking, is_open=is_open, hint=hint)


@blueprint.route("/portal/bookings/<booking_id>/serial", methods=["GET", "POST"])
def serial(booking_id: str) -> Response:
    sale = _changeable(booking_id)
    line, form = sales().line(sale), SerialForm()
    if line is None or line.identifier == "none":
        raise Elsewhere(url_for("portal_booking.booking", booking_id=booking_id))
    form.identifier = line.identifier
    if form.is_sent():
        try:
            return _back(booking_id, _swap(sale, line, form))
        except (PortalRefused, ChangeRefused, StatusChangeRefused) as problem:
            form.refuse(problem if isinstance(problem, PortalRefused) else PortalRefused("changed_since"))
    return page("serial", form.status, area=AREA, form=form, sale=sale.booking, line=line, reasons=REASONS)


def changed_contact(sale: CounterSale, wanted: dict[str, str | None]) -> bool:
    """Whether anything was different. Who gave a new address gets the letters that came back from the old one."""
    stuck = CounterTroubles(sales()).stuck_mail(sale.booking.id)
    names = modify_booking(desk(), sale.booking.id, {"policyholder": wanted}, _names).decode().split()
    if not names:
        return False
    sales().add_keys(sale, _contact_keys(sale, wanted))
    if "email" in names and wanted.get("email"):
        again = tuple(Letter(one.event, one.facts) for one in stuck if one.event != OF_THE_CHANGE)
        if again:
            resend_mail(desk(), sale.booking.id, again)
    noted("contact_changed", sale.booking.id, fields=names)
    return True


def _names(changed: Modification) -> bytes:
    return " ".join(changed.contact).encode()


def _contact_keys(sale: CounterSale, wanted: dict[str, str | None]) -> list[Key]:
    keys = search_keys("phone", wanted.get("phone") or "")
    return [*keys, *search_keys("person", sale.booking.name, wanted.get("postcode") or "")]


def _swap(sale: CounterSale, line: Line, form: SerialForm) -> str:
    """What the booking's page then says. The trail first: whoever is interrupted after it begins again."""
    new, records = _number(line, form.serial.data), sales()
    if new == line.serial:
        return "same"
    keys = search_keys("serial", new)
    if any(records.covered_with(value, sale.booking.id) for _, value in keys):
        raise PortalRefused("serial_taken", "serial")
    rules = counter().catalog.counter
    path = rules.path_of("serial") if rules is not None else None
    swap_serial(desk(), sale.booking.id, Swap(line.serial, new, form.reason.data, sale.store_id, path))
    _keep(sale, new)
    records.add_keys(sale, keys)
    noted("serial_swapped", sale.booking.id, reason=form.reason.data)
    return "serial"


def _number(line: Line, typed: str) -> str:
    try:
        return imei_of(typed) if line.identifier == "imei" else serial_of(typed)
    except NumberRefused as problem:
        raise PortalRefused(problem.key, "serial", **problem.values) from problem


def _keep(sale: CounterSale, serial: str) -> None:
    """With the line of the sale, which is where the article stands. Somebody else's change in between is read anew."""
    for _ in range(TRIES):
        draft = sales().draft(sale)
        line = None if draft is None else draft.line(sale.line_id)
        if draft is None or line is None:
            return
        try:
            platform().drafts.change(draft.with_line(replace(line, serial=serial)))
            return
        except DraftChanged:
            continue
    raise PortalRefused("changed_since")


def _changeable(booking_id: str) -> CounterSale:
    sale = the_sale(booking_id)
    if not may("booking", sale.booking.status, "modify"):
        raise Elsewhere(url_for("portal_booking.booking", booking_id=booking_id))
    return sale


def _back(booking_id: str, done: str) -> Response:
    return moved(url_for("portal_booking.booking", booking_id=booking_id, done=done))
