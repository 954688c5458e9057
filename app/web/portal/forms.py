"""What every form of the portal has: a token that ties it to whoever is at work, and a guard against card numbers.

A validator names a sentence of the portal's words, and the page says it.
"""

import hmac
import secrets
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.csrf.core import CSRF
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation

from app.adapters.drafts import Sent
from app.adapters.encryption import derived_key
from app.domain.card_numbers import CUT, holds_card_number, without_card_number
from app.domain.drafts import Draft
from app.domain.portal_errors import PortalRefused
from app.web.form_rules import stripped
from app.web.platform import platform


class BoundToken(CSRF):  # type: ignore[misc]
    """Worked out from the session, or before there is one from the tablet: nothing is stored for it."""

    def generate_csrf_token(self, field: Any) -> str:
        key = derived_key(platform().settings.secret_key, "portal-forms")
        return hmac.new(key, str(getattr(g, "bound_to", "")).encode(), "sha256").hexdigest()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        if not hmac.compare_digest((field.data or "").encode(), field.current_token.encode()):
            raise ValidationError("form_old")


def no_card_number(form: FlaskForm, field: Field) -> None:
    """Card numbers are never stored and never shown: what is given back has them cut to the last digits.

    Sent again as it was given back, it is nobody's name either.
    """
    if isinstance(field.data, str) and (CUT in field.data or holds_card_number(field.data)):
        field.data = without_card_number(field.data)
        raise StopValidation("card_number")


class PortalForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        csrf = True
        csrf_class = BoundToken
        csrf_field_name = "token"
        # Flask-WTF would look for a secret of Flask's own session, which nobody here has.
        csrf_secret = None

        def bind_field(self, form: Any, unbound: Any, options: Any) -> Any:
            """Spaces around what was typed mean nothing; every text is looked at for a card number."""
            if issubclass(unbound.field_class, StringField) and not issubclass(unbound.field_class, HiddenField):
                # A copy: what is declared stands in the class, and is bound for every request anew.
                kept = dict(unbound.kwargs)
                options["filters"] = [stripped, *kept.pop("filters", ())]
                if not kept.pop("may_look_like_card", False):
                    options["validators"] = [no_card_number, *kept.get("validators", ())]
                unbound = UnboundField(unbound.field_class, *unbound.args, **kept)
            return unbound.bind(form=form, **options)

    def is_sent(self) -> bool:
        return bool(self.validate_on_submit())

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    def refuse(self, problem: PortalRefused) -> None:
        """A refusal of the use case, beside the field it is about."""
        field = self._fields.get(problem.field or "")
        said = (problem.key, problem.values)
        if field is None:
            self.form_errors.append(said)
        else:
            field.errors = [*field.errors, said]


class StepForm(PortalForm):
    """A form of a sale: which version of the sale it shows, and a nonce that makes two submissions one."""

    nonce = HiddenField()

    def shows(self, draft: Draft) -> None:
        """A fresh nonce each time the form is shown: a corrected form is another submission."""
        self.nonce.data = f"{draft.version}.{secrets.token_hex(8)}"

    @property
    def sent(self) -> Sent:
        version, _, nonce = (request.form.get("nonce") or "").partition(".")
        if not (version.isascii() and version.isdigit() and len(version) < 9 and 8 <= len(nonce) <= 32):
            raise PortalRefused("form_old")
        return Sent(int(version), nonce)
