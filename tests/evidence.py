"""A platform on which all that evidence knows has happened, and the ways in which somebody could tamper with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from werkzeug.test import TestResponse

from app.adapters.database import Database
from app.adapters.evidence_desk import evidence_desk
from app.adapters.evidence_seals import SETTLED, seal_due
from app.adapters.evidence_verification import Counts, Scope, Verification
from app.domain.evidence import Happening
from app.services.record_evidence import record_offer_evidence
from tests.partner import Partner, example, published_platform

Row = dict[str, Any]
Environment = Mapping[str, str]
BUYER = {
    "first_name": "Ana",
    "last_name": "Costa",
    "email": "ana@example.org",
    "phone": "+12065550123",
    "country": "US",
}


@dataclass(frozen=True)
class Sold:
    """What has happened: an offer nobody looked at, one that was seen, one that was declined, two that were bought."""

    partner: Partner
    ignored: str
    seen: str
    declined: str
    changed: str
    cancelled: str
    offers: Mapping[str, str]

    @property
    def database(self) -> Database:
        return self.partner.platform.database

    @property
    def secret(self) -> str:
        return self.partner.platform.settings.secret_key

    def breaks(self, scope: Scope | None = None) -> list[str]:
        return [str(one) for one in self.verification(scope).breaks()]

    def verification(self, scope: Scope | None = None) -> Verification:
        return Verification(self.database, self.secret, scope or Scope())

    def counts(self) -> Counts:
        verification = self.verification()
        assert list(verification.breaks()) == []
        return verification.counts

    def seal(self, after: timedelta = SETTLED) -> int:
        """Seals everything up to now, as a worker does a minute later."""
        return seal_due(self.database, self.secret, datetime.now(UTC) + after)

    def record(self, offer_id: str, *happened: Happening) -> None:
        store = self.partner.platform.store_of(self.partner.code, "live")
        record_offer_evidence(evidence_desk(store, datetime.now(UTC), "shopper"), offer_id, *happened)


def sold(environment: Environment) -> Sold:
    partner = published_platform(dict(environment), "northwind")
    ignored, seen, declined = (offered(partner)[0] for _ in range(3))
    partner.post(f"offers/{declined}/opt_out/", {"partner_metadata": {"state": "WA", "booking": "none"}})
    changed, changed_offer = bought(partner)
    cancelled, cancelled_offer = bought(partner)
    patched(partner, f"bookings/{changed}", {"policyholder": {"phone": "+12065550199"}})
    patched(partner, f"bookings/{changed}", {"policyholder": {"city": "Porto"}})
    assert partner.post(f"bookings/{cancelled}/cancel", {}).status_code == 200
    found = Sold(
        partner, ignored, seen, declined, changed, cancelled, {changed: changed_offer, cancelled: cancelled_offer}
    )
    panel = [
        ("seen", {}),
        ("details_opened", {"quote": "1"}),
        ("chosen", {"quotes": ["1"]}),
        ("changed", {"quotes": []}),
    ]
    found.record(seen, *(Happening(name, "shopper", facts) for name, facts in panel))
    return found


def offered(partner: Partner) -> tuple[str, str]:
    """An offer's id and that of its first quote."""
    answer = partner.create_offer(example("northwind", "camera"))
    assert answer.status_code == 200, answer.text
    return answer.json["id"], answer.json["products"][0]["id"]


def bought(partner: Partner) -> tuple[str, str]:
    """The ids of a booking and of its offer."""
    offer, quote = offered(partner)
    answer = partner.post(f"offers/{offer}/confirm/", {"quotes": [{"id": quote}], "policyholder": BUYER})
    assert answer.status_code == 200, answer.text
    return answer.json["id"], offer


def patched(partner: Partner, path: str, body: Row) -> TestResponse:
    client: FlaskClient = partner.client
    full = partner.path(path)
    answer = client.patch(full, json=body, headers=partner.signed("PATCH", full))
    assert answer.status_code == 200, answer.text
    return answer


def is_row(table: Table, row: Row) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key))


def rows(database: Database, table: Table, *conditions: ColumnElement[bool]) -> list[Row]:
    query = select(table).where(*conditions).order_by(*table.primary_key)
    with database.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def changed_row(database: Database, table: Table, row: Row, **values: Any) -> None:
    with database.writing() as connection:
        assert connection.execute(update(table).where(is_row(table, row)).values(**values)).rowcount == 1


def taken_out(database: Database, table: Table, *gone: Row) -> None:
    with database.writing() as connection:
        for row in gone:
            connection.execute(delete(table).where(is_row(table, row)))


def put_in(database: Database, table: Table, *new: Row) -> None:
    with database.writing() as connection:
        connection.execute(insert(table), list(new))
