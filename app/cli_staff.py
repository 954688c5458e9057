"""`awning staff`: the people of a partner. What is made here to be typed somewhere is shown once."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from app.cli_people import operator_for, own_people, store_named
from app.cli_worker import own_settings
from app.domain.people import ROLES

if TYPE_CHECKING:
    from app.adapters.people import People
    from app.domain.staffing import Actor


@click.group()
def staff() -> None:
    """The people of a partner."""


@staff.command()
@click.argument("code")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("name")
@click.option("--email", help="whoever is no associate signs in with it")
@click.option("--store", "stores", multiple=True, help="the code of a store they work in; repeatable")
@click.option("--language", default="en", show_default=True)
def add(code: str, role: str, name: str, email: str | None, stores: tuple[str, ...], language: str) -> None:
    """Add a person. PIN and invitation link are shown once."""
    from app.domain.people import PERMISSIONS
    from app.domain.staffing import SIGNS_IN, Actor
    from app.services.administer_staff import NewStaff, add_staff
    from app.services.set_secrets import set_pin

    people, now, operator = own_people(), datetime.now(UTC), Actor(code)
    own = frozenset(store_named(people, code, one).id for one in stores)
    person = add_staff(people, operator, NewStaff(role, name, language, own, email), now)  # type: ignore[arg-type]
    click.echo(f"person  {person.id}")
    if "sell" in PERMISSIONS[person.role]:
        click.echo(f"pin     {set_pin(people, operator, person.id, None, now)}")
    if person.role in SIGNS_IN:
        _show_invitation(people, operator, person.id, now)
    click.echo("This is not shown again.")


@staff.command("list")
@click.argument("code")
def list_staff(code: str) -> None:
    """List people, those who have ended too."""
    people = own_people()
    names = {store.id: store.code for store in people.stores_of(code)}
    for one in people.staff_of(code, is_ended_too=True):
        state = "ended" if one.ended_at else "active"
        where = ",".join(sorted(names.get(store_id, "closed") for store_id in one.store_ids)) or "-"
        has = {"pin": one.pin_hash, "password": one.password_hash, "code": one.has_totp}
        ways = ",".join(way for way, there in has.items() if there) or "-"
        click.echo(f"{one.id}  {one.role:9}  {state:6}  {where:20}  {ways:17}  {one.name}")


@staff.command()
@click.argument("staff_id")
def end(staff_id: str) -> None:
    """End a person's access, at once."""
    from app.services.administer_staff import end_staff

    people = own_people()
    operator, person = operator_for(people, staff_id)
    end_staff(people, operator, staff_id, datetime.now(UTC))
    click.echo(f"{person.name} has no access any more.")


@staff.command()
@click.argument("staff_id")
def pin(staff_id: str) -> None:
    """Set a new PIN and show it once."""
    from app.services.set_secrets import set_pin

    people = own_people()
    operator, _ = operator_for(people, staff_id)
    made = set_pin(people, operator, staff_id, None, datetime.now(UTC))
    click.echo(f"pin     {made}\nThe PIN is not shown again.")


@staff.command()
@click.argument("staff_id")
@click.option("--stdin", "is_read", is_flag=True, help="read the password from stdin, or ask for it")
def password(staff_id: str, is_read: bool) -> None:
    """Print a link with which the person chooses a password: 48 hours, once."""
    from app.services.set_secrets import set_password

    people, now = own_people(), datetime.now(UTC)
    operator, person = operator_for(people, staff_id)
    if not is_read:
        _show_invitation(people, operator, staff_id, now)
        return
    is_asked = sys.stdin.isatty()
    typed = click.prompt("Password", hide_input=True) if is_asked else sys.stdin.readline().rstrip("\r\n")
    set_password(people, operator, staff_id, typed, now)
    click.echo(f"The password of {person.name} is set.")


@staff.command()
@click.argument("staff_id")
def unlock(staff_id: str) -> None:
    """Forget the wrong PINs and sign-ins of a person."""
    from app.services.administer_devices import release_staff

    people = own_people()
    operator, person = operator_for(people, staff_id)
    release_staff(people, operator, staff_id, datetime.now(UTC))
    click.echo(f"{person.name} can try again.")


@staff.command("reset-totp")
@click.argument("staff_id")
def reset_totp(staff_id: str) -> None:
    """Forget a lost telephone: the next sign-in sets up a new one."""
    from app.services.set_secrets import reset_totp as reset

    people = own_people()
    operator, person = operator_for(people, staff_id)
    reset(people, operator, staff_id, datetime.now(UTC))
    click.echo(f"{person.name} sets up a new code with the next sign-in.")


def _show_invitation(people: People, operator: Actor, staff_id: str, now: datetime) -> None:
    from app.services.set_secrets import invite

    click.echo(f"link    {own_settings().url}/portal/invitation/{invite(people, operator, staff_id, now)}")
