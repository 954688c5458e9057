"""Verification finds what was tampered with, whatever it was, and names it."""

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Table

from app.adapters import tables
from app.adapters.evidence_verification import Scope
from app.domain.evidence import Happening, Head, events_after
from tests.conftest import KINDS, environment_of
from tests.evidence import Row, Sold, changed_row, put_in, rows, sold, taken_out

Change = Callable[[Any], Any]


@pytest.fixture(scope="module", params=KINDS)
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sold]:
    """Sealed, with something after the seal; every test puts back what it breaks."""
    var = tmp_path_factory.mktemp("evidence")
    url = f"sqlite:///{var}/own.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("new_postgresql")()
    made = sold(environment_of(url, var))
    assert made.seal() == 1
    made.record(made.ignored, Happening("seen", "shopper", {}))
    yield made
    made.database.close()


def digit(value: str) -> str:
    return ("1" if value[0] == "0" else "0") + value[1:]


def moved(at: str) -> str:
    return f"{at[:-2]}{'1' if at[-2] == '0' else '0'}Z"


def later(value: datetime) -> datetime:
    return value + timedelta(microseconds=1)


def repacked(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        found = orjson.loads(zlib.decompress(data))
        change(found)
        return zlib.compress(orjson.dumps(found))

    return changed


def of_booking(platform: Sold, table: Table) -> Row:
    """The row of this table that belongs to the booking that was changed; its second event."""
    offer = platform.offers[platform.changed]
    if table is tables.events:
        return rows(platform.database, table, table.c.trail_id == offer, table.c.number == 2)[0]
    if table in (tables.offers, tables.trails):
        return rows(platform.database, table, table.c.id == offer)[0]
    if table is tables.bookings:
        return rows(platform.database, table, table.c.id == platform.changed)[0]
    return rows(platform.database, table)[0]


def named(table: Table, row: Row) -> str:
    if table is tables.events:
        return f"event {row['trail_id']} event {row['number']}:"
    return f"{table.name} {row['id']}:"


CHANGED: list[tuple[Table, str, Change]] = [
    (tables.events, "at", moved),
    *((tables.events, name, lambda text: text + "x") for name in ("name", "actor")),
    (tables.events, "name", lambda _: "cancelled"),
    (tables.events, "facts", lambda text: text.replace("{", '{"x":1,', 1)),
    (tables.events, "facts", lambda _: "not JSON"),
    *((tables.events, name, digit) for name in ("previous", "hash")),
    *((tables.offers, name, lambda text: text.replace("1", "2", 1)) for name in ("request", "answer", "terms")),
    *((tables.offers, name, lambda text: text + " ") for name in ("request", "answer", "terms")),
    (tables.offers, "release_id", digit),
    (tables.offers, "created_at", later),
    (tables.offers, "partner_code", lambda _: "OTHER"),
    (tables.offers, "mode", lambda _: "test"),
    (tables.offers, "evidence", digit),
    (tables.offers, "evidence", lambda _: None),
    (tables.trails, "number", lambda number: number + 1),
    (tables.trails, "number", lambda number: number - 1),
    (tables.trails, "head", digit),
    (tables.trails, "state", lambda _: "OPTED_OUT"),
    (tables.trails, "updated_at", later),
    (tables.trails, "partner_code", lambda _: "OTHER"),
    (tables.trails, "mode", lambda _: "test"),
    (tables.bookings, "state", lambda text: text.replace("Costa", "Silva")),
    (tables.bookings, "state", lambda _: "not JSON"),
    (tables.bookings, "request", lambda text: text + " "),
    *((tables.bookings, name, lambda _: "x") for name in ("status", "subsidiary", "partner_transaction_id")),
    (tables.bookings, "release_id", digit),
    (tables.bookings, "version", lambda number: number + 1),
    (tables.bookings, "created_at", later),
    (tables.bookings, "updated_at", later),
    (tables.bookings, "mode", lambda _: "test"),
    (tables.bookings, "partner_code", lambda _: "OTHER"),
    (tables.releases, "document", repacked(lambda found: found["words"].popitem())),
    (tables.releases, "document", lambda _: b"nothing"),
    (tables.releases, "pages", repacked(lambda found: found["files"].update({"summary.en.html": "All is covered."}))),
    (tables.releases, "pages", repacked(lambda found: found["wording"].popitem())),
    (tables.releases, "pages", repacked(lambda found: found["files"].update({"new.html": "x"}))),
    (tables.releases, "pages", lambda _: b"nothing"),
    (tables.releases, "partner_code", lambda _: "OTHER"),
    (tables.seals, "from_at", lambda _: "1970-01-02T00:00:00.000000Z"),
    (tables.seals, "from_at", lambda _: "never"),
    (tables.seals, "to_at", moved),
    (tables.seals, "offers", lambda number: number - 1),
    (tables.seals, "events", lambda number: number + 1),
    *((tables.seals, name, digit) for name in ("hash", "signature")),
    (tables.seals, "previous", lambda _: "0" * 64),
]


def test_a_platform_on_which_all_has_happened_verifies_whole(platform: Sold) -> None:
    counts = platform.counts()

    assert (counts.offers, counts.trails, counts.bookings, counts.releases, counts.seals) == (5, 5, 2, 1, 1)
    assert counts.events == len(rows(platform.database, tables.events)) == 11
    assert (counts.older, counts.unsealable) == (0, 0)


@pytest.mark.parametrize(
    ("table", "column", "change"),
    CHANGED,
    ids=[f"{table.name}.{column}-{n}" for n, (table, column, _) in enumerate(CHANGED)],
)
def test_any_changed_value_is_found_and_its_row_named(
    platform: Sold, table: Table, column: str, change: Change
) -> None:
    row = of_booking(platform, table)
    changed_row(platform.database, table, row, **{column: change(row[column])})

    found = platform.breaks()

    changed_row(platform.database, table, row, **{column: row[column]})
    assert any(line.startswith(named(table, row)) for line in found), found
    assert platform.breaks() == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_event_that_is_taken_out_is_missed(platform: Sold, number: int) -> None:
    """The first, one in the middle, the last."""
    trail = platform.offers[platform.changed]
    row = rows(platform.database, tables.events, tables.events.c.trail_id == trail)[number - 1]
    taken_out(platform.database, tables.events, row)

    found = platform.breaks()

    put_in(platform.database, tables.events, row)
    last = f"trail {trail}: the trail should end with event 3, it ends with event 2"
    assert (f"event {trail} event {number}: is missing" if number < 3 else last) in found
    assert platform.breaks() == []


def test_a_last_event_taken_out_together_with_its_trace_in_the_trail_is_missed_by_the_seal(platform: Sold) -> None:
    trail = rows(platform.database, tables.trails, tables.trails.c.id == platform.seen)[0]
    *_, before, last = rows(platform.database, tables.events, tables.events.c.trail_id == platform.seen)
    taken_out(platform.database, tables.events, last)
    changed_row(platform.database, tables.trails, trail, number=before["number"], head=before["hash"])

    found = platform.breaks()

    put_in(platform.database, tables.events, last)
    changed_row(platform.database, tables.trails, trail, number=last["number"], head=last["hash"])
    assert len(found) == 1
    assert found[0].startswith("seal 1: between 1970-01-01T00:00:00.000000Z and ")
    assert found[0].endswith(" 1 event is missing: 10 were sealed, 9 are there")
    assert platform.breaks() == []


def everything_of(platform: Sold, offer: str, *wanted: Table) -> list[tuple[Table, list[Row]]]:
    keys = {"event": "trail_id", "booking": "offer_id"}
    return [(table, rows(platform.database, table, table.c[keys.get(table.name, "id")] == offer)) for table in wanted]


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ((tables.events, tables.trails), "4 events are missing: 10 were sealed, 6 are there"),
        ((tables.events, tables.trails, tables.offers), "1 offer is missing: 5 were sealed, 4 are there"),
    ],
    ids=["a trail", "an offer with its trail"],
)
def test_what_vanishes_whole_after_it_was_sealed_is_missed(platform: Sold, gone: tuple[Table, ...], said: str) -> None:
    found_rows = everything_of(platform, platform.seen, *gone)
    for table, there in found_rows:
        taken_out(platform.database, table, *there)

    found = platform.breaks()

    for table, there in found_rows:
        put_in(platform.database, table, *there)
    assert any(said in line for line in found), found
    assert all(line.startswith("seal 1: between ") for line in found)
    assert platform.breaks() == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (tables.offers, "offer {offer}: it is gone, its trail is there"),
        (tables.trails, "booking {booking}: it has no trail"),
        (tables.trails, "event {offer} event 1: (confirmed) has no trail"),
        (tables.events, "trail {offer}: the trail should end with event 3, it ends with event 0"),
        (tables.bookings, "booking {booking}: it is gone; event 3 of {offer} describes it"),
    ],
)
def test_a_row_that_others_rest_on_is_missed(platform: Sold, table: Table, said: str) -> None:
    offer = platform.offers[platform.changed]
    ((_, there),) = everything_of(platform, offer, table)
    taken_out(platform.database, table, *there)

    found = platform.breaks()

    put_in(platform.database, table, *there)
    assert said.format(offer=offer, booking=platform.changed) in found
    assert platform.breaks() == []


