"""A store is opened for one partner and one mode, and sees nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from uuid_utils import uuid7

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.store import Logs, Store
from app.services.records import OfferFilter, OfferRecord

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RECORD = OfferRecord(
    id="",
    created_at=NOON,
    expires_at=None,
    release_id="r" * 64,
    offer_config_id="c" * 36,
    offer_schema="hearthside-renters:v1",
    currency="EUR",
    language="en",
    country="FR",
    subsidiary=None,
    partner_transaction_id=None,
    session_id="s" * 36,
    request='{"name": "Zoë 😀"}',
    answer='{"id": "x"}',
    terms="[]",
    evidence="e" * 64,
)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database, Logs.of(database), "HRTHS", "live")


def kept(store: Store, **columns: object) -> str:
    record = replace(RECORD, id=str(uuid7()), **columns)  # type: ignore[arg-type]
    store.add_offer(record)
    return record.id


def ids(store: Store, **wanted: object) -> list[str]:
    return [one.id for one in store.offers(OfferFilter(**({"limit": 50} | wanted))).offers]  # type: ignore[arg-type]


def test_an_answer_comes_back_as_it_was_kept(store: Store) -> None:
    offer_id = kept(store, answer='{"price":1.10,"word":"Zoë 😀 \\u0000"}')

    assert store.offer_answer(offer_id) == '{"price":1.10,"word":"Zoë 😀 \\u0000"}'


@pytest.mark.parametrize(("code", "mode"), [("MRDTR", "live"), ("HRTHS", "test"), ("MRDTR", "test")])
def test_another_partner_or_mode_sees_nothing_of_it(database: Database, store: Store, code: str, mode: str) -> None:
    offer_id = kept(store)
    other = Store(database, store.logs, code, mode)

    assert other.offer_answer(offer_id) is None
    assert ids(other) == []
    assert ids(other, offer_schema="hearthside-renters:v1") == []


def test_the_newest_come_first_and_moments_keep_their_zone(store: Store) -> None:
    first, second, third = (kept(store, created_at=NOON + timedelta(seconds=number)) for number in range(3))

    page = store.offers(OfferFilter(limit=50))

    assert [one.id for one in page.offers] == [third, second, first]
    assert page.offers[-1].created_at == NOON
    assert page.offers[-1].created_at.tzinfo is not None
    assert page.next_after is None


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (6, [5])])
def test_pages_end_where_the_offers_end(store: Store, limit: int, sizes: list[int]) -> None:
    made = [kept(store) for _ in range(5)]

    found: list[str] = []
    seen: list[int] = []
    after: str | None = None
    while True:
        page = store.offers(OfferFilter(limit=limit, after=after))
        seen.append(len(page.offers))
        found += [one.id for one in page.offers]
        after = page.next_after
        if after is None:
            break

    assert seen == sizes
    assert found == made[::-1]


@pytest.mark.parametrize("offset", [timedelta(), timedelta(hours=5), timedelta(hours=-7)])
def test_from_counts_the_moment_itself_and_to_does_not(store: Store, offset: timedelta) -> None:
    from datetime import timezone

    early, noon, late = (kept(store, created_at=NOON + timedelta(minutes=number)) for number in (-1, 0, 1))
    there = NOON.astimezone(timezone(offset))

    assert ids(store, created_from=there) == [late, noon]
    assert ids(store, created_to=there) == [early]
    assert ids(store, created_from=there, created_to=there + timedelta(minutes=1)) == [noon]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("offer_schema", "other:v2"),
        ("offer_config_id", "d" * 36),
        ("partner_transaction_id", "T-1"),
        ("subsidiary", "Zoë's"),
        ("session_id", "t" * 36),
    ],
)
def test_each_filter_finds_what_equals_it(store: Store, column: str, value: str) -> None:
    kept(store)
    wanted = kept(store, **{column: value})

    assert ids(store, **{column: value}) == [wanted]
    assert ids(store, **{column: value + "x"}) == []


def test_the_list_by_partner_walks_an_index(database: Database, store: Store) -> None:
    kept(store)
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads a table of one row without its index")

    with database.reading() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM offer WHERE partner_code = 'HRTHS' AND mode = 'live' ORDER BY id DESC"
        ).all()

    assert "ix_offer_partner_code_mode_id" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
