"""What every use case that changes a booking works with, and the one way its change is carried out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.catalog.model import Catalog
from app.domain.bookings import Booking
from app.domain.errors import AlreadyFinished, Conflict, DomainError, KeyReused
from app.domain.evidence import Happening, Head, events_after
from app.domain.identifiers import Choose
from app.domain.modes import TRAINING
from app.services.records import BookingStore, Change, FinishedCall, TrailStep

# Each try reads and decides anew. Somebody has to win each round, so a handful is plenty for real traffic.
TRIES = 12


@dataclass(frozen=True, slots=True)
class Call:
    """A call that carries an idempotency key: which one, with which body, and the status it is answered with."""

    scope: str
    body_hash: str
    status: int


@dataclass(frozen=True, slots=True)
class BookingDesk:
    store: BookingStore
    now: datetime
    actor: str
    catalog_of: Callable[[str], Catalog]
    endpoints: Callable[[str], tuple[str, ...]]
    account_of: Callable[[str], str]
    new_id: Callable[[], str]
    choose: Choose
    document_url: Callable[[str, str], str]
    call: Call | None = None


def carried_out(desk: BookingDesk, attempt: Callable[[], tuple[Change, bytes]]) -> bytes:
    """The answer, durable before it is given. A repeated call is answered from what was stored with the first."""
    for left in range(TRIES - 1, -1, -1):
        try:
            change, answer = attempt()
            desk.store.commit(_remembered(desk, _leaving(desk, change), answer))
            return answer
        except DomainError as problem:
            # Whether the call is a repeat is asked late: the first of its kind, nearly every one, need not ask.
            _refuse_repeat(desk)
            if not (isinstance(problem, Conflict) and left):
                raise
    raise AssertionError("the last try raises")


def _leaving(desk: BookingDesk, change: Change) -> Change:
    """Practice at the counter reaches nobody, whichever use case would write to somebody."""
    return replace(change, outgoing=()) if desk.store.mode == TRAINING else change


def _refuse_repeat(desk: BookingDesk) -> None:
    if desk.call is None:
        return
    found = desk.store.finished_call(desk.call.scope)
    if found is None:
        return
    if found.body_hash != desk.call.body_hash:
        raise KeyReused()
    raise AlreadyFinished(found.status, found.answer.encode())


def _remembered(desk: BookingDesk, change: Change, answer: bytes) -> Change:
    if desk.call is None:
        return change
    call = desk.call
    return replace(change, finished=FinishedCall(call.scope, call.body_hash, call.status, answer.decode(), desk.now))


def step(desk: BookingDesk, trail_id: str, head: Head, state: str, *happened: Happening) -> TrailStep:
    """The happenings as events of the trail."""
    events, last = events_after(trail_id, head, desk.now, happened)
    return TrailStep(trail_id, events, last, state, desk.now)


def account_of(desk: BookingDesk, booking: Booking) -> str:
    """Bookings of the same address are one account; without an address a booking is an account of its own."""
    return desk.account_of(booking.policyholder.get("email") or booking.id)
