"""The customer has read what has to be read before buying, and agrees: by phone, on the turned tablet, or on paper."""

from dataclasses import replace
from typing import Any, Literal

from app.domain.drafts import Consent, Draft
from app.domain.evidence import Happening
from app.domain.portal_errors import PortalRefused
from app.services.booking_desk import BookingDesk
from app.services.record_evidence import record_offer_evidence

Channel = Literal["phone", "tablet", "paper"]


def record_consent(desk: BookingDesk, draft: Draft, channel: Channel, documents: tuple[dict[str, Any], ...]) -> Draft:
    """`documents`: name, version and hash of each text that was shown. A consent to nothing shown is refused."""
    if draft.consent_shown_at is None:
        raise PortalRefused("consent_unseen")
    if not draft.wanted:
        raise PortalRefused("nothing_chosen")
    consent = Consent(draft.agreed_to, channel, draft.language, desk.now, documents)
    for line in draft.wanted:
        assert line.offer is not None
        facts = {
            "channel": channel,
            "language": draft.language,
            "documents": list(documents),
            "quotes": list(line.offer.quote_ids),
            "store": draft.store_id,
        }
        record_offer_evidence(desk, line.offer.id, Happening("consented", desk.actor, facts))
    return replace(draft, consent=consent, updated_at=desk.now)
