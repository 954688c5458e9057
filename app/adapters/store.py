"""Everything one partner has stored, and nothing of anybody else: a store is opened for a partner and a mode."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.adapters.database import Database
from app.adapters.group_commit import GroupCommit
from app.adapters.keyring import aware
from app.adapters.tables import offers
from app.services.records import OfferFilter, OfferPage, OfferRecord, OfferSummary

_SUMMARY = tuple(offers.c[name] for name in OfferSummary.__dataclass_fields__)


class OfferLog:
    """Appends offers, many in one durable transaction."""

    def __init__(self, database: Database) -> None:
        self._commits = GroupCommit(database, offers)

    def append(self, row: dict[str, Any]) -> None:
        self._commits.append(row)


@dataclass(frozen=True, slots=True)
class Store:
    database: Database
    log: OfferLog
    partner_code: str
    mode: str

    def add_offer(self, record: OfferRecord) -> None:
        row = {name: getattr(record, name) for name in record.__slots__}
        row["partner_code"], row["mode"] = self.partner_code, self.mode
        self.log.append(row)

    def offer_answer(self, offer_id: str) -> str | None:
        with self.database.reading() as connection:
            found: str | None = connection.scalar(self._own(select(offers.c.answer)).where(offers.c.id == offer_id))
        return found

    def offers(self, wanted: OfferFilter) -> OfferPage:
        """The newest first. One row more than asked for tells whether there is a next page."""
        query = self._own(select(*_SUMMARY)).order_by(offers.c.id.desc()).limit(wanted.limit + 1)
        for name in ("offer_schema", "offer_config_id", "partner_transaction_id", "subsidiary", "session_id"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(offers.c[name] == value)
        if wanted.created_from is not None:
            query = query.where(offers.c.created_at >= aware(wanted.created_from))
        if wanted.created_to is not None:
            query = query.where(offers.c.created_at < aware(wanted.created_to))
        if wanted.after is not None:
            query = query.where(offers.c.id < wanted.after)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        found = [OfferSummary(**{**row._mapping, "created_at": aware(row.created_at)}) for row in rows]
        page = found[: wanted.limit]
        return OfferPage(page, page[-1].id if len(found) > wanted.limit else None)

    def _own(self, query: Select[Any]) -> Select[Any]:
        return query.where(offers.c.partner_code == self.partner_code, offers.c.mode == self.mode)
