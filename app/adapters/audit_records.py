"""Who did what: appended with the change itself, read a page at a time."""

from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import audit
from app.domain.audit import ACTIONS, AuditEntry


def add_entry(connection: Connection, entry: AuditEntry) -> None:
    if entry.action not in ACTIONS:
        raise ValueError(f"{entry.action} is not in app/domain/audit.py")
    row = {name: getattr(entry, name) for name in AuditEntry.__dataclass_fields__ if name not in ("id", "facts")}
    connection.execute(insert(audit), row | {"facts": orjson.dumps(entry.facts or {}).decode()})


def entries(
    database: Database, partner_code: str, store_ids: frozenset[str] | None = None, before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:  # fmt: skip
    """The newest first. `store_ids`: only what happened there; `before`: the id the page before ended with."""
    query = select(audit).where(audit.c.partner_code == partner_code).order_by(audit.c.id.desc()).limit(limit)
    if store_ids is not None:
        query = query.where(audit.c.store_id.in_(sorted(store_ids)))
    if before is not None:
        query = query.where(audit.c.id < before)
    with database.reading() as connection:
        return [_entry(row._mapping) for row in connection.execute(query)]


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(**{**row, "at": aware(row["at"]), "facts": orjson.loads(row["facts"])})
