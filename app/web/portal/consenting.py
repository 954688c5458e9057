"""How a consent is taken, on whichever page: shown first, box by box, for exactly what was shown, once."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request
from uuid_utils import uuid4, uuid7
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import StopValidation

from app.adapters.drafts import Ask, Sent
from app.adapters.locales import LANGUAGES
from app.domain.drafts import Draft, first_open
from app.domain.people import RetailStore
from app.domain.portal_errors import DraftChanged, PortalRefused
from app.services.create_offer import Desk
from app.services.decline_sale import decline_sale
from app.services.make_offers import Shop
from app.services.record_consent import Channel, record_consent
from app.services.renew_offers import has_ended, in_language
from app.web.api.desk import desk_for
from app.web.api.offer_presenter import offer_json
from app.web.platform import platform
from app.web.portal.forms import PortalForm
from app.web.portal.reading import Reading

TICKED = "yes"
# By one code: there are six languages, and somebody may look at each twice.
MOST_LANGUAGE_CHANGES = 12
# Commission is between partner and insurer; benefits are for the customer to read.
_SHOWN = frozenset({"benefits"})
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "ja": "日本語", "ar": "العربية"}


def ticked(key: str) -> Callable[[Any, Any], None]:
    """Each box by itself: what is not posted, or posted as anything else, has not been ticked."""

    def check(form: Any, field: Any) -> None:
        if field.data != TICKED:
            raise StopValidation(key)

    return check


class AgreeForm(PortalForm):
    """`mark`: what was shown. Boxes are never filled in by us, also not after a mistake."""

    mark = HiddenField()
    read = StringField(validators=[ticked("tick_read")])
    agreed = StringField(validators=[ticked("tick_agreed")])

    def check_token(self) -> None:
        """For an answer that has no boxes."""
        try:
            self.token.validate(self)
            self.meta.csrf_class().validate_csrf_token(self, self.token)
        except ValidationError as problem:
            raise PortalRefused("form_old") from problem

    def blank(self, reading: Reading) -> None:
        self.mark.data = reading.mark
        self.read.data = self.agreed.data = ""


def is_shown() -> bool:
    """A page that was fetched but not opened has not been read."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def note_shown(draft: Draft, now: datetime) -> Draft:
    if draft.consent_shown_at is not None or not is_shown():
        return draft
    noted = replace(draft, consent_shown_at=now, updated_at=now)
    platform().drafts.change(noted)
    return replace(noted, version=draft.version + 1)


def take(draft: Draft, reading: Reading, mark: str, channel: Channel, actor: str, now: datetime) -> Draft:
    """The draft with the consent, stored. Refused when it is not about what is being bought now."""
    check_shown(draft, reading, mark)
    given = agreed(draft, reading, channel, actor, now)
    platform().drafts.change(given)
    return given


def agreed(draft: Draft, reading: Reading, channel: Channel, actor: str, now: datetime) -> Draft:
    desk = desk_for(draft.partner_code, draft.mode, actor, now)
    return record_consent(desk, replace(draft, told="", typed=None), channel, reading.documents)


def check_shown(draft: Draft, reading: Reading, mark: str) -> None:
    if draft.consent_shown_at is None:
        raise PortalRefused("consent_unseen")
    if mark != reading.mark:
        raise PortalRefused("consent_changed")
    if draft.has_consent or first_open(draft) != "consent":
        raise DraftChanged()


def turn_down(draft: Draft, channel: Channel, actor: str, now: datetime) -> None:
    desk = desk_for(draft.partner_code, draft.mode, actor, now)
    platform().drafts.change(decline_sale(desk, draft, channel))


def speak(
    draft: Draft, store: RetailStore, language: str, actor: str, now: datetime, is_by_code: bool = False
) -> Draft:
    """The same sale in another language of ours; the numbers of the day follow the new offers."""
    if language not in LANGUAGES or language == draft.language:
        return draft
    draft = _counted(draft, now) if is_by_code else draft
    desk = desk_for(draft.partner_code, draft.mode, actor, now)
    spoken = in_language(shop_of(draft, store, now), desk, draft, language)
    if is_by_code:
        spoken = replace(spoken, handed_over=spoken.read_as)
    asks = tuple(Ask(line.id, line.offer.id) for line in spoken.lines if line.offer is not None)
    platform().drafts.commit(spoken, Sent(draft.version, uuid4().hex), "", asks)
    return replace(spoken, version=draft.version + 1)


def _counted(draft: Draft, now: datetime) -> Draft:
    """Each change makes offers. Counted before they are made: many at once are one."""
    if draft.language_changes >= MOST_LANGUAGE_CHANGES:
        raise PortalRefused("languages_enough")
    counted = replace(draft, language_changes=draft.language_changes + 1, updated_at=now)
    platform().drafts.change(counted)
    return replace(counted, version=draft.version + 1)


def shop_of(draft: Draft, store: RetailStore, now: datetime) -> Shop:
    """Where offers of this sale are made anew."""
    shared = platform()
    catalog = shared.shelf.catalog(draft.partner_code)
    if catalog.counter is None:
        raise PortalRefused("nothing_offered")
    base = f"{shared.settings.url}/documents/{catalog.release_id}/"
    desk = Desk(
        catalog=catalog,
        store=shared.store_of(draft.partner_code, draft.mode),
        now=now,
        new_offer_id=lambda: str(uuid7()),
        new_id=lambda: str(uuid4()),
        chance=random.random,
        document_url=lambda path: base + path,
    )
    return Shop(desk, catalog.counter, store, lambda offer: offer_json(offer, shared.settings.url, _SHOWN))


def languages(draft: Draft) -> list[tuple[str, str]]:
    return [(code, NAMES[code]) for code in LANGUAGES if code != draft.language]


def ended(draft: Draft, now: datetime) -> bool:
    """Whether a price is over. The offer step then makes new ones, tells both prices and asks again."""
    return has_ended(draft, desk_for(draft.partner_code, draft.mode, "", now))
