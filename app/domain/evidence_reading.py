"""What a trail tells when it is read from its first event to its last, and whether the rows beside it agree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from app.domain.errors import StatusChangeRefused
from app.domain.evidence import ACTIONS, Event, Head, Misfit, breaks, digest, written_at
from app.domain.lifecycle import OPEN, next_state

# These carry the hash of the booking as it was stored with them. Facts of others may come from outside.
DESCRIBING = frozenset({"confirmed", "modified", "cancelled"})
# What a booking's row repeats of its state, so that it can be looked for.
REPEATED = (
    *("id", "partner_code", "mode", "offer_id", "release_id", "status", "version"),
    *("created_at", "updated_at", "partner_transaction_id", "subsidiary"),
)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """A trail as it is noted beside its events."""

    id: str
    owner: tuple[str, str]
    head: Head
    state: str
    updated_at: datetime


@dataclass(slots=True)
class Story:
    """What the events said so far: where the decision stands, and which was the last to describe a booking."""

    state: str = OPEN
    last_at: str | None = None
    described: Event | None = None
    refused: list[Misfit] = field(default_factory=list)

    def told(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self._note(event)
            yield event

    def _note(self, event: Event) -> None:
        self.last_at = event.at
        if event.name in DESCRIBING:
            self.described = event
        action = ACTIONS.get(event.name)
        if action is None:
            return
        try:
            self.state = next_state("offer", self.state, action)
        except StatusChangeRefused:
            self.refused.append(Misfit(event.number, f"({event.name}) cannot happen to an offer that is {self.state}"))


def trail_misfits(first: str, events: Iterable[Event], row: TrailRow, story: Story) -> Iterator[Misfit]:
    """`story` is told on the way: who asks for the last misfit knows the whole of it."""
    yield from breaks(first, story.told(events), row.head)
    yield from story.refused
    if row.state != story.state:
        yield Misfit(None, f"state is {row.state}, its events lead to {story.state}")
    if story.last_at is not None and written_at(row.updated_at) != story.last_at:
        yield Misfit(None, f"updated_at is {written_at(row.updated_at)}, its last event is of {story.last_at}")


def described_booking(event: Event) -> tuple[str | None, str | None]:
    """The booking's id and the hash of its state, as the event has them."""
    try:
        facts = orjson.loads(event.facts)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(facts, dict):
        return None, None
    return facts.get("booking"), facts.get("state")


def booking_misfits(row: Mapping[str, Any], described: Event | None) -> Iterator[str]:
    """`row`: the columns of REPEATED and the state; `described`: the last event that says what it must be."""
    if described is None:
        yield "no event of its trail describes it"
    else:
        name, noted = described_booking(described)
        if name != row["id"]:
            yield f"event {described.number} ({described.name}) of its trail describes {name}"
        if noted != digest(row["state"]):
            yield f"state is not what event {described.number} ({described.name}) describes"
    yield from _repeated_otherwise(row)


def _repeated_otherwise(row: Mapping[str, Any]) -> Iterator[str]:
    try:
        state = orjson.loads(row["state"])
        said = {name: state[name] for name in REPEATED}
        for name in ("created_at", "updated_at"):
            said[name] = datetime.fromisoformat(said[name])
    except (ValueError, KeyError, TypeError):
        yield "state cannot be read"
        return
    for name in REPEATED:
        if row[name] != said[name]:
            yield f"{name} is {_shown(row[name])}, its state says {_shown(said[name])}"


def _shown(value: Any) -> str:
    return written_at(value) if isinstance(value, datetime) else str(value)
