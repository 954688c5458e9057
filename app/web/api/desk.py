"""The desk a booking use case works at, for the partner who is calling."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import request
from uuid_utils import uuid4, uuid7

from app.domain.identifiers import Dice
from app.services.booking_desk import BookingDesk, Call
from app.web.api.booking_presenter import BookingPresenter
from app.web.api.gate import caller, moment
from app.web.api.idempotency import call_of
from app.web.api.partner_presenter import partner_json
from app.web.door import bare
from app.web.links import Links
from app.web.platform import platform


@contextmanager
def partner_desk(status: int = 200) -> Iterator[BookingDesk]:
    """For one call: a repeat of a call that carries an idempotency key does not get past here."""
    key = caller()
    with call_of(bare(request), key, status) as call:
        yield desk_for(key.partner_code, key.mode, f"partner:{key.id}", moment(), call)


def desk_for(code: str, mode: str, actor: str, now: datetime, call: Call | None = None) -> BookingDesk:
    shared = platform()
    url = shared.settings.url
    return BookingDesk(
        store=shared.store_of(code, mode),
        now=now,
        actor=actor,
        catalog_of=shared.shelf.release,
        endpoints=lambda event: shared.endpoints.ids_for(code, mode, event),
        account_of=lambda address: shared.tokens.account_id(code, mode, address),
        new_id=lambda: str(uuid7()),
        choose=Dice(uuid4).choice,
        document_url=lambda release_id, path: f"{url}/documents/{release_id}/{path}",
        call=call,
    )


def links() -> Links:
    shared = platform()
    return Links(shared.settings.url, shared.tokens)


def presenter() -> BookingPresenter:
    return BookingPresenter(links())


def partner_of(release_id: str, subsidiary: str | None) -> dict[str, object]:
    shared = platform()
    catalog = shared.shelf.release(release_id)
    base = f"{shared.settings.url}/documents/{release_id}/"
    return partner_json(catalog.partner, base, shared.shelf.made_at(release_id), subsidiary)
