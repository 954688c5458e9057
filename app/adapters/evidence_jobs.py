"""What evidence asks of a worker."""

from datetime import datetime, timedelta

import structlog

from app.adapters.database import Database
from app.adapters.evidence_seals import last_seal, seal_due
from app.adapters.evidence_undecided import StandingTrails
from app.adapters.jobs import Job
from app.services.record_undecided import record_undecided

log = structlog.get_logger("awning")


def evidence_jobs(database: Database, secret_key: str, undecided_after: timedelta) -> list[Job]:
    standing = StandingTrails(database)
    return [
        Job("seal evidence", 60, lambda now: seal(database, secret_key, now)),
        Job("record undecided", 300, lambda now: _told(record_undecided(standing, now, undecided_after))),
    ]


def seal(database: Database, secret_key: str, now: datetime) -> None:
    """The last seal is told to the log as well: kept elsewhere, it shows when the newest seals have been taken out."""
    if seal_due(database, secret_key, now):
        last = last_seal(database)
        if last is not None:
            log.info("evidence sealed", seal=last.id, until=last.to_at, signature=last.signature)


def _told(recorded: int) -> None:
    if recorded:
        log.info("offers left undecided", offers=recorded)
