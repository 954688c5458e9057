"""Drafts in the database: read with every step, written a whole at a time.

A form carries the version it was made from and a nonce. The first submission with a nonce is carried out and noted
with where it led; sent twice, it leads there again. A draft that has changed since is not overwritten.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.adapters.database import Database
from app.adapters.portal_tables import asks, drafts, sale_keys, submissions
from app.adapters.question import Question
from app.domain.drafts import OPEN, Draft
from app.domain.portal_errors import DraftChanged
from app.domain.stored import restored, stored_text

_DRAFT = Question(
    select(drafts.c.state).where(
        drafts.c.id == bindparam("id"),
        drafts.c.partner_code == bindparam("partner_code"),
        drafts.c.store_id == bindparam("store_id"),
    )
)
_FIRST_RESULT = Question(
    select(submissions.c.location).where(
        submissions.c.draft_id == bindparam("draft_id"), submissions.c.nonce == bindparam("nonce")
    )
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: `version` of the draft it shows, and the nonce it carries."""

    version: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A customer was asked about a line; `keys` are what the sale will be found by."""

    line: str
    offer_id: str
    keys: tuple[tuple[str, str], ...] = ()


class Drafts:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    def draft(self, draft_id: str, partner_code: str, store_id: str) -> Draft | None:
        row = _DRAFT.answer(self._database, id=draft_id, partner_code=partner_code, store_id=store_id)
        return None if row is None else _draft(row[0])

    def open_in(self, store_id: str, mode: str, statuses: tuple[str, ...], limit: int) -> list[Draft]:
        """The newest first."""
        query = select(drafts.c.state).where(
            drafts.c.store_id == store_id, drafts.c.mode == mode, drafts.c.status.in_(statuses)
        )
        with self._database.reading() as connection:
            rows = connection.scalars(query.order_by(drafts.c.updated_at.desc()).limit(limit)).all()
        return [_draft(row) for row in rows]

    def by_code(self, code: str, partner_code: str) -> Draft | None:
        return self._one(drafts.c.code == code, drafts.c.partner_code == partner_code)

    def quoted(self, code: str) -> Draft | None:
        """For the phone of whoever took the quote home: the code is one of a kind, and a token goes with it."""
        return self._one(drafts.c.code == code)

    def by_id(self, draft_id: str) -> Draft | None:
        """For the customer's own phone: whoever asks has been given the sale's one-time code."""
        return self._one(drafts.c.id == draft_id)

    def begin(self, draft: Draft) -> None:
        """A button that was tapped three times begins one sale: its id was in the page."""
        with self._database.writing() as connection:
            connection.execute(self._insert(drafts).values(**_row(draft)).on_conflict_do_nothing())

    def first_result(self, draft_id: str, sent: Sent) -> str | None:
        """Where the same form led when it was sent before."""
        row = _FIRST_RESULT.answer(self._database, draft_id=draft_id, nonce=sent.nonce)
        return None if row is None else str(row[0])

    def commit(self, draft: Draft, sent: Sent, location: str, made: tuple[Ask, ...] = ()) -> str:
        """Where to go on: `location`, or where the same form led before. `draft` is the changed one."""
        noted = {"draft_id": draft.id, "nonce": sent.nonce, "location": location, "created_at": draft.updated_at}
        with self._database.writing() as connection:
            inserted = connection.execute(self._insert(submissions).values(**noted).on_conflict_do_nothing())
            if inserted.rowcount == 0:
                query = select(submissions.c.location).where(submissions.c.draft_id == draft.id)
                return str(connection.scalar(query.where(submissions.c.nonce == sent.nonce)))
            self._write(connection, draft, sent.version)
            for ask in made:
                self._ask(connection, draft, ask)
        return location

    def change(self, draft: Draft) -> None:
        """Without a form: what a customer's phone or the server itself notes."""
        with self._database.writing() as connection:
            self._write(connection, draft, draft.version)

    def move(self, draft: Draft) -> None:
        """Into the store where the customer stands now, and with it what was asked and what it is found by."""
        offers = [line.offer.id for line in draft.lines if line.offer is not None]
        home = {"store_id": draft.store_id}
        with self._database.writing() as connection:
            self._write(connection, draft, draft.version)
            connection.execute(update(asks).where(asks.c.draft_id == draft.id), home)
            mine = (sale_keys.c.partner_code == draft.partner_code, sale_keys.c.mode == draft.mode)
            connection.execute(update(sale_keys).where(*mine, sale_keys.c.offer_id.in_(offers)), home)

    def _write(self, connection: Any, draft: Draft, version: int) -> None:
        row = _row(replace(draft, version=version + 1))
        done = connection.execute(update(drafts).where(drafts.c.id == draft.id, drafts.c.version == version), row)
        if done.rowcount != 1:
            raise DraftChanged()

    def _ask(self, connection: Any, draft: Draft, ask: Ask) -> None:
        owner = {"partner_code": draft.partner_code, "mode": draft.mode, "store_id": draft.store_id}
        whom: dict[str, Any] = {"staff_id": draft.staff_id, "asked_at": draft.updated_at}
        row = {"draft_id": draft.id, "line": ask.line, "offer_id": ask.offer_id, **owner, **whom}
        again = self._insert(asks).values(**row)
        changed = {"offer_id": ask.offer_id}
        connection.execute(again.on_conflict_do_update(index_elements=["draft_id", "line"], set_=changed))
        if ask.keys:
            # A serial that was corrected must not go on finding this sale.
            connection.execute(delete(sale_keys).where(sale_keys.c.offer_id == ask.offer_id))
            rows = [{"kind": kind, "value": value, "offer_id": ask.offer_id, **owner} for kind, value in ask.keys]
            connection.execute(self._insert(sale_keys).values(rows).on_conflict_do_nothing())

    def _one(self, *conditions: Any) -> Draft | None:
        with self._database.reading() as connection:
            found = connection.scalar(select(drafts.c.state).where(*conditions))
        return None if found is None else _draft(found)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who begins a sale, and where."""

    partner_code: str
    mode: str
    store_id: str
    staff_id: str
    device_id: str


def begun(draft_id: str, seller: Seller, language: str, now: datetime) -> Draft:
    owner = (seller.partner_code, seller.mode, seller.store_id, seller.staff_id, seller.device_id)
    return Draft(draft_id, *owner, status=OPEN, version=1, created_at=now, updated_at=now, language=language)


def _draft(state: str) -> Draft:
    return restored(Draft, orjson.loads(state))


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "partner_code": draft.partner_code,
        "mode": draft.mode,
        "store_id": draft.store_id,
        "staff_id": draft.staff_id,
        "status": draft.status,
        "version": draft.version,
        "code": draft.code or None,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
        "state": stored_text(draft),
    }
