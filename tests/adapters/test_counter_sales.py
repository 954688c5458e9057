"""Sales of a counter in the database: who may see which, and numbers that stay quick in a large store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.adapters.counter_numbers import CounterNumbers
from app.adapters.counter_sales import CounterSales
from app.adapters.portal_tables import asks
from app.domain.tallies import Tally, together
from tests.associate import At, tablet
from tests.conftest import Environment
from tests.counter_sales import sold
from tests.partner import Partner, published_platform

MANY = 100_000


@pytest.fixture(scope="module")
def at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


def sales(at: At, **other: str | None) -> CounterSales:
    whose = {"partner_code": at.store.partner_code, "mode": "live", "store_id": at.store.id} | other
    return CounterSales(at.platform.database, **whose)  # type: ignore[arg-type]


def test_a_sale_is_seen_by_its_store_its_partner_and_its_mode_alone(at: At) -> None:
    made = sold(at)

    assert sales(at).sale(made.booking_id) == made.sale
    assert sales(at, store_id=None).sale(made.booking_id) is not None
    for other in ({"store_id": str(uuid4())}, {"partner_code": "HRTHS", "store_id": None}, {"mode": "trng"}):
        assert sales(at, **other).sale(made.booking_id) is None
        assert sales(at, **other).found([("serial", made.line.serial)], None, 5) == []
        assert made.booking_id not in [sale.booking.id for sale in sales(at, **other).recent(50)]


def test_a_key_that_is_added_twice_is_there_once(at: At) -> None:
    made = sold(at)

    for _ in range(2):
        sales(at).add_keys(made.sale, [("serial", "NEWSERIAL1")])

    assert len(sales(at).found([("serial", "NEWSERIAL1")], None, 5)) == 1


def test_nothing_asked_for_finds_nothing(at: At) -> None:
    sold(at)

    assert sales(at).found([], None, 5) == []


def test_a_hundred_thousand_questions_are_counted(sqlite_environment: Environment) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    own = tablet(partner.app)
    now = datetime.now(UTC)
    with own.platform.database.writing() as connection:
        for batch in _rows(own, now):
            connection.execute(insert(asks), batch)
    starts = [now - timedelta(days=days) for days in range(28, 0, -1)]

    found = CounterNumbers(own.platform.database, own.store.id, "live").tallies(starts, now)

    assert together(found.values()) == Tally(asked=MANY)


def _rows(at: At, now: datetime) -> Iterator[list[dict[str, object]]]:
    step = timedelta(days=27) / MANY
    owner = {"partner_code": at.store.partner_code, "mode": "live", "store_id": at.store.id, "staff_id": at.staff.id}
    for first in range(0, MANY, 10_000):
        yield [
            {"draft_id": str(uuid4()), "line": "1", "offer_id": str(uuid4()), "asked_at": now - step * number, **owner}
            for number in range(first + 1, first + 10_001)
        ]
