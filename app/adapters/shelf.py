"""The shelf of compiled catalogs: what is published is in the database, what is used is in memory.

A server looks for new publications every few seconds with one small query, and compiles a partner's release
when it is first asked for. The contract promises five minutes; a partner who has just published should not wait.
"""

import zlib
from datetime import datetime
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any

import orjson
from cachetools import LRUCache
from sqlalchemy import insert, select

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.tables import publications, releases
from app.catalog.compiling import compiled
from app.catalog.model import Catalog
from app.catalog.release import Release
from app.domain.errors import PartnerNotFound, StoreUnavailable

COMPRESSION = 6
# Two publications at once may become visible in the other order than their numbers: the last few are read again.
READ_AGAIN = 50
# Wordings and documents kept as text, some ten kilobytes each.
MOST_PAGES = 200


class Shelf:
    def __init__(self, database: Database, refresh_seconds: float, capacity: int) -> None:
        self._database = database
        self._refresh_seconds = refresh_seconds
        self._compiled: LRUCache[str, Catalog] = LRUCache(capacity)
        self._partners: LRUCache[str, dict[str, Any]] = LRUCache(capacity)
        self._kept_page = lru_cache(MOST_PAGES)(self._read_page)
        self._current: dict[str, str] = {}
        self._made_at: dict[str, datetime] = {}
        self._last_publication = 0
        self._looked_at = float("-inf")
        self._looking = Lock()
        self._compiling = Lock()

    def catalog(self, code: str) -> Catalog:
        self._look(code)
        release_id = self._current.get(code)
        if release_id is None:
            raise PartnerNotFound()
        return self.release(release_id)

    def release(self, release_id: str) -> Catalog:
        """A release whether it is in force or not: what was sold by it stays as it was."""
        found = self._compiled.get(release_id)
        return found if found is not None else self._compile(release_id)

    def made_at(self, release_id: str) -> datetime:
        self.release(release_id)
        return self._made_at[release_id]

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
                connection.execute(insert(releases), _row(release, now))
            row = {"partner_code": release.code, "release_id": release.id, "published_at": now}
            connection.execute(insert(publications), row)
        self._looked_at = float("-inf")
        return True

    def page(self, release_id: str, name: str) -> tuple[dict[str, Any], str] | None:
        """The partner and the text of one document of a release."""
        return self._page(release_id, "files", name)

    def wording(self, release_id: str, name: str) -> tuple[dict[str, Any], str] | None:
        """The partner and a policy wording of a release, by NAME.LANGUAGE."""
        return self._page(release_id, "wording", name)

    def _page(self, release_id: str, kind: str, name: str) -> tuple[dict[str, Any], str] | None:
        try:
            return self._kept_page(release_id, kind, name)
        except LookupError:
            return None

    def _read_page(self, release_id: str, kind: str, name: str) -> tuple[dict[str, Any], str]:
        """Kept: a release never changes, and unpacking one takes milliseconds. What is not there is not kept."""
        query = select(releases.c.document, releases.c.pages).where(releases.c.id == release_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise LookupError(release_id)
        return unpacked(row.document)["partner"], unpacked(row.pages)[kind][name]

    def partner(self, release_id: str) -> dict[str, Any]:
        """The partner as a release describes it: title, addresses, rules for mail."""
        found = self._partners.get(release_id)
        if found is None:
            found = self._partners[release_id] = self._document(release_id)[1]["partner"]
        return found

    def _document(self, release_id: str) -> tuple[str, dict[str, Any]]:
        columns = (releases.c.partner_code, releases.c.document, releases.c.created_at)
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(releases.c.id == release_id)).one()
        self._made_at[release_id] = aware(row.created_at)
        return row.partner_code, unpacked(row.document)

    def _look(self, code: str) -> None:
        """One request looks and the others go on with what they know; who asks for an unknown partner waits.

        A partner we do not know may have been published a moment ago: then we look sooner.
        """
        is_known = code in self._current
        if self._is_fresh(is_known) or not self._looking.acquire(blocking=not is_known):
            return
        try:
            if not self._is_fresh(is_known):
                self._read_publications()
        except StoreUnavailable:
            if not is_known:
                raise
            # What is in memory still prices; storing the offer will say that the database is away.
            self._looked_at = monotonic() - self._refresh_seconds + min(1.0, self._refresh_seconds)
        finally:
            self._looking.release()

    def _is_fresh(self, is_known: bool) -> bool:
        patience = self._refresh_seconds if is_known else min(1.0, self._refresh_seconds)
        return monotonic() - self._looked_at < patience

    def _read_publications(self) -> None:
        query = select(publications.c.id, publications.c.partner_code, publications.c.release_id)
        query = query.where(publications.c.id > self._last_publication - READ_AGAIN).order_by(publications.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            self._current[row.partner_code] = row.release_id
            self._last_publication = row.id
        self._looked_at = monotonic()

    def _compile(self, release_id: str) -> Catalog:
        with self._compiling:
            found = self._compiled.get(release_id)
            if found is None:
                found = self._compiled[release_id] = compiled(release_id, *self._document(release_id))
            return found


def _row(release: Release, now: datetime) -> dict[str, Any]:
    return {
        "id": release.id,
        "partner_code": release.code,
        "created_at": now,
        "document": packed(release.document),
        "pages": packed(release.pages),
    }


def packed(document: dict[str, Any]) -> bytes:
    return zlib.compress(orjson.dumps(document), COMPRESSION)


def unpacked(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(zlib.decompress(data))
    return found
