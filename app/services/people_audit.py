"""The line of the audit that every change of people, devices and stores leaves."""

from datetime import datetime
from typing import Any

from app.domain.audit import AuditEntry
from app.domain.staffing import Actor


def done(actor: Actor, now: datetime, action: str, subject: str = "", **facts: Any) -> AuditEntry:
    """`facts` are told to managers: no secrets, nothing of customers."""
    return AuditEntry(
        at=now,
        partner_code=actor.partner_code,
        action=action,
        subject=subject,
        store_id=facts.pop("store_id", actor.store_id),
        staff_id=actor.staff_id,
        device_id=facts.pop("device_id", actor.device_id),
        facts=facts,
    )
