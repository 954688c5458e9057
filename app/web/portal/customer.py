"""Who buys: a name and one way to be reached. An address only where the cover needs one."""

from dataclasses import replace
from typing import Any

import orjson
from flask import Response, request
from wtforms import HiddenField, StringField

from app.adapters.drafts import Ask
from app.adapters.locales import LANGUAGES, known_language
from app.domain.drafts import Draft
from app.domain.email_hint import email_hint
from app.domain.portal_errors import PortalRefused
from app.services.renew_offers import in_language
from app.web.customer.visit import NAMES
from app.web.form_rules import email, filled, one_line
from app.web.platform import platform
from app.web.portal.answers import page
from app.web.portal.forms import StepForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.offering import asks_of
from app.web.portal.phone_field import phone
from app.web.portal.sale import desk, opened, refilled, saved, the_draft
from app.web.portal.shop import the_counter, the_shop
from app.web.portal.summary import summary_of

blueprint = portal_door("portal_customer", permission="sell", needs_tablet=True)
AREA = "offering"
NAME_AND_CONTACT = ("first_name", "last_name", "email", "phone")
ADDRESS = ("address1", "postcode", "city", "region")
NEEDED_OF_ADDRESS = ("address1", "postcode", "city")
USE, KEEP = "use", "keep"


class CustomerForm(StepForm):
    first_name = StringField(validators=[filled, one_line])
    last_name = StringField(validators=[filled, one_line])
    email = StringField(validators=[one_line, email])
    phone = StringField(validators=[one_line, phone], may_look_like_card=True)
    address1 = StringField(validators=[one_line])
    postcode = StringField(validators=[one_line])
    city = StringField(validators=[one_line])
    region = StringField(validators=[one_line])
    language = HiddenField()
    # The answer to "did you mean": take what is meant, or keep what was typed. `kept` is what was kept.
    hint = HiddenField()
    kept = HiddenField()

    has_address = False

    def validate(self, extra_validators: Any = None) -> bool:
        if self.hint.data == USE:
            self.email.data = email_hint(self.email.data or "") or self.email.data
        is_good = bool(super().validate(extra_validators))
        if not self.email.data and not self.phone.data and not (self.email.errors or self.phone.errors):
            self.email.errors = [*self.email.errors, "one_contact"]
            is_good = False
        for name in NEEDED_OF_ADDRESS if self.has_address else ():
            if not self._fields[name].data:
                self._fields[name].errors = [*self._fields[name].errors, "required"]
                is_good = False
        return is_good

    @property
    def meant(self) -> str:
        """What the e-mail address was probably meant to be, while nobody has said that it is right."""
        typed = self.email.data or ""
        if self.email.errors or not typed or self.hint.data == KEEP or self.kept.data == typed:
            return ""
        return email_hint(typed) or ""

    @property
    def wanted(self) -> dict[str, str]:
        names = (*NAME_AND_CONTACT, *(ADDRESS if self.has_address else ()))
        return {name: self._fields[name].data for name in names if self._fields[name].data}


@blueprint.route("/portal/sales/<draft_id>/customer", methods=["GET", "POST"])
def customer(draft_id: str) -> Response:
    draft = opened(draft_id, "customer")
    form = CustomerForm()
    form.has_address = needs_address(draft)
    is_question = False
    if form.is_sent():
        is_question = bool(form.meant)
        done = None if is_question else saved(form, draft, lambda current: _changed(current, form), asks=_asked)
        if done:
            return done
        draft = the_draft(draft_id)
    elif request.method == "GET":
        _fill(form, draft)
    if form.hint.data == KEEP:
        form.kept.data = form.email.data
    form.hint.data = ""
    refilled(form, draft, "customer")
    status = 422 if is_question else form.status
    return page("customer", status, area=AREA, form=form, draft=draft, **_facts(form, draft, is_question))


def needs_address(draft: Draft) -> bool:
    """Where somebody comes to the customer's home: the catalog says for which kinds of policy."""
    at, asked = counter(), the_counter().address_for
    store = platform().store_of(draft.partner_code, at.mode)
    for line in draft.wanted:
        stored = store.offer_on_file(line.offer.id) if line.offer else None
        if line.offer is None or stored is None:
            continue
        products = platform().shelf.release(stored.release_id).products
        for term in orjson.loads(stored.terms):
            if term["id"] in line.offer.quote_ids and products[term["product"]].policy["type"] in asked:
                return True
    return False


def _changed(draft: Draft, form: CustomerForm) -> Draft:
    """Another language makes other offers: the words are part of them. The choice stays where the price is the same."""
    changed = replace(draft, customer=form.wanted)
    language = form.language.data or known_language(draft.language)
    if language not in LANGUAGES:
        raise PortalRefused("language", "language")
    if language == known_language(draft.language):
        return changed
    return in_language(the_shop(), desk(), changed, language)


def _asked(draft: Draft) -> tuple[Ask, ...]:
    return asks_of(draft, [line.id for line in draft.lines])


def _fill(form: CustomerForm, draft: Draft) -> None:
    """Back on the page: what this sale knows already."""
    for name, value in (draft.customer or {}).items():
        if name in form._fields:
            form._fields[name].data = value
    form.kept.data = form.email.data or ""


def _facts(form: CustomerForm, draft: Draft, is_question: bool) -> dict[str, Any]:
    chosen = form.language.data or known_language(draft.language)
    return {
        "meant": form.meant if is_question else "",
        "has_address": form.has_address,
        "languages": [(name, NAMES[name], name == chosen) for name in LANGUAGES],
        "summary": summary_of(counter(), draft),
    }
