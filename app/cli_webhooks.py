"""`awning webhooks`: partners' endpoints, and what became of every delivery."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from app.cli_worker import own_settings

if TYPE_CHECKING:
    from app.adapters.database import Database
    from app.adapters.outbox import Outbox
    from app.adapters.webhook_endpoints import Endpoints
    from app.config import Settings

EVENTS = ("BOOKING_CREATED", "BOOKING_UPDATED", "BOOKING_CANCELLED")
KEY_ID = re.compile(r"[A-Za-z0-9._:-]{1,120}")
SHORTEST_SECRET = 16


@click.group()
def webhooks() -> None:
    """Webhook endpoints and their deliveries."""


@webhooks.command()
@click.argument("code")
@click.argument("url")
@click.option("--mode", type=click.Choice(["live", "test"]), default="live", show_default=True)
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="repeatable; all when left out")
@click.option("--id", "key_id", help="bring an existing key id")
@click.option("--secret", help="bring an existing secret")
@click.option("--quick-attempts", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--hourly-attempts", type=click.IntRange(0, 720), default=72, show_default=True)
def create(
    code: str,
    url: str,
    mode: str,
    events: tuple[str, ...],
    key_id: str | None,
    secret: str | None,
    quick_attempts: int,
    hourly_attempts: int,
) -> None:
    """Tell a partner's system of its bookings. The secret is shown once."""
    from app.adapters.webhook_addresses import address_rules, check_reachable
    from app.adapters.webhook_endpoints import Endpoint, new_secret

    settings = own_settings()
    own = _checked(code, key_id, secret)
    check_reachable(address_rules(settings), url)
    chosen = secret or new_secret()
    wanted = Endpoint(
        id="",
        partner_code=code,
        mode=mode,
        url=url,
        key_id=own,
        sealed=b"",
        old_sealed=None,
        old_until=None,
        events=tuple(dict.fromkeys(events)),
        quick_attempts=quick_attempts,
        hourly_attempts=hourly_attempts,
        created_at=datetime.now(UTC),
    )
    made = _endpoints(settings).create(wanted, chosen)
    click.echo(f"endpoint  {made.id}\nkey       {made.key_id}")
    _show_secret(chosen)


def _checked(code: str, key_id: str | None, secret: str | None) -> str:
    """The key id to sign with, after a look at everything that was brought along."""
    from app.adapters.webhook_endpoints import new_secret
    from app.domain.keys import is_partner_code

    if not is_partner_code(code):
        raise click.UsageError(f"CODE: {code!r} must be five capital letters or digits")
    if key_id is not None and not KEY_ID.fullmatch(key_id):
        raise click.UsageError("--id: letters, digits and . _ : - only, up to 120 of them")
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise click.UsageError(f"--secret: must have {SHORTEST_SECRET} characters or more")
    return key_id or f"wk_{new_secret()[:20]}"


@webhooks.command("list")
@click.argument("code", required=False)
def list_endpoints(code: str | None) -> None:
    """List endpoints."""
    for one in _endpoints(own_settings()).all(code):
        state = "removed" if one.removed_at else "active"
        events = ",".join(one.events) or "all events"
        click.echo(f"{one.partner_code}  {one.mode:4}  {state:7}  {one.id}  {one.key_id}  {one.url}  {events}")


@webhooks.command()
@click.argument("endpoint_id")
@click.option("--overlap-hours", type=click.IntRange(0, 720), default=24, show_default=True)
def roll(endpoint_id: str, overlap_hours: int) -> None:
    """Give an endpoint a new secret; the old one goes on signing beside it for a while."""
    secret = _endpoints(own_settings()).roll(endpoint_id, datetime.now(UTC), timedelta(hours=overlap_hours))
    _show_secret(secret)


@webhooks.command()
@click.argument("endpoint_id")
def remove(endpoint_id: str) -> None:
    """End an endpoint; what still waits for it is parked."""
    _endpoints(own_settings()).remove(endpoint_id, datetime.now(UTC))
    click.echo(f"{endpoint_id} is removed.")


@webhooks.command()
@click.option("--booking", help="only what was caused by this booking, mail too")
@click.option("--endpoint", help="only what went to this endpoint")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
def log(booking: str | None, endpoint: str | None, limit: int) -> None:
    """Show the delivery log, the newest first."""
    from app.adapters.keyring import aware

    for row in _outbox(own_settings()).log(booking=booking, endpoint=endpoint, limit=limit):
        said = " ".join("".join(one if one.isprintable() else " " for one in row.said).split())
        click.echo(
            f"{aware(row.at):%Y-%m-%d %H:%M:%S}  {row.booking_id}  {row.event:17}  attempt {row.number}"
            f"  {row.status or '-':>3}  {row.milliseconds} ms  {row.state}  {row.outbox_id}  {said[:200]}"
        )


@webhooks.command()
@click.option("--booking", help="what was caused by this booking, mail too")
@click.option("--endpoint", help="what goes to this endpoint")
@click.option("--all", "everything", is_flag=True, help="everything, mail too")
def replay(booking: str | None, endpoint: str | None, everything: bool) -> None:
    """Deliver what was parked once more, from its first attempt on."""
    if (booking is not None) + (endpoint is not None) + everything != 1:
        raise click.UsageError("say one of --booking ID, --endpoint ID and --all")
    count = _outbox(own_settings()).replay(datetime.now(UTC), booking=booking, endpoint=endpoint)
    click.echo(f"{count} parked {'delivery waits' if count == 1 else 'deliveries wait'} again.")


def _show_secret(secret: str) -> None:
    from app.adapters.webhook_signing import standard_secret

    click.echo(f"secret    {secret}\nstandard  {standard_secret(secret)}\nThe secret is not shown again.")


def _database(settings: Settings) -> Database:
    from app.adapters.database import Database
    from app.adapters.migrating import migrate

    database = Database(settings.database_url, pool_size=1)
    migrate(database)
    return database


def _endpoints(settings: Settings) -> Endpoints:
    from app.adapters.encryption import Cipher
    from app.adapters.webhook_endpoints import Endpoints

    return Endpoints(_database(settings), Cipher(settings.secret_key, "webhook-secrets"))


def _outbox(settings: Settings) -> Outbox:
    from app.adapters.outbox import Outbox

    return Outbox(_database(settings), timedelta(seconds=settings.delivery.lease))
