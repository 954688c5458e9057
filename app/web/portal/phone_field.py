"""A telephone number in a form of the portal: kept with its country, and never the number of a card."""

from typing import Any

from wtforms.validators import StopValidation

from app.adapters.phones import CardAsPhone, phone_of
from app.domain.card_numbers import without_card_number
from app.web.portal.forms import no_card_number
from app.web.portal.gate import counter


def phone(form: Any, field: Any) -> None:
    """For a field that `may_look_like_card`: what cannot be called is looked at for a card like any other text."""
    if not field.data:
        return
    try:
        found = phone_of(field.data, counter().store.country)
    except CardAsPhone:
        masked = without_card_number(field.data)
        field.data = "" if masked == field.data else masked
        raise StopValidation("card_number") from None
    if found is None:
        no_card_number(form, field)
        raise StopValidation("phone")
    field.data = found
