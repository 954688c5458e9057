"""The stores of a partner. Managers and auditors look; an admin adds, changes and closes."""

from flask import Response, url_for
from wtforms import SelectField, StringField

from app.domain.people import RetailStore
from app.domain.portal_errors import NotAllowed, NotHere
from app.services.administer_stores import StoreDetails, add_store, change_store, choose_store, close_store
from app.web.api.parameters import is_uuid
from app.web.form_rules import filled, one_line
from app.web.platform import platform
from app.web.portal.answers import moved_to
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter
from app.web.portal.people_desk import LANGUAGE_NAMES, SendForm, acting, carried_out, own_stores, people_door, screen

# The first store of a partner is made here, by somebody who is in none yet.
blueprint = people_door("portal_stores", needs_store=False)

FIELDS = ("name", "country", "region", "currency", "language", "time_zone", "subsidiary")


def _upper(value: str | None) -> str:
    return (value or "").upper()


class ChangeForm(PortalForm):  # type: ignore[misc]
    """What each must look like, the use case says: app/services/administer_stores.py."""

    name = StringField(validators=[filled, one_line])
    country = StringField(validators=[filled], filters=[_upper])
    region = StringField(filters=[_upper])
    currency = StringField(validators=[filled], filters=[_upper])
    language = SelectField(validate_choice=False, validators=[filled])
    time_zone = StringField(validators=[filled])
    subsidiary = StringField(validators=[one_line])


class NewForm(ChangeForm):
    code = StringField(validators=[filled], filters=[_upper])


@blueprint.get("/portal/stores")
def stores() -> Response:
    return screen("stores", stores=own_stores(), may_change=counter().staff.may("manage_partner"))


@blueprint.route("/portal/stores/new", methods=["GET", "POST"])
def add() -> Response:
    _check_admin()
    form, is_first = NewForm(), not counter().store.id
    if form.is_sent() and carried_out(form, lambda: _added(form, is_first)):
        return moved_to("portal_stores.stores")
    return screen(
        "store_form", form.status, form=form, store=None, languages=LANGUAGE_NAMES, is_first=is_first
    )  # fmt: skip


@blueprint.get("/portal/stores/<store_id>")
def store(store_id: str) -> Response:
    found = _store(store_id)
    return screen(
        "store", store=found, language_name=LANGUAGE_NAMES.get(found.language, found.language),
        may_change=counter().staff.may("manage_partner"),
    )  # fmt: skip


@blueprint.route("/portal/stores/<store_id>/details", methods=["GET", "POST"])
def details(store_id: str) -> Response:
    found = _store(store_id)
    _check_admin()
    form, at, people = ChangeForm(obj=found), counter(), platform().people
    if form.is_sent() and carried_out(
        form, lambda: change_store(people, acting(), found.id, _details(form, found.code), at.now)
    ):
        return moved_to("portal_stores.store", store_id=found.id)
    return screen("store_form", form.status, form=form, store=found, languages=LANGUAGE_NAMES)


@blueprint.route("/portal/stores/<store_id>/close", methods=["GET", "POST"])
def close(store_id: str) -> Response:
    found = _store(store_id)
    _check_admin()
    form, at = SendForm(), counter()
    if form.is_sent():
        close_store(platform().people, acting(), found.id, at.now)
        return moved_to("portal_stores.stores")
    back = url_for("portal_stores.store", store_id=found.id)
    return screen("people_change", form.status, form=form, change="store_close", back=back, what=found.name)


def _store(store_id: str) -> RetailStore:
    found = platform().people.store(store_id) if is_uuid(store_id) else None
    if found is None or found.partner_code != counter().partner_code or found.closed_at is not None:
        raise NotHere()
    if not counter().staff.works_in(found.id):
        raise NotHere()
    return found


def _added(form: NewForm, is_first: bool) -> None:
    """Whoever had no store is in this one from now on."""
    at, people = counter(), platform().people
    made = add_store(people, acting(), _details(form, form.code.data), at.now)
    if is_first:
        choose_store(people, at.session, made.id, at.now)


def _check_admin() -> None:
    if not counter().staff.may("manage_partner"):
        raise NotAllowed()


def _details(form: ChangeForm, code: str) -> StoreDetails:
    given = {name: form[name].data or "" for name in FIELDS}
    optional = {name: given[name] or None for name in ("region", "subsidiary")}
    return StoreDetails(code=code, **{**given, **optional})
