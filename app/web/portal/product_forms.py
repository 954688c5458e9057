"""Forms of a basket: to scan, to add, to describe. A product code may look like a card number."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import StopValidation

from app.adapters.drafts import Sent
from app.adapters.mail_rendering import written_money
from app.domain.card_numbers import holds_card_number, without_card_number
from app.domain.goods import is_imei
from app.domain.money import Money, currency
from app.domain.portal_errors import PortalRefused
from app.domain.purchase import price_of, price_text, purchase_day
from app.services.add_item import exact_item
from app.services.describe_item import number_of
from app.web.form_rules import filled, one_line
from app.web.portal.forms import StepForm
from app.web.portal.gate import counter

NONCE = 32


def refusing(check: Callable[[str], Any]) -> Callable[[Any, Any], None]:
    """A rule of the domain as a validator."""

    def validate(form: Any, field: Any) -> None:
        try:
            check(field.data or "")
        except PortalRefused as problem:
            raise StopValidation((problem.key, problem.values)) from problem

    return validate


def scanned(form: Any, field: Any) -> None:
    """One product code in ten passes a card's check figure: those of the catalog are not cards."""
    text = field.data or ""
    if exact_item(counter().catalog.items, text) is None:
        _uncarded(field)


def _uncarded(field: Any) -> None:
    if holds_card_number(field.data or ""):
        field.data = without_card_number(field.data)
        raise StopValidation("card_number")


def today() -> date:
    from zoneinfo import ZoneInfo

    at = counter()
    return at.now.astimezone(ZoneInfo(at.store.time_zone)).date()


class ActionForm(StepForm):
    """One of several forms of a page. What is sent twice is the same button of the same page."""

    @property
    def sent(self) -> Sent:
        sent = super().sent
        chosen = [request.form.get(name, "") for name in ("do", "code", "sku", "line", "sale", "title")]
        digest = hashlib.sha256(" ".join((sent.nonce, *chosen)).encode()).hexdigest()
        return replace(sent, nonce=digest[:NONCE])


class ScanForm(ActionForm):
    code = StringField(validators=[filled, one_line, scanned], may_look_like_card=True)


class BeginForm(ScanForm):
    """`sale`: the id of the sale that this page begins, however often the button is tapped."""

    sale = HiddenField()

    def begins(self, sale: str) -> None:
        self.sale.data = sale
        self.nonce.data = f"1.{secrets.token_hex(8)}"


class PhotoForm(ActionForm):
    sale = HiddenField()
    photo = FileField()


class AddForm(ActionForm):
    sku = StringField(validators=[filled, one_line, scanned], may_look_like_card=True)


class LineForm(ActionForm):
    """Of this sale, or with `sale` of an earlier one."""

    sale = StringField(validators=[one_line])
    line = StringField(validators=[filled, one_line])
    q = StringField(validators=[one_line])


class CoverForm(ActionForm):
    pass


class UnlistedForm(ActionForm):
    title = StringField(validators=[filled, one_line])
    category = SelectField(choices=[], validate_choice=False, validators=[filled])
    price = StringField(validators=[filled, one_line])

    def validate_price(self, field: Any) -> None:
        refusing(_priced)(self, field)


class ItemForm(StepForm):
    """`number` is the one field of the portal that may hold fifteen digits with a check figure: an IMEI."""

    number = StringField(validators=[one_line], may_look_like_card=True)
    price = StringField(validators=[filled, one_line])
    purchased_on = StringField(validators=[filled, refusing(lambda text: purchase_day(text, today()))])
    condition = RadioField(choices=[], validate_choice=False, validators=[filled])
    receipt = StringField(validators=[one_line])
    anyway = StringField(validators=[one_line], may_look_like_card=True)
    without = StringField(validators=[one_line])
    keeps = StringField(validators=[one_line])

    identifier = "none"

    def validate_number(self, field: Any) -> None:
        if self.identifier == "none":
            field.data = ""
            return
        joined = "".join((field.data or "").split()).replace("-", "")
        if not (self.identifier == "imei" and is_imei(joined)):
            _uncarded(field)
        filled(self, field)
        refusing(lambda text: number_of(self.identifier, text))(self, field)

    def validate_price(self, field: Any) -> None:
        refusing(_priced)(self, field)

    @property
    def confirmed(self) -> str:
        """The number that the second button is about: another one typed since is asked about again."""
        try:
            return number_of(self.identifier, self.number.data or "")
        except PortalRefused:
            return ""

    @property
    def kept_price(self) -> str:
        """The price that the button to keep it is about."""
        try:
            return price_text(_priced(self.price.data or ""))
        except PortalRefused:
            return ""

    def refuse(self, problem: PortalRefused) -> None:
        """Amounts as the associate's language writes them."""
        written = {
            name: written_money(value, counter().language) if isinstance(value, Money) else value
            for name, value in problem.values.items()
        }
        super().refuse(PortalRefused(problem.key, problem.field, **written))

    def asks(self, *keys: str) -> bool:
        """Whether one of these is what it was refused for: then there is a second button."""
        told = [error[0] if isinstance(error, tuple) else error for errors in self.errors.values() for error in errors]
        return any(key in told for key in keys)


def _priced(text: str) -> Money:
    return price_of(text, currency(counter().store.currency))
