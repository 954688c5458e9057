"""A trail of evidence: whole as it was written, and any single mutation of it is found."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.evidence import ACTIONS, SENTENCES, Event, Happening, Head, breaks, digest, events_after, written_at
from app.domain.evidence_reading import DESCRIBING, Story, TrailRow, booking_misfits, described_booking, trail_misfits

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
FIRST = digest("the offer")
TRAIL = "01a1ff0c-d9ae-7474-b232-b49eab4f34fa"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FACTS = st.dictionaries(TEXT, st.none() | st.integers(-(2**53), 2**53) | TEXT | st.lists(TEXT, max_size=3), max_size=4)
HAPPENED = st.builds(Happening, st.sampled_from(sorted(ACTIONS)), TEXT, FACTS)
WRITTEN = ("trail_id", "at", "name", "actor", "facts", "previous", "hash")


def chain(*happened: Happening) -> tuple[list[Event], Head]:
    """Each event a second after the one before."""
    events: list[Event] = []
    head = Head(0, FIRST)
    for place, one in enumerate(happened):
        made, head = events_after(TRAIL, head, NOW + timedelta(seconds=place), [one])
        events += made
    return events, head


def happening(name: str, **facts: Any) -> Happening:
    return Happening(name, "shopper", facts)


@given(st.lists(HAPPENED, max_size=6))
def test_a_trail_is_whole_as_it_was_written(happened: list[Happening]) -> None:
    together = events_after(TRAIL, Head(0, FIRST), NOW, happened)
    events, head = chain(*happened)

    assert list(breaks(FIRST, events, head)) == []
    assert list(breaks(FIRST, *together)) == []
    assert [event.number for event in events] == list(range(1, len(happened) + 1))


@given(st.lists(HAPPENED, min_size=1, max_size=6), st.data())
def test_any_single_changed_value_is_found_at_its_event(happened: list[Happening], data: st.DataObject) -> None:
    events, head = chain(*happened)
    place = data.draw(st.integers(0, len(events) - 1))
    column = data.draw(st.sampled_from(WRITTEN))
    old = getattr(events[place], column)
    new = data.draw(TEXT.filter(lambda text: text != old))
    events[place] = replace(events[place], **{column: new})

    assert place + 1 in [misfit.number for misfit in breaks(FIRST, events, head)]


@given(st.lists(HAPPENED, min_size=1, max_size=6), st.data())
def test_any_changed_number_or_missing_event_is_found(happened: list[Happening], data: st.DataObject) -> None:
    events, head = chain(*happened)
    place = data.draw(st.integers(0, len(events) - 1))
    number = data.draw(st.integers(-5, 20).filter(lambda value: value != place + 1))
    moved = sorted([*events[:place], replace(events[place], number=number), *events[place + 1 :]], key=_number)

    assert list(breaks(FIRST, moved, head))
    assert list(breaks(FIRST, events[:place] + events[place + 1 :], head))


@given(st.lists(HAPPENED, min_size=2, max_size=6), st.data())
def test_any_two_events_in_each_others_places_are_found(happened: list[Happening], data: st.DataObject) -> None:
    events, head = chain(*happened)
    places = st.lists(st.integers(0, len(events) - 1), min_size=2, max_size=2, unique=True)
    one, other = data.draw(places)
    number, another = events[one].number, events[other].number
    events[one], events[other] = replace(events[other], number=number), replace(events[one], number=another)

    assert {number, another} <= {misfit.number for misfit in breaks(FIRST, events, head)}


@given(st.lists(HAPPENED, max_size=5), HAPPENED, st.data())
def test_any_event_put_in_is_found(happened: list[Happening], forged: Happening, data: st.DataObject) -> None:
    """Even one whose own hash fits what stands before it."""
    events, head = chain(*happened)
    place = data.draw(st.integers(0, len(events)))
    before = Head(place, events[place - 1].hash if place else FIRST)
    (event,), _ = events_after(TRAIL, before, NOW, [forged])
    after = [replace(later, number=later.number + 1) for later in events[place:]]

    assert list(breaks(FIRST, [*events[:place], event, *after], head))


@pytest.mark.parametrize("head", [Head(1, FIRST), Head(3, FIRST), Head(2, FIRST), None])
def test_a_trail_that_does_not_end_where_it_was_noted_is_found(head: Head | None) -> None:
    events, _ = chain(happening("seen"), happening("chosen"))

    (found,) = breaks(FIRST, events, head)

    assert found.number is None


def test_a_trail_of_another_offer_is_found_at_its_first_event() -> None:
    events, head = chain(happening("seen"), happening("chosen"))

    assert [misfit.number for misfit in breaks(digest("another"), events, head)] == [1]


@given(st.lists(TEXT, max_size=4))
def test_a_hash_is_that_of_a_plain_json_list(parts: list[str]) -> None:
    plain = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    assert digest(*parts) == hashlib.sha256(plain).hexdigest()


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=4))
def test_two_different_lists_have_different_hashes(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-5)))

    assert written_at(there) == written_at(NOW) == "2026-03-01T12:00:00.000005Z"


def test_everything_that_can_happen_has_a_sentence() -> None:
    assert set(SENTENCES) == {*ACTIONS, "offered"}


def row_of(head: Head, state: str, at: datetime) -> TrailRow:
    return TrailRow(TRAIL, ("NWIND", "live"), head, state, at)


def test_a_trails_state_is_what_its_events_lead_to() -> None:
    events, head = chain(happening("seen"), happening("declined"), happening("chosen"), happening("confirmed"))
    at = NOW + timedelta(seconds=3)

    assert list(trail_misfits(FIRST, events, row_of(head, "CONFIRMED", at), Story())) == []
    (wrong,) = trail_misfits(FIRST, events, row_of(head, "DECLINED", at), Story())
    assert wrong.said == "state is DECLINED, its events lead to CONFIRMED"
    (late,) = trail_misfits(FIRST, events, row_of(head, "CONFIRMED", NOW), Story())
    assert late.said.startswith("updated_at is ")


def test_an_event_that_could_not_have_happened_is_found() -> None:
    events, head = chain(happening("declined"), happening("undecided"))

    (found,) = trail_misfits(FIRST, events, row_of(head, "DECLINED", NOW + timedelta(seconds=1)), Story())

    assert found.number == 2
    assert found.said == "(undecided) cannot happen to an offer that is DECLINED"


BOOKING: dict[str, Any] = {
    "id": "YMH7A-4VXQJ-INS",
    "partner_code": "NWIND",
    "mode": "live",
    "offer_id": TRAIL,
    "release_id": "f" * 64,
    "status": "CONFIRMED",
    "version": 1,
    "created_at": NOW,
    "updated_at": NOW,
    "partner_transaction_id": None,
    "subsidiary": None,
}


def stored() -> dict[str, Any]:
    moments = {"created_at": NOW.isoformat(), "updated_at": NOW.isoformat()}
    return BOOKING | {"state": json.dumps(BOOKING | moments)}


def describing(**facts: Any) -> Event:
    (event,), _ = events_after(TRAIL, Head(0, FIRST), NOW, [Happening("confirmed", "partner:key", facts)])
    return event


def test_a_booking_that_is_as_it_was_described_fits() -> None:
    row = stored()

    assert list(booking_misfits(row, describing(booking=row["id"], state=digest(row["state"])))) == []


def test_a_booking_that_nobody_described_or_somebody_else_is_found() -> None:
    row = stored()

    assert list(booking_misfits(row, None)) == ["no event of its trail describes it"]
    other = list(booking_misfits(row, describing(booking="AAAAA-AAAAA-INS", state=digest(row["state"]))))
    assert other == ["event 1 (confirmed) of its trail describes AAAAA-AAAAA-INS"]
    assert list(booking_misfits(row, describing(booking=row["id"]))) == [
        "state is not what event 1 (confirmed) describes"
    ]


@pytest.mark.parametrize("column", sorted(BOOKING))
def test_a_booking_whose_columns_say_something_else_than_its_state_is_found(column: str) -> None:
    row = stored() | {column: NOW + timedelta(days=1) if column.endswith("_at") else "x"}
    event = describing(booking=row["id"], state=digest(row["state"]))

    assert any(said.startswith(f"{column} is ") for said in booking_misfits(row, event))


@pytest.mark.parametrize("facts", ["", "[]", "null", "{", '"x"'])
def test_facts_that_cannot_be_read_describe_nothing(facts: str) -> None:
    assert described_booking(replace(describing(), facts=facts)) == (None, None)


def test_facts_from_outside_cannot_pass_for_a_description() -> None:
    """What a partner sends with an opt-out may have any name."""
    assert {"opted_out", "seen", "chosen", "declined", "viewed"}.isdisjoint(DESCRIBING)


def _number(event: Event) -> int:
    return event.number
