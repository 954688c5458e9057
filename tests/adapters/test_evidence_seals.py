"""Sealing: without a gap, one sealer's seal at a time, nothing that is not settled yet, and every loss noticed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters import tables
from app.adapters.database import Database
from app.adapters.evidence_jobs import evidence_jobs
from app.adapters.evidence_rows import AFTER, BEFORE, first_id, is_of_its_time
from app.adapters.evidence_seals import LONGEST, SETTLED, last_seal, seal_due, seals_after
from app.adapters.evidence_verification import Verification
from app.adapters.migrating import migrate
from app.domain.evidence import Happening, Head, digest, events_after, offered_hash, written_at
from app.domain.evidence_seals import BEGINNING, moment_of
from tests.evidence import put_in, rows, taken_out

SECRET = "a secret of this test, long enough"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    made = Database(empty_database_url, pool_size=16)
    migrate(made)
    yield made
    made.engine.dispose()


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def an_offer(database: Database, at: datetime, name: int = 0) -> str:
    """An offer of this moment, and one event of it."""
    offer_id = f"{first_id(at)[:13]}-7000-8000-{name:012d}"
    texts = ("{}", "{}", "[]")
    evidence = offered_hash(offer_id, ("NWIND", "live"), at, "r", texts)
    (event,), head = events_after(offer_id, Head(0, evidence), at, [Happening("seen", "shopper", {})])
    put_in(
        database,
        tables.offers,
        {
            **dict.fromkeys(("offer_config_id", "offer_schema", "language", "country", "session_id"), "x"),
            "id": offer_id,
            "partner_code": "NWIND",
            "mode": "live",
            "created_at": at,
            "release_id": "r",
            "request": texts[0],
            "answer": texts[1],
            "terms": texts[2],
            "evidence": evidence,
            "currency": "EUR",
        },
    )
    put_in(database, tables.events, asdict(event))
    trail = {"id": offer_id, "partner_code": "NWIND", "mode": "live", "number": 1, "head": head.hash}
    put_in(database, tables.trails, trail | {"state": "OPEN", "updated_at": at})
    return offer_id


def seal_breaks(database: Database) -> list[str]:
    return [str(one) for one in Verification(database, SECRET).breaks() if one.table == "seal"]


def test_nothing_is_sealed_where_nothing_has_happened(database: Database) -> None:
    assert seal_due(database, SECRET, START) == 0
    assert last_seal(database) is None


def test_seals_follow_each_other_from_the_beginning_without_a_gap(database: Database) -> None:
    for place, at in enumerate((0, 1, 9, 11, 12, 300, 301)):
        an_offer(database, minutes(at), place)

    assert seal_due(database, SECRET, minutes(400)) == 3

    found = list(seals_after(database))
    assert [seal.id for seal in found] == [1, 2, 3]
    assert [(seal.offers, seal.events) for seal in found] == [(3, 3), (2, 2), (2, 2)]
    assert [seal.from_at for seal in found] == [BEGINNING, *(seal.to_at for seal in found[:-1])]
    assert seal_breaks(database) == []


def test_a_stretch_in_which_nothing_happened_has_no_seal_of_its_own(database: Database) -> None:
    an_offer(database, minutes(0))
    seal_due(database, SECRET, minutes(2))

    assert [seal_due(database, SECRET, minutes(later)) for later in (3, 60, 6000)] == [0, 0, 0]

    an_offer(database, minutes(7000))
    assert seal_due(database, SECRET, minutes(7002)) == 1
    first, second = seals_after(database)
    assert (first.to_at, second.from_at) == (written_at(minutes(1)), written_at(minutes(1)))


def test_what_happened_within_ten_minutes_is_under_one_seal_at_most(database: Database) -> None:
    for place in range(31):
        an_offer(database, minutes(place), place)

    seal_due(database, SECRET, minutes(60))

    for seal in seals_after(database):
        first = max(moment_of(seal.from_at), START)
        assert moment_of(seal.to_at) - first <= LONGEST
    assert sum(seal.offers for seal in seals_after(database)) == 31


def test_what_is_not_settled_yet_waits(database: Database) -> None:
    """A row may appear this long after its own moment: what came within it is not sealed around it."""
    an_offer(database, minutes(0), 1)

    assert seal_due(database, SECRET, START + SETTLED) == 0
    assert seal_due(database, SECRET, START + SETTLED + timedelta(microseconds=1)) == 1
    an_offer(database, START + timedelta(microseconds=1), 2)
    assert seal_due(database, SECRET, minutes(10)) == 1
    assert seal_breaks(database) == []


def test_many_sealers_at_once_seal_everything_once(database: Database) -> None:
    for place in range(40):
        an_offer(database, minutes(11 * place), place)

    with ThreadPoolExecutor(8) as sealers:
        made = list(sealers.map(lambda _: seal_due(database, SECRET, minutes(1000)), range(8)))

    assert sum(made) == 40
    assert [seal.id for seal in seals_after(database)] == list(range(1, 41))
    assert seal_breaks(database) == []


@pytest.mark.parametrize("number", [1, 2])
def test_a_seal_that_is_taken_out_is_missed(database: Database, number: int) -> None:
    for place in range(3):
        an_offer(database, minutes(20 * place), place)
    seal_due(database, SECRET, minutes(100))
    taken_out(database, tables.seals, rows(database, tables.seals)[number - 1])

    assert seal_breaks(database) == [f"seal {number + 1}: it comes after seal {number - 1}: 1 missing before it"]


def test_an_offer_and_an_event_that_appear_in_a_sealed_stretch_are_named(database: Database) -> None:
    an_offer(database, minutes(0), 1)
    seal_due(database, SECRET, minutes(10))
    an_offer(database, minutes(2), 2)

    stretch = f"seal 1: between {BEGINNING} and {written_at(minutes(9))}"
    assert seal_breaks(database) == [
        f"{stretch} 1 offer is too many: 1 were sealed, 2 are there",
        f"{stretch} 1 event is too many: 1 were sealed, 2 are there",
    ]


def test_seals_of_another_root_secret_are_not_ours(database: Database) -> None:
    an_offer(database, minutes(0))
    seal_due(database, "another secret altogether, also long", minutes(10))

    assert seal_breaks(database) == ["seal 1: the signature is not ours"]


def test_a_moment_somebody_has_spoilt_does_not_stop_the_sealing(database: Database) -> None:
    spoilt = {"trail_id": "x", "number": 1, "at": "2026-03-01 spoilt", "name": "seen", "actor": "", "facts": "{}"}
    put_in(database, tables.events, spoilt | {"previous": "", "hash": digest("x")})

    assert seal_due(database, SECRET, minutes(10)) == 1
    assert seal_breaks(database) == []
    assert [str(one) for one in Verification(database, SECRET).breaks()] == ["event x event 1: (seen) has no trail"]


def test_an_offer_is_found_by_its_id_as_long_as_both_are_of_one_time() -> None:
    for away, is_found in ((timedelta(0), True), (-BEFORE, True), (AFTER - timedelta(seconds=1), True)):
        assert is_of_its_time(first_id(START + away), START) == is_found
    for away in (AFTER + timedelta(seconds=1), -BEFORE - timedelta(seconds=1)):
        assert not is_of_its_time(first_id(START + away), START)


def test_an_offer_whose_id_is_of_another_time_is_counted_as_not_sealed(database: Database) -> None:
    an_offer(database, minutes(0))
    (row,) = rows(database, tables.offers)
    put_in(database, tables.offers, row | {"id": f"{first_id(minutes(-60))[:13]}-7000-8000-000000000009"})
    seal_due(database, SECRET, minutes(10))

    verification = Verification(database, SECRET)
    assert [one.table for one in verification.breaks() if one.table == "seal"] == []
    assert verification.counts.unsealable == 1


def test_offers_from_before_there_was_evidence_are_counted_and_one_between_others_is_not_believed(
    database: Database,
) -> None:
    an_offer(database, minutes(0))
    (row,) = rows(database, tables.offers)
    older = row | {"id": f"{first_id(minutes(-9))[:13]}-7000-8000-000000000001", "evidence": None}
    newer = row | {"id": f"{first_id(minutes(9))[:13]}-7000-8000-000000000001", "evidence": None}
    put_in(database, tables.offers, older, newer)

    verification = Verification(database, SECRET)
    found = [one.id for one in verification.breaks() if one.table == "offer"]

    assert found == [newer["id"]]
    assert verification.counts.older == 1


def test_a_worker_seals_and_records_what_was_left_undecided(database: Database) -> None:
    offer = an_offer(database, minutes(0))

    for job in evidence_jobs(database, SECRET, timedelta(hours=48)):
        job.run(minutes(60 * 49))
        job.run(minutes(60 * 49))

    assert [event["name"] for event in rows(database, tables.events)] == ["seen", "undecided"]
    assert rows(database, tables.trails)[0]["state"] == "UNDECIDED"
    assert [seal.offers for seal in seals_after(database)] == [1]
    assert [str(one) for one in Verification(database, SECRET).breaks() if offer in one.id] == []
