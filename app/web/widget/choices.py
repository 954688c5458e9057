"""What the shopper does with a panel: a choice, recorded and answered with its token, and what was seen and opened."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Request, Response, request

from app.adapters.locales import said
from app.domain.errors import BodyInvalid
from app.domain.evidence import Happening, digest
from app.domain.panel_session import PanelSession
from app.services.booking_desk import BookingDesk, Call
from app.services.record_choice import Choice, Chosen, record_choice
from app.services.record_seen import record_seen
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
_CALL_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# What a browser reports, and what it is called in the trail.
SEEN = {"visible": "seen", "details_opened": "details_opened", "terms_opened": "terms_opened"}
# Decisions go the way of all decisions: checked, and answered to whoever wants the token.
DECIDED = ("selected", "changed", "declined")


@blueprint.post("/widget/offers/<offer_id>/selection")
def select(offer_id: str) -> Response:
    asked = bare(request)
    body = _body(asked)
    session = session_of(asked, body.get("session"), offer_id.lower())
    call = None if body.get("id") is None else _call(session, body, 200)
    chosen = record_choice(_desk(session, call), session, _choice(body))
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
    events = _events(body)
    desk = _desk(session, _call(session, body, 204))
    if events[0]["name"] in DECIDED:
        record_choice(desk, session, _decided(events))
    else:
        record_seen(desk, session, [_happening(event, _actor(session)) for event in events])
    return JsonAnswer(b"", 204)


def _body(asked: Request) -> dict[str, Any]:
    """Sent as plain text the request is a simple one, and the browser need not ask first."""
    body = parsed(asked.get_data(cache=False))
    if not isinstance(body, dict):
        raise BodyInvalid(errors={"body": ["Must be an object."]})
    return body


def _call(session: PanelSession, body: dict[str, Any], status: int) -> Call:
    named = body.get("id")
    if not isinstance(named, str) or not _CALL_ID.fullmatch(named):
        raise BodyInvalid(errors={"id": ["Must be 8 to 64 letters, digits or hyphens, new for each report."]})
    said = {name: value for name, value in body.items() if name != "session"}
    return Call(f"widget:{session.offer_id}:{named}", digest(orjson.dumps(said).decode()), status)


def _desk(session: PanelSession, call: Call | None) -> BookingDesk:
    return desk_for(session.partner_code, session.mode, _actor(session), datetime.now(UTC), call)


def _actor(session: PanelSession) -> str:
    return f"widget:{session.key_id}" if session.key_id else "widget"


def _choice(body: dict[str, Any]) -> Choice:
    decision = body.get("decision")
    if decision not in ("accepted", "declined"):
        raise BodyInvalid(errors={"decision": ["Must be accepted or declined."]})
    ids, refused = body.get("quote_ids", []), body.get("refused")
    if not isinstance(ids, list) or not all(isinstance(one, str) and is_uuid(one) for one in ids):
        raise BodyInvalid(errors={"quote_ids": ["Must be a list of quote ids."]})
    if refused is not None and not (isinstance(refused, list) and all(isinstance(one, str) for one in refused)):
        raise BodyInvalid(errors={"refused": ["Must be a list of groups."]})
    return Choice(
        decision=decision,
        quote_ids=tuple(one.lower() for one in ids),
        refused=None if refused is None else tuple(refused),
        is_change=body.get("changed") is True,
        is_carried=body.get("carried") is True,
    )


def _events(body: dict[str, Any]) -> list[dict[str, Any]]:
    events = body.get("events")
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise BodyInvalid(errors={"events": [f"Must be a list of 1 to {MOST_EVENTS} events."]})
    for place, event in enumerate(events):
        if not isinstance(event, dict) or event.get("name") not in (*SEEN, *DECIDED):
            raise _refused(place, "name", f"Must be one of {', '.join((*SEEN, *DECIDED))}.")
        if event["name"] in DECIDED and len(events) > 1:
            raise _refused(place, "name", "A decision stands alone.")
        quote_id = event.get("quote_id")
        if quote_id is not None and not (isinstance(quote_id, str) and is_uuid(quote_id)):
            raise _refused(place, "quote_id", "Must be a quote id.")
    return events


def _refused(place: int, name: str, rule: str) -> BodyInvalid:
    return BodyInvalid(errors={"events": {str(place): {name: [rule]}}})


def _decided(events: list[dict[str, Any]]) -> Choice:
    (event,) = events
    chosen = (event["quote_id"].lower(),) if event.get("quote_id") else ()
    is_no = event["name"] == "declined"
    return Choice("declined" if is_no else "accepted", () if is_no else chosen, is_change=event["name"] == "changed")


def _happening(event: dict[str, Any], actor: str) -> Happening:
    quote_id = event.get("quote_id")
    return Happening(SEEN[event["name"]], actor, {} if quote_id is None else {"quote": quote_id.lower()})


def _spoken(chosen: Chosen, language: str) -> str:
    """What a screen reader says of it, and what stands below the panel when several products add up."""
    words = said("widget", language)
    if chosen.selection.decision == "declined":
        return words("chosen.none")
    return words("chosen.some", titles=words("and").join(chosen.titles), total=chosen.total.formatted)
