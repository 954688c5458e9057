"""Somebody takes a tablet in hand, and puts it down again."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.people import DEVICE_LIFE, Session
from app.domain.staffing import Actor
from app.services.check_pin import PinAttempt, check_pin
from app.services.people_audit import done
from app.services.people_records import PeopleRecords


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` is what the browser keeps in its cookie; we keep a hash."""

    session: Session
    token: str = field(repr=False)


def unlock_device(people: PeopleRecords, attempt: PinAttempt, now: datetime, is_training: bool = False) -> Opened:
    device, person = check_pin(people, attempt, now)
    token = secrets.token_urlsafe(32)
    session = Session(
        id_hash=people.secrets.code_hash(token),
        staff=person,
        device=device,
        store_id=device.store_id,
        is_training=is_training,
        created_at=now,
        seen_at=now,
    )
    with people.writing() as changes:
        changes.devices.forgive(device.id, person.id)
        changes.devices.change(device.id, seen_at=now, expires_at=now + DEVICE_LIFE)
        # One tablet, one pair of hands: whoever was at work on it before is not any more.
        changes.sessions.end(now, device_id=device.id)
        changes.sessions.add(session)
        changes.audit(done(Actor.of(session), now, "unlocked", device.id))
    return Opened(session, token)


def lock_session(people: PeopleRecords, session: Session, now: datetime) -> None:
    """On a tablet it locks, elsewhere it signs out. What was begun stays on the server."""
    action = "signed_out" if session.device is None else "locked"
    with people.writing() as changes:
        if changes.sessions.end(now, id_hash=session.id_hash):
            changes.audit(done(Actor.of(session), now, action))


def switch_training(people: PeopleRecords, session: Session, is_training: bool, now: datetime) -> Session:
    """To practise with own data, and back to customers."""
    changed = replace(session, is_training=is_training)
    with people.writing() as changes:
        changes.sessions.change(session.id_hash, is_training=is_training)
        changes.audit(done(Actor.of(changed), now, "training_started" if is_training else "training_ended"))
    return changed
