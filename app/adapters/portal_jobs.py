"""What the portal forgets: codes and sessions that have had their time, and customers who did not buy."""

from datetime import datetime, timedelta

from app.adapters.database import Database
from app.adapters.jobs import Job, forget
from app.adapters.portal_tables import audit, drafts, enrolments, handovers, sessions, sign_in_tries, submissions
from app.domain.audit import NOBODY
from app.domain.drafts import BOOKING, SOLD

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
# Longer than any price is held: a quote that was taken home may come back until then.
UNSOLD_KEPT = timedelta(days=90)
# Tries to sign in as nobody we know: anybody can write them, so they do not stay.
STRANGERS_KEPT = timedelta(days=90)


def portal_jobs(database: Database) -> list[Job]:
    return [Job("forget what the portal no longer needs", 3_600, lambda now: forget_portal_leftovers(database, now))]


def forget_portal_leftovers(database: Database, now: datetime) -> None:
    """A sale that was made keeps its draft: it says what was sold to whom, and how it was agreed."""
    for table, condition in (
        (enrolments, enrolments.c.expires_at < now - CODES_KEPT),
        (handovers, handovers.c.expires_at < now - CODES_KEPT),
        (sign_in_tries, sign_in_tries.c.tried_at < now - CODES_KEPT),
        (audit, (audit.c.partner_code == NOBODY) & (audit.c.at < now - STRANGERS_KEPT)),
        (sessions, sessions.c.seen_at < now - SESSIONS_KEPT),
        (submissions, submissions.c.created_at < now - SESSIONS_KEPT),
        (drafts, drafts.c.status.not_in((SOLD, BOOKING)) & (drafts.c.updated_at < now - UNSOLD_KEPT)),
    ):
        forget(database, table, condition)
