"""Disclosures and consent: on the customer's own phone, on the turned tablet, or on paper."""

from dataclasses import replace

from flask import Response, request, url_for
from wtforms import HiddenField, StringField

from app.adapters.handovers import Handovers
from app.domain.drafts import DECLINED, Draft, first_open
from app.domain.portal_errors import DraftChanged, PortalRefused
from app.web.platform import platform
from app.web.portal import consenting
from app.web.portal.answers import Elsewhere, is_partial, moved, moved_to, page
from app.web.portal.consenting import AgreeForm, ticked
from app.web.portal.forms import StepForm
from app.web.portal.gate import AtCounter, counter, portal_door
from app.web.portal.qr import qr_svg
from app.web.portal.reading import Reading, reading_of, words_of
from app.web.portal.sale import next_url, opened, saved, step_url, the_draft

blueprint = portal_door("portal_consent", permission="sell", needs_tablet=True)
AREA = "agreeing"
# Who reads does not touch: the turned tablet locks after as long as a code for the customer's phone works.
READING_SECONDS = 15 * 60


class SignedForm(StepForm):
    """Paper: the associate says that it is signed. Never ticked for them."""

    mark = HiddenField()
    signed = StringField(validators=[ticked("tick_signed")])


@blueprint.route("/portal/sales/<draft_id>/consent", methods=["GET", "POST"])
def consent(draft_id: str) -> Response:
    draft, at = opened(draft_id, "consent"), counter()
    form = StepForm()
    if form.is_sent():
        answer = _again(form, draft, at) if request.form.get("do") == "again" else _new_code(draft, at)
        if answer:
            return answer
    if consenting.ended(draft, at.now):
        return moved(step_url(draft, "offer"))
    if draft.has_consent:
        form.shows(draft)
        return page("agreed", form.status, area=AREA, form=form, draft=draft, reading=reading_of(draft, at.store))
    draft, code = _code(draft, at)
    form.shows(draft)
    facts = {"form": form, "draft": draft, "reading": reading_of(draft, at.store), **_shown(code, draft, at)}
    return page("consent", form.status, area=AREA, asked="asked" in request.args, **facts)


@blueprint.get("/portal/sales/<draft_id>/consent/waiting")
def waiting(draft_id: str) -> Response:
    """Asked every two seconds. It answers with something only when something has happened."""
    draft, at = the_draft(draft_id), counter()
    if draft.has_consent or draft.status == DECLINED or first_open(draft) != "consent":
        return _left_for(_after(draft))
    if consenting.ended(draft, at.now):
        return _left_for(step_url(draft, "offer"))
    if not is_partial():
        return moved_to("portal_consent.consent", draft_id=draft.id, asked=1)
    state = _state(draft, at)
    if state == request.args.get("seen"):
        return Response(status=204)
    answer = page("waiting", area=AREA, draft=draft, state=state)
    # It is a line of the page, and no place to come back to.
    answer.headers["HX-Push-Url"] = "false"
    return answer


@blueprint.route("/portal/sales/<draft_id>/consent/customer", methods=["GET", "POST"])
def customer_view(draft_id: str) -> Response:
    """The tablet in the customer's hands: nothing of ours on it."""
    at = counter()
    draft = _for_customer(draft_id)
    if draft.has_consent or draft.status == DECLINED:
        return _handed_back(draft)
    form, here = AgreeForm(), reading_of(draft, at.store)
    if request.method == "POST":
        answer = _customer_said(form, draft, here)
        if answer:
            return answer
        draft = the_draft(draft_id)
        here = reading_of(draft, at.store)
    draft = consenting.note_shown(draft, at.now)
    form.blank(here)
    facts = {"draft": draft, "reading": here, "form": form, "customer": words_of(draft)}
    facts["reading_seconds"] = READING_SECONDS
    return page("customer_view", form.status, "counter_customer", draft.language, **facts, **_languages(draft))


