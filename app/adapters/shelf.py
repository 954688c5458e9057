"""The shelf of compiled catalogs: what is published is in the database, what is used is in memory.

A server looks for new publications every few seconds with one small query, and compiles a partner's release
when it is first asked for. The contract promises five minutes; a partner who has just published should not wait.
"""

import zlib
from datetime import datetime
from threading import Lock
from time import monotonic

import orjson
from cachetools import LRUCache
from sqlalchemy import insert, select

from app.adapters.database import Database
from app.adapters.tables import publications, releases
from app.catalog.compiling import compiled
from app.catalog.model import Catalog
from app.catalog.release import Release
from app.domain.errors import PartnerNotFound, StoreUnavailable

COMPRESSION = 6
# Two publications at once may become visible in the other order than their numbers: the last few are read again.
READ_AGAIN = 50


class Shelf:
    def __init__(self, database: Database, refresh_seconds: float, capacity: int) -> None:
        self._database = database
        self._refresh_seconds = refresh_seconds
        self._compiled: LRUCache[str, Catalog] = LRUCache(capacity)
        self._current: dict[str, str] = {}
        self._last_publication = 0
        self._looked_at = float("-inf")
        self._lock = Lock()

    def catalog(self, code: str) -> Catalog:
        self._look(code)
        release_id = self._current.get(code)
        if release_id is None:
            raise PartnerNotFound()
        found = self._compiled.get(release_id)
        return found if found is not None else self._compile(release_id)

    def partner_codes(self) -> list[str]:
        self._look("")
        return sorted(self._current)

    def publish(self, release: Release, now: datetime) -> bool:
        """Stores the release and puts it in force. False when it was in force already."""
        with self._database.writing() as connection:
            last = select(publications.c.release_id).where(publications.c.partner_code == release.code)
            if connection.scalar(last.order_by(publications.c.id.desc()).limit(1)) == release.id:
                return False
            if connection.scalar(select(releases.c.id).where(releases.c.id == release.id)) is None:
                document = zlib.compress(orjson.dumps(release.document), COMPRESSION)
                row = {"id": release.id, "partner_code": release.code, "created_at": now, "document": document}
                connection.execute(insert(releases), row)
            row = {"partner_code": release.code, "release_id": release.id, "published_at": now}
            connection.execute(insert(publications), row)
        self._looked_at = float("-inf")
        return True

    def release(self, release_id: str) -> Release:
        query = select(releases.c.partner_code, releases.c.document).where(releases.c.id == release_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one()
        return Release(release_id, row.partner_code, orjson.loads(zlib.decompress(row.document)))

    def _look(self, code: str) -> None:
        """A partner we do not know may have been published a moment ago: then look sooner."""
        patience = self._refresh_seconds if code in self._current else min(1.0, self._refresh_seconds)
        if monotonic() - self._looked_at < patience:
            return
        self._looked_at = monotonic()
        query = select(publications.c.id, publications.c.partner_code, publications.c.release_id)
        query = query.where(publications.c.id > self._last_publication - READ_AGAIN).order_by(publications.c.id)
        try:
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
        except StoreUnavailable:
            if code in self._current:
                return  # what is in memory still prices; storing the offer will say that the database is away
            raise
        with self._lock:
            for row in rows:
                self._current[row.partner_code] = row.release_id
                self._last_publication = max(self._last_publication, row.id)

    def _compile(self, release_id: str) -> Catalog:
        with self._lock:
            found = self._compiled.get(release_id)
            if found is None:
                found = self._compiled[release_id] = compiled(self.release(release_id))
            return found
