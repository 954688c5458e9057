"""Changes of many requests in one durable transaction: all of a change or nothing of it, and no waiting in circles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Table, func, select

from app.adapters.change_writer import ChangeWriter
from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.store import Logs, Store
from app.adapters.tables import booking_counts, bookings, events, finished_calls, outbox, previews, trails
from app.domain.bookings import Booking
from app.domain.errors import Conflict
from app.domain.evidence import Happening, Head, events_after
from app.services.records import Change, FinishedCall, Outgoing, Preview, Settled, TrailStep
from tests.domain.test_bookings import a_booking

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = Head(0, "e" * 64)
ROUNDS, WRITERS = 12, 2


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def elsewhere(database: Database, empty_database_url: str) -> Iterator[Database]:
    """The same database, as a second server has it."""
    other = Database(empty_database_url, pool_size=4)
    yield other
    other.close()


@pytest.fixture
def writers(database: Database, elsewhere: Database) -> list[ChangeWriter]:
    """One of each server."""
    return [ChangeWriter(database), ChangeWriter(elsewhere)]


def store_of(database: Database, code: str = "NWIND") -> Store:
    return Store(database, Logs.of(database), code, "live")


def step_of(trail_id: str, head: Head = START, name: str = "confirmed") -> TrailStep:
    made, last = events_after(trail_id, head, NOW, [Happening(name, "test", {})])
    return TrailStep(trail_id, made, last, "CONFIRMED", NOW)


def new_number() -> str:
    """A booking id that no other test has."""
    figures = uuid4().hex.upper()
    return f"{figures[:5]}-{figures[5:10]}-INS"


def sale(offer_id: str | None = None, code: str = "NWIND") -> Change:
    """A new booking with its evidence, mail and finished call."""
    booking = a_booking(id=new_number(), offer_id=offer_id or str(uuid4()), partner_code=code)
    return Change(
        partner_code=code,
        mode="live",
        account_id=str(uuid4()),
        new_booking=Settled.of(booking),
        request="{}",
        outgoing=(Outgoing(str(uuid4()), "mail", booking.id, "confirmation", None, "{}", NOW),),
        step=step_of(booking.trail_id),
        finished=FinishedCall(uuid4().hex * 2, "b" * 64, 200, "{}", NOW),
    )


def sold(change: Change) -> Booking:
    assert change.new_booking is not None
    return change.new_booking.booking


def update_of(booking: Booking, head: Head, title: str = "changed") -> Change:
    """The next version of a booking."""
    after = replace(booking, version=booking.version + 1, booking_agent=title)
    return Change(
        partner_code=booking.partner_code,
        mode="live",
        account_id="a" * 36,
        changed=Settled.of(after),
        step=step_of(booking.trail_id, head, "modified"),
    )


def count(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def positions(database: Database, code: str = "NWIND") -> list[int]:
    with database.reading() as connection:
        query = select(bookings.c.position).where(bookings.c.partner_code == code)
        return sorted(connection.scalars(query))


def outcomes(stores: list[Store], changes: list[Change]) -> list[type[Exception] | None]:
    """What became of each change, all let go together; store and change take turns."""
    barrier = Barrier(len(changes))

    def commit(place: int) -> type[Exception] | None:
        barrier.wait()
        try:
            stores[place % len(stores)].commit(changes[place])
        except Exception as problem:
            return type(problem)
        return None

    with ThreadPoolExecutor(len(changes)) as threads:
        return list(threads.map(commit, range(len(changes))))


def test_everything_a_change_holds_is_there_when_commit_returns(database: Database) -> None:
    change = replace(
        sale(),
        previews=(Preview("AAAAA-aaaaa-AAAAA-UPD", "x", "update", NOW, NOW, 1, "{}", "{}"),),
    )

    store_of(database).commit(change)

    tables = (bookings, previews, events, outbox, finished_calls, trails, booking_counts)
    assert {table.name: count(database, table) for table in tables} == {table.name: 1 for table in tables}
    assert store_of(database).booking(sold(change).id) == sold(change)


def test_bookings_of_many_threads_on_two_servers_get_positions_without_a_hole(
    database: Database, elsewhere: Database
) -> None:
    stores = [store_of(database), store_of(elsewhere)]
    others = [store_of(database, "HRTHS"), store_of(elsewhere, "HRTHS")]

    ours = outcomes(stores, [sale() for _ in range(24)])
    theirs = outcomes(others, [sale(code="HRTHS") for _ in range(8)])

    assert set(ours) | set(theirs) == {None}
    assert positions(database) == list(range(1, 25))
    assert positions(database, "HRTHS") == list(range(1, 9))


def test_one_offer_is_booked_once_and_the_losers_leave_neither_a_row_nor_a_hole(
    database: Database, elsewhere: Database
) -> None:
    stores = [store_of(database), store_of(elsewhere)]
    offer_id = str(uuid4())
    changes = [sale(offer_id) if place % 2 else sale() for place in range(24)]

    found = outcomes(stores, changes)

    assert [problem for problem in found[::2] if problem] == []
    assert sorted(str(problem) for problem in found[1::2]) == sorted([str(None)] + [str(Conflict)] * 11)
    assert positions(database) == list(range(1, 14))
    assert count(database, outbox) == count(database, finished_calls) == count(database, events) == 13


@pytest.mark.parametrize(
    "clash", ["the booking's id", "the offer", "the event's number", "the finished call", "the version"]
)
def test_a_conflict_anywhere_undoes_the_whole_change_and_takes_no_neighbour_with_it(
    database: Database, clash: str
) -> None:
    store, before = store_of(database), sale()
    store.commit(before)
    rival = rival_of(before, clash)
    neighbours = [sale() for _ in range(7)]

    found = outcomes([store], [*neighbours[:4], rival, *neighbours[4:]])

    assert found == [None] * 4 + [Conflict] + [None] * 3
    assert positions(database) == list(range(1, 9))
    assert count(database, events) == count(database, outbox) == count(database, finished_calls) == 8
    assert store.booking(sold(before).id) == sold(before)


def rival_of(before: Change, clash: str) -> Change:
    """A change that wants what another one has taken."""
    taken, fresh = sold(before), sale()
    if clash == "the booking's id":
        return replace(fresh, new_booking=Settled.of(replace(sold(fresh), id=taken.id)))
    if clash == "the offer":
        return sale(taken.offer_id)
    if clash == "the event's number":
        return replace(fresh, step=step_of(taken.trail_id))
    if clash == "the finished call":
        return replace(fresh, finished=before.finished)
    assert before.step is not None
    return update_of(replace(taken, version=taken.version + 1), before.step.head)


def test_of_two_changes_of_one_version_the_second_must_decide_anew(database: Database) -> None:
    store, first = store_of(database), sale()
    store.commit(first)
    assert first.step is not None
    rivals = [update_of(sold(first), first.step.head, title) for title in ("one", "two")]

    found = outcomes([store], rivals)

    assert sorted(str(problem) for problem in found) == sorted([str(None), str(Conflict)])
    now = store.booking(sold(first).id)
    assert now is not None
    assert now.version == 2
    assert now.booking_agent == ("one" if found[0] is None else "two")


def test_two_servers_that_write_the_same_rows_in_opposite_order_do_not_wait_in_a_circle(
    database: Database, writers: list[ChangeWriter]
) -> None:
    """A deadlock would be told as a database that is away, not as a conflict."""
    sales = [sale(code=code) for code in ("NWIND", "HRTHS", "MRDTR", "ENCRE")]
    writers[0].write(sales)

    for round_number in range(ROUNDS):
        fresh = [sale(code=code) for code in ("NWIND", "HRTHS", "MRDTR", "ENCRE")]
        found = written_at_once(writers, [next_of(sales, round_number) + fresh, next_of(sales, round_number) + fresh])

        assert sorted(str(problem) for problem in found) == sorted([str(None), str(Conflict)])
    assert positions(database) == list(range(1, ROUNDS + 2))


def next_of(sales: list[Change], version: int) -> list[Change]:
    """The change of each booking that follows this many others."""
    found = []
    for change in sales:
        head = Head(version + 1, "e" * 64)
        found.append(update_of(replace(sold(change), version=version + 1), head))
    return found


def written_at_once(writers: list[ChangeWriter], batches: list[list[Change]]) -> list[type[Exception] | None]:
    """The same batch by each writer, the second one's in the opposite order."""
    barrier = Barrier(WRITERS)
    orders = [batches[0], batches[1][::-1]]

    def write(place: int) -> type[Exception] | None:
        barrier.wait()
        try:
            writers[place].write(orders[place])
        except Exception as problem:
            return type(problem)
        return None

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(write, range(WRITERS)))
