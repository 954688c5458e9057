"""What the shopper does with a panel: a choice, recorded and answered with its token, and what was seen and opened."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Request, Response, request

from app.adapters.locales import said
from app.domain.errors import AlreadyFinished, BodyInvalid
from app.domain.evidence import Happening, digest
from app.domain.panel_session import PanelSession
from app.services.booking_desk import BookingDesk, Call
from app.services.record_choice import Choice, Chosen, record_choice
from app.services.record_evidence import record_offer_evidence
from app.web.answer import JsonAnswer
from app.web.api.body import parsed
from app.web.api.desk import desk_for
from app.web.api.parameters import is_uuid
from app.web.door import bare, door
from app.web.platform import platform
from app.web.widget.gate import answer_preflight, session_of

blueprint = door("widget_choices", authentication="publishable")
blueprint.before_request(answer_preflight)

MOST_EVENTS = 20
_BEACON_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# What a browser reports, and what it is called in the trail.
REPORTED = {
    "visible": "seen",
    "details_opened": "details_opened",
    "terms_opened": "terms_opened",
    "selected": "chosen",
    "changed": "changed",
    "declined": "declined",
}


@blueprint.post("/widget/offers/<offer_id>/selection")
def select(offer_id: str) -> Response:
    asked = bare(request)
    body = _body(asked)
    session = session_of(asked, body.get("session"), offer_id.lower())
    chosen = record_choice(_desk(session), session, _choice(body))
    answer = {
        "decision": chosen.selection.decision,
        "quote_ids": chosen.selection.quote_ids,
        "total": chosen.total.amount,
        "total_formatted": chosen.total.formatted,
        "token": platform().selections.token(chosen.selection),
        "message": _spoken(chosen, session.language),
    }
    return JsonAnswer(orjson.dumps(answer))


@blueprint.post("/widget/offers/<offer_id>/events")
def report(offer_id: str) -> Response:
    """Idempotent: a beacon carries an id, and one that comes twice is recorded once."""
    asked = bare(request)
    body = _body(asked)
    session = session_of(asked, body.get("session"), offer_id.lower())
    happened = _happened(body, _actor(session))
    call = Call(f"widget:{session.offer_id}:{body['id']}", digest(orjson.dumps(body["events"]).decode()), 204)
    try:
        record_offer_evidence(_desk(session, call), session.offer_id, *happened)
    except AlreadyFinished:
        return JsonAnswer(b"", 204)  # it is on record: that is what the browser wanted
    return JsonAnswer(b"", 204)


def _body(asked: Request) -> dict[str, Any]:
    """Sent as plain text the request is a simple one, and the browser need not ask first."""
    body = parsed(asked.get_data(cache=False))
    if not isinstance(body, dict):
        raise BodyInvalid(errors={"body": ["Must be an object."]})
    return body


def _desk(session: PanelSession, call: Call | None = None) -> BookingDesk:
    return desk_for(session.partner_code, session.mode, _actor(session), datetime.now(UTC), call)


def _actor(session: PanelSession) -> str:
    return f"widget:{session.key_id}" if session.key_id else "widget"


def _choice(body: dict[str, Any]) -> Choice:
    decision, ids = body.get("decision"), body.get("quote_ids", [])
    if decision not in ("accepted", "declined"):
        raise BodyInvalid(errors={"decision": ["Must be accepted or declined."]})
    if not isinstance(ids, list) or not all(isinstance(one, str) and is_uuid(one) for one in ids):
        raise BodyInvalid(errors={"quote_ids": ["Must be a list of quote ids."]})
    return Choice(decision, tuple(one.lower() for one in ids), body.get("changed") is True)


def _happened(body: dict[str, Any], actor: str) -> list[Happening]:
    named, events = body.get("id"), body.get("events")
    if not isinstance(named, str) or not _BEACON_ID.fullmatch(named):
        raise BodyInvalid(errors={"id": ["Must be 8 to 64 letters, digits or hyphens, new for each report."]})
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise BodyInvalid(errors={"events": [f"Must be a list of 1 to {MOST_EVENTS} events."]})
    return [_happening(place, event, actor) for place, event in enumerate(events)]


def _happening(place: int, event: object, actor: str) -> Happening:
    name = event.get("name") if isinstance(event, dict) else None
    if not isinstance(event, dict) or name not in REPORTED:
        rule = f"Must be one of {', '.join(REPORTED)}."
        raise BodyInvalid(errors={"events": {str(place): {"name": [rule]}}})
    quote_id = event.get("quote_id")
    if quote_id is not None and not (isinstance(quote_id, str) and is_uuid(quote_id)):
        raise BodyInvalid(errors={"events": {str(place): {"quote_id": ["Must be a quote id."]}}})
    return Happening(REPORTED[name], actor, {} if quote_id is None else {"quote": quote_id.lower()})


def _spoken(chosen: Chosen, language: str) -> str:
    """What a screen reader says of it, and what stands below the panel when several products add up."""
    words = said("widget", language)
    if chosen.selection.decision == "declined":
        return words("chosen.none")
    return words("chosen.some", titles=words("and").join(chosen.titles), total=chosen.total.formatted)
