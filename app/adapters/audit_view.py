"""The audit as somebody looks for something in it: by person, by store, by day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import or_, select

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import audit
from app.domain.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """`store_ids`: only what happened there, None for everything. `day` is one of `time_zone`."""

    partner_code: str
    store_ids: frozenset[str] | None = None
    staff_id: str | None = None
    day: date | None = None
    time_zone: str = "UTC"


def entries_wanted(database: Database, wanted: Wanted, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """The newest first; `before`: the id the page before ended with."""
    query = select(audit).where(audit.c.partner_code == wanted.partner_code).order_by(audit.c.id.desc()).limit(limit)
    if wanted.store_ids is not None:
        query = query.where(audit.c.store_id.in_(sorted(wanted.store_ids)))
    if wanted.staff_id is not None:
        # Both what they did and what was done to them.
        query = query.where(or_(audit.c.staff_id == wanted.staff_id, audit.c.subject == wanted.staff_id))
    if wanted.day is not None:
        start, end = _day_of(wanted.day, wanted.time_zone)
        query = query.where(audit.c.at >= start, audit.c.at < end)
    if before is not None:
        query = query.where(audit.c.id < before)
    with database.reading() as connection:
        rows = [row._mapping for row in connection.execute(query)]
    return [AuditEntry(**{**row, "at": aware(row["at"]), "facts": orjson.loads(row["facts"])}) for row in rows]


def _day_of(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """In UTC, as the database has it: SQLite compares what is written, whatever zone it was written in."""
    there = ZoneInfo(time_zone)
    first, next_one = (datetime.combine(one, time(), there) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), next_one.astimezone(UTC)
