"""How often customers were asked in a store, and what became of it, by day and by person.

Nothing is counted twice or kept apart from what it counts: an ask is a row, what came of it stands with its offer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, exists, func, literal, or_, select

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import asks, drafts
from app.adapters.tables import bookings, trails
from app.domain.drafts import BOOKING, DROPPED, OPEN, QUOTED, SOLD
from app.domain.drafts import DECLINED as DRAFT_DECLINED
from app.domain.lifecycle import DECLINED, OPTED_OUT
from app.domain.tallies import Tally

GIVEN_BACK_WITHIN = timedelta(days=30)
# Named, so that the index over store, status and moment is walked and not the whole store.
_STATUSES = (OPEN, QUOTED, BOOKING, DRAFT_DECLINED, SOLD, DROPPED)

# Person and number of the day.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class CounterNumbers:
    database: Database
    store_id: str
    mode: str

    def tallies(self, starts: Sequence[datetime], until: datetime, staff_id: str | None = None) -> dict[Place, Tally]:
        """`starts`: the first moment of each day, oldest first. A day on which nothing happened has no entry."""
        found: dict[Place, Tally] = defaultdict(Tally)
        with self.database.reading() as connection:
            for query in (self._asked, self._begun):
                for row in connection.execute(query(starts, until, staff_id)):
                    found[row.staff_id, row.day] += Tally(**_counts(row))
            for row in connection.execute(self._cancelled(starts, until, staff_id)):
                if aware(row.updated_at) - aware(row.created_at) <= GIVEN_BACK_WITHIN:
                    found[row.staff_id, row.day] += Tally(cancelled=1)
        return dict(found)

    def _asked(self, starts: Sequence[datetime], until: datetime, staff_id: str | None) -> Any:
        declined = case((trails.c.state.in_((DECLINED, OPTED_OUT)), 1), else_=0)
        day = _day(asks.c.asked_at, starts).label("day")
        counted = (func.count().label("asked"), func.count(bookings.c.id).label("sold"))
        query = select(asks.c.staff_id, day, *counted, func.sum(declined).label("declined"))
        joined = asks.outerjoin(bookings, bookings.c.offer_id == asks.c.offer_id)
        joined = joined.outerjoin(trails, trails.c.id == asks.c.offer_id)
        return query.select_from(joined).where(*self._within(starts, until, staff_id)).group_by(asks.c.staff_id, "day")

    def _cancelled(self, starts: Sequence[datetime], until: datetime, staff_id: str | None) -> Any:
        """Few: what counts as soon is worked out here, where both databases count days alike."""
        columns = (asks.c.staff_id, bookings.c.created_at, bookings.c.updated_at)
        query = select(*columns, _day(asks.c.asked_at, starts).label("day"))
        joined = asks.join(bookings, bookings.c.offer_id == asks.c.offer_id)
        given_back = bookings.c.status == "CANCELLED"
        return query.select_from(joined).where(*self._within(starts, until, staff_id), given_back)

    def _begun(self, starts: Sequence[datetime], until: datetime, staff_id: str | None) -> Any:
        was_asked = exists().where(asks.c.draft_id == drafts.c.id)
        day = _day(drafts.c.created_at, starts).label("day")
        counted = (func.count().label("begun"), func.sum(case((was_asked, 1), else_=0)).label("asked_in"))
        query = select(drafts.c.staff_id, day, *counted).where(
            drafts.c.store_id == self.store_id,
            drafts.c.status.in_(_STATUSES),
            # The first thing saved with a sale is an article: a scan that found none has begun nothing.
            or_(drafts.c.version > 1, was_asked),
            drafts.c.updated_at >= starts[0],
            drafts.c.mode == self.mode,
            drafts.c.created_at >= starts[0],
            drafts.c.created_at < until,
        )
        own = query if staff_id is None else query.where(drafts.c.staff_id == staff_id)
        return own.group_by(drafts.c.staff_id, "day")

    def _within(self, starts: Sequence[datetime], until: datetime, staff_id: str | None) -> tuple[Any, ...]:
        store = (asks.c.store_id == self.store_id, asks.c.mode == self.mode)
        time = (asks.c.asked_at >= starts[0], asks.c.asked_at < until)
        return (*store, *time) if staff_id is None else (*store, *time, asks.c.staff_id == staff_id)


def _counts(row: Any) -> dict[str, int]:
    return {name: int(value or 0) for name, value in row._mapping.items() if name not in ("staff_id", "day")}


def _day(column: Any, starts: Sequence[datetime]) -> Any:
    """Twice a year a store has a day of 23 or 25 hours: first moments are compared, hours not counted."""
    newest = len(starts) - 1
    if not newest:
        return literal(0)
    return case(*((column >= starts[place], place) for place in range(newest, 0, -1)), else_=0)
