"""The offer of every article: what is covered and what is not, side by side, and an answer in one tap."""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from wtforms import HiddenField, StringField

from app.adapters.locales import LANGUAGES, known_language
from app.domain.drafts import DECLINED, DROPPED, Draft, first_open
from app.domain.portal_errors import PortalRefused
from app.services.choose_cover import choose_again, choose_cover
from app.services.show_cover import check_training
from app.web.customer.visit import NAMES
from app.web.form_rules import one_line
from app.web.portal.answers import Elsewhere, page
from app.web.portal.forms import PortalForm, StepForm
from app.web.portal.gate import TRAINING, counter, portal_door
from app.web.portal.offered import Reading, answers_of, articles_of, deferral_text, rules_beside
from app.web.portal.offering import NEW_LANGUAGE, NewPrice, asks_of, offered, record_opened, settled, with_offers
from app.web.portal.sale import desk, let_open, opened, refilled, saved, step_url, the_draft
from app.web.portal.shop import the_counter
from app.web.portal.summary import summary_of

blueprint = portal_door("portal_offer", permission="sell", needs_tablet=True)
AREA = "offering"
CUSTOMER = "customer"
# Instead of an answer: the customer changes their mind, or there is nothing to answer.
AGAIN, NOTHING = "again", "nothing"
LONGEST_QUESTION = 120


class OfferForm(StepForm):
    """Every button of the page: an answer to a group of an article, or the customer's language."""

    line = HiddenField()
    group = HiddenField()
    answer = HiddenField()
    language = HiddenField()


class AskForm(PortalForm):
    """Is it covered? What is asked may be about the customer, and stands in no address."""

    ask = StringField(validators=[one_line])

    @property
    def question(self) -> str:
        return "" if self.errors else (self.ask.data or "")[:LONGEST_QUESTION]


@blueprint.route("/portal/sales/<draft_id>/offer", methods=["GET", "POST"])
def offer(draft_id: str) -> Response:
    draft = opened(draft_id, "offer")
    if "ask" in request.form:
        return _with_answer(draft)
    form = OfferForm()
    if form.is_sent():
        done = saved(form, draft, lambda current: _answered(current, form), _onward, _asked)
        if done:
            return done
        draft = the_draft(draft_id)
    return _offer_page(draft, form, AskForm(formdata=None))


def _with_answer(draft: Draft) -> Response:
    """The same page: a question changes nothing."""
    let_open(draft, "offer")
    ask = AskForm()
    ask.is_sent()
    return _offer_page(draft, OfferForm(formdata=None), ask)


def _offer_page(draft: Draft, form: OfferForm, ask: AskForm) -> Response:
    draft, prices = with_offers(draft)
    record_opened(draft)
    refilled(form, draft, "offer")
    facts = _facts(draft, prices, ask.question)
    return page("offer", max(form.status, ask.status), area=AREA, form=form, ask=ask, draft=draft, **facts)


@blueprint.get("/portal/sales/<draft_id>/declined")
def declined(draft_id: str) -> Response:
    """The no is on record, and the next customer is one tap away."""
    draft = the_draft(draft_id)
    if draft.status not in (DECLINED, DROPPED):
        raise Elsewhere(step_url(draft, first_open(draft)))
    return page("declined", area=AREA, draft=draft)


def _answered(draft: Draft, form: OfferForm) -> Draft:
    if form.language.data:
        return _in_language(draft, form.language.data)
    if form.answer.data == NOTHING:
        return _nothing_to_offer(draft)
    if form.answer.data == AGAIN:
        return choose_again(desk(), draft, form.line.data or "")
    at = counter()
    check_training(the_counter(), at.store, at.staff, at.mode == TRAINING)
    return settled(choose_cover(desk(), draft, form.line.data or "", form.group.data or "", form.answer.data or ""))


def _in_language(draft: Draft, language: str) -> Draft:
    if language not in LANGUAGES:
        raise PortalRefused("language", "language")
    if language == known_language(draft.language):
        return draft
    return offered(replace(draft, language=language, told=NEW_LANGUAGE))


def _nothing_to_offer(draft: Draft) -> Draft:
    if any(line.offer for line in draft.lines):
        raise PortalRefused("choice_unknown")
    return replace(draft, status=DROPPED)


def _asked(draft: Draft) -> Any:
    return asks_of(draft, [line.id for line in draft.lines])


def _onward(draft: Draft) -> str:
    if draft.status in (DECLINED, DROPPED):
        return url_for("portal_offer.declined", draft_id=draft.id)
    if draft.wanted and all(line.is_decided for line in draft.lines):
        return step_url(draft, "customer")
    return url_for("portal_offer.offer", draft_id=draft.id, **_view())


def _view() -> dict[str, str]:
    return {"view": CUSTOMER} if request.args.get("view") == CUSTOMER else {}


def _facts(draft: Draft, prices: tuple[NewPrice, ...], question: str) -> dict[str, Any]:
    at, view = counter(), _view()
    own, theirs = at.language, known_language(draft.language)
    reading = Reading(theirs if view else own, bool(view), at.now)
    articles = articles_of(draft, reading)
    return {
        "articles": articles,
        "first_open": next((article.line.id for article in articles if article.asked), ""),
        "spoken": reading.words,
        "view": view,
        "is_foreign": own != theirs,
        "languages": [(name, NAMES[name], name == theirs) for name in LANGUAGES],
        "their_language": NAMES[theirs],
        "question": question,
        "answers": answers_of(articles, question) if question else [],
        "prices": prices,
        "rules": rules_beside(the_counter(), at.store, reading.language),
        "deferral": deferral_text(the_counter(), at.store, reading.language),
        "has_offer": any(line.offer for line in draft.lines),
        "plain_form": PortalForm(formdata=None),
        "summary": summary_of(at, draft),
    }