def test_a_release_that_is_gone_is_missed(platform: Sold) -> None:
    offer = rows(platform.database, tables.offers)[0]
    changed_row(platform.database, tables.offers, offer, release_id="0" * 64)

    found = platform.breaks()

    changed_row(platform.database, tables.offers, offer, release_id=offer["release_id"])
    assert f"release {'0' * 64}: it is gone, and offers rest on it" in found


def forged(platform: Sold, trail: str, number: int, head: Head, now: datetime) -> Row:
    (event,), _ = events_after(trail, head, now, [Happening("seen", "shopper", {})])
    return {name: getattr(event, name) for name in event.__slots__} | {"number": number}


def test_a_forged_event_is_found(platform: Sold) -> None:
    """With a number that is free, and every hash as it should be; and one for an offer nobody looked at."""
    trail = platform.offers[platform.changed]
    last = rows(platform.database, tables.events, tables.events.c.trail_id == trail)[-1]
    follows = forged(platform, trail, 4, Head(last["number"], last["hash"]), datetime.now(UTC))
    alone = forged(platform, "no-such-offer", 1, Head(0, ""), datetime.now(UTC))
    put_in(platform.database, tables.events, follows, alone)

    found = platform.breaks()

    taken_out(platform.database, tables.events, follows, alone)
    assert f"trail {trail}: the trail should end with event 3, it ends with event 4" in found
    assert "event no-such-offer event 1: (seen) has no trail" in found
    assert platform.breaks() == []


