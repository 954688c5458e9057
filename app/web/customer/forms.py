"""The customer's forms. A validator names a sentence of the customer's words, and the page says it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation

from app.domain.bookings import BookedQuote
from app.domain.claims import is_to_come
from app.domain.contact import is_one_line
from app.web.form_rules import email, filled, one_line, phone, stripped

REASON, STORY = 500, 5_000


class CustomerForm(FlaskForm):  # type: ignore[misc]
    class Meta:
        # There is no cookie a forger's page could ride on: what lets a request in is the token in the address, which
        # the forger does not have. A second token in the form would protect nothing more.
        csrf = False

        def bind_field(self, form: Any, unbound: Any, options: Any) -> Any:
            """Spaces around what was typed mean nothing, in any field."""
            options["filters"] = [stripped, *unbound.kwargs.pop("filters", ())]
            return unbound.bind(form=form, **options)

    def refused(self) -> int:
        return 422 if self.errors else 200


class CancelForm(CustomerForm):
    quotes = SelectMultipleField(validate_choice=False)
    reason = StringField()

    def offer(self, quotes: Sequence[BookedQuote]) -> None:
        """One cover needs no box to tick: the page is about it."""
        self.quotes.choices = [(quote.id, quote.title) for quote in quotes]

    def validate_quotes(self, field: Field) -> None:
        known = [quote_id for quote_id, _ in field.choices]
        field.data = known if len(known) == 1 else list(dict.fromkeys(field.data or ()))
        if not field.data or not set(field.data) <= set(known):
            raise StopValidation("choose")

    def validate_reason(self, field: Field) -> None:
        if len(field.data or "") > REASON:
            raise StopValidation("long")
        if not is_one_line(field.data or ""):
            raise StopValidation("line")

    @property
    def wanted(self) -> list[dict[str, Any]]:
        return [{"id": quote_id, "reason_for_cancellation": self.reason.data or ""} for quote_id in self.quotes.data]


class ContactForm(CustomerForm):
    email = StringField(validators=[one_line, email])
    phone = StringField(validators=[one_line, phone])
    address1 = StringField(validators=[one_line])
    address2 = StringField(validators=[one_line])
    postcode = StringField(validators=[one_line])
    city = StringField(validators=[one_line])
    region = StringField(validators=[one_line])

    def keep(self, policyholder: dict[str, Any]) -> None:
        """A way to reach the customer may be corrected and not taken away: the contract goes on."""
        self._kept = [name for name in ("email", "phone") if policyholder.get(name)]

    def validate_email(self, field: Field) -> None:
        if not field.data and field.name in self._kept:
            raise StopValidation("required")

    validate_phone = validate_email

    @property
    def wanted(self) -> dict[str, str | None]:
        return {name: value or None for name, value in self.data.items()}


class DayField(DateField):  # type: ignore[misc]
    """Nothing typed is no day, and not a wrong one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text.strip() for text in valuelist if text.strip()])


class ClaimForm(CustomerForm):
    """`key` makes one form one claim; `outside` is the day that was warned about and is sent all the same."""

    key = HiddenField()
    outside = HiddenField()
    quote = RadioField(validate_choice=False)
    happened_on = DayField(invalid_value_message="date")
    place = StringField(validators=[one_line])
    story = TextAreaField(validators=[filled])
    email = StringField(validators=[one_line, email])
    phone = StringField(validators=[one_line, phone])

    def offer(self, quotes: Sequence[BookedQuote]) -> None:
        self.quote.choices = [(quote.id, quote.title) for quote in quotes]

    def validate_quote(self, field: Field) -> None:
        known = [quote_id for quote_id, _ in field.choices]
        field.data = known[0] if len(known) == 1 else field.data
        if field.data not in known:
            raise StopValidation("choose_one")

    def validate_happened_on(self, field: Field) -> None:
        if field.errors:
            return
        if field.data is None:
            raise StopValidation("required")
        if is_to_come(field.data, datetime.now(UTC)):
            raise StopValidation("future")

    def validate_story(self, field: Field) -> None:
        if len(field.data or "") > STORY:
            raise StopValidation("long")

    def validate_email(self, field: Field) -> None:
        if not field.data and not self.phone.data:
            raise StopValidation("reach")

    @property
    def day(self) -> date:
        found: date = self.happened_on.data
        return found

    @property
    def told(self) -> str:
        """Lines stay lines; signs nobody can see or type do not travel on into a mail."""
        lines = self.story.data.replace("\r\n", "\n").split("\n")
        return "\n".join("".join(sign for sign in line if sign.isprintable() or sign == "\t") for line in lines)
