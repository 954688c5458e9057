"""Sealing what has happened, and checking seals against what is there now."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from app.adapters.database import Database
from app.adapters.encryption import derived_key
from app.adapters.evidence_rows import events_between, offers_between, pages
from app.adapters.keyring import aware
from app.adapters.tables import events, offers, seals
from app.domain.evidence import written_at
from app.domain.evidence_seals import BEGINNING, Seal, event_leaf, moment_of, offer_leaf, root, seal_misfits, signed

# A row bears the moment its request came. A statement ends within five seconds and a change is tried a dozen times:
# what is older than this is there, or will never be.
SETTLED = timedelta(seconds=60)
LONGEST = timedelta(minutes=10)
ADVISORY_LOCK = 727_402

SEAL = tuple(seals.c[name] for name in Seal.__dataclass_fields__)


@dataclass(slots=True)
class Stretch:
    """The leaves of everything in a stretch of time."""

    offers: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    @property
    def leaves(self) -> list[str]:
        return self.offers + self.events


def seal_key(secret_key: str) -> bytes:
    return derived_key(secret_key, "evidence-seals")


def seal_due(database: Database, secret_key: str, now: datetime) -> int:
    """Seals what is settled and not sealed yet; how many seals that took. Any number of workers may try at once."""
    key, made = seal_key(secret_key), 0
    while True:
        last = last_seal(database)
        seal = _next_seal(database, last, now - SETTLED)
        if seal is None or not _add(database, signed(seal, key)):
            return made
        made += 1


def last_seal(database: Database) -> Seal | None:
    with database.reading() as connection:
        return _last(connection)


def seals_after(database: Database, number: int = 0) -> Iterator[Seal]:
    for page in pages(database, select(*SEAL).where(seals.c.id > number), (seals.c.id,)):
        for row in page:
            yield seal_of(row)


def seal_of(row: Row[Any]) -> Seal:
    return Seal(**row._mapping)


def stretch(database: Database, from_at: str, to_at: str) -> Stretch:
    found = Stretch()
    for page in pages(database, offers_between(moment_of(from_at), moment_of(to_at)), (offers.c.id,)):
        found.offers.extend(offer_leaf(row.id, row.evidence or "") for row in page)
    keys = (events.c.at, events.c.trail_id, events.c.number)
    for page in pages(database, events_between(from_at, to_at), keys):
        found.events.extend(event_leaf(row.trail_id, row.number, row.hash) for row in page)
    return found


def misfits(database: Database, seal: Seal, before: Seal | None, key: bytes) -> list[str]:
    """What is wrong with a seal, or with the stretch under it."""
    found = seal_misfits(seal, before, key)
    try:
        there = stretch(database, seal.from_at, seal.to_at)
    except ValueError:
        return [*found, f"from {seal.from_at} to {seal.to_at} is no stretch of time"]
    place = f"between {seal.from_at} and {seal.to_at}"
    counted = (("offer", seal.offers, len(there.offers)), ("event", seal.events, len(there.events)))
    wrong = [_miscounted(what, sealed, now, place) for what, sealed, now in counted if sealed != now]
    if not wrong and root(there.leaves) != seal.hash:
        wrong = [f"{place} its {seal.offers} offers and {seal.events} events are not those that were sealed"]
    return found + wrong


def _miscounted(what: str, sealed: int, now: int, place: str) -> str:
    many = abs(sealed - now)
    verb = "is" if many == 1 else "are"
    said = f"{verb} missing" if sealed > now else f"{verb} too many"
    return f"{place} {many} {what}{'' if many == 1 else 's'} {said}: {sealed} were sealed, {now} are there"


def _next_seal(database: Database, last: Seal | None, settled: datetime) -> Seal | None:
    """From the end of the last seal, over any time in which nothing happened, to ten minutes after something did."""
    number, from_at, previous = (0, BEGINNING, "") if last is None else (last.id, last.to_at, last.signature)
    first = _first_between(database, from_at, settled)
    if first is None:
        return None
    to_at = written_at(min(first + LONGEST, settled))
    found = stretch(database, from_at, to_at)
    return Seal(number + 1, from_at, to_at, len(found.offers), len(found.events), root(found.leaves), previous)


def _first_between(database: Database, from_at: str, settled: datetime) -> datetime | None:
    offer = offers_between(moment_of(from_at), settled).with_only_columns(offers.c.created_at)
    event = events_between(from_at, written_at(settled)).with_only_columns(events.c.at)
    with database.reading() as connection:
        offered = connection.scalar(offer.order_by(offers.c.id).limit(1))
        happened = connection.scalar(event.order_by(events.c.at).limit(1))
    moments = [] if offered is None else [aware(offered)]
    moments += [] if happened is None else [_readable(happened, settled)]
    return min(moments, default=None)


def _readable(at: str, otherwise: datetime) -> datetime:
    """A moment somebody has spoilt must not stop the sealing: verification names it."""
    try:
        return moment_of(at)
    except ValueError:
        return otherwise


def _add(database: Database, seal: Seal) -> bool:
    """False when somebody else has sealed in the meantime: the stretch was worked out without a lock."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        last = _last(connection)
        if (0 if last is None else last.id) + 1 != seal.id:
            return False
        connection.execute(insert(seals), asdict(seal))
    return True


def _last(connection: Connection) -> Seal | None:
    row = connection.execute(select(*SEAL).order_by(seals.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else seal_of(row)
