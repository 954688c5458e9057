"""A quote to take home: kept under a code, and opened again with it on any tablet of the partner."""

import re

from flask import Response, url_for
from wtforms import StringField

from app.adapters.drafts import Ask
from app.adapters.locales import known_language
from app.catalog.items import search
from app.domain.digits import western
from app.domain.drafts import Draft
from app.domain.identifiers import UNAMBIGUOUS
from app.domain.portal_errors import DraftChanged, DraftEnded, PortalRefused
from app.services.keep_quote import GROUP, GROUPS, Redemption, held_until, keep_quote, redeemed
from app.web.form_rules import filled, one_line
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved, page
from app.web.portal.forms import PortalForm, StepForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.offered import Reading, articles_of, read_only, rules_beside
from app.web.portal.offering import asks_of
from app.web.portal.qr import qr_svg
from app.web.portal.quote_page import quote_link
from app.web.portal.sale import desk, next_url, saved, step_url, the_draft
from app.web.portal.shop import the_counter

blueprint = portal_door("portal_quote", permission="sell", needs_tablet=True)
AREA = "offering"
_CODE = re.compile(rf"[{UNAMBIGUOUS}]{{{GROUP}}}(?:-[{UNAMBIGUOUS}]{{{GROUP}}}){{{GROUPS - 1}}}", re.IGNORECASE)
_LINK = re.compile(r"/portal/quote/([^/?#\s]+)/[^/?#\s]+/?$", re.IGNORECASE)
_OTHER = re.compile(rf"[^{UNAMBIGUOUS}]")


class QuoteForm(StepForm):
    """One button: keep it."""


class CodeForm(PortalForm):
    code = StringField(validators=[filled, one_line])


@blueprint.route("/portal/sales/<draft_id>/quote", methods=["GET", "POST"])
def quote(draft_id: str) -> Response:
    """Sent from the offer page; afterwards the page with the code, as often as it is opened."""
    draft = the_draft(draft_id)
    form = QuoteForm()
    if form.is_sent():
        done = saved(form, draft, lambda current: keep_quote(desk(), current), _kept, _asked)
        if done:
            return done
        draft = the_draft(draft_id)
    if not draft.code:
        raise Elsewhere(step_url(draft, "done") if draft.is_over else next_url(draft))
    return _kept_page(draft, form)


def scanned_quote(text: str) -> Response | None:
    """What was scanned where a product is expected: a code of ours, or the address in our QR, opens its quote."""
    link = _LINK.search(text)
    code = link[1] if link else text.strip()
    if not _CODE.fullmatch(code):
        return None
    if not link and search(counter().catalog.items, text, 1):
        return None
    form = CodeForm(formdata=None)
    form.code.data = code
    try:
        return moved(next_url(_opened_again(code)))
    except PortalRefused as problem:
        form.refuse(problem)
    return page("quote_code", form.status, area=AREA, form=form)


@blueprint.route("/portal/quotes", methods=["GET", "POST"])
def redeem() -> Response:
    form = CodeForm()
    if form.is_sent():
        try:
            return moved(next_url(_opened_again(form.code.data)))
        except PortalRefused as problem:
            form.refuse(problem)
    return page("quote_code", form.status, area=AREA, form=form)


def _kept(draft: Draft) -> str:
    return url_for("portal_quote.quote", draft_id=draft.id)


def _asked(draft: Draft) -> tuple[Ask, ...]:
    return asks_of(draft, [line.id for line in draft.lines])


def _kept_page(draft: Draft, form: QuoteForm) -> Response:
    at, link = counter(), quote_link(draft)
    # What is printed is for the customer, so it is in their words.
    reading = Reading(known_language(draft.language), True, at.now)
    return page(
        "quote",
        form.status,
        area=AREA,
        form=form,
        draft=draft,
        link=link,
        qr=qr_svg(link, at.say(AREA)("quote.qr")),
        held=held_until(draft),
        articles=read_only(articles_of(draft, reading)),
        spoken=reading.words,
        rules=rules_beside(the_counter(), at.store, reading.language),
    )


def _opened_again(typed: str) -> Draft:
    """In the store where the customer stands. Codes are short: whoever tries many is no customer."""
    at, shared = counter(), platform()
    who = at.device.id if at.device is not None else at.staff.id
    if not shared.limits.take("sign_in", f"quote {who}").is_granted:
        raise PortalRefused("too_many_codes", "code")
    draft = shared.drafts.by_code(quote_code_of(typed), at.partner_code)
    if draft is None or draft.mode != at.mode:
        raise PortalRefused("code_unknown", "code")
    home = shared.people.store(draft.store_id)
    if home is None or (home.country, home.currency) != (at.store.country, at.store.currency):
        raise PortalRefused("other_country", "code")
    there = Redemption(home, at.store, at.staff, at.device.id if at.device is not None else "")
    try:
        opened = redeemed(draft, there, at.now)
        if opened != draft:
            shared.drafts.move(opened)
    except DraftEnded as problem:
        raise PortalRefused("quote_used", "code") from problem
    except DraftChanged:
        pass  # a second tap, or another tablet of the store: the sale is open all the same
    return the_draft(draft.id)


def quote_code_of(typed: str) -> str:
    """abcd efgh -> ABCD-EFGH."""
    plain = _OTHER.sub("", western(typed).upper())
    if len(plain) != GROUPS * GROUP:
        raise PortalRefused("code_unknown", "code")
    return "-".join(plain[place : place + GROUP] for place in range(0, len(plain), GROUP))
