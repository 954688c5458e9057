"""The `awning` command."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli_evidence import evidence
from app.cli_staff import staff
from app.cli_stores import devices, stores
from app.cli_webhooks import webhooks
from app.cli_worker import worker
from app.config import SettingsInvalid, settings_from
from app.domain.signature import DIGESTS

if TYPE_CHECKING:
    from app.adapters.database import Database
    from app.adapters.keyring import Keyring
    from app.config import Settings
    from app.domain.keys import PartnerKey

FOLDERS = click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


class Commands(click.Group):
    """Refusals leave as a sentence, not as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        from app.adapters.encryption import SecretUnreadable
        from app.domain.errors import DomainError
        from app.domain.portal_errors import PortalRefused
        from app.web.serving import PortInUse

        try:
            return super().invoke(context)
        except (DomainError, PortalRefused, SecretUnreadable, PortInUse) as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
def main() -> None:
    """Protection offered where people buy things."""


main.add_command(worker)
main.add_command(webhooks)
main.add_command(evidence)
main.add_command(stores)
main.add_command(staff)
main.add_command(devices)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="server processes; SQLite is served by one")
@click.option("--no-worker", is_flag=True, help="start no `awning worker` beside the server")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve, and deliver what leaves. Migrations are applied first."""
    from app.web.serving import serve as run

    settings = _settings()
    if settings.database_url.startswith("sqlite") and workers > 1:
        raise click.UsageError("--workers: SQLite has one writing process; set DATABASE_URL to PostgreSQL for more")
    run(settings, host, port, workers, has_worker=not no_worker)


@main.command()
def migrate() -> None:
    """Apply the migrations."""
    _migrated_database()
    click.echo("The database is up to date.")


@main.group()
def catalog() -> None:
    """What partners sell."""


@catalog.command()
@FOLDERS
def check(folders: tuple[Path, ...]) -> None:
    """Find every mistake in partner folders, each with file and line."""
    _check_all(folders)
    click.echo(f"{len(folders)} folder{'s' if len(folders) > 1 else ''} checked, all good.")


@catalog.command()
@FOLDERS
@click.option("--as", "code", help="publish under another partner code")
def publish(folders: tuple[Path, ...], code: str | None) -> None:
    """Check partner folders and put them in force."""
    from app.adapters.publishing import publish_folder

    if code is not None and len(folders) > 1:
        raise click.UsageError("--as: one folder at a time")
    _check_all(folders)
    database = _migrated_database()
    for folder in folders:
        mistakes, release, is_new = publish_folder(database, folder, code, datetime.now(UTC))
        for mistake in mistakes:
            click.echo(f"{folder}/{mistake}", err=True)
        if release is None:
            raise click.ClickException(f"{folder} was not published.")
        said = "is now release" if is_new else "was in force already, release"
        click.echo(f"{release.code} {said} {release.id[:12]}")


@catalog.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def price(folder: Path) -> None:
    """Print the golden table as the rules price it now."""
    from app.catalog.check import check_folder
    from app.catalog.golden import golden_table

    source, mistakes = check_folder(folder)
    for mistake in mistakes:
        click.echo(f"{folder}/{mistake}", err=True)
    if any(mistake.file != "golden.csv" for mistake in mistakes):
        raise click.ClickException("These mistakes come first; a wrong golden.csv alone would not matter here.")
    click.echo(golden_table(source), nl=False)


@main.group()
def keys() -> None:
    """Partner keys."""


@keys.command("create")
@click.argument("code")
@click.option("--kind", type=click.Choice(["live", "test", "publishable"]), required=True)
@click.option("--id", "key_id", help="bring an existing key id")
@click.option("--secret", help="bring an existing secret")
@click.option("--origin", "origins", multiple=True, help="a page that may use a publishable key; repeatable")
@click.option("--test", "for_tests", is_flag=True, help="a publishable key whose offers are kept apart: pk_test_...")
@click.option(
    "--skew",
    type=click.IntRange(1, 7 * 86_400),
    default=86_400,
    show_default=True,
    help="seconds the Date header may be off",
)
def create(code: str, kind: str, skew: int, for_tests: bool, key_id: str | None, **wishes: Any) -> None:
    """Make a key. The secret is shown once."""
    from app.services.keys import create_key

    wishes |= {"id": key_id, "date_skew": timedelta(seconds=skew), "for_tests": for_tests}
    _show_new(create_key(_keyring(), code, kind, datetime.now(UTC), wishes))


@keys.command("list")
@click.argument("code", required=False)
def list_keys(code: str | None) -> None:
    """List keys, and which of them accept a Date far from the clock."""
    now = datetime.now(UTC)
    for key in _keyring().all(code):
        state = "valid" if key.is_valid_at(now) else "revoked" if key.revoked_at else "expired"
        wide = f"{int(key.date_skew.total_seconds())}s{' (wide)' if key.date_skew > timedelta(minutes=5) else ''}"
        click.echo(f"{key.partner_code}  {key.kind:11}  {state:8}  skew {wide:14}  {key.id}")


@keys.command()
@click.argument("key_id")
@click.option("--overlap-hours", default=24, show_default=True, help="how long the old key keeps working")
def roll(key_id: str, overlap_hours: int) -> None:
    """Replace a key by a new one."""
    from app.services.keys import roll_key

    _show_new(roll_key(_keyring(), key_id, datetime.now(UTC), timedelta(hours=overlap_hours)))


@keys.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """End a key at once (running servers notice within five seconds)."""
    from app.services.keys import revoke_key

    revoke_key(_keyring(), key_id, datetime.now(UTC))
    click.echo(f"{key_id} is revoked.")


@main.command()
@click.argument("method")
@click.argument("path")
@click.option("--key", "key_id", required=True)
@click.option("--secret", required=True)
@click.option("--algorithm", type=click.Choice(tuple(DIGESTS)), default="hmac-sha512", show_default=True)
@click.option("--target", is_flag=True, help="sign method and path too")
def sign(method: str, path: str, key_id: str, secret: str, algorithm: str, target: bool) -> None:
    """Print the headers of a signed request; `curl -H @-` reads them."""
    from app.domain.signature import signed_headers

    headers = ("(request-target)", "date") if target else ("date",)
    for name, value in signed_headers(key_id, secret, algorithm, headers, (method, path), datetime.now(UTC)).items():
        click.echo(f"{name}: {value}")


@main.command()
def doctor() -> None:
    """Check settings, database, catalog, disk and clock, and say what to mend."""
    from app.adapters.doctor import findings

    healthy = True
    for finding in findings(_settings()):
        healthy &= finding.is_good
        click.echo(f"{'ok   ' if finding.is_good else 'MEND '} {finding.subject}: {finding.message}")
    if not healthy:
        sys.exit(1)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--shop-port", default=8001, show_default=True, help="where the five demo shops listen")
def demo(port: int, shop_port: int) -> None:
    """Prepare and serve the demo (what `make demo` runs)."""
    from app.demo import run_demo

    run_demo(_settings(), port, shop_port)


def _check_all(folders: tuple[Path, ...]) -> None:
    """Every folder before any is published: half of a change in force would be worse than none."""
    from app.catalog.check import check_folder

    wrong = 0
    for folder in folders:
        for mistake in check_folder(folder)[1]:
            click.echo(f"{folder}/{mistake}", err=True)
            wrong += 1
    if wrong:
        raise click.ClickException(f"{wrong} mistake{'s' if wrong > 1 else ''}; nothing can be published like this.")


def _settings() -> Settings:
    try:
        return settings_from()
    except SettingsInvalid as problem:
        raise click.ClickException(str(problem)) from problem


def _migrated_database() -> Database:
    from app.adapters.database import Database
    from app.adapters.migrating import migrate as apply

    database = Database(_settings().database_url, pool_size=1)
    apply(database)
    return database


def _keyring() -> Keyring:
    from app.adapters.encryption import Cipher
    from app.adapters.keyring import Keyring

    return Keyring(_migrated_database(), Cipher(_settings().secret_key, "partner-keys"))


def _show_new(key: PartnerKey) -> None:
    click.echo(f"key     {key.id}\nsecret  {key.secret}\nThe secret is not shown again.")


if __name__ == "__main__":
    main()
