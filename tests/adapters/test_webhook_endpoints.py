"""Webhook endpoints: remembered, rolled with an overlap, removed; their secrets sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from app.adapters.database import Database
from app.adapters.encryption import SecretUnreadable
from app.adapters.migrating import migrate
from app.adapters.tables import webhook_endpoints
from app.adapters.webhook_endpoints import Endpoints
from app.domain.errors import EndpointRefused
from tests.deliveries import SECRET, endpoints_of, new_endpoint

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://shop.example/hooks"


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=2)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def endpoints(database: Database) -> Endpoints:
    return endpoints_of(database)


def test_who_wants_to_know_is_chosen_by_partner_mode_and_event(database: Database, endpoints: Endpoints) -> None:
    every = new_endpoint(database, URL)
    created = new_endpoint(database, URL, events=("BOOKING_CREATED",))
    new_endpoint(database, URL, mode="test")
    new_endpoint(database, URL, partner_code="MRDTR")

    assert endpoints.ids_for("NWIND", "live", "BOOKING_CREATED") == (every, created)
    assert endpoints.ids_for("NWIND", "live", "BOOKING_CANCELLED") == (every,)
    assert endpoints.ids_for("QQQQQ", "live", "BOOKING_CREATED") == ()


def test_a_booking_costs_no_query(database: Database, endpoints: Endpoints) -> None:
    new_endpoint(database, URL)
    endpoints.ids_for("NWIND", "live", "BOOKING_CREATED")
    asked: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement)

    for _ in range(100):
        endpoints.ids_for("NWIND", "live", "BOOKING_CREATED")
    assert asked == []


def test_an_endpoint_made_elsewhere_is_found_by_its_id_at_once(database: Database, endpoints: Endpoints) -> None:
    assert endpoints.ids_for("NWIND", "live", "BOOKING_CREATED") == ()

    made = new_endpoint(database, URL)

    found = endpoints.endpoint(made)
    assert found is not None
    assert endpoints.secrets(found, NOW) == (SECRET,)


def test_a_removed_endpoint_is_gone_and_still_listed(database: Database, endpoints: Endpoints) -> None:
    made = new_endpoint(database, URL)
    endpoints.remove(made, NOW)

    assert endpoints.ids_for("NWIND", "live", "BOOKING_CREATED") == ()
    assert endpoints.endpoint(made) is None
    assert [one.removed_at for one in endpoints.all("NWIND")] == [NOW]
    for change in (lambda: endpoints.remove(made, NOW), lambda: endpoints.roll(made, NOW, timedelta(hours=1))):
        with pytest.raises(EndpointRefused, match="There is no webhook endpoint"):
            change()


def test_while_rolled_both_secrets_sign_and_then_the_new_one_alone(database: Database, endpoints: Endpoints) -> None:
    made = new_endpoint(database, URL)
    secret = endpoints.roll(made, NOW, timedelta(hours=24))

    found = endpoints.endpoint(made)

    assert found is not None
    assert endpoints.secrets(found, NOW + timedelta(hours=23)) == (secret, SECRET)
    assert endpoints.secrets(found, NOW + timedelta(hours=24)) == (secret,)


def test_secrets_are_sealed_and_open_in_their_own_row_only(database: Database, endpoints: Endpoints) -> None:
    first, second = new_endpoint(database, URL), new_endpoint(database, URL)
    with database.writing() as connection:
        sealed = connection.scalar(select(webhook_endpoints.c.secret).where(webhook_endpoints.c.id == first))
        assert sealed is not None and SECRET.encode() not in sealed
        connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == second).values(secret=sealed))

    for endpoint_id, store in (
        (second, endpoints),
        (first, endpoints_of(database, "another root secret, long enough")),
    ):
        found = store.endpoint(endpoint_id)
        assert found is not None
        assert SECRET not in repr(found)
        with pytest.raises(SecretUnreadable):
            store.secrets(found, NOW)
