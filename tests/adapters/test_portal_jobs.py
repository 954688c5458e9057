"""The portal forgets codes, sessions and customers who did not buy; what was sold stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.adapters.audit_records import add_entry
from app.adapters.database import Database
from app.adapters.drafts import Drafts, Seller, begun
from app.adapters.migrating import migrate
from app.adapters.portal_jobs import UNSOLD_KEPT, forget_portal_leftovers
from app.adapters.portal_tables import audit, drafts, handovers, stores, submissions
from app.domain.audit import NOBODY, AuditEntry
from app.domain.drafts import DECLINED, OPEN, SOLD

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD, YOUNG = NOW - UNSOLD_KEPT - timedelta(minutes=1), NOW - UNSOLD_KEPT + timedelta(minutes=1)
STORE = {
    "id": "store", "partner_code": "NWIND", "code": "S1", "name": "Leeds", "country": "GB", "currency": "GBP",
    "language": "en", "time_zone": "Europe/London", "created_at": OLD,
}  # fmt: skip


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=2)
    migrate(database)
    with database.writing() as connection:
        connection.execute(insert(stores), STORE)
    yield database
    database.close()


def test_a_sale_that_came_to_nothing_is_forgotten_and_one_that_was_made_is_kept(database: Database) -> None:
    seller = Seller("NWIND", "live", "store", "staff", "device")
    for name, status, at in (("a", DECLINED, OLD), ("b", OPEN, OLD), ("c", SOLD, OLD), ("d", DECLINED, YOUNG)):
        Drafts(database).begin(replace(begun(name, seller, "en", at), status=status))

    forget_portal_leftovers(database, NOW)
    forget_portal_leftovers(database, NOW)

    with database.reading() as connection:
        assert sorted(connection.scalars(select(drafts.c.id))) == ["c", "d"]


def test_old_codes_and_old_submissions_go(database: Database) -> None:
    with database.writing() as connection:
        for name, days in (("old", 40), ("young", 0)):
            at = NOW - timedelta(days=days)
            connection.execute(insert(submissions), {"draft_id": name, "nonce": "n", "location": "/", "created_at": at})
            row = {"code_hash": name, "draft_id": name, "store_id": "s", "created_at": at, "expires_at": at}
            connection.execute(insert(handovers), row)

    forget_portal_leftovers(database, NOW)

    with database.reading() as connection:
        assert list(connection.scalars(select(submissions.c.draft_id))) == ["young"]
        assert list(connection.scalars(select(handovers.c.code_hash))) == ["young"]


def test_tries_to_sign_in_as_nobody_go_and_those_of_people_stay(database: Database) -> None:
    with database.writing() as connection:
        for partner, at in ((NOBODY, OLD), (NOBODY, YOUNG), ("NWIND", OLD)):
            add_entry(connection, AuditEntry(at, partner, "sign_in_tried"))

    forget_portal_leftovers(database, NOW)

    with database.reading() as connection:
        found = connection.execute(select(audit.c.partner_code).order_by(audit.c.partner_code))
        assert [row[0] for row in found] == [NOBODY, "NWIND"]
