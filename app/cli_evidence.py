"""`awning evidence`: proving the trails whole, sealing them, and giving one customer's out."""

from __future__ import annotations

import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli_worker import own_settings

if TYPE_CHECKING:
    from app.adapters.database import Database
    from app.adapters.evidence_dossier import Subject
    from app.adapters.evidence_verification import Counts, Verification
    from app.config import Settings


@click.group()
def evidence() -> None:
    """What customers were shown and what they chose."""


@evidence.command()
@click.option("--partner", metavar="CODE", help="one partner's only; seals cover everybody and are left out")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="what was made or has changed since this day (UTC)")
def verify(partner: str | None, since: datetime | None) -> None:
    """Prove every trail whole, or name what is broken (and end with 1)."""
    from app.adapters.evidence_verification import Scope, Verification

    settings, database = _opened()
    scope = Scope(partner, None if since is None else since.replace(tzinfo=UTC))
    verification = Verification(database, settings.secret_key, scope, tell=_progress)
    broken = 0
    for one in verification.breaks():
        _clear_progress()
        click.echo(str(one))
        broken += 1
    _clear_progress()
    _summary(verification, broken)
    if broken:
        sys.exit(1)


@evidence.command()
def seal() -> None:
    """Seal by hand what a worker seals every minute: everything older than a minute."""
    from app.adapters.evidence_seals import last_seal, seal_due

    settings, database = _opened()
    made = seal_due(database, settings.secret_key, datetime.now(UTC))
    last = last_seal(database)
    if last is None:
        click.echo("Nothing has happened yet that is old enough to be sealed.")
        return
    click.echo(f"{_many(made, 'new seal')}. Seal {last.id} ends at {last.to_at}; its signature is {last.signature}")


@evidence.command()
@click.argument("booking_id")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="a folder; this one")
def export(booking_id: str, into: Path) -> None:
    """Write all evidence of a booking, or of an offer, as JSON and as PDF."""
    from app.adapters.documents.evidence import evidence_pdf
    from app.adapters.evidence_dossier import dossier, subject_of
    from app.adapters.evidence_export import export_json, export_of
    from app.adapters.evidence_pages import evidence_facts

    settings, database = _opened()
    subject, now, operator = subject_of(database, booking_id), datetime.now(UTC), f"operator:{_operator()}"
    _record_export(database, subject, now, operator)
    found = export_of(dossier(database, settings.secret_key, subject), operator, now)
    into.mkdir(parents=True, exist_ok=True)
    for ending, data in (("json", export_json(found)), ("pdf", evidence_pdf(evidence_facts(found)))):
        path = into / f"{subject.id}.{ending}"
        path.write_bytes(data)
        click.echo(str(path))
    for said in found["verification"]["breaks"]:
        click.echo(f"broken: {said}", err=True)


def _record_export(database: Database, subject: Subject, now: datetime, operator: str) -> None:
    """Before anything is written: nobody takes evidence out without a trace. What is broken can be taken out too."""
    from app.adapters.evidence_desk import evidence_desk
    from app.adapters.store import Logs, Store
    from app.domain.errors import BookingNotFound, Conflict
    from app.domain.evidence import Happening
    from app.services.record_evidence import record_booking_evidence, record_offer_evidence

    store = Store(database, Logs.of(database), subject.partner_code, subject.mode)
    desk = evidence_desk(store, now, operator)
    happened = Happening("exported", operator, {"booking": subject.booking_id, "as": ["json", "pdf"]})
    try:
        if subject.booking_id is not None:
            record_booking_evidence(desk, subject.booking_id, happened)
        else:
            record_offer_evidence(desk, subject.trail_id, happened)
    except (BookingNotFound, Conflict):
        click.echo(f"The trail of {subject.id} is broken: this export could not be recorded in it.", err=True)


def _opened() -> tuple[Settings, Database]:
    from app.adapters.database import Database
    from app.adapters.migrating import migrate

    settings = own_settings()
    database = Database(settings.database_url, pool_size=1)
    migrate(database)
    return settings, database


def _operator() -> str:
    try:
        return getpass.getuser()[:100]
    except (KeyError, OSError):
        return str(os.getuid())


def _progress(counts: Counts) -> None:
    if sys.stderr.isatty():
        said = f"{counts.offers} offers, {counts.events} events, {counts.seals} seals"
        click.echo(f"\r\x1b[K{said}", err=True, nl=False)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def _summary(verification: Verification, broken: int) -> None:
    counts = verification.counts
    looked = (counts.offers, "offer"), (counts.events, "event"), (counts.bookings, "booking")
    rest = (counts.releases, "release"), (counts.seals, "seal")
    click.echo(", ".join(_many(number, what) for number, what in (*looked, *rest)) + " looked at.")
    if counts.older:
        click.echo(f"{_many(counts.older, 'offer')} made before there was evidence: not proven.")
    if counts.unsealable:
        click.echo(f"{_many(counts.unsealable, 'offer')} with an id of another time than its own: no seal covers such.")
    if verification.scope.partner is None:
        click.echo(_sealed(verification))
    else:
        click.echo("Seals cover all partners together and were not looked at.")
    click.echo(f"{_many(broken, 'break')} found." if broken else "Everything fits.")


def _sealed(verification: Verification) -> str:
    from app.adapters.evidence_seals import last_seal

    last = last_seal(verification.database)
    if last is None:
        return "Nothing is sealed yet."
    return f"Sealed up to {last.to_at}. Seal {last.id} has the signature {last.signature}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
