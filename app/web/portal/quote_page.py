"""The quote on the customer's own phone: to read, in their language. The link shows it and sells nothing."""

from datetime import UTC, datetime

from flask import Response, abort, url_for

from app.adapters.locales import known_language
from app.domain.drafts import SOLD, Draft
from app.services.keep_quote import held_until
from app.web.door import door
from app.web.platform import platform
from app.web.portal.answers import page, protect
from app.web.portal.offered import Reading, articles_of, deferral_text, read_only, rules_beside

blueprint = door("counter_quote", authentication="customer")
protect(blueprint)
AREA = "offering"


@blueprint.get("/portal/quote/<code>/<token>")
def show(code: str, token: str) -> Response:
    """A wrong token and a wrong code are told alike."""
    shared = platform()
    draft = shared.drafts.quoted(code)
    if draft is None or not shared.tokens.opens_quote(draft.id, code, token):
        abort(404)
    store = shared.people.store(draft.store_id)
    catalog = shared.shelf.catalog(draft.partner_code)
    if store is None or catalog.counter is None:
        abort(404)
    now, language = datetime.now(UTC), known_language(draft.language)
    reading = Reading(language, True, now)
    held = held_until(draft)
    return page(
        "quote_page",
        area=AREA,
        language=language,
        draft=draft,
        store=store,
        articles=read_only(articles_of(draft, reading)),
        spoken=reading.words,
        held=held,
        state=_state(draft, held, now),
        rules=rules_beside(catalog.counter, store, language),
        deferral=deferral_text(catalog.counter, store, language),
    )


def quote_link(draft: Draft) -> str:
    """The whole address, as it goes into a QR code."""
    shared = platform()
    token = shared.tokens.quote_token(draft.id, draft.code)
    return shared.settings.url + url_for("counter_quote.show", code=draft.code, token=token)


def _state(draft: Draft, held: datetime | None, now: datetime) -> str:
    if draft.status == SOLD:
        return "sold"
    if not draft.is_changeable:
        return "ended"
    return "expired" if held is not None and held <= now else "open"
