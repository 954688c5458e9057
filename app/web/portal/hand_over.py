"""The sale in the customer's own hand: read in their own language, answered once. No account, and no script needed.

What lets somebody in is the one-time code in the address, which stood on the tablet as a picture.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Response, g, request
from wtforms import StringField

from app.adapters.customer_records import CUSTOMER
from app.adapters.handovers import Handover, Handovers
from app.adapters.locales import known_language
from app.domain.drafts import DECLINED, SOLD, Draft, first_open
from app.domain.people import RetailStore
from app.domain.portal_errors import DraftChanged, NotHere, PortalRefused
from app.web.door import door
from app.web.form_rules import email, filled, one_line
from app.web.platform import platform
from app.web.portal import consenting
from app.web.portal.answers import moved_to, page, protect
from app.web.portal.consenting import AgreeForm
from app.web.portal.forms import PortalForm
from app.web.portal.reading import reading_of

blueprint = door("counter_consent", authentication="customer")
protect(blueprint)
AREA = "counter_customer"


class EmailForm(PortalForm):
    email = StringField(validators=[filled, one_line, email])


@blueprint.errorhandler(NotHere)
def _unknown(problem: NotHere) -> Response:
    return page("hand_over_end", 404, AREA, known_language(request.accept_languages.best or "en"), kind="unknown")


@blueprint.errorhandler(PortalRefused)
def _refused(problem: PortalRefused) -> Response:
    return page("hand_over_end", problem.status, AREA, _spoken(), kind="busy")


@blueprint.route("/portal/hand-over/<code>", methods=["GET", "POST"])
def read(code: str) -> Response:
    found, draft, store, now = *_handed_over(code), datetime.now(UTC)
    end = _end_of(found, draft, now)
    if end is None and consenting.ended(draft, now):
        end = "changing"
    if end is not None:
        return page("hand_over_end", 410 if end == "over" else 200, AREA, draft.language, kind=end, draft=draft)
    form, corrected = AgreeForm(), EmailForm()
    if request.method == "POST":
        if _said(found, draft, store, form, corrected, now):
            return moved_to("counter_consent.read", code=code)
        draft = _draft(found)
    return _shown(found, draft, store, form, corrected, now)


def _shown(
    found: Handover, draft: Draft, store: RetailStore, form: AgreeForm, corrected: EmailForm, now: datetime
) -> Response:
    here = reading_of(draft, store)
    if consenting.is_shown():
        _handovers().opened(found, now)
    draft = consenting.note_shown(draft, now)
    form.blank(here)
    if request.form.get("answer") != "email":
        corrected.email.data = (draft.customer or {}).get("email") or ""
    status = 422 if form.errors or corrected.errors else 200
    facts = {"draft": draft, "reading": here, "form": form, "corrected": corrected, "store": store}
    return page("hand_over", status, AREA, draft.language, languages=consenting.languages(draft), **facts)


def _said(
    found: Handover, draft: Draft, store: RetailStore, form: AgreeForm, corrected: EmailForm, now: datetime
) -> bool:
    """Whether the answer was carried out; where it was not, the forms say why."""
    said = request.form
    try:
        if "language" in said:
            form.check_token()
            consenting.speak(draft, store, said["language"], CUSTOMER, now, is_by_code=True)
        elif said.get("answer") == "email":
            return _corrected(corrected, draft, now)
        elif said.get("answer") == "no":
            form.check_token()
            _once(found, now, lambda: consenting.turn_down(draft, "phone", CUSTOMER, now))
        elif form.validate():
            here, mark = reading_of(draft, store), form.mark.data or ""
            consenting.check_shown(draft, here, mark)
            _once(found, now, lambda: consenting.take(draft, here, mark, "phone", CUSTOMER, now))
        else:
            return False
    except DraftChanged:
        form.refuse(PortalRefused("consent_changed"))
        return False
    except PortalRefused as problem:
        form.refuse(problem)
        return False
    return True


def _once(found: Handover, now: datetime, answer: Callable[[], object]) -> None:
    """A second tap finds the code used, and the page says thank you."""
    codes = _handovers()
    if not codes.used(found, now):
        return
    try:
        answer()
    except Exception:
        codes.given_back(found)
        raise


def _corrected(form: EmailForm, draft: Draft, now: datetime) -> bool:
    if not form.validate():
        return False
    customer = {**(draft.customer or {}), "email": form.email.data}
    changed = replace(draft, customer=customer, updated_at=now)
    # It is still the sale that was handed over: the customer corrected it.
    platform().drafts.change(replace(changed, handed_over=changed.read_as))
    return True


def _handed_over(code: str) -> tuple[Handover, Draft, RetailStore]:
    found = _handovers().of(code)
    if found is None:
        raise NotHere()
    # Forms are tied to the code: it is all that this visitor has.
    g.bound_to = found.code_hash
    draft = _draft(found)
    store = platform().people.store(draft.store_id)
    if store is None:
        raise NotHere()
    g.spoken = draft.language
    return found, draft, store


def _draft(found: Handover) -> Draft:
    """In another store the sale is not the one that was handed over."""
    draft = platform().drafts.by_id(found.draft_id)
    if draft is None or draft.store_id != found.store_id:
        raise NotHere()
    return draft


def _end_of(found: Handover, draft: Draft, now: datetime) -> str | None:
    """Why there is nothing to answer here, if so."""
    if draft.status == DECLINED:
        return "declined"
    if draft.has_consent or draft.status == SOLD:
        return "agreed"
    if found.used_at is not None or found.is_over_at(now):
        return "over"
    if not draft.is_changeable or first_open(draft) != "consent" or draft.handed_over != draft.read_as:
        return "changing"
    return None


def _handovers() -> Handovers:
    return Handovers(platform().database, platform().settings.secret_key)


def _spoken() -> str:
    return str(g.get("spoken") or known_language(request.accept_languages.best or "en"))
