"""Everything that is not selling: the people, the tablets, the stores, one's own language."""

from flask import Response, request
from wtforms import SelectField

from app.services.administer_stores import choose_store
from app.services.choose_language import choose_language
from app.web.form_rules import filled
from app.web.platform import platform
from app.web.portal.answers import moved_to
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.people_desk import LANGUAGE_NAMES, carried_out, own_stores, screen, speaks

# For everybody: an associate has a language too.
blueprint = portal_door("portal_more")
speaks(blueprint)

# Endpoint and words, for whoever may look after a store.
PLACES = (
    ("portal_people.people", "more.people"),
    ("portal_tablets.tablets", "more.tablets"),
    ("portal_stores.stores", "more.stores"),
    ("portal_audit.audit", "more.audit"),
)
# For everybody on a tablet.
OWN_PIN = ("portal_own_pin.own_pin", "more.own_pin")


class LanguageForm(PortalForm):  # type: ignore[misc]
    language = SelectField(validate_choice=False, validators=[filled])


class StoreForm(PortalForm):  # type: ignore[misc]
    store = SelectField(validate_choice=False, validators=[filled])


@blueprint.get("/portal/more")
def more() -> Response:
    return _shown(LanguageForm(formdata=None), StoreForm(formdata=None))


@blueprint.post("/portal/more/language")
def language() -> Response:
    form, session = LanguageForm(), counter().session
    if form.is_sent() and carried_out(form, lambda: choose_language(platform().people, session, form.language.data)):
        return moved_to("portal_more.more")
    return _shown(form, StoreForm(formdata=None))


@blueprint.post("/portal/more/store")
def store() -> Response:
    """On a tablet there is nothing to choose: it stands where it stands."""
    form, at = StoreForm(), counter()
    if form.is_sent() and carried_out(
        form, lambda: choose_store(platform().people, at.session, form.store.data, at.now)
    ):
        return moved_to("portal_more.more")
    return _shown(LanguageForm(formdata=None), form)


def _shown(languages: LanguageForm, stores: StoreForm) -> Response:
    at = counter()
    places = PLACES if at.staff.may("see_store") else ()
    places = places if at.device is None else (*places, OWN_PIN)
    choices = own_stores() if at.device is None else []
    status = max(languages.status, stores.status)
    return screen(
        "more", status, places=places, choices=choices, languages=LANGUAGE_NAMES, language_form=languages,
        store_form=stores, done=request.args.get("done") == "pin",
    )  # fmt: skip
