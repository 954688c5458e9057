"""`awning stores` and `awning devices`: where people work, and the tablets they work on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from app.cli_people import own_people, shown, store_named

if TYPE_CHECKING:
    from app.adapters.people import People
    from app.domain.staffing import Actor


@click.group()
def stores() -> None:
    """The stores of a partner."""


@stores.command()
@click.argument("code")
@click.argument("store")
@click.argument("name")
@click.option("--country", required=True, help="two letters, such as GB")
@click.option("--region", help="the part of ISO 3166-2 after the hyphen, such as WA")
@click.option("--currency", required=True, help="three letters, such as GBP")
@click.option("--language", default="en", show_default=True)
@click.option("--time-zone", required=True, help="such as Europe/London")
@click.option("--subsidiary", help="as partner.yaml names it")
def add(code: str, store: str, name: str, **details: str | None) -> None:
    """Open a store."""
    from app.domain.staffing import Actor
    from app.services.administer_stores import StoreDetails, add_store

    wanted = StoreDetails(code=store, name=name, **details)  # type: ignore[arg-type]
    made = add_store(own_people(), Actor(code), wanted, datetime.now(UTC))
    click.echo(f"store   {made.id}")


@stores.command("list")
@click.argument("code")
def list_stores(code: str) -> None:
    """List the open stores."""
    for one in own_people().stores_of(code):
        where = one.country if one.region is None else f"{one.country}-{one.region}"
        click.echo(f"{one.id}  {one.code:12}  {where:6}  {one.currency}  {one.language}  {one.time_zone}  {one.name}")


@stores.command()
@click.argument("code")
@click.argument("store")
def close(code: str, store: str) -> None:
    """Close a store and revoke its tablets."""
    from app.domain.staffing import Actor
    from app.services.administer_stores import close_store

    people = own_people()
    found = store_named(people, code, store)
    close_store(people, Actor(code), found.id, datetime.now(UTC))
    click.echo(f"{found.name} is closed.")


@click.group()
def devices() -> None:
    """The tablets of a partner's stores."""


@devices.command("code")
@click.argument("code")
@click.argument("store")
@click.argument("name")
def code_for(code: str, store: str, name: str) -> None:
    """Make a code that sets up one tablet within ten minutes."""
    from app.domain.staffing import Actor
    from app.services.enrol_device import make_enrolment_code

    people = own_people()
    found = store_named(people, code, store)
    made = make_enrolment_code(people, Actor(code), found.id, name, datetime.now(UTC))
    click.echo(f"code    {made}\nIt is good for ten minutes and not shown again.")


@devices.command("list")
@click.argument("code")
def list_devices(code: str) -> None:
    """List the tablets that are not revoked."""
    people = own_people()
    names = {store.id: store.code for store in people.stores_of(code)}
    for one in people.devices_of(code):
        state = "locked" if one.locked_at else "active"
        seen = shown(one.seen_at)
        click.echo(f"{one.id}  {names.get(one.store_id, 'closed'):12}  {state:6}  seen {seen}  {one.name}")


@devices.command()
@click.argument("device_id")
def revoke(device_id: str) -> None:
    """End a tablet, at once."""
    from app.services.administer_devices import revoke_device

    people = own_people()
    revoke_device(people, _operator(people, device_id), device_id, datetime.now(UTC))
    click.echo(f"{device_id} is revoked.")


@devices.command()
@click.argument("device_id")
def unlock(device_id: str) -> None:
    """Let a tablet take PINs again."""
    from app.services.administer_devices import release_device

    people = own_people()
    release_device(people, _operator(people, device_id), device_id, datetime.now(UTC))
    click.echo(f"{device_id} takes PINs again.")


def _operator(people: People, device_id: str) -> Actor:
    """The operator, acting for the partner of this tablet."""
    from app.domain.people_errors import DeviceNotFound
    from app.domain.staffing import Actor

    device = people.device(device_id)
    if device is None:
        raise DeviceNotFound()
    return Actor(device.partner_code)