@blueprint.route("/portal/sales/<draft_id>/consent/paper", methods=["GET", "POST"])
def paper(draft_id: str) -> Response:
    at, draft = counter(), opened(draft_id, "consent")
    form, here = SignedForm(), reading_of(draft, at.store)
    if form.is_sent():
        answer = saved(form, draft, lambda current: _signed(form, current, here))
        if answer:
            return answer
        draft = the_draft(draft_id)
        here = reading_of(draft, at.store)
    draft = consenting.note_shown(draft, at.now)
    form.shows(draft)
    form.mark.data, form.signed.data = here.mark, ""
    facts = {"form": form, "draft": draft, "reading": here, "customer": words_of(draft)}
    return page("paper", form.status, area=AREA, today=words_of(draft).day(at.now), **facts)


def _signed(form: SignedForm, draft: Draft, here: Reading) -> Draft:
    consenting.check_shown(draft, here, form.mark.data or "")
    return consenting.agreed(draft, here, "paper", counter().actor, counter().now)


def _again(form: StepForm, draft: Draft, at: AtCounter) -> Response | None:
    """The customer reads once more: what was agreed before counts no longer."""
    answer = saved(form, draft, lambda current: replace(current, consent=None, consent_shown_at=None))
    if answer is not None:
        _handovers().end_all(draft.id, at.now)
    return answer


def _new_code(draft: Draft, at: AtCounter) -> Response:
    _handovers().end_all(draft.id, at.now)
    return moved(step_url(draft, "consent"))


def _code(draft: Draft, at: AtCounter) -> tuple[Draft, str]:
    """The code the customer may be reading with already; a new one when that is over, or the sale is another since."""
    code = _handovers().live(draft.id, draft.store_id, at.now) if _is_as_handed_over(draft) else None
    if code is not None:
        return draft, code
    handed = replace(draft, handed_over=draft.read_as, language_changes=0, updated_at=at.now)
    try:
        platform().drafts.change(handed)
    except DraftChanged as problem:
        raise Elsewhere(step_url(draft, "consent")) from problem
    return replace(handed, version=draft.version + 1), _handovers().make(draft.id, draft.store_id, at.now)


def _is_as_handed_over(draft: Draft) -> bool:
    return draft.handed_over == draft.read_as


def _shown(code: str, draft: Draft, at: AtCounter) -> dict[str, object]:
    link = platform().settings.url + url_for("counter_consent.read", code=code)
    words = at.say(AREA)
    return {"link": link, "qr": qr_svg(link, words("phone.qr")), "state": _state(draft, at)}


def _state(draft: Draft, at: AtCounter) -> str:
    found = _handovers().newest(draft.id)
    if found is None or found.is_over_at(at.now) or not _is_as_handed_over(draft):
        return "ended"
    return "waiting" if found.opened_at is None else "reading"


def _after(draft: Draft) -> str:
    return step_url(draft, "done") if draft.is_over else next_url(draft)


def _left_for(location: str) -> Response:
    return Response(status=200, headers={"HX-Redirect": location}) if is_partial() else moved(location)


def _for_customer(draft_id: str) -> Draft:
    draft = the_draft(draft_id)
    if draft.has_consent or draft.status == DECLINED:
        return draft
    if not draft.is_changeable or first_open(draft) != "consent":
        raise Elsewhere(_after(draft))
    if consenting.ended(draft, counter().now):
        raise Elsewhere(step_url(draft, "offer"))
    return draft


def _customer_said(form: AgreeForm, draft: Draft, here: Reading) -> Response | None:
    at, said = counter(), request.form
    there = moved_to("portal_consent.customer_view", draft_id=draft.id)
    try:
        if "language" in said:
            form.check_token()
            consenting.speak(draft, at.store, said["language"], at.actor, at.now)
        elif said.get("answer") == "no":
            form.check_token()
            consenting.turn_down(draft, "tablet", at.actor, at.now)
        elif form.validate():
            consenting.take(draft, here, form.mark.data or "", "tablet", at.actor, at.now)
        else:
            return None
    except DraftChanged:
        form.refuse(PortalRefused("consent_changed"))
        return None
    except PortalRefused as problem:
        form.refuse(problem)
        return None
    return there


def _handed_back(draft: Draft) -> Response:
    facts = {"draft": draft, "own": counter().say(AREA), "go_on": _after(draft)}
    return page("handed_back", 200, "counter_customer", draft.language, **facts)


def _languages(draft: Draft) -> dict[str, object]:
    return {"languages": consenting.languages(draft)}


def _handovers() -> Handovers:
    return Handovers(platform().database, platform().settings.secret_key)
