"""A desk at which nothing is sold: it only records evidence, for commands that have no request."""

from datetime import datetime
from typing import Any, NoReturn

from app.adapters.store import Store
from app.services.booking_desk import BookingDesk


def evidence_desk(store: Store, now: datetime, actor: str) -> BookingDesk:
    return BookingDesk(store, now, actor, _nothing, _nothing, _nothing, _nothing, _nothing, _nothing)


def _nothing(*_: Any) -> NoReturn:
    raise AssertionError("a desk for evidence prices, sells and sends nothing")
