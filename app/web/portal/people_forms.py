"""Which roles somebody may give, and what a form of a person is made of."""

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from app.domain.digits import western
from app.domain.people import Role
from app.domain.pins import pin_problem
from app.domain.staffing import ADMINISTERS
from app.web.form_rules import email, filled, one_line
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter


def roles_to_give() -> tuple[Role, ...]:
    return ADMINISTERS[counter().staff.role]


def good_pin(form: PortalForm, field: StringField) -> None:
    problem = pin_problem(field.data) if field.data else None
    if problem:
        raise StopValidation(problem)


def _figures(value: str | None) -> str:
    return western(value or "")


class NameForm(PortalForm):  # type: ignore[misc]
    name = StringField(validators=[filled, one_line])


class RoleForm(PortalForm):  # type: ignore[misc]
    role = RadioField(validate_choice=False, validators=[filled])


class StoresForm(PortalForm):  # type: ignore[misc]
    stores = SelectMultipleField(validate_choice=False)


class PinForm(PortalForm):  # type: ignore[misc]
    """Empty: one is made that nobody thought of."""

    pin = StringField(validators=[good_pin], filters=[_figures])


class NewPersonForm(PortalForm):  # type: ignore[misc]
    """`nonce`: the id the person will have. A form that is sent twice adds one."""

    nonce = HiddenField()
    name = StringField(validators=[filled, one_line])
    role = RadioField(validate_choice=False, validators=[filled])
    language = SelectField(validate_choice=False, validators=[filled])
    stores = SelectMultipleField(validate_choice=False)
    email = StringField(validators=[one_line, email])
    pin = StringField(validators=[good_pin], filters=[_figures])
