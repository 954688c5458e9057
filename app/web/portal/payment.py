"""How the customer paid: recorded, never processed, and never with a card's number."""

from dataclasses import replace

from flask import Response
from wtforms import Field, RadioField, StringField
from wtforms.validators import StopValidation

from app.adapters.figures import amount_of
from app.catalog.counter import Tender
from app.domain.counter_total import total_of
from app.domain.digits import western
from app.domain.drafts import Draft, Payment
from app.domain.money import Money
from app.domain.portal_errors import PortalRefused
from app.domain.purchase import price_of, price_text
from app.web.form_rules import filled, one_line
from app.web.portal.answers import page
from app.web.portal.forms import StepForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.sale import opened, refilled, saved, step_url
from app.web.portal.summary import summary_of

blueprint = portal_door("portal_payment", permission="sell", needs_tablet=True)
AREA, DIGITS = "agreeing", 4


class PaymentForm(StepForm):
    due: Money
    tender = RadioField(validate_choice=False)
    amount = StringField(validators=[filled, one_line])
    reference = StringField(validators=[filled, one_line])
    last_digits = StringField()

    def validate_tender(self, field: Field) -> None:
        if field.data not in {tender.key for tender in _tenders()}:
            raise StopValidation("tender")

    def validate_last_digits(self, field: Field) -> None:
        typed = western(field.data or "")
        if typed and not (len(typed) == DIGITS and typed.isascii() and typed.isdigit()):
            raise StopValidation("last_digits")

    @property
    def wanted(self) -> Payment:
        return Payment(
            tender=self.tender.data,
            amount=price_text(self.due),
            reference=self.reference.data,
            last_digits=western(self.last_digits.data or ""),
        )


@blueprint.route("/portal/sales/<draft_id>/payment", methods=["GET", "POST"])
def payment(draft_id: str) -> Response:
    draft, at = opened(draft_id, "payment"), counter()
    form = PaymentForm()
    form.due = total_of(draft, at.store.currency)
    if form.is_sent():
        answer = saved(form, draft, lambda current: _paid(form, current))
        if answer:
            return answer
    if not form.is_submitted():
        _show(form, draft)
    refilled(form, draft, "payment")
    tenders = [(one.key, _said(one.label), "") for one in _tenders()]
    facts = {"draft": draft, "summary": summary_of(at, draft), "back": step_url(draft, "consent")}
    return page("payment", form.status, area=AREA, form=form, tenders=tenders, total=_written(form.due), **facts)


def tender_name(key: str) -> str:
    return next((_said(one.label) for one in _tenders() if one.key == key), key)


def _show(form: PaymentForm, draft: Draft) -> None:
    """The amount is a fact; how it was paid is only filled in when somebody has said so before."""
    known = draft.payment
    form.amount.data = price_text(form.due)
    if known is not None:
        form.tender.data, form.reference.data, form.last_digits.data = known.tender, known.reference, known.last_digits


def _paid(form: PaymentForm, draft: Draft) -> Draft:
    if _total_typed(form) != form.due:
        raise PortalRefused("amount", field="amount", total=_written(form.due))
    return replace(draft, payment=form.wanted)


def _total_typed(form: PaymentForm) -> Money | None:
    try:
        return price_of(form.amount.data or "", form.due.currency)
    except PortalRefused:
        return None


def _tenders() -> tuple[Tender, ...]:
    found = counter().catalog.counter
    return () if found is None else found.tenders


def _said(label: dict[str, str]) -> str:
    at = counter()
    assert at.catalog.counter is not None
    return at.catalog.counter.said(label, at.language)


def _written(money: Money) -> str:
    return amount_of(money, counter().language)
