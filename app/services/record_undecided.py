"""Undecided: an offer was seen or chosen in a panel, and nobody has said yes or no for days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.errors import Conflict
from app.domain.evidence import ACTIONS, Happening, Head, events_after
from app.domain.lifecycle import next_state
from app.services.records import Change, TrailStep

ACTOR = "awning"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OpenTrail:
    """A trail that has stood still, as it was read."""

    id: str
    partner_code: str
    mode: str
    head: Head
    state: str


class OpenTrails(Protocol):
    def standing_since(self, before: datetime, most: int) -> Sequence[OpenTrail]: ...

    def write(self, changes: list[Change]) -> None:
        """All of them or none: Conflict when one of the trails has gone on."""


def record_undecided(trails: OpenTrails, now: datetime, after: timedelta) -> int:
    """How many offers were left undecided. Any number of workers may do this at once, and none does it twice."""
    recorded = 0
    while True:
        found = trails.standing_since(now - after, AT_ONCE)
        done = _written(trails, [_left_undecided(trail, now, after) for trail in found])
        recorded += done
        if len(found) < AT_ONCE or not done:
            return recorded


def _left_undecided(trail: OpenTrail, now: datetime, after: timedelta) -> Change:
    """It follows the event that was read, and no other: a customer who moves at this moment wins."""
    action = ACTIONS["undecided"]
    assert action is not None
    state = next_state("offer", trail.state, action)
    happened = Happening("undecided", ACTOR, {"hours": round(after.total_seconds() / 3600, 3)})
    made, head = events_after(trail.id, trail.head, now, [happened])
    return Change(partner_code=trail.partner_code, mode=trail.mode, step=TrailStep(trail.id, made, head, state, now))


def _written(trails: OpenTrails, changes: list[Change]) -> int:
    """Halved until the one that has gone on stands alone: it is left as it is."""
    if not changes:
        return 0
    try:
        trails.write(changes)
    except Conflict:
        if len(changes) == 1:
            return 0
        middle = len(changes) // 2
        return _written(trails, changes[:middle]) + _written(trails, changes[middle:])
    return len(changes)
