"""What was typed into a step while the tablet locked: kept with the sale, and back in the form after the PIN."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import request

from app.domain.card_numbers import without_card_number
from app.domain.digits import western
from app.domain.drafts import STEP_NAMES, Draft
from app.domain.goods import is_gtin, is_imei
from app.domain.people import Session
from app.domain.portal_errors import DraftChanged
from app.web.platform import platform

MOST_FIELDS, LONGEST = 40, 500
KEPT = frozenset({*STEP_NAMES, "item"})
OURS = frozenset({"token", "nonce"})
# What these ask for looks like a card number now and then; the form itself looks at them more closely.
LONG_NUMBERS = frozenset({"number", "code", "phone"})


def keep_typed(session: Session) -> None:
    """Only what belongs to a sale of the session's own store."""
    asked = request.view_args or {}
    draft_id = asked.get("draft_id")
    step = (request.endpoint or "").rpartition(".")[2]
    if request.method != "POST" or draft_id is None or step not in KEPT or session.store_id is None:
        return
    draft = platform().drafts.draft(draft_id, session.staff.partner_code, session.store_id)
    if draft is None or not draft.is_changeable:
        return
    kept = {name: _kept(name, value[:LONGEST]) for name, value in request.form.items() if name not in OURS}
    try:
        typed = {place(step, **asked): dict(list(kept.items())[:MOST_FIELDS])}
        changed = replace(draft, typed=typed, updated_at=datetime.now(UTC))
        platform().drafts.change(changed)
    except DraftChanged:
        return  # somebody else is already further; what was typed was for a page that is no longer so


def _kept(name: str, value: str) -> str:
    """A card number is not kept, whatever it was typed into."""
    is_what_was_asked = name in LONG_NUMBERS and (is_imei(value) or is_gtin(value) or len(western(value)) < 13)
    return value if is_what_was_asked else without_card_number(value)


def place(step: str, line_id: str = "", **_: str) -> str:
    """A step's form, or that of one article."""
    return f"{step}:{line_id}" if line_id else step


def typed_before(draft: Draft, step: str) -> dict[str, str]:
    return (draft.typed or {}).get(step, {})
