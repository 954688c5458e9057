"""What fields of our forms have in common. A validator names a sentence of the page's words, and the page says it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import StopValidation

from app.domain.contact import is_email, is_one_line, is_phone

LINE = 200


def stripped(value: Any) -> Any:
    """Spaces around what was typed mean nothing."""
    return value.strip() if isinstance(value, str) else value


def filled(form: FlaskForm, field: Field) -> None:
    if not field.data:
        raise StopValidation("required")


def one_line(form: FlaskForm, field: Field) -> None:
    if not is_one_line(field.data or ""):
        raise StopValidation("line")
    if len(field.data or "") > LINE:
        raise StopValidation("long")


def email(form: FlaskForm, field: Field) -> None:
    if field.data and not is_email(field.data):
        raise StopValidation("email")


def phone(form: FlaskForm, field: Field) -> None:
    if field.data and not is_phone(field.data):
        raise StopValidation("phone")
