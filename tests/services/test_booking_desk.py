"""Carrying out a change: read, decide, commit; whoever loses a race reads and decides again."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.errors import AlreadyFinished, BodyInvalid, Conflict, KeyReused
from app.services.booking_desk import TRIES, BookingDesk, Call, carried_out
from app.services.records import Change, FinishedCall

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass
class RacedStore:
    """A store in which others win the first `losses` races."""

    losses: int
    mode: str = "live"
    finished: FinishedCall | None = None
    committed: list[Change] = field(default_factory=list)

    def commit(self, change: Change) -> None:
        if self.losses:
            self.losses -= 1
            raise Conflict()
        self.committed.append(change)

    def finished_call(self, scope: str) -> FinishedCall | None:
        return self.finished


def desk_of(store: RacedStore, call: Call | None = None) -> BookingDesk:
    nothing: Any = None
    return BookingDesk(store, NOW, "test", nothing, nothing, nothing, nothing, nothing, nothing, call)  # type: ignore[arg-type]


@pytest.mark.parametrize("losses", [0, 1, TRIES - 1])
def test_who_loses_a_race_decides_again_until_it_wins(losses: int) -> None:
    store, asked = RacedStore(losses), []

    answer = carried_out(desk_of(store), lambda: (Change(account_id=str(asked.append(1))), b"done"))

    assert answer == b"done"
    assert len(asked) == losses + 1
    assert len(store.committed) == 1


def test_who_always_loses_is_told_and_nothing_is_stored() -> None:
    store = RacedStore(TRIES)

    with pytest.raises(Conflict):
        carried_out(desk_of(store), lambda: (Change(), b"done"))

    assert store.committed == []


def test_the_answer_of_a_call_with_a_key_is_part_of_the_change() -> None:
    store = RacedStore(0)

    carried_out(desk_of(store, Call("scope", "hash", 201)), lambda: (Change(), b"done"))

    assert store.committed[0].finished == FinishedCall("scope", "hash", 201, "done", NOW)


def test_a_repeat_that_lost_to_the_first_is_given_its_answer() -> None:
    store = RacedStore(1, finished=FinishedCall("scope", "hash", 200, "first", NOW))

    with pytest.raises(AlreadyFinished) as repeat:
        carried_out(desk_of(store, Call("scope", "hash", 200)), lambda: (Change(), b"second"))

    assert (repeat.value.status, repeat.value.answer) == (200, b"first")


def test_a_key_with_another_body_is_refused_whatever_the_body_was_refused_for() -> None:
    store = RacedStore(0, finished=FinishedCall("scope", "hash", 200, "first", NOW))

    def refused() -> tuple[Change, bytes]:
        raise BodyInvalid(errors={})

    with pytest.raises(KeyReused):
        carried_out(desk_of(store, Call("scope", "other", 200)), refused)
