"""What leaves later: whether, when and how often it is tried again. How it travels is an adapter's matter."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, Protocol

from app.domain.backoff import Pace, wait_after

Outcome = Literal["delivered", "skipped", "failed", "refused"]
KEPT_BYTES = 1024
PLACES_WHEN_UNKNOWN, PLACES_WHEN_FAILING = 8, 2
NO_LANES: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Due:
    """A row of the outbox in a worker's hands; `attempts` counts the one that begins now."""

    id: str
    kind: str
    partner_code: str
    mode: str
    booking_id: str
    event: str
    endpoint_id: str | None
    payload: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt. `failed` may go better later, `refused` never will by itself."""

    outcome: Outcome
    status: int | None
    said: str
    pace: Pace | None = None


@dataclass(frozen=True, slots=True)
class Attempted:
    """A finished attempt as it is written down: the row of the delivery log, and what becomes of the message."""

    outbox_id: str
    number: int
    at: datetime
    milliseconds: int
    status: int | None
    said: str
    becomes: str
    next_at: datetime | None = None


class Carrier(Protocol):
    """Takes one kind of message out of the house."""

    @property
    def pace(self) -> Pace: ...

    async def carry(self, due: Due) -> Answer: ...

    async def close(self) -> None: ...


def attempted(due: Due, answer: Answer, pace: Pace, began: datetime, ended: datetime, draw: float) -> Attempted:
    """`pace` is the one the answer does not bring along itself."""
    becomes, next_at = _becomes(due, answer, answer.pace or pace, ended, draw)
    milliseconds = max(0, round((ended - began).total_seconds() * 1000))
    return Attempted(due.id, due.attempts, began, milliseconds, answer.status, kept(answer.said), becomes, next_at)


def is_spent(due: Due, pace: Pace) -> bool:
    """More attempts than there may be: those before ended with the worker, perhaps because of this very row."""
    return due.attempts > pace.attempts


SPENT = Answer("refused", None, "Every attempt ended with the worker that made it.")


def _becomes(due: Due, answer: Answer, pace: Pace, now: datetime, draw: float) -> tuple[str, datetime | None]:
    if answer.outcome in ("delivered", "skipped"):
        return answer.outcome, None
    wait = wait_after(pace, due.attempts, draw) if answer.outcome == "failed" else None
    return ("parked", None) if wait is None else ("waiting", now + timedelta(seconds=wait))


def kept(said: str | bytes) -> str:
    """The first kilobyte, as text that every database stores: neither NUL nor half a character."""
    data = said if isinstance(said, bytes) else said.encode("utf-8", "replace")
    return data[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")


def fair_choice(candidates: Sequence[tuple[str, str]], room_for: Callable[[str], int], most: int) -> list[str]:
    """Ids to take of (id, lane), a lane in turn: who has a thousand waiting gets no more than who has one."""
    lanes: dict[str, list[str]] = defaultdict(list)
    for name, lane in candidates:
        lanes[lane].append(name)
    rounds = [
        (place, name) for lane, names in lanes.items() for place, name in enumerate(names[: max(0, room_for(lane))])
    ]
    return [name for _, name in sorted(rounds, key=lambda one: one[0])[:most]]


class Lanes:
    """Who has how much on its way. A lane nobody has answered in yet gets a few places, one that answered last time
    all of its own, one that failed two: receivers that hang hold their places for the whole deadline, and must not
    hold all there are."""

    def __init__(self, places: int, places_a_lane: int, narrow: Mapping[str, int] = NO_LANES) -> None:
        self._places = places
        self._a_lane = places_a_lane
        self._narrow = narrow
        self._taken: Counter[str] = Counter()
        self._allowed: dict[str, int] = {}

    def as_now(self) -> "Lanes":
        """A copy for another thread: places only become free while that one chooses."""
        copy = Lanes(self._places, self._a_lane, self._narrow)
        copy._taken, copy._allowed = self._taken.copy(), self._allowed.copy()
        return copy

    @property
    def free(self) -> int:
        return self._places - self._taken.total()

    def room(self, lane: str) -> int:
        allowed = self._allowed.get(lane, min(PLACES_WHEN_UNKNOWN, self._a_lane))
        return min(allowed, self._narrow.get(lane, allowed)) - self._taken[lane]

    def full(self) -> list[str]:
        return [lane for lane in self._taken if self.room(lane) <= 0]

    def enter(self, lane: str) -> None:
        self._taken[lane] += 1

    def leave(self, lane: str, is_well: bool) -> None:
        self._taken[lane] -= 1
        if not self._taken[lane]:
            del self._taken[lane]
        self._allowed[lane] = self._a_lane if is_well else PLACES_WHEN_FAILING


def lane_of(kind: str, endpoint_id: str | None) -> str:
    """All mail goes through one server and is one lane."""
    return endpoint_id or kind