def test_two_events_that_have_changed_places_are_both_found(platform: Sold) -> None:
    trail = platform.offers[platform.changed]
    first, second, _ = rows(platform.database, tables.events, tables.events.c.trail_id == trail)
    taken_out(platform.database, tables.events, first, second)
    put_in(platform.database, tables.events, first | {"number": 2}, second | {"number": 1})

    found = platform.breaks()

    taken_out(platform.database, tables.events, first, second)
    put_in(platform.database, tables.events, first, second)
    for number in (1, 2):
        assert any(line.startswith(f"event {trail} event {number}: ") for line in found), found
    assert platform.breaks() == []


def test_a_trail_worked_out_anew_after_an_edit_is_found_by_its_seal_alone(platform: Sold) -> None:
    """Whoever knows how hashes are made can make all of them fit, except the one that was signed."""
    trail = rows(platform.database, tables.trails, tables.trails.c.id == platform.declined)[0]
    (event,) = rows(platform.database, tables.events, tables.events.c.trail_id == platform.declined)
    offer = rows(platform.database, tables.offers, tables.offers.c.id == platform.declined)[0]
    at = datetime.strptime(event["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    (new,), head = events_after(
        platform.declined, Head(0, offer["evidence"]), at, [Happening("declined", "shopper", {})]
    )
    changed_row(platform.database, tables.events, event, name=new.name, actor=new.actor, facts=new.facts, hash=new.hash)
    changed_row(platform.database, tables.trails, trail, head=head.hash, state="DECLINED")

    found = platform.breaks()

    changed_row(platform.database, tables.events, event, **event)
    changed_row(platform.database, tables.trails, trail, **trail)
    assert len(found) == 1
    assert found[0].startswith("seal 1: ")
    assert found[0].endswith("its 5 offers and 10 events are not those that were sealed")
    assert platform.breaks() == []


def test_one_partners_rows_are_looked_at_without_the_others(platform: Sold) -> None:
    row = of_booking(platform, tables.events)
    changed_row(platform.database, tables.events, row, actor="nobody")

    own, others = platform.breaks(Scope("NWIND")), platform.breaks(Scope("OTHER"))

    changed_row(platform.database, tables.events, row, actor=row["actor"])
    assert own == [f"{named(tables.events, row)} ({row['name']}) is not what was written"]
    assert others == []


def test_only_what_is_newer_is_looked_at_when_asked_for(platform: Sold) -> None:
    now = datetime.now(UTC)
    row = of_booking(platform, tables.offers)
    changed_row(platform.database, tables.offers, row, answer="{}")

    recent, coming = (platform.breaks(Scope(since=now + timedelta(hours=hours))) for hours in (-1, 1))

    changed_row(platform.database, tables.offers, row, answer=row["answer"])
    assert any(line.startswith(f"offer {row['id']}: ") for line in recent)
    assert coming == []
